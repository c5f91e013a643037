import { HoldfastError } from '../../lib/errors.ts';
import type { TreeEntry } from '../tree.ts';
import type { Breather } from './breather.ts';
import type { GitLimits } from './limits.ts';
import type { ObjectStore } from './object-store.ts';

/** What is known of a checked tree object: folders inside each other below it, and paths a checkout would write. */
export interface TreeShape {
  readonly depth: number;
  readonly paths: number;
}

/** What a check needs beside the tree. */
export interface CheckOptions {
  readonly limits: GitLimits;
  readonly breathe: Breather;
  /** Trees that earlier checks found whole. A new commit then costs only what it changed. */
  readonly known: ReadonlyMap<string, TreeShape>;
}

interface Frame {
  readonly oid: string;
  readonly entries: readonly TreeEntry[];
  next: number;
  depth: number;
  paths: number;
}

/**
 * Checks that everything a root tree reaches is in the store, is of the right type and can be parsed, so that no reader
 * meets a hole later. Blobs are not read: their hashes were checked when they came.
 * @returns the trees that were not known before
 * @throws {HoldfastError} GIT_CORRUPT for a missing or malformed object, GIT_LIMIT for a tree too deep or with too many
 *   paths (the few objects of a "git bomb" share folders and write billions of files)
 */
export async function checkSnapshot(
  store: ObjectStore,
  rootTree: string,
  options: CheckOptions,
): Promise<Map<string, TreeShape>> {
  const { limits, known, breathe } = options;
  const checked = new Map<string, TreeShape>();
  const shapeOf = (oid: string) => checked.get(oid) ?? known.get(oid);
  const stack: Frame[] = known.has(rootTree) ? [] : [openFrame(store, rootTree)];
  for (let frame = stack.at(-1); frame !== undefined; frame = stack.at(-1)) {
    const child = nextUnchecked(store, frame, shapeOf);
    if (child !== undefined) {
      if (stack.length >= limits.treeDepth) throw limit(`folders nested more than ${limits.treeDepth} deep`);
      stack.push(openFrame(store, child));
      const pause = breathe();
      if (pause !== undefined) await pause;
      continue;
    }
    if (frame.paths > limits.paths) throw limit(`more than ${limits.paths} paths`);
    if (frame.depth + stack.length > limits.treeDepth) throw limit(`folders nested more than ${limits.treeDepth} deep`);
    checked.set(frame.oid, { depth: frame.depth, paths: frame.paths });
    stack.pop();
  }
  return checked;
}

function openFrame(store: ObjectStore, oid: string): Frame {
  return { oid, entries: store.directory(oid).entries, next: 0, depth: 0, paths: 0 };
}

/** Goes on through a tree's entries and stops at a folder that has to be checked first. */
function nextUnchecked(
  store: ObjectStore,
  frame: Frame,
  shapeOf: (oid: string) => TreeShape | undefined,
): string | undefined {
  for (let entry = frame.entries[frame.next]; entry !== undefined; entry = frame.entries[frame.next]) {
    if (entry.kind === 'directory') {
      const shape = shapeOf(entry.oid);
      if (shape === undefined) return entry.oid;
      frame.depth = Math.max(frame.depth, shape.depth + 1);
      frame.paths += shape.paths;
    } else if (entry.kind !== 'submodule' && store.get(entry.oid)?.type !== 'blob') {
      throw new HoldfastError(
        'GIT_CORRUPT',
        `The Git server sent an incomplete commit: the file ${JSON.stringify(entry.name)} of tree ${frame.oid} is missing`,
      );
    }
    frame.paths++;
    frame.next++;
  }
  return undefined;
}

function limit(what: string): HoldfastError {
  return new HoldfastError('GIT_LIMIT', `The commit has ${what}; reduce it or raise the limit`, { retry: 'never' });
}
