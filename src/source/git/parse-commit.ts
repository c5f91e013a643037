import { HoldfastError } from '../../lib/errors.ts';
import { isOid, type ObjectType } from './object.ts';

/** Who did something, and when. */
export interface GitIdentity {
  readonly name: string;
  readonly email: string;
  /** Milliseconds since the epoch; 0 when the commit has no readable date. */
  readonly dateMs: number;
}

/** A parsed commit object. */
export interface GitCommit {
  readonly oid: string;
  /** Oid of the root tree. */
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: GitIdentity;
  readonly committer: GitIdentity;
  /** As written, its last line break included. */
  readonly message: string;
}

/** What an annotated tag points at. */
export interface GitTag {
  readonly target: string;
  readonly targetType: ObjectType;
}

/**
 * Parses a commit object.
 * @throws {HoldfastError} GIT_CORRUPT when a header that every commit has is missing, out of order or malformed
 */
export function parseCommit(content: Buffer, oid: string): GitCommit {
  const { headers, body } = splitHeaders(content, `commit ${oid}`);
  const [tree] = takeHeaders(headers, 'tree', 1);
  const parents = takeHeaders(headers, 'parent', headers.length);
  const [author] = takeHeaders(headers, 'author', 1);
  const [committer] = takeHeaders(headers, 'committer', 1);
  if (tree === undefined || author === undefined || committer === undefined || ![tree, ...parents].every(isOid)) {
    throw corrupt(`commit ${oid}`, 'its headers are not those of a commit');
  }
  if (headers.some(([name]) => FIXED_HEADERS.has(name))) {
    throw corrupt(`commit ${oid}`, 'it has a header twice');
  }
  const encoding = headers.find(([name]) => name === 'encoding');
  return {
    oid,
    tree,
    parents,
    author: parseIdentity(author),
    committer: parseIdentity(committer),
    message: body.toString(isLatin1(encoding?.[1]) ? 'latin1' : 'utf8'),
  };
}

const FIXED_HEADERS: ReadonlySet<string> = new Set(['tree', 'parent', 'author', 'committer']);
const OBJECT_TYPES: ReadonlySet<string> = new Set(['commit', 'tree', 'blob', 'tag'] satisfies ObjectType[]);

/** Parses an annotated tag. @throws {HoldfastError} GIT_CORRUPT when it does not start with a target and its type */
export function parseTag(content: Buffer, oid: string): GitTag {
  const { headers } = splitHeaders(content, `tag ${oid}`);
  const [object, type] = headers;
  const isTag = object?.[0] === 'object' && isOid(object[1]) && type?.[0] === 'type' && OBJECT_TYPES.has(type[1]);
  if (!isTag) throw corrupt(`tag ${oid}`, 'its headers are not those of a tag');
  return { target: object[1], targetType: type[1] as ObjectType };
}

/** Removes up to `max` headers of this name from the front, since their order is fixed. */
function takeHeaders(headers: [string, string][], name: string, max: number): string[] {
  let count = 0;
  while (count < max && headers[count]?.[0] === name) count++;
  return headers.splice(0, count).map(([, value]) => value);
}

function isLatin1(encoding: string | undefined): boolean {
  return encoding !== undefined && /^(iso-?8859-1|latin-?1)$/i.test(encoding);
}

/** Header lines as name and value (continuation lines, as of signatures, joined), and what follows the blank line. */
function splitHeaders(content: Buffer, what: string): { headers: [string, string][]; body: Buffer } {
  const blank = content.indexOf('\n\n');
  const end = blank < 0 ? content.length : blank + 1;
  const head = content.subarray(0, end);
  if (head.includes(0)) throw corrupt(what, 'there is a NUL byte in its headers');
  const headers: [string, string][] = [];
  for (const line of head.toString('utf8').split('\n').slice(0, -1)) {
    const previous = headers.at(-1);
    const space = line.indexOf(' ');
    if (space === 0 && previous !== undefined) previous[1] += `\n${line.slice(1)}`;
    else if (space > 0) headers.push([line.slice(0, space), line.slice(space + 1)]);
    else throw corrupt(what, 'one of its header lines has no name');
  }
  return { headers, body: content.subarray(blank < 0 ? content.length : blank + 2) };
}

/** Lenient, as Git is: histories hold every kind of author line, and nothing but display depends on them. */
function parseIdentity(line: string): GitIdentity {
  const open = line.indexOf('<');
  const close = line.lastIndexOf('>');
  if (open < 0 || close < open) return { name: line.trim(), email: '', dateMs: 0 };
  const dateMs = Number.parseInt(line.slice(close + 1).trim(), 10) * 1000;
  return {
    name: line.slice(0, open).trim(),
    email: line.slice(open + 1, close),
    // The latest instant that a Date can hold.
    dateMs: Math.abs(dateMs) <= 8.64e15 ? dateMs : 0,
  };
}

function corrupt(what: string, why: string): HoldfastError {
  return new HoldfastError('GIT_CORRUPT', `Cannot use ${what}: ${why}; "git fsck" in the repository shows more`);
}
