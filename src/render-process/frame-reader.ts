import { HEADER_BYTES } from './messages.ts';

/** Puts the messages of a stream together again. Keeps pieces apart until a message is whole: they may be many. */
export class FrameReader {
  readonly #maxBytes: number;
  #pieces: Buffer[] = [];
  #bytes = 0;

  /** @param maxBytes of one message */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /**
   * Takes in what came; gives the bodies of the messages that are whole now.
   * @throws {RangeError} when one is announced that is too long
   */
  push(piece: Buffer): Buffer[] {
    this.#pieces.push(piece);
    this.#bytes += piece.length;
    const bodies: Buffer[] = [];
    for (let body = this.#take(); body !== undefined; body = this.#take()) bodies.push(body);
    return bodies;
  }

  #take(): Buffer | undefined {
    if (this.#bytes < HEADER_BYTES) return undefined;
    if ((this.#pieces[0]?.length ?? 0) < HEADER_BYTES) this.#pieces = [Buffer.concat(this.#pieces)];
    const length = this.#pieces[0]?.readUInt32LE() ?? 0;
    if (length > this.#maxBytes)
      throw new RangeError(`a message of ${length} bytes, and ${this.#maxBytes} are the limit`);
    const end = HEADER_BYTES + length;
    if (this.#bytes < end) return undefined;
    const all = Buffer.concat(this.#pieces);
    this.#bytes -= end;
    this.#pieces = this.#bytes === 0 ? [] : [all.subarray(end)];
    return all.subarray(HEADER_BYTES, end);
  }
}
