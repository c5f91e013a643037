import { isBase64 } from './base-encoding.ts';

/** A block of a PEM text. */
export interface PemBlock {
  /** What stands after BEGIN, such as `RSA PRIVATE KEY`. */
  readonly type: string;
  readonly bytes: Buffer;
}

/** Writes a block, 64 letters a line. */
export function encodePem({ type, bytes }: PemBlock): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${type}-----`, ...lines, `-----END ${type}-----`, ''].join('\n');
}

/** The first block of a text; undefined where there is none. */
export function decodePem(text: string): PemBlock | undefined {
  for (const [, type = '', rest = ''] of text.matchAll(BEGIN).take(MAX_TRIES)) {
    const end = rest.indexOf(`-----END ${type}-----`);
    if (end < 0) continue;
    const body = rest.slice(0, end).replace(HEADERS, '').replaceAll(/[\s]/g, '');
    if (isBase64(body)) {
      return { type, bytes: Buffer.from(body, 'base64') };
    }
  }
  return undefined;
}

/** At the start of a line; the lookahead leaves the rest to be looked at for other blocks. */
const BEGIN = /^-----BEGIN ([^\n]*?)-----[ \t\r]*$(?=([^]*))/gm;
/** More beginnings without an end are no PEM. */
const MAX_TRIES = 100;
/** Lines such as `Proc-Type: 4,ENCRYPTED`. */
const HEADERS = /^\s*(?:[^\s:][^\n:]*:[^\n]*\n)+/;
