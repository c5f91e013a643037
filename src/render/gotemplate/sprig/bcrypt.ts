import { randomBytes } from 'node:crypto';
import { type BlowfishState, initialState } from './blowfish-tables.ts';

/** Longer passwords are refused, as golang.org/x/crypto does. */
export const MAX_BCRYPT_BYTES = 72;

/**
 * The bcrypt hash of a password, as `$2a$10$…`. Takes about a tenth of a second, which is what it is for.
 * @param salt 16 bytes, random unless told
 * @see https://www.usenix.org/legacy/events/usenix99/provos/provos.pdf
 */
export function hashBcrypt(password: Uint8Array, salt: Uint8Array = randomBytes(16)): string {
  // The key is the password with a zero byte after it, over and over.
  const key = toWords(Buffer.concat([password, Buffer.of(0)]), 18);
  const saltWords = toWords(salt, 4);
  const state = initialState();
  expandKey(state, key, saltWords);
  for (let round = 0; round < 2 ** COST; round++) {
    expandKey(state, key, NO_SALT);
    expandKey(state, spread(saltWords), NO_SALT);
  }
  // The last byte is left out, for no reason that is known.
  return `$2a$${COST}$${encode(salt)}${encode(encryptText(state).subarray(0, 23))}`;
}

const COST = 10;
const NO_SALT = new Int32Array(4);
const TEXT = 'OrpheanBeholderScryDoubt';
const ALPHABET = './ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** So many words of a cycle of bytes, the highest byte first. */
function toWords(bytes: Uint8Array, count: number): Int32Array {
  const byteAt = (i: number) => bytes[i % bytes.length] ?? 0;
  return Int32Array.from({ length: count }, (_, word) => {
    const at = 4 * word;
    return (byteAt(at) << 24) | (byteAt(at + 1) << 16) | (byteAt(at + 2) << 8) | byteAt(at + 3);
  });
}

function spread(salt: Int32Array): Int32Array {
  return Int32Array.from({ length: 18 }, (_, i) => salt[i % 4] ?? 0);
}

/** Mixes a key into the subkeys, then replaces subkeys and boxes by what the cipher makes of the salt. */
function expandKey(state: BlowfishState, key: Int32Array, salt: Int32Array): void {
  const { subkeys, boxes } = state;
  for (let i = 0; i < subkeys.length; i++) subkeys[i] = (subkeys[i] ?? 0) ^ (key[i] ?? 0);
  const block = new Int32Array(2);
  let at = 0;
  for (const words of [subkeys, boxes]) {
    for (let i = 0; i < words.length; i += 2) {
      block[0] = (block[0] ?? 0) ^ (salt[at] ?? 0);
      block[1] = (block[1] ?? 0) ^ (salt[at + 1] ?? 0);
      at ^= 2;
      encrypt(state, block);
      words.set(block, i);
    }
  }
}

/** Blowfish's sixteen rounds on a block of two words, in place. */
function encrypt({ subkeys, boxes }: BlowfishState, block: Int32Array): void {
  let left = block[0] ?? 0;
  let right = block[1] ?? 0;
  for (let round = 0; round < 16; round++) {
    left ^= subkeys[round] ?? 0;
    const next = right ^ substitute(boxes, left);
    right = left;
    left = next;
  }
  block[0] = right ^ (subkeys[17] ?? 0);
  block[1] = left ^ (subkeys[16] ?? 0);
}

function substitute(boxes: Int32Array, word: number): number {
  const sum = ((boxes[word >>> 24] ?? 0) + (boxes[256 + ((word >>> 16) & 255)] ?? 0)) | 0;
  return (sum ^ (boxes[512 + ((word >>> 8) & 255)] ?? 0)) + (boxes[768 + (word & 255)] ?? 0);
}

function encryptText(state: BlowfishState): Buffer {
  const words = toWords(Buffer.from(TEXT), 6);
  for (let i = 0; i < words.length; i += 2) {
    for (let round = 0; round < 64; round++) encrypt(state, words.subarray(i, i + 2));
  }
  const bytes = Buffer.alloc(24);
  for (const [i, word] of words.entries()) bytes.writeInt32BE(word, 4 * i);
  return bytes;
}

/** Base 64 with bcrypt's own alphabet and without padding. */
function encode(bytes: Uint8Array): string {
  const standard = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  const text = Buffer.from(bytes).toString('base64').replaceAll('=', '');
  return Array.from(text, (letter) => ALPHABET[standard.indexOf(letter)]).join('');
}
