import { HoldfastError } from '../../lib/errors.ts';
import type { GitLimits } from './limits.ts';
import type { ObjectType } from './object.ts';

/** The head of one entry of a pack. */
export interface PackEntry {
  /** Where the entry begins. */
  readonly offset: number;
  /** Where its compressed data begin. */
  readonly dataAt: number;
  /** Inflated bytes: of the content, or of the delta when there is a base. */
  readonly size: number;
  /** Of the content; without meaning when there is a base. */
  readonly type: ObjectType;
  /** For a delta what it applies to: the offset of an earlier entry, or an oid. */
  readonly base: number | string | undefined;
}

const TYPES: readonly (ObjectType | 'offset-delta' | 'ref-delta' | undefined)[] = [
  undefined,
  'commit',
  'tree',
  'blob',
  'tag',
  undefined,
  'offset-delta',
  'ref-delta',
];

/**
 * Reads the head of the entry at `offset`.
 * @throws {HoldfastError} GIT_CORRUPT for an unknown type or an unreadable size or base, GIT_LIMIT for a size beyond
 *   `limits.objectBytes`, before anything of that size is allocated
 */
export function readPackEntry(pack: Buffer, offset: number, limits: Pick<GitLimits, 'objectBytes'>): PackEntry {
  const { type, size, next } = readTypeAndSize(pack, offset);
  if (size > limits.objectBytes) {
    throw new HoldfastError(
      'GIT_LIMIT',
      `The Git server sent an object of ${size} bytes; the limit is ${limits.objectBytes}`,
      { retry: 'never' },
    );
  }
  if (type === 'offset-delta') {
    const { distance, next: dataAt } = readDistance(pack, next);
    // Bases lie before their deltas, so that these can form no loop.
    if (distance <= 0 || distance > offset) throw corrupt('a delta points outside the pack');
    return { offset, dataAt, size, type: 'blob', base: offset - distance };
  }
  if (type === 'ref-delta') {
    if (next + 20 > pack.length) throw corrupt('it ends in the middle of an object');
    return { offset, dataAt: next + 20, size, type: 'blob', base: pack.toString('hex', next, next + 20) };
  }
  return { offset, dataAt: next, size, type, base: undefined };
}

/** Three bits of type, then the size: four bits and seven-bit groups, lowest first. */
function readTypeAndSize(
  pack: Buffer,
  offset: number,
): { type: ObjectType | 'offset-delta' | 'ref-delta'; size: number; next: number } {
  let byte = pack[offset] ?? 0;
  const type = TYPES[(byte >> 4) & 7];
  if (type === undefined) throw corrupt('it holds an object of an unknown type');
  let size = byte & 15;
  let unit = 16;
  let next = offset + 1;
  while (byte >= 0x80) {
    byte = pack[next++] ?? 0;
    size += (byte & 0x7f) * unit;
    unit *= 128;
    if (next - offset > 7 || next > pack.length) throw corrupt('the size of an object is unreadable');
  }
  return { type, size, next };
}

/** Seven-bit groups, highest first, each continued one counting one more. */
function readDistance(pack: Buffer, start: number): { distance: number; next: number } {
  let next = start;
  let byte = pack[next++] ?? 0;
  let distance = byte & 0x7f;
  while (byte >= 0x80) {
    byte = pack[next++] ?? 0;
    distance = (distance + 1) * 128 + (byte & 0x7f);
    if (next - start > 7) throw corrupt('the base of a delta is unreadable');
  }
  return { distance, next };
}

function corrupt(why: string): HoldfastError {
  return new HoldfastError('GIT_CORRUPT', `The Git server sent a damaged pack: ${why}`);
}
