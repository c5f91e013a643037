import { StructReader } from '../config/struct-reader.ts';
import { KustomizeError } from '../kustomize-error.ts';
import type { PluginContext, TransformerPlugin } from '../plugin.ts';
import type { Resource } from '../resource/resource.ts';
import { isPathLike, showEntry, showPatch } from './show-patch.ts';

/**
 * Applies strategic merge patches to the resources that they name: `{paths: […], patches: …}`. A path may be the text
 * of a patch instead.
 * @throws {KustomizeError} if the configuration or a patch is not valid
 * @see sigs.k8s.io/kustomize/api v0.21.2 internal/builtins/PatchStrategicMergeTransformer.go
 */
export const patchStrategicMergeTransformer: TransformerPlugin = (config, context) => {
  const fields = new StructReader(config, 'PatchStrategicMergeTransformerPlugin');
  const paths = readPaths(fields);
  const text = fields.text('patches');
  if (paths.length === 0 && text === '') throw new KustomizeError('empty file path and empty patch content');
  const patches = paths.flatMap((path) => readPath(path, context));
  if (text !== '') patches.push(...context.factory.fromText(text, ''));
  if (patches.length === 0) {
    throw new KustomizeError(
      `patch appears to be empty; files=[${paths.map(showEntry).join(' ')}], Patch=${showPatch(text)}`,
    );
  }
  return (resources) => {
    for (const patch of patches) resources.applySmPatch([resources.getById(patch.orgId())], patch);
  };
};

function readPaths(fields: StructReader): string[] {
  const paths = fields.value('paths') ?? [];
  if (!Array.isArray(paths) || !paths.every((path) => typeof path === 'string')) {
    throw new KustomizeError('json: cannot unmarshal field paths into Go value of type []types.PatchStrategicMerge');
  }
  return paths;
}

function readPath(path: string, { loader, factory }: PluginContext): Resource[] {
  try {
    return factory.fromText(path, '');
  } catch (error) {
    if (!(error instanceof KustomizeError)) throw error;
  }
  return factory.fromText(load(path, loader).toString('utf8'), path);
}

/** What is neither a patch nor a file is not for all eyes. */
function load(path: string, loader: PluginContext['loader']): Buffer {
  try {
    return loader.load(path);
  } catch (error) {
    if (isPathLike(path) || !(error instanceof KustomizeError)) throw error;
    throw new KustomizeError(`'${showEntry(path)}' is neither a patch nor a path`);
  }
}
