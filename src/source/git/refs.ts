import { HoldfastError } from '../../lib/errors.ts';
import { isOid } from './object.ts';

/** One ref as the server advertises it. */
export interface Ref {
  /** Full name: `refs/heads/main`, or `HEAD`. */
  readonly name: string;
  /** What the ref holds: a commit, or the tag object of an annotated tag. */
  readonly oid: string;
  /** For an annotated tag the object at the end of its tags. */
  readonly peeled: string | undefined;
  /** For a symbolic ref the name of the ref it stands for. */
  readonly symrefTarget: string | undefined;
}

/**
 * Parses a line of an `ls-refs` answer. Unborn refs and names that Git does not allow are `undefined`: Git itself
 * ignores such names, and nothing can ask for them.
 * @throws {HoldfastError} GIT_PROTOCOL when the line is none
 * @see https://git-scm.com/docs/protocol-v2#_ls_refs
 */
export function parseRefLine(line: string): Ref | undefined {
  const [oid = '', name = '', ...attributes] = line.replace(/\n$/, '').split(' ');
  if (oid === 'unborn') return undefined;
  if (!isOid(oid) || name === '') {
    throw new HoldfastError('GIT_PROTOCOL', 'The Git server sent a list of refs with a line that names no object');
  }
  if (!isRefName(name)) return undefined;
  const attribute = (key: string) =>
    attributes.find((text) => text.startsWith(`${key}:`))?.slice(key.length + 1) ?? undefined;
  const peeled = attribute('peeled');
  return {
    name,
    oid,
    peeled: peeled !== undefined && isOid(peeled) ? peeled : undefined,
    symrefTarget: attribute('symref-target'),
  };
}

/**
 * Whether Git allows this as the full name of a ref.
 * @see https://git-scm.com/docs/git-check-ref-format
 */
export function isRefName(name: string): boolean {
  if (name === 'HEAD') return true;
  if (!name.startsWith('refs/') || name.endsWith('.') || name.includes('..') || name.includes('@{')) return false;
  if (/[\s\p{Cc}~^:?*[\\]/u.test(name)) return false;
  return name.split('/').every((part) => part !== '' && !part.startsWith('.') && !part.endsWith('.lock'));
}
