import { createHash } from 'node:crypto';
import { deflateSync } from 'node:zlib';

import { type ObjectType, objectId } from '../../../../src/source/git/object.ts';

/** One entry of a pack under construction. */
export type PackItem =
  | { readonly type: ObjectType; readonly content: Uint8Array | string; readonly declaredSize?: number }
  | { readonly baseOid: string; readonly delta: Uint8Array }
  | { readonly baseIndex: number; readonly delta: Uint8Array }
  | { readonly baseDistance: number; readonly delta: Uint8Array }
  | { readonly raw: Uint8Array };

const TYPE_CODES: Readonly<Record<ObjectType, number>> = { commit: 1, tree: 2, blob: 3, tag: 4 };

/** A pack of these entries, with the right checksum unless `count` or `trailer` say otherwise. */
export function buildPack(
  items: readonly PackItem[],
  options: { readonly count?: number; readonly trailer?: Uint8Array; readonly version?: number } = {},
): Buffer {
  const head = Buffer.alloc(12);
  head.write('PACK', 0, 'latin1');
  head.writeUInt32BE(options.version ?? 2, 4);
  head.writeUInt32BE(options.count ?? items.length, 8);
  const parts: Buffer[] = [head];
  const offsets: number[] = [];
  let at = head.length;
  for (const item of items) {
    const bytes = encodeItem(item, at, offsets);
    offsets.push(at);
    parts.push(bytes);
    at += bytes.length;
  }
  const body = Buffer.concat(parts);
  return Buffer.concat([body, options.trailer ?? createHash('sha1').update(body).digest()]);
}

/** A delta that copies the whole base and appends `tail`. */
export function appendDelta(baseSize: number, tail: Uint8Array): Buffer {
  const instructions: Buffer[] = [];
  for (let at = 0; at < baseSize; at += 0xffffff) instructions.push(copy(at, Math.min(0xffffff, baseSize - at)));
  for (let at = 0; at < tail.length; at += 127) {
    const piece = tail.subarray(at, at + 127);
    instructions.push(Buffer.from([piece.length]), Buffer.from(piece));
  }
  return rawDelta(baseSize, baseSize + tail.length, Buffer.concat(instructions));
}

/** A delta with any instructions. */
export function rawDelta(baseSize: number, targetSize: number, instructions: Uint8Array): Buffer {
  return Buffer.concat([varint(baseSize), varint(targetSize), instructions]);
}

/** The instruction that copies `length` (up to 16 MiB) bytes from `offset`. */
export function copy(offset: number, length: number): Buffer {
  const bytes = [0x80];
  for (let i = 0; i < 4; i++) push(bytes, i, Math.floor(offset / 256 ** i) & 0xff);
  for (let i = 0; i < 3; i++) push(bytes, i + 4, Math.floor(length / 256 ** i) & 0xff);
  return Buffer.from(bytes);
}

/** A tree object of `<mode> <name>` and oid, in the order given. */
export function treeContent(entries: readonly (readonly [modeAndName: string | Uint8Array, oid: string])[]): Buffer {
  return Buffer.concat(
    entries.flatMap(([head, oid]) => [Buffer.from(head as string), Buffer.from([0]), Buffer.from(oid, 'hex')]),
  );
}

/** A commit object for a tree. */
export function commitContent(tree: string, message = 'Change\n'): string {
  return `tree ${tree}\nauthor A <a@b> 1767225600 +0000\ncommitter A <a@b> 1767225600 +0000\n\n${message}`;
}

/** A commit with all it needs, as pack entries; the commit is the last one. */
export interface CommitItems {
  readonly items: PackItem[];
  readonly commit: string;
  readonly tree: string;
}

/** A commit of one folder with files. */
export function commitOfFiles(files: Readonly<Record<string, string>>): CommitItems {
  const blobs = Object.values(files).map((content) => ({ type: 'blob' as const, content }));
  const names = Object.entries(files).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return commitOfTree(
    treeContent(names.map(([name, content]) => [`100644 ${name}`, objectId('blob', Buffer.from(content))])),
    blobs,
  );
}

/** A commit of this root tree, as pack entries after `others`. */
export function commitOfTree(tree: Buffer, others: readonly PackItem[] = []): CommitItems {
  const oid = objectId('tree', tree);
  const content = commitContent(oid);
  return {
    tree: oid,
    items: [...others, { type: 'tree', content: tree }, { type: 'commit', content }],
    commit: objectId('commit', Buffer.from(content)),
  };
}

function encodeItem(item: PackItem, at: number, offsets: readonly number[]): Buffer {
  if ('raw' in item) return Buffer.from(item.raw);
  if ('type' in item) {
    const content = Buffer.from(item.content as string);
    return Buffer.concat([
      typeAndSize(TYPE_CODES[item.type], item.declaredSize ?? content.length),
      deflateSync(content),
    ]);
  }
  const data = deflateSync(item.delta);
  if ('baseOid' in item) {
    return Buffer.concat([typeAndSize(7, item.delta.length), Buffer.from(item.baseOid, 'hex'), data]);
  }
  const back = 'baseDistance' in item ? item.baseDistance : at - (offsets[item.baseIndex] ?? 0);
  return Buffer.concat([typeAndSize(6, item.delta.length), distance(back), data]);
}

function typeAndSize(type: number, size: number): Buffer {
  const bytes = [(type << 4) | (size & 15)];
  for (let rest = Math.floor(size / 16); rest > 0; rest = Math.floor(rest / 128)) {
    bytes.push(rest & 0x7f);
    bytes[bytes.length - 2] = (bytes.at(-2) ?? 0) | 0x80;
  }
  return Buffer.from(bytes);
}

function distance(value: number): Buffer {
  const bytes = [value & 0x7f];
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) {
    rest--;
    bytes.unshift((rest & 0x7f) | 0x80);
  }
  return Buffer.from(bytes);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest & 0x7f) | 0x80);
    rest = Math.floor(rest / 128);
  }
  return Buffer.from([...bytes, rest]);
}

/** Appends a byte of a copy instruction unless it is zero, and says so in the first one. */
function push(bytes: number[], bit: number, value: number): void {
  if (value === 0) return;
  bytes[0] = (bytes[0] ?? 0) | (1 << bit);
  bytes.push(value);
}
