import type { JsonObject } from '../../object/kube-object.ts';
import type { Loader } from './loader/loader.ts';
import type { ResMap } from './resource/res-map.ts';
import type { ResourceFactory } from './resource/resource-factory.ts';

/** What a builtin plugin may use beside its configuration. */
export interface PluginContext {
  /** Reads files relative to the kustomization that configures the plugin. */
  readonly loader: Loader;
  readonly factory: ResourceFactory;
}

/** Changes resources in place. @throws {KustomizeError} */
export type Transformer = (resources: ResMap) => void;

/** Makes new resources. @throws {KustomizeError} */
export type Generator = () => ResMap;

/**
 * Makes a transformer of its configuration: the mapping that the YAML of a builtin plugin holds, decoded as Go decodes
 * it into a struct.
 * @throws {KustomizeError} if the configuration is not valid
 */
export type TransformerPlugin = (config: JsonObject, context: PluginContext) => Transformer;

/** Makes a generator of its configuration. @throws {KustomizeError} if the configuration is not valid */
export type GeneratorPlugin = (config: JsonObject, context: PluginContext) => Generator;
