import { HoldfastError } from '../../lib/errors.ts';

/** One packet: its payload, or one of the special packets of protocol v2. */
export type Packet = Buffer | 'flush' | 'delimiter' | 'response-end';

/** The longest packet that Git's protocol allows, its four length digits included. */
const MAX_PACKET_BYTES = 65_520;
const SPECIAL: readonly Packet[] = ['flush', 'delimiter', 'response-end'];

/**
 * Cuts a byte stream into packets; chunks may end anywhere. Keeps at most one packet's bytes.
 * @see https://git-scm.com/docs/gitprotocol-common
 */
export class PktLineDecoder {
  #chunks: Buffer[] = [];
  #length = 0;
  #wanted = 4;

  /** Packets that `chunk` completes. @throws {HoldfastError} GIT_PROTOCOL for a length that is no length */
  push(chunk: Buffer): Packet[] {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    // Joining only when a packet is complete keeps a server that sends single bytes linear.
    if (this.#length < this.#wanted) return [];
    const bytes = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks, this.#length);
    const packets: Packet[] = [];
    let at = 0;
    this.#wanted = 4;
    while (bytes.length - at >= 4) {
      const size = packetLength(bytes, at);
      if (size > bytes.length - at) {
        this.#wanted = size;
        break;
      }
      packets.push(SPECIAL[size] ?? bytes.subarray(at + 4, at + size));
      at += Math.max(size, 4);
    }
    const rest = bytes.subarray(at);
    this.#chunks = rest.length === 0 ? [] : [rest];
    this.#length = rest.length;
    return packets;
  }

  /** To be called when the stream ends. @throws {HoldfastError} GIT_PROTOCOL when it ends inside a packet */
  end(): void {
    if (this.#length === 0) return;
    throw new HoldfastError('GIT_PROTOCOL', 'The Git server closed the connection in the middle of a packet');
  }
}

/** A packet with this text, length first. */
export function encodePacket(text: string): string {
  return `${(Buffer.byteLength(text) + 4).toString(16).padStart(4, '0')}${text}`;
}

/** Ends a message. */
export const FLUSH_PACKET = '0000';
/** Stands between a command's capabilities and its arguments. */
export const DELIMITER_PACKET = '0001';

/** 0 to 2 for special packets, else the length with its own four digits. */
function packetLength(bytes: Buffer, at: number): number {
  let size = 0;
  for (let i = at; i < at + 4; i++) size = size * 16 + hexDigit(bytes[i] ?? 0);
  if (size !== 3 && size <= MAX_PACKET_BYTES) return size;
  throw new HoldfastError(
    'GIT_PROTOCOL',
    `The Git server sent ${JSON.stringify(bytes.toString('latin1', at, at + 4))} where a packet's length belongs; is this the URL of a Git repository?`,
  );
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  // Far above any allowed length, so that the sum is refused.
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : 1_000_000;
}
