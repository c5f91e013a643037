import { type CallContext, define, type FunctionTable } from '../function-table.ts';
import { fromBytes, toBytes } from '../go-string.ts';
import type { GoValue } from '../value.ts';
import { textArgument } from './arguments.ts';
import { decodeBase32, decodeBase64, encodeBase32, WrongEncodingError } from './base-encoding.ts';

/**
 * Sprig's `b64enc`, `b64dec`, `b32enc` and `b32dec`. What cannot be decoded gives the error's text, as in Sprig.
 */
export const ENCODING_FUNCTIONS: FunctionTable = new Map([
  ['b64enc', encoding((bytes) => Buffer.from(bytes).toString('base64'))],
  ['b64dec', decoding(decodeBase64)],
  ['b32enc', encoding(encodeBase32)],
  ['b32dec', decoding(decodeBase32)],
]);

function encoding(encode: (bytes: Uint8Array) => string) {
  return define(['string'], ([text], context) => encode(chargedBytes(text, context)));
}

function decoding(decode: (text: string) => Uint8Array) {
  return define(['string'], ([text], context) => {
    context.charge(textArgument(text).length);
    try {
      return fromBytes(decode(textArgument(text)));
    } catch (error) {
      if (error instanceof WrongEncodingError) return error.message;
      throw error;
    }
  });
}

function chargedBytes(text: GoValue, context: CallContext): Uint8Array {
  const bytes = toBytes(textArgument(text));
  context.charge(bytes.length);
  return bytes;
}
