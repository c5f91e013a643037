import { readSync, writeSync } from 'node:fs';
import { decodeMessage, encodeMessage, type FromChild, HEADER_BYTES, type ToChild } from './messages.ts';

/** File descriptor of the channel in a render process. */
export const CHANNEL_FD = 3;

/** The render process's end of the channel. It blocks: renderers are synchronous, and ask for files while they run. */
export class SyncChannel {
  /** Sends one message that {@link encodeMessage} encoded. */
  sendEncoded(bytes: Buffer): void {
    for (let sent = 0; sent < bytes.length; ) sent += writeSync(CHANNEL_FD, bytes, sent);
  }

  /** Sends one message. */
  send(message: FromChild): void {
    this.sendEncoded(encodeMessage(message));
  }

  /** Waits for a message; `undefined` when the controller has gone. */
  receive(): ToChild | undefined {
    const header = readBytes(HEADER_BYTES);
    const body = header === undefined ? undefined : readBytes(header.readUInt32LE());
    return body === undefined ? undefined : (decodeMessage(body) as ToChild);
  }
}

function readBytes(count: number): Buffer | undefined {
  const bytes = Buffer.allocUnsafeSlow(count);
  for (let filled = 0; filled < count; ) {
    const read = readSync(CHANNEL_FD, bytes, filled, count - filled, null);
    if (read === 0) return undefined;
    filled += read;
  }
  return bytes;
}
