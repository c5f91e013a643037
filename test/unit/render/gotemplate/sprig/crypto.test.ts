import { describe, expect, it } from 'vitest';
import { hashBcrypt } from '../../../../../src/render/gotemplate/sprig/bcrypt.ts';
import { CRYPTO_FUNCTIONS } from '../../../../../src/render/gotemplate/sprig/crypto.ts';
import { callFunction, findDifferences, readCalls } from './recorded-calls.ts';

describe('CRYPTO_FUNCTIONS', () => {
  it('give what Sprig gives', () => {
    const calls = readCalls('crypto').filter(([name]) => CRYPTO_FUNCTIONS.has(name));
    expect(calls.length).toBeGreaterThan(20);
    expect(findDifferences(calls, CRYPTO_FUNCTIONS)).toEqual([]);
  });

  it.each(['x', 'exactly 16 bytes', 'pässwörd '.repeat(20)])('decryptAES reads what encryptAES wrote: %s', (text) => {
    const encrypted = callFunction(CRYPTO_FUNCTIONS, 'encryptAES', ['key', text]);
    expect(callFunction(CRYPTO_FUNCTIONS, 'decryptAES', ['key', encrypted])).toBe(text);
    expect(callFunction(CRYPTO_FUNCTIONS, 'encryptAES', ['key', text])).not.toBe(encrypted);
  });

  it('htpasswd names the user before a bcrypt hash with its own salt', () => {
    const line = callFunction(CRYPTO_FUNCTIONS, 'htpasswd', ['user', 'password']);
    expect(line).toMatch(/^user:\$2a\$10\$[./A-Za-z0-9]{53}$/);
    expect(callFunction(CRYPTO_FUNCTIONS, 'htpasswd', ['user', 'password'])).not.toBe(line);
  });
});

/** Made by golang.org/x/crypto/bcrypt v0.58.0. */
const RECORDED = [
  ['', '$2a$10$6dGY1lZ2/lNwdLqrUdk2Rup4MsvitI/b2CuYoFKccw8RjQw9udcFm'],
  ['x', '$2a$10$GHh9gDBEfNCJS51MNscr5Ou4jZ3F0ai5jL.1W4xEpnlih78zOQNTe'],
  ['hunter two', '$2a$10$4GQiR7SjERq5NjIiNaU0nuZFn6TlVAeSkMPfqYKxZPFsZvs12YcfW'],
  ['pässwörd 日本', '$2a$10$qAHsd13bTnfxTuTnquDi2OXBsir.9UGnRzT/PkeCApRNWm9z54/TW'],
  [
    'abababababababababababababababababababababababababababababababababababab',
    '$2a$10$UpJgAUp.mc5PN6oisHRHCO3V00QQl7M/CCb3jHMCD02si26twa6uK',
  ],
] as const;

describe('hashBcrypt()', () => {
  it.each(RECORDED)('hashes %j as Go does', (password, hash) => {
    expect(hashBcrypt(Buffer.from(password), decodeSalt(hash.slice(7, 29)))).toBe(hash);
  });
});

function decodeSalt(text: string): Buffer {
  const alphabet = './ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
  const standard = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  return Buffer.from(Array.from(text, (letter) => standard[alphabet.indexOf(letter)]).join(''), 'base64');
}
