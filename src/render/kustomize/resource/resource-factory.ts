import type { JsonObject, JsonValue } from '../../../object/kube-object.ts';
import { printJson } from '../../../yaml/json.ts';
import { KustomizeError, MalformedYamlError, wrapError } from '../kustomize-error.ts';
import { decodeNode } from '../node/decode-node.ts';
import { fieldValue } from '../node/fields.ts';
import { getAnnotation, getKind } from '../node/metadata.ts';
import { isNilOrEmpty, type YamlNode } from '../node/node.ts';
import { nodeFromJson } from '../node/node-from-json.ts';
import { readResourceNodes } from '../node/read-resource-nodes.ts';
import { Resource, type SchemaHolder } from './resource.ts';
import { validateMetadata } from './validate-metadata.ts';

/** What a {@link ResourceFactory} gives to all of its resources. */
export interface ResourceFactoryOptions {
  readonly holder: SchemaHolder;
  /** The hash of an object's content that its name is to end with. @throws {KustomizeError} */
  readonly hash: (node: YamlNode) => string;
  /** Keeps objects with the annotation `config.kubernetes.io/local-config`. */
  readonly includeLocalConfigs?: boolean;
}

/** The part of a generator's arguments that says how its resource comes into the build. */
export interface GeneratorMarks {
  readonly behavior: string;
  readonly disableNameSuffixHash: boolean;
}

/** Objects with this annotation configure tools and do not reach the output, unless its value is `false`. */
export const LOCAL_CONFIG_ANNOTATION = 'config.kubernetes.io/local-config';

/**
 * Makes resources of one build.
 * @see sigs.k8s.io/kustomize/api v0.21.2 resource/factory.go
 */
export class ResourceFactory {
  readonly holder: SchemaHolder;
  readonly hash: (node: YamlNode) => string;
  readonly includeLocalConfigs: boolean;

  constructor({ holder, hash, includeLocalConfigs = false }: ResourceFactoryOptions) {
    this.holder = holder;
    this.hash = hash;
    this.includeLocalConfigs = includeLocalConfigs;
  }

  /**
   * The objects of a YAML text, those inside of lists (`kind: List`, `DeploymentList`, …) instead of the lists.
   * @param file where the text is from, for errors; empty for text that stands in a kustomization
   * @throws {MalformedYamlError} if it is no YAML
   * @throws {KustomizeError} if an object lacks kind or name
   */
  fromText(text: string, file: string): Resource[] {
    try {
      return this.wrap(inlineLists(dropEmpty(readResourceNodes(text, file)), file));
    } catch (error) {
      if (!(error instanceof MalformedYamlError) || file === '') throw error;
      throw new MalformedYamlError(`${error.message} in File: ${file}`, { cause: error });
    }
  }

  /** As {@link fromText} for nodes that were read already; they are taken over. @throws {KustomizeError} */
  fromNodes(nodes: readonly YamlNode[], file: string): Resource[] {
    return this.wrap(inlineLists(dropEmpty(nodes), file));
  }

  /** The one object of a text. @throws {KustomizeError} if there is none or several, and as {@link fromText} */
  oneFromText(text: string, file: string): Resource {
    const [resource, ...others] = this.fromText(text, file);
    if (resource === undefined || others.length > 0) {
      const count = resource === undefined ? 0 : others.length + 1;
      throw new KustomizeError(`expected 1 resource, found ${count} in ${file || 'the text'}`);
    }
    return resource;
  }

  /** An object of plain JSON. */
  fromJson(object: JsonObject): Resource {
    return new Resource(nodeFromJson(object), this.holder);
  }

  /** A resource of a node; of a generator's with its `marks`. The node is taken over. */
  fromNode(node: YamlNode, marks?: GeneratorMarks): Resource {
    const resource = new Resource(node, this.holder);
    if (marks === undefined) return resource;
    if (!marks.disableNameSuffixHash) resource.enableHashSuffix();
    resource.setBehavior(marks.behavior);
    return resource;
  }

  /** Resources of `nodes` without empty ones and, unless they are included, local configurations. */
  dropLocalNodes(nodes: readonly YamlNode[]): Resource[] {
    return this.wrap(dropEmpty(nodes).filter((node) => this.includeLocalConfigs || !isLocalConfig(node)));
  }

  private wrap(nodes: readonly YamlNode[]): Resource[] {
    return nodes.map((node) => new Resource(node, this.holder));
  }
}

/** @throws {KustomizeError} if an object lacks kind or name */
function dropEmpty(nodes: readonly YamlNode[]): YamlNode[] {
  const rest = nodes.filter((node) => !isNilOrEmpty(node));
  for (const node of rest) validateMetadata(node);
  return rest;
}

function isLocalConfig(node: YamlNode): boolean {
  const value = getAnnotation(node, LOCAL_CONFIG_ANNOTATION);
  return value !== undefined && value !== 'false';
}

/** The items of lists come behind everything else, as in kustomize. */
function inlineLists(nodes: readonly YamlNode[], file: string): YamlNode[] {
  const result: YamlNode[] = [];
  const queue = [...nodes];
  for (const node of queue) {
    const items = listItems(node);
    if (items === undefined) result.push(node);
    else for (const item of items) queue.push(...dropEmpty(readResourceNodes(printJson(item), file)));
  }
  return result;
}

/** The items of an object whose kind ends in `List`; undefined for anything else, also without a field `items`. */
function listItems(node: YamlNode): readonly JsonValue[] | undefined {
  const kind = getKind(node);
  if (!kind.endsWith('List') || fieldValue(node, 'items') === undefined) return undefined;
  const items = decodeItems(node, kind);
  if (items === undefined || items === null) return [];
  if (!Array.isArray(items)) throw new KustomizeError(`expected array in ${kind}/items, but found ${goType(items)}`);
  return items;
}

function decodeItems(node: YamlNode, kind: string): JsonValue | undefined {
  try {
    const decoded = decodeNode(node);
    return typeof decoded === 'object' && decoded !== null && !Array.isArray(decoded) ? decoded['items'] : undefined;
  } catch (error) {
    throw wrapError(error, `trouble expanding list of ${kind}`);
  }
}

function goType(value: JsonValue): string {
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'object') return 'map[string]interface {}';
  return typeof value === 'bigint' || Number.isInteger(value) ? 'int' : 'float64';
}
