import { HoldfastError } from '../../lib/errors.ts';
import { maxSatisfying, parseSemverRange } from '../semver-range.ts';
import { isOid } from './object.ts';
import { isRefName, type Ref } from './refs.ts';

/** The commit that a revision stands for. */
export interface ResolvedRevision {
  /** Of the commit; annotated tags are followed. */
  readonly oid: string;
  /** Full name of the ref that led there; `undefined` for a commit id. */
  readonly ref: string | undefined;
}

/** Longer names fit no file system, and a packet has an end. */
const MAX_NAME = 4096;

/**
 * Which refs have to be asked for to resolve a revision: prefixes of full names. None for a full commit id.
 */
export function refPrefixes(revision: string): readonly string[] {
  if (isOid(revision.toLowerCase())) return [];
  if (revision === '' || revision === 'HEAD') return ['HEAD'];
  // What is no name of a ref, for a version range also has spaces, must not get into a request.
  const named = refNames(revision).filter((name) => name.length <= MAX_NAME && isRefName(name));
  if (isAbbreviated(revision)) return ['refs/heads/', 'refs/tags/'];
  return parseSemverRange(revision) === undefined ? named : ['refs/tags/', ...named];
}

/**
 * Resolves a revision against the refs of {@link refPrefixes}, as Argo CD does: empty and `HEAD` (the default branch),
 * a full ref name, a branch, a tag (branches first), a semantic version range over the tags, a full commit id, and an
 * abbreviated one of 7 digits or more, looked for among the refs and `known` commits. An exact name goes before a range.
 * @param where names the repository in messages
 * @throws {HoldfastError} GIT_REVISION when nothing or more than one commit fits
 * @see https://github.com/argoproj/argo-cd/blob/v3.5.1/util/git/client.go lsRemote
 */
export function resolveRevision(
  revision: string,
  refs: ReadonlyMap<string, Ref>,
  known: Iterable<string>,
  where: string,
): ResolvedRevision {
  const lower = revision.toLowerCase();
  if (isOid(lower)) return { oid: lower, ref: undefined };
  const ref = findByName(revision, refs) ?? findByRange(revision, refs);
  if (ref !== undefined) return { oid: ref.peeled ?? ref.oid, ref: ref.symrefTarget ?? ref.name };
  if (isAbbreviated(revision)) return findByPrefix(lower, [...refs.values()], [...known], where);
  const isDefault = revision === '' || revision === 'HEAD';
  throw unresolved(
    isDefault
      ? `The repository ${where} has no default branch: it is empty, or its HEAD names a branch that does not exist`
      : `There is no branch, tag, version or commit ${JSON.stringify(revision)} in ${where}; check targetRevision`,
  );
}

function isAbbreviated(revision: string): boolean {
  return /^[0-9a-f]{7,39}$/i.test(revision);
}

function findByName(revision: string, refs: ReadonlyMap<string, Ref>): Ref | undefined {
  const names = revision === '' || revision === 'HEAD' ? ['HEAD'] : refNames(revision);
  return names.map((name) => refs.get(name)).find((ref) => ref !== undefined);
}

/** Full names that a revision may mean, the first goes first. Git calls a branch `heads/x` as well. */
function refNames(revision: string): string[] {
  if (revision.startsWith('refs/')) return [revision];
  return [`refs/heads/${revision}`, `refs/tags/${revision}`, `refs/${revision}`];
}

function findByRange(revision: string, refs: ReadonlyMap<string, Ref>): Ref | undefined {
  const range = parseSemverRange(revision);
  if (range === undefined) return undefined;
  const prefix = 'refs/tags/';
  const tags = [...refs.keys()].filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));
  const best = maxSatisfying(tags, range);
  return best === undefined ? undefined : refs.get(prefix + best);
}

function findByPrefix(prefix: string, refs: readonly Ref[], known: readonly string[], where: string): ResolvedRevision {
  const oids = new Set([...refs.map((ref) => ref.peeled ?? ref.oid), ...known].filter((oid) => oid.startsWith(prefix)));
  const [oid] = oids;
  if (oid !== undefined && oids.size === 1) return { oid, ref: undefined };
  throw unresolved(
    oid === undefined
      ? `No branch or tag of ${where} points at a commit ${prefix}…; Git servers look up full ids only, so write all 40 digits`
      : `${oids.size} commits of ${where} begin with ${prefix}; write more digits`,
  );
}

function unresolved(message: string): HoldfastError {
  return new HoldfastError('GIT_REVISION', message);
}
