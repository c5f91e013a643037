import { HelmError } from './helm-error.ts';

/** A member of a tar archive. */
export interface TarEntry {
  readonly name: string;
  readonly isDirectory: boolean;
  /** A header for all that follows, no member of its own. */
  readonly isExtension: boolean;
  /** Empty for links and devices. */
  readonly data: Uint8Array;
}

const BLOCK = 512;

/**
 * The members of a tar archive in order: ustar and older, with POSIX's (pax) and GNU's long names and sizes.
 * @throws {HelmError} with the texts of Go's archive/tar
 */
export function* readTar(bytes: Uint8Array): Generator<TarEntry> {
  let at = 0;
  let extended = new Map<string, string>();
  while (at < bytes.length) {
    const header = bytes.subarray(at, at + BLOCK);
    if (header.length < BLOCK) throw new HelmError('unexpected EOF');
    if (header.every((byte) => byte === 0)) return;
    checkSum(header);
    const type = String.fromCharCode(header[156] ?? 0);
    const size = sizeOf(header, type, extended);
    const start = at + BLOCK;
    if (start + size > bytes.length) throw new HelmError('unexpected EOF');
    const data = bytes.subarray(start, start + size);
    at = start + Math.ceil(size / BLOCK) * BLOCK;
    if (type === 'x' || type === 'L' || type === 'K') {
      extended = new Map([...extended, ...extensionOf(type, data)]);
      continue;
    }
    yield toEntry({ header, type, data, extended });
    extended = new Map();
  }
}

/** What a member is made from. */
interface Member {
  readonly header: Uint8Array;
  readonly type: string;
  readonly data: Uint8Array;
  readonly extended: ReadonlyMap<string, string>;
}

function toEntry({ header, type, data, extended }: Member): TarEntry {
  const name = extended.get('path') ?? ustarName(header);
  const isRegular = type === '0' || type === '\0' || type === '7';
  return { name, isDirectory: type === '5' || (isRegular && name.endsWith('/')), isExtension: type === 'g', data };
}

/** Links, devices and directories have no data whatever their header says. */
const WITHOUT_DATA = new Set(['1', '2', '3', '4', '5', '6']);

function sizeOf(header: Uint8Array, type: string, extended: ReadonlyMap<string, string>): number {
  if (WITHOUT_DATA.has(type)) return 0;
  const isOwn = type === 'x' || type === 'g' || type === 'L' || type === 'K';
  const text = isOwn ? undefined : extended.get('size');
  const size = text === undefined ? numberAt(header, 124, 12) : Number(text);
  if (!Number.isSafeInteger(size) || size < 0) throw invalidHeader();
  return size;
}

function extensionOf(type: string, data: Uint8Array): Map<string, string> {
  if (type === 'L') return new Map([['path', cString(data)]]);
  return type === 'x' ? paxRecords(data) : new Map<string, string>();
}

/** Records `LENGTH KEY=VALUE\n`, where the length counts the whole record. */
function paxRecords(data: Uint8Array): Map<string, string> {
  const records = new Map<string, string>();
  let at = 0;
  while (at < data.length) {
    const space = data.indexOf(0x20, at);
    const length = Number(latin1(data.subarray(at, space)));
    const isWhole = space > at && Number.isSafeInteger(length) && length > space - at && at + length <= data.length;
    if (!isWhole || data[at + length - 1] !== 0x0a) throw invalidHeader();
    const record = Buffer.from(data.subarray(space + 1, at + length - 1)).toString();
    const equals = record.indexOf('=');
    if (equals < 1) throw invalidHeader();
    if (record.slice(0, equals).startsWith('GNU.sparse'))
      throw new HelmError('archive/tar: sparse files are not supported');
    records.set(record.slice(0, equals), record.slice(equals + 1));
    at += length;
  }
  return records;
}

function ustarName(header: Uint8Array): string {
  const name = cString(header.subarray(0, 100));
  const isPosix = latin1(header.subarray(257, 263)) === 'ustar\0';
  const prefix = isPosix ? cString(header.subarray(345, 500)) : '';
  return prefix === '' ? name : `${prefix}/${name}`;
}

function checkSum(header: Uint8Array): void {
  const stated = numberAt(header, 148, 8);
  let sum = 0;
  for (let index = 0; index < BLOCK; index++) sum += index >= 148 && index < 156 ? 0x20 : (header[index] ?? 0);
  if (stated !== sum) throw invalidHeader();
}

/** Octal digits, or a big-endian binary number after a first bit that is set. */
function numberAt(header: Uint8Array, start: number, length: number): number {
  const field = header.subarray(start, start + length);
  const first = field[0] ?? 0;
  if ((first & 0x80) !== 0) {
    return field.subarray(1).reduce((value, byte) => value * 256 + byte, first & 0x7f);
  }
  const text = latin1(field).replace(/^[\0 ]+|[\0 ]+$/g, '');
  if (!/^[0-7]*$/.test(text)) throw invalidHeader();
  return text === '' ? 0 : Number.parseInt(text, 8);
}

function cString(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return Buffer.from(end < 0 ? bytes : bytes.subarray(0, end)).toString();
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}

function invalidHeader(): HelmError {
  return new HelmError('archive/tar: invalid tar header');
}
