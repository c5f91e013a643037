import type { JsonObject } from '../../../object/kube-object.ts';
import { printYaml } from '../../../yaml/print.ts';
import { StructReader } from '../config/struct-reader.ts';
import { KustomizeError, wrapError } from '../kustomize-error.ts';
import type { PluginContext, Transformer, TransformerPlugin } from '../plugin.ts';
import { formatResId } from '../resource/res-id.ts';
import type { ResMap } from '../resource/res-map.ts';
import type { Resource } from '../resource/resource.ts';
import { readSelector, type Selector } from '../selector/selector.ts';
import { decodeJsonPatch, type PatchOperation } from './decode-json-patch.ts';
import { patchResource } from './patch-resource.ts';
import { showPatch } from './show-patch.ts';

/**
 * Applies a patch: `{path: …}` or `{patch: …}` with `target` and `options`. Strategic merge patches find the resource
 * that they name, or with a target those that it means; a JSON patch needs a target.
 * @throws {KustomizeError} if the configuration or the patch is not valid
 * @see sigs.k8s.io/kustomize/api v0.21.2 internal/builtins/PatchTransformer.go
 */
export const patchTransformer: TransformerPlugin = (config, context) => {
  const fields = new StructReader(config, 'PatchTransformerPlugin');
  const target = fields.value('target') === undefined ? undefined : fields.struct('target', 'Selector', readSelector);
  const options = fields.struct('options', 'PatchArgs', (reader) => ({
    allowNameChange: reader.flag('allowNameChange'),
    allowKindChange: reader.flag('allowKindChange'),
  }));
  const source = readSource(fields, config, context, target?.kind);
  const { patches, operations } = parsePatch(source, context);
  for (const patch of patches) {
    if (options.allowNameChange) patch.allowNameChange();
    if (options.allowKindChange) patch.allowKindChange();
  }
  return patches.length > 0 ? mergePatches(patches, target, source) : applyOperations(operations, target, source);
};

interface PatchSource {
  readonly text: string;
  /** Says in errors where the patch is from. */
  readonly name: string;
}

function readSource(
  fields: StructReader,
  config: JsonObject,
  { loader }: PluginContext,
  targetKind: string | undefined,
): PatchSource {
  const path = fields.text('path');
  const patch = fields.text('patch').trim();
  if (patch === '' && path === '')
    throw new KustomizeError(`must specify one of patch and path in\n${printYaml(config)}`);
  const shown = showPatch(patch, targetKind);
  if (patch !== '' && path !== '') {
    throw new KustomizeError(`patch and path can't be set at the same time\n${printYaml({ ...config, patch: shown })}`);
  }
  if (patch !== '') return { text: patch, name: `[patch: ${JSON.stringify(shown)}]` };
  return { text: loadPatch(path, loader), name: `[path: ${JSON.stringify(path)}]` };
}

function loadPatch(path: string, loader: PluginContext['loader']): string {
  try {
    return loader.load(path).toString('utf8');
  } catch (error) {
    throw wrapError(error, `failed to get the patch file from path(${path})`);
  }
}

interface ParsedPatch {
  readonly patches: readonly Resource[];
  /** Undefined if the text holds resources, or nothing. */
  readonly operations: readonly PatchOperation[] | undefined;
}

function parsePatch({ text, name }: PatchSource, { factory }: PluginContext): ParsedPatch {
  const patches = attempt(() => factory.fromText(text, ''));
  const operations = attempt(() => decodeJsonPatch(text));
  if (patches === undefined && operations === undefined) {
    throw new KustomizeError(`unable to parse SM or JSON patch from ${name}`);
  }
  if (patches === undefined) return { patches: [], operations };
  if (patches.length > 0 && operations !== undefined && operations.length > 0) {
    throw new KustomizeError(`illegally qualifies as both an SM and JSON patch: ${name}`);
  }
  return { patches, operations: undefined };
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof KustomizeError) return undefined;
    throw error;
  }
}

function mergePatches(patches: readonly Resource[], target: Selector | undefined, source: PatchSource): Transformer {
  if (target === undefined) return (resources) => mergeIntoNamed(patches, resources);
  return (resources) => {
    const [patch, ...others] = patches;
    if (patch === undefined || others.length > 0) {
      throw new KustomizeError(
        `Multiple Strategic-Merge Patches in one \`patches\` entry is not allowed to set \`patches.target\` field: ${source.name}`,
      );
    }
    resources.applySmPatch(select(resources, target), patch);
  };
}

function select(resources: ResMap, target: Selector): Resource[] {
  try {
    return resources.select(target);
  } catch (error) {
    const { annotationSelector, labelSelector } = target;
    const text = `${formatResId({ ...target, isClusterScoped: false })}:a=${annotationSelector}:l=${labelSelector}`;
    throw wrapError(error, `unable to find patch target ${JSON.stringify(text)} in \`resources\``);
  }
}

function mergeIntoNamed(patches: readonly Resource[], resources: ResMap): void {
  for (const patch of patches) findNamed(patch, resources).applySmPatch(patch);
}

function findNamed(patch: Resource, resources: ResMap): Resource {
  const id = patch.orgId();
  try {
    return resources.getById(id);
  } catch (error) {
    throw wrapError(error, `no resource matches strategic merge patch ${JSON.stringify(formatResId(id))}`);
  }
}

function applyOperations(
  operations: readonly PatchOperation[] | undefined,
  target: Selector | undefined,
  source: PatchSource,
): Transformer {
  return (resources) => {
    if (operations === undefined) return;
    if (target === undefined) throw new KustomizeError(`must specify a target for JSON patch ${source.name}`);
    for (const resource of resources.select(target)) {
      resource.storePreviousId();
      patchResource(resource, operations);
    }
  };
}
