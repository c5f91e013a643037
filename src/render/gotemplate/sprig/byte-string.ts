import { fromBytes, toBytes } from '../go-string.ts';

/**
 * Runs a function that counts in bytes, as Go's strings do: it gets, and returns, a text with one character below
 * U+0100 for each byte. Texts in ASCII are such texts already.
 */
export function onBytes(text: string, run: (bytes: string) => string): string {
  return fromLatin1(run(toLatin1(text)));
}

/** One character below U+0100 for each byte of a Go string. */
export function toLatin1(text: string): string {
  return isAscii(text) ? text : Buffer.from(toBytes(text)).toString('latin1');
}

/** The reverse of {@link toLatin1}. */
export function fromLatin1(bytes: string): string {
  return isAscii(bytes) ? bytes : fromBytes(Buffer.from(bytes, 'latin1'));
}

function isAscii(text: string): boolean {
  return !NON_ASCII.test(text);
}

const NON_ASCII = /[\u0080-\uffff]/;
