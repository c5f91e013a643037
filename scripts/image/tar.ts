/** A file, folder or symbolic link in an archive. */
export interface TarEntry {
  /** Relative, with `/` between names; a folder's has none at its end. */
  readonly path: string;
  readonly kind: 'file' | 'directory' | 'symlink';
  /** Permission bits; owner and times are fixed, so that equal content gives equal archives. */
  readonly mode: number;
  readonly content?: Uint8Array;
  /** Where a link points. */
  readonly target?: string;
}

const BLOCK = 512;
const TYPE_FLAGS = { file: '0', directory: '5', symlink: '2' };

/**
 * A POSIX tar archive of the entries, sorted by path: root owns everything and all times are 0, so that it depends
 * on nothing but its content. Names that do not fit go into pax headers.
 */
export function writeTar(entries: readonly TarEntry[]): Uint8Array {
  const blocks: Uint8Array[] = [];
  for (const entry of [...entries].sort((a, b) => compareBytes(a.path, b.path))) {
    const name = entry.kind === 'directory' ? `${entry.path}/` : entry.path;
    const pax = paxRecords({ path: name, linkpath: entry.target ?? '' });
    if (pax.length > 0) blocks.push(header({ name: 'pax', mode: 0o644, flag: 'x', size: pax.length }), pad(pax));
    const content = entry.content ?? new Uint8Array();
    const { mode, target = '' } = entry;
    blocks.push(header({ name, mode, flag: TYPE_FLAGS[entry.kind], size: content.length, target }), pad(content));
  }
  blocks.push(new Uint8Array(2 * BLOCK));
  return Buffer.concat(blocks);
}

function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

interface Header {
  readonly name: string;
  readonly mode: number;
  readonly flag: string;
  readonly size: number;
  readonly target?: string;
}

function header({ name, mode, flag, size, target = '' }: Header): Uint8Array {
  const block = Buffer.alloc(BLOCK);
  // A name that is cut off here stands in full in the pax header before it.
  Buffer.from(name).copy(block, 0, 0, 100);
  writeOctal(block, mode, 100, 8);
  writeOctal(block, 0, 108, 8);
  writeOctal(block, 0, 116, 8);
  writeOctal(block, size, 124, 12);
  writeOctal(block, 0, 136, 12);
  block.fill(' ', 148, 156);
  block.write(flag, 156);
  Buffer.from(target).copy(block, 157, 0, 100);
  block.write('ustar\u000000', 257, 'latin1');
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\u0000 `, 148, 'latin1');
  return block;
}

function writeOctal(block: Buffer, value: number, offset: number, width: number): void {
  block.write(`${value.toString(8).padStart(width - 1, '0')}\u0000`, offset, 'latin1');
}

function paxRecords(fields: Readonly<Record<string, string>>): Uint8Array {
  const records = Object.entries(fields)
    .filter(([, value]) => Buffer.byteLength(value) > 100)
    .map(([key, value]) => paxRecord(` ${key}=${value}\n`));
  return Buffer.from(records.join(''));
}

/** A record begins with its own length, which counts the digits of that length too. */
function paxRecord(rest: string): string {
  const restLength = Buffer.byteLength(rest);
  let length = restLength + 1;
  while (restLength + String(length).length !== length) length = restLength + String(length).length;
  return `${length}${rest}`;
}

function pad(content: Uint8Array): Uint8Array {
  const rest = content.length % BLOCK;
  return rest === 0 ? content : Buffer.concat([content, new Uint8Array(BLOCK - rest)]);
}
