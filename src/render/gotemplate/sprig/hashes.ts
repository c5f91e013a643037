import { createHash } from 'node:crypto';
import { define, type FunctionTable } from '../function-table.ts';
import { toBytes } from '../go-string.ts';
import { textArgument } from './arguments.ts';

/** Sprig's checksums of text: `sha1sum`, `sha256sum` and `sha512sum` in hexadecimal, `adler32sum` in decimal. */
export const HASH_FUNCTIONS: FunctionTable = new Map([
  ['sha1sum', checksum((bytes) => hash('sha1', bytes))],
  ['sha256sum', checksum((bytes) => hash('sha256', bytes))],
  ['sha512sum', checksum((bytes) => hash('sha512', bytes))],
  ['adler32sum', checksum(adler32)],
]);

function checksum(sum: (bytes: Uint8Array) => string) {
  return define(['string'], ([text], context) => {
    const bytes = toBytes(textArgument(text));
    context.charge(bytes.length);
    return sum(bytes);
  });
}

function hash(algorithm: string, bytes: Uint8Array): string {
  return createHash(algorithm).update(bytes).digest('hex');
}

/** RFC 1950. */
function adler32(bytes: Uint8Array): string {
  let low = 1;
  let high = 0;
  for (const byte of bytes) {
    low = (low + byte) % 65_521;
    high = (high + low) % 65_521;
  }
  return String(high * 65_536 + low);
}
