import { HoldfastError } from '../../../src/lib/errors.ts';
import { type BuildOptions, buildKustomization, printManifests } from '../../../src/render/kustomize/index.ts';
import { memoryTree } from '../../../src/source/memory-tree.ts';
import type { SourceTree } from '../../../src/source/tree.ts';
import { guardTree, isUntouched } from '../guard-tree.ts';
import type { Files } from './mutate-files.ts';

const PROTOTYPES = [Object.prototype, Array.prototype, Function.prototype, Map.prototype];
const NAMES_BEFORE = JSON.stringify(namesOfPrototypes());

/** What a build came to, and what is wrong with that. */
export interface Judgement {
  /** The text of the manifests, `needs`, or code and message of the error. */
  readonly outcome: string;
  readonly code: string;
  readonly elapsedMs: number;
  /** Empty when all is well. */
  readonly complaints: readonly string[];
}

/**
 * Builds twice and complains of what must never happen, whatever the input: another error than a HoldfastError with a
 * code of its own, a look outside the tree, a changed prototype, a changed tree, another result the second time.
 */
export function judgeBuild(files: Files, path: string, options: BuildOptions = {}): Judgement {
  const tree = memoryTree(files);
  const started = performance.now();
  const first = build(guardTree(tree), path, options);
  const elapsedMs = performance.now() - started;
  const complaints = [
    ...(first.code === 'INTERNAL' ? [first.outcome] : []),
    ...(JSON.stringify(namesOfPrototypes()) === NAMES_BEFORE ? [] : ['a prototype has changed']),
    ...(isUntouched(tree, files) ? [] : ['the tree has changed']),
    ...(build(guardTree(tree), path, options).outcome === first.outcome ? [] : ['the second result is another one']),
  ];
  return { ...first, elapsedMs, complaints };
}

function build(tree: SourceTree, path: string, options: BuildOptions): Pick<Judgement, 'outcome' | 'code'> {
  try {
    const result = buildKustomization(tree, path, options);
    if ('needs' in result) return { outcome: JSON.stringify(result.needs), code: 'needs' };
    return { outcome: printManifests(result.manifests) + JSON.stringify(result.warnings), code: 'built' };
  } catch (error) {
    if (!(error instanceof HoldfastError)) return { outcome: String(error), code: 'INTERNAL' };
    const cause = error.code === 'INTERNAL' && error.cause instanceof Error ? `\n${error.cause.stack}` : '';
    return { outcome: `${error.code} ${error.message}${cause}`, code: error.code };
  }
}

function namesOfPrototypes(): string[][] {
  return PROTOTYPES.map((prototype) => Object.getOwnPropertyNames(prototype));
}
