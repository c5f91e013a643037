import { type CallContext, define, type FunctionTable } from '../function-table.ts';
import { toBytes } from '../go-string.ts';
import type { GoValue } from '../value.ts';
import { decryptAes, encryptAes } from './aes.ts';
import { intArgument, textArgument } from './arguments.ts';
import { hashBcrypt, MAX_BCRYPT_BYTES } from './bcrypt.ts';
import { derivePassword } from './derive-password.ts';
import { WORK_COSTS } from './work-costs.ts';

/**
 * Sprig's functions of passwords and ciphers.
 *
 * @see https://github.com/Masterminds/sprig/blob/v3.3.0/crypto.go
 */
export const CRYPTO_FUNCTIONS: FunctionTable = new Map([
  ['bcrypt', define(['string'], ([password], context) => bcrypt(textArgument(password), context))],
  ['htpasswd', define(['string', 'string'], htpasswd)],
  ['derivePassword', define(['uint32', 'string', 'string', 'string', 'string'], derive)],
  ['encryptAES', define(['string', 'string'], ([password, text], context) => encrypt(password, text, context))],
  ['decryptAES', define(['string', 'string'], ([password, text], context) => decrypt(password, text, context))],
]);

function bcrypt(password: string, context: CallContext): string {
  const bytes = toBytes(password);
  if (bytes.length > MAX_BCRYPT_BYTES) {
    return `failed to encrypt string with bcrypt: bcrypt: password length exceeds ${MAX_BCRYPT_BYTES} bytes`;
  }
  context.charge(WORK_COSTS.bcrypt);
  return hashBcrypt(bytes);
}

function htpasswd([user, password]: readonly GoValue[], context: CallContext): string {
  const name = textArgument(user);
  if (name.includes(':')) return `invalid username: ${name}`;
  return `${name}:${bcrypt(textArgument(password), context)}`;
}

function derive([counter, ...rest]: readonly GoValue[], context: CallContext): string {
  const [type = '', password = '', user = '', site = ''] = rest.map(textArgument);
  context.charge(WORK_COSTS.derivePassword);
  return derivePassword({ counter: intArgument(counter), type, password, user, site });
}

function encrypt(password: GoValue, text: GoValue, context: CallContext): string {
  context.charge(textArgument(text).length);
  return encryptAes(textArgument(password), textArgument(text));
}

function decrypt(password: GoValue, text: GoValue, context: CallContext): string {
  context.charge(textArgument(text).length);
  return decryptAes(textArgument(password), textArgument(text));
}
