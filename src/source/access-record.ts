import { createHash } from 'node:crypto';

import { HoldfastError } from '../lib/errors.ts';
import type { SourceTree, TreeEntry } from './tree.ts';

/** One question that was put to a tree, and its answer in short. */
export interface Access {
  readonly question: 'read' | 'list' | 'stat' | 'realPath';
  readonly path: string;
  /**
   * `absent`; `<kind>:<oid>` of what is there; `path:<path>` for where links lead; `content:<hash>` of what links lead to; `error:<code>` of a refused path;
   * `unknown` when the tree failed, which is equal to nothing.
   */
  readonly answer: string;
}

/**
 * Everything that was asked of a tree, each question once. Who is told the same answers does the same thing, since
 * renderers know nothing but answers; so this is a complete key for what was made of the tree. Plain data.
 */
export interface AccessRecord {
  /** Id of the tree that was asked. */
  readonly treeId: string;
  readonly accesses: readonly Access[];
}

/** A tree under observation. */
export interface AccessRecorder {
  /** Answers as the original does, errors included. */
  readonly tree: SourceTree;
  /** What was asked so far. */
  record(): AccessRecord;
  /** Adds what an earlier use of the same tree had asked, because its result is used again. */
  replay(record: AccessRecord): void;
}

/** Observes a tree. */
export function recordAccess(tree: SourceTree): AccessRecorder {
  const accesses = new Map<string, Access>();
  const note = <T>(question: Access['question'], path: string, ask: () => T): T => {
    const key = `${question} ${path}`;
    if (!accesses.has(key)) accesses.set(key, { question, path, answer: answerOf(tree, question, path) });
    return ask();
  };
  return {
    tree: {
      id: tree.id,
      read: (path) => note('read', path, () => tree.read(path)),
      list: (path) => note('list', path, () => tree.list(path)),
      realPath: (path) => note('realPath', path, () => tree.realPath(path)),
      stat: (path) => note('stat', path, () => tree.stat(path)),
    },
    record: () => ({ treeId: tree.id, accesses: [...accesses.values()] }),
    replay(record) {
      for (const access of record.accesses) accesses.set(`${access.question} ${access.path}`, access);
    },
  };
}

/**
 * Whether everything in the record would be answered alike by `tree`. Links, absences and refusals count as much as
 * contents; how a path leads to its content does not. Costs a look-up for each question, and a hash only where a link
 * is the last name of a path.
 */
export function recordStillHolds(record: AccessRecord, tree: SourceTree): boolean {
  if (record.treeId === tree.id) return record.accesses.every(({ answer }) => answer !== UNKNOWN);
  return record.accesses.every(
    ({ question, path, answer }) => answer !== UNKNOWN && answerOf(tree, question, path) === answer,
  );
}

const UNKNOWN = 'unknown';

function answerOf(tree: SourceTree, question: Access['question'], path: string): string {
  try {
    if (question === 'realPath') return pathAnswer(tree.realPath(path));
    const entry = tree.stat(path);
    if (entry === undefined) return 'absent';
    if (question === 'stat' || entry.kind !== 'symlink') return `${entry.kind}:${entry.oid}`;
    return question === 'read' ? contentAnswer(tree.read(path)) : listAnswer(tree.list(path));
  } catch (error) {
    // A path that leaves the tree does so again in an equal one; that a server is down says nothing.
    const { code, stage } = HoldfastError.from(error);
    return stage === 'source' && code.startsWith('TREE_') ? `error:${code}` : UNKNOWN;
  }
}

function pathAnswer(path: string | undefined): string {
  return path === undefined ? 'absent' : `path:${path}`;
}

function contentAnswer(content: Uint8Array | undefined): string {
  return content === undefined ? 'absent' : `content:${createHash('sha256').update(content).digest('hex')}`;
}

function listAnswer(entries: readonly TreeEntry[] | undefined): string {
  if (entries === undefined) return 'absent';
  const hash = createHash('sha256');
  for (const { name, kind, oid } of entries) hash.update(`${JSON.stringify(name)} ${kind} ${oid}\n`);
  return `content:${hash.digest('hex')}`;
}
