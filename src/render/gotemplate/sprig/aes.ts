import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { GoFunctionError } from '../function-table.ts';
import { fromBytes, toBytes } from '../go-string.ts';
import { decodeBase64, WrongEncodingError } from './base-encoding.ts';

const BLOCK_BYTES = 16;
const ALGORITHM = 'aes-256-cbc';

/** Sprig's encryptAES: AES-256-CBC under the password's first 32 bytes, the initial vector first, in base 64. */
export function encryptAes(password: string, text: string): string {
  if (text === '') return '';
  const vector = randomBytes(BLOCK_BYTES);
  const cipher = createCipheriv(ALGORITHM, keyOf(password), vector);
  return Buffer.concat([vector, cipher.update(toBytes(text)), cipher.final()]).toString('base64');
}

/**
 * Sprig's decryptAES. The padding is believed, whatever it is: a wrong password mostly gives nonsense or an error.
 * @throws {GoFunctionError} with what Go says
 */
export function decryptAes(password: string, encrypted: string): string {
  if (encrypted === '') return '';
  const bytes = decode(encrypted);
  if (bytes.length < BLOCK_BYTES) {
    // Go's buffer has room for the padding's bytes too.
    const capacity = Math.floor(encrypted.replaceAll(/[\r\n]/g, '').length / 4) * 3;
    throw new GoFunctionError(`runtime error: slice bounds out of range [:16] with capacity ${capacity}`);
  }
  if (bytes.length % BLOCK_BYTES > 0) throw new GoFunctionError('crypto/cipher: input not full blocks');
  const cipher = createDecipheriv(ALGORITHM, keyOf(password), bytes.subarray(0, BLOCK_BYTES)).setAutoPadding(false);
  const padded = Buffer.concat([cipher.update(bytes.subarray(BLOCK_BYTES)), cipher.final()]);
  return fromBytes(padded.subarray(0, lengthWithoutPadding(padded)));
}

function keyOf(password: string): Buffer {
  const key = Buffer.alloc(32);
  key.set(toBytes(password).subarray(0, key.length));
  return key;
}

function decode(text: string): Buffer {
  try {
    return decodeBase64(text);
  } catch (error) {
    if (error instanceof WrongEncodingError) throw new GoFunctionError(error.message);
    throw error;
  }
}

function lengthWithoutPadding(padded: Buffer): number {
  const last = padded.at(-1);
  if (last === undefined) throw new GoFunctionError('runtime error: index out of range [-1]');
  const length = padded.length - last;
  if (length < 0) throw new GoFunctionError(`runtime error: slice bounds out of range [:${length}]`);
  return length;
}
