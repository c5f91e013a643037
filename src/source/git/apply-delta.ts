import { HoldfastError } from '../../lib/errors.ts';

/**
 * Builds an object from its base and a delta.
 * @param maxBytes the biggest result that is allowed
 * @throws {HoldfastError} GIT_CORRUPT when the delta does not fit the base or itself, GIT_LIMIT above `maxBytes`
 * @see https://git-scm.com/docs/gitformat-pack#_deltified_representation
 */
export function applyDelta(base: Buffer, delta: Buffer, maxBytes: number): Buffer {
  const source = readSize(delta, 0);
  const target = readSize(delta, source.next);
  if (source.size !== base.length) throw corrupt('was made for a base of another size');
  if (target.size > maxBytes) {
    throw new HoldfastError('GIT_LIMIT', `A delta makes an object of ${target.size} bytes; the limit is ${maxBytes}`, {
      retry: 'never',
    });
  }
  const result = Buffer.allocUnsafe(target.size);
  let written = 0;
  let at = target.next;
  while (at < delta.length) {
    const part = readInstruction(base, delta, at);
    const end = part.offset + part.length;
    if (end > part.bytes.length || written + part.length > target.size) {
      throw corrupt('reaches beyond its base, its result or its own end');
    }
    part.bytes.copy(result, written, part.offset, end);
    written += part.length;
    at = part.next;
  }
  if (written !== target.size) throw corrupt('makes fewer bytes than it announces');
  return result;
}

/** A size in seven-bit groups, lowest first. Multiplies, because shifts would wrap at 32 bits. */
function readSize(delta: Buffer, start: number): { size: number; next: number } {
  let size = 0;
  let unit = 1;
  for (let at = start; at < start + 7; at++) {
    const byte = delta[at];
    if (byte === undefined) break;
    size += (byte & 0x7f) * unit;
    if (byte < 0x80) return { size, next: at + 1 };
    unit *= 128;
  }
  throw corrupt('has no readable size');
}

/** One instruction: which bytes to append, of the base or of the delta itself, and where the next one begins. */
interface Instruction {
  readonly bytes: Buffer;
  readonly offset: number;
  readonly length: number;
  readonly next: number;
}

function readInstruction(base: Buffer, delta: Buffer, at: number): Instruction {
  const op = delta[at] ?? 0;
  if (op === 0) throw corrupt('holds the reserved instruction 0');
  if (op < 0x80) return { bytes: delta, offset: at + 1, length: op, next: at + 1 + op };
  // Each bit of the lower seven says whether that byte of the offset (four) and of the length (three) follows.
  let next = at + 1;
  let offset = 0;
  let length = 0;
  for (let bit = 0; bit < 7; bit++) {
    if ((op & (1 << bit)) === 0) continue;
    const byte = delta[next++] ?? 0;
    if (bit < 4) offset += byte * 2 ** (8 * bit);
    else length += byte * 2 ** (8 * (bit - 4));
  }
  if (next > delta.length) throw corrupt('ends in the middle of an instruction');
  return { bytes: base, offset, length: length === 0 ? 0x10000 : length, next };
}

function corrupt(what: string): HoldfastError {
  return new HoldfastError('GIT_CORRUPT', `The Git server sent a damaged pack: a delta ${what}`);
}
