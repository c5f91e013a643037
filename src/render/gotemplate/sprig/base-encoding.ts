import { toLatin1 } from './byte-string.ts';

/** What Go says of a text that is no base 64 or base 32. */
export class WrongEncodingError extends Error {
  override readonly name = 'WrongEncodingError';

  constructor(base: 32 | 64, offset: number) {
    super(`illegal base${base} data at input byte ${offset}`);
  }
}

/**
 * Decodes base 64 as Go's StdEncoding: padded, line breaks anywhere, bits beyond the last byte ignored.
 * @throws {WrongEncodingError} with the offset that Go tells
 */
export function decodeBase64(text: string): Buffer {
  const plain = text.replaceAll(/[\r\n]/g, '');
  if (!isBase64(plain)) throw new WrongEncodingError(64, faultOfBase64(toLatin1(text)));
  return Buffer.from(plain, 'base64');
}

/** Whether a text is base 64 with its padding and nothing else. */
export function isBase64(text: string): boolean {
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);
}

/** Encodes in base 32 with padding (RFC 4648). */
export function encodeBase32(bytes: Uint8Array): string {
  let text = '';
  let bits = 0;
  let count = 0;
  for (const byte of bytes) {
    bits = ((bits << 8) | byte) & 0xfff;
    for (count += 8; count >= 5; count -= 5) text += BASE32_LETTERS[(bits >> (count - 5)) & 31];
  }
  if (count > 0) text += BASE32_LETTERS[(bits << (5 - count)) & 31];
  return text.padEnd(Math.ceil(text.length / 8) * 8, '=');
}

/**
 * Decodes base 32 as Go's StdEncoding: padded, line breaks anywhere.
 * @throws {WrongEncodingError} with the offset that Go tells, which does not count line breaks
 */
export function decodeBase32(text: string): Uint8Array {
  const plain = toLatin1(text).replaceAll(/[\r\n]/g, '');
  const fault = faultOfBase32(plain);
  if (fault !== undefined) throw new WrongEncodingError(32, fault);
  const bytes: number[] = [];
  let bits = 0;
  let count = 0;
  for (const letter of plain.replace(/[=][^]*$/, '')) {
    bits = ((bits << 5) | BASE32_LETTERS.indexOf(letter)) & 0xfff;
    count += 5;
    if (count < 8) continue;
    count -= 8;
    bytes.push((bits >> count) & 0xff);
  }
  return Uint8Array.from(bytes);
}

const BASE32_LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Where Go gives up: at the first character that does not belong, or where the last group of four began. */
function faultOfBase64(bytes: string): number {
  let filled = 0;
  let at = 0;
  for (; at < bytes.length; at++) {
    const byte = bytes[at] ?? '';
    if (/[\r\n]/.test(byte)) continue;
    if (!/[A-Za-z0-9+/]/.test(byte)) break;
    filled = (filled + 1) % 4;
  }
  if (at === bytes.length) return at - filled;
  return bytes[at] !== '=' || filled < 2 ? at : faultOfPadding(bytes, at, filled);
}

/** @param filled 2 where another `=` must follow, else 3 */
function faultOfPadding(bytes: string, at: number, filled: number): number {
  const next = skipLineBreaks(bytes, at + 1);
  if (filled === 3 || next === bytes.length) return next;
  return bytes[next] === '=' ? skipLineBreaks(bytes, next + 1) : next - 1;
}

function skipLineBreaks(bytes: string, at: number): number {
  let next = at;
  while (/[\r\n]/.test(bytes[next] ?? '')) next += 1;
  return next;
}

function faultOfBase32(bytes: string): number | undefined {
  for (let start = 0; start < bytes.length; start += 8) {
    for (let filled = 0; filled < 8; filled++) {
      const at = start + filled;
      if (at === bytes.length) return start;
      const isLastGroup = bytes.length - at <= 8;
      if (bytes[at] === '=' && filled >= 2 && isLastGroup) return faultOfBase32Padding(bytes, at, filled);
      if (!BASE32_LETTERS.includes(bytes[at] ?? '')) return at;
    }
  }
  return undefined;
}

/** Of a last group with so many letters; 1, 3 and 6 are too few for their last byte. */
function faultOfBase32Padding(bytes: string, at: number, filled: number): number | undefined {
  const missing = 7 - filled;
  if (bytes.length - at - 1 < missing) return bytes.length;
  for (let i = 0; i < missing; i++) if (bytes[at + 1 + i] !== '=') return at + i;
  return filled === 3 || filled === 6 ? at : undefined;
}
