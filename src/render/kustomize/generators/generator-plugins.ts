import type { JsonObject } from '../../../object/kube-object.ts';
import { decodeLeniently, type GoStruct, mapOf, STRING, structType } from '../kustomization/go-type.ts';
import type { GeneratorArgs } from '../kustomization/kustomization.ts';
import { CONFIG_MAP_ARGS, SECRET_ARGS } from '../kustomization/kustomization-type.ts';
import { wrapError } from '../kustomize-error.ts';
import type { Generator, GeneratorPlugin, PluginContext } from '../plugin.ts';
import { ResMap } from '../resource/res-map.ts';
import { type GeneratedKind, makeGenerated } from './make-generated.ts';

/** The builtin plugin ConfigMapGenerator: makes one ConfigMap. */
export const configMapGenerator: GeneratorPlugin = (config, context) => configure('ConfigMap', config, context);

/** The builtin plugin SecretGenerator: makes one Secret. */
export const secretGenerator: GeneratorPlugin = (config, context) => configure('Secret', config, context);

const METADATA = structType('ObjectMeta', {
  name: STRING,
  namespace: STRING,
  labels: mapOf(STRING),
  annotations: mapOf(STRING),
});

const PLUGIN_TYPES: Readonly<Record<GeneratedKind, GoStruct>> = {
  ConfigMap: pluginType('ConfigMapGeneratorPlugin', CONFIG_MAP_ARGS),
  Secret: pluginType('SecretGeneratorPlugin', SECRET_ARGS),
};

function pluginType(name: string, args: GoStruct): GoStruct {
  return structType(
    name,
    { metadata: METADATA },
    { [`${args.name.replace('types.', '')}.`]: Object.fromEntries(args.fields) },
  );
}

function configure(kind: GeneratedKind, config: JsonObject, { loader, factory }: PluginContext): Generator {
  const { metadata, ...args } = decode(config, PLUGIN_TYPES[kind]);
  args.name ??= metadata?.name ?? '';
  args.namespace ??= metadata?.namespace ?? '';
  const marks = { behavior: args.behavior ?? '', disableNameSuffixHash: args.options?.disableNameSuffixHash === true };
  return () => ResMap.of([factory.fromNode(makeGenerated(kind, args, loader), marks)]);
}

type PluginFields = GeneratorArgs & { metadata?: { name?: string; namespace?: string } };

function decode(config: JsonObject, type: GoStruct): PluginFields {
  try {
    return decodeLeniently(config, type);
  } catch (error) {
    throw wrapError(error, 'error unmarshaling JSON: while decoding JSON');
  }
}
