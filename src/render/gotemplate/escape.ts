import { isPrintable, toBytes } from './go-string.ts';

/** What Go's `html` writes of a text. */
export function escapeHtml(text: string): string {
  // oxlint-disable-next-line no-control-regex -- NUL is one of them
  return text.replaceAll(/["'&<>\u0000]/g, (char) => HTML_ESCAPES.get(char) ?? char);
}

const HTML_ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '&#34;'],
  ["'", '&#39;'],
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['\u0000', '\ufffd'],
]);

/** What Go's `js` writes of a text. */
export function escapeJs(text: string): string {
  return text.replaceAll(
    // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
    /[\\'"<>&=\u0000-\u001f]|[^\u0000-\u007f]/gu,
    (char) => JS_ESCAPES.get(char) ?? escapeRune(char),
  );
}

const JS_ESCAPES: ReadonlyMap<string, string> = new Map(['\\', "'", '"'].map((char) => [char, `\\${char}`]));

function escapeRune(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  if (code >= 0x80 && isPrintable(code)) return char;
  // What is no character is what Go decodes it to, U+FFFD, which it takes to be printable.
  if (code >= 0xd800 && code <= 0xdfff) return char;
  return `\\u${code.toString(16).toUpperCase().padStart(4, '0')}`;
}

/** What Go's `urlquery` writes of a text. */
export function escapeUrlQuery(text: string): string {
  let escaped = '';
  for (const byte of toBytes(text)) escaped += escapeByte(byte);
  return escaped;
}

function escapeByte(byte: number): string {
  const char = String.fromCharCode(byte);
  if (/[A-Za-z0-9_.~-]/.test(char)) return char;
  return byte === 0x20 ? '+' : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}
