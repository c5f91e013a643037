import { gzipSync } from 'node:zlib';

/** A member for {@link packTar}; type as in tar headers, `0` (a file) by default. */
export interface TarMember {
  readonly name: string;
  readonly content?: string | Uint8Array;
  readonly type?: string;
  /** Stated size where it is not the content's. */
  readonly size?: number;
}

/** A gzipped tar archive of the members, in their order. */
export function packTar(members: readonly TarMember[]): Uint8Array {
  const blocks = members.flatMap((member) => [headerOf(member), padded(Buffer.from(member.content ?? ''))]);
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]));
}

/** A record of POSIX's extended headers. */
export function paxRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  const length = Buffer.byteLength(rest);
  let total = length + String(length).length;
  while (String(total).length + length !== total) total += 1;
  return `${total}${rest}`;
}

function headerOf({ name, content = '', type = '0', size }: TarMember): Buffer {
  const header = Buffer.alloc(512);
  header.write(name.slice(0, 100), 0);
  header.write('0000644\0', 100);
  header.write(`${(size ?? Buffer.from(content).length).toString(8).padStart(11, '0')}\0`, 124);
  header.write('00000000000\0', 136);
  header.write(' '.repeat(8), 148);
  header.write(type, 156);
  header.write('ustar\x0000', 257);
  header.write(
    `${header
      .reduce((sum, byte) => sum + byte, 0)
      .toString(8)
      .padStart(6, '0')}\0 `,
    148,
  );
  return header;
}

function padded(content: Buffer): Buffer {
  return Buffer.concat([content, Buffer.alloc((512 - (content.length % 512)) % 512)]);
}
