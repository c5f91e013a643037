import type { ResourceAccumulator } from '../accumulator.ts';
import { KustomizeError, wrapError } from '../kustomize-error.ts';
import { encodeNode } from '../node/encode-node.ts';
import type { Generator, Transformer } from '../plugin.ts';
import { formatResId } from '../resource/res-id.ts';
import type { ResMap } from '../resource/res-map.ts';
import type { WithOrigin } from './external-plugins.ts';

/** Adds what the generators make, in order. @throws {KustomizeError} if one fails or its result does not fit in */
export function runGenerators(accumulator: ResourceAccumulator, generators: readonly WithOrigin<Generator>[]): void {
  for (const { run, origin } of generators) {
    const made = run();
    made.addOriginAnnotation(origin);
    try {
      accumulator.absorbAll(made);
    } catch (error) {
      throw wrapError(error, 'merging from generator');
    }
  }
}

/** Applies the transformers in order; what one of them deletes is gone for the next. @throws {KustomizeError} */
export function runTransformers(
  accumulator: ResourceAccumulator,
  transformers: readonly WithOrigin<Transformer>[],
): void {
  accumulator.transform((resources) => {
    for (const { run, origin } of transformers) {
      run(resources);
      if (origin !== undefined) resources.addTransformerAnnotation(origin);
      resources.dropEmpties();
    }
  });
}

/**
 * Lets validators look at the resources.
 * @throws {KustomizeError} if one refuses them, or changes more than the label `validated-by`
 */
export function runValidators(accumulator: ResourceAccumulator, validators: readonly WithOrigin<Transformer>[]): void {
  for (const { run } of validators) {
    const original = accumulator.resMap().deepCopy();
    run(accumulator.resMap());
    const after = accumulator.resMap().deepCopy();
    removeValidatedBy(after);
    requireEqual(original, after);
  }
}

function removeValidatedBy(resources: ResMap): void {
  for (const resource of resources.resources()) {
    const labels = resource.labels();
    if (labels.delete('validated-by')) resource.setLabels(labels);
  }
}

function requireEqual(original: ResMap, after: ResMap): void {
  const rest = after.resources();
  for (const resource of original.resources()) {
    const id = formatResId(resource.curId());
    const index = rest.findIndex((other) => formatResId(other.curId()) === id);
    const [same] = index < 0 ? [] : rest.splice(index, 1);
    if (same === undefined || encodeNode(same.root) !== encodeNode(resource.root)) {
      throw new KustomizeError(`validator shouldn't modify the resource map: ${id} is not what it was`);
    }
  }
  if (rest.length > 0) throw new KustomizeError("validator shouldn't modify the resource map: it has more resources");
}
