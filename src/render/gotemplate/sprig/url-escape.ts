import { quoteString } from '../go-string.ts';

/** What Go's net/url says of a text that is no URL. */
export class WrongUrlError extends Error {
  override readonly name = 'WrongUrlError';
}

/** A part of a URL; each has its own characters that need no escaping. */
export type UrlPart = 'path' | 'userinfo' | 'host' | 'zone' | 'fragment';

/**
 * Which characters stand for themselves in a part.
 * @see https://github.com/golang/go/blob/go1.26.0/src/net/url/gen_encoding_table.go
 */
const PLAIN: Readonly<Record<UrlPart, RegExp>> = {
  path: /[A-Za-z0-9\-_.~$&+,/:;=@]/,
  userinfo: /[A-Za-z0-9\-_.~$&+,;=]/,
  host: /[A-Za-z0-9\-_.~!$&'()*+,;=:[\]<>"]/,
  zone: /[A-Za-z0-9\-_.~!$&'()*+,;=:[\]<>"]/,
  fragment: /[A-Za-z0-9\-_.~$&+,/:;=?@!()*]/,
};

/** Whether a byte needs escaping in a part. */
export function isEscaped(byte: string, part: UrlPart): boolean {
  return !PLAIN[part].test(byte);
}

/** @param bytes one character below U+0100 for each byte, as is the result of {@link unescapePart} */
export function escapePart(bytes: string, part: UrlPart): string {
  return Array.from(bytes, (byte) => (isEscaped(byte, part) ? percent(byte) : byte)).join('');
}

/**
 * Decodes percent signs in a part.
 * @throws {WrongUrlError} where they are wrong, or characters may not be in a host
 */
export function unescapePart(bytes: string, part: UrlPart): string {
  return bytes.replaceAll(/%(?:[0-9A-Fa-f]{2})?|[^%]/gs, (unit, at: number) => {
    if (unit.startsWith('%')) return unescape(unit, bytes.slice(at, at + 3), part);
    const isWrong = (part === 'host' || part === 'zone') && unit < '\x80' && isEscaped(unit, part);
    if (isWrong) throw new WrongUrlError(`invalid character ${quoteString(unit)} in host name`);
    return unit;
  });
}

function unescape(unit: string, shown: string, part: UrlPart): string {
  const code = Number.parseInt(unit.slice(1), 16);
  const byte = String.fromCharCode(code);
  const isWrongInHost = part === 'host' && code < 0x80 && unit !== '%25';
  const isWrongInZone = part === 'zone' && unit !== '%25' && byte !== ' ' && isEscaped(byte, 'host');
  if (unit === '%' || isWrongInHost || isWrongInZone) {
    throw new WrongUrlError(`invalid URL escape ${quoteString(shown)}`);
  }
  return byte;
}

function percent(byte: string): string {
  return `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}
