/** Writes and reads ASN.1's DER, as far as certificates and keys need it. */

/** Tags of universal types, the two that hold others with that bit set. */
const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  objectIdentifier: 0x06,
  utf8String: 0x0c,
  printableString: 0x13,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

const CONTEXT = 0x80;
const CONSTRUCTED = 0x20;

/** An element of any tag. */
export function derElement(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(contents);
  return Buffer.concat([Buffer.of(tag), derLength(body.length), body]);
}

/** A SEQUENCE. */
export function derSequence(...items: readonly Uint8Array[]): Buffer {
  return derElement(TAG.sequence, ...items);
}

/** A SET of one item, which needs no sorting. */
export function derSet(item: Uint8Array): Buffer {
  return derElement(TAG.set, item);
}

/** An INTEGER that is not negative. */
export function derInteger(value: bigint): Buffer {
  const hex = value.toString(16);
  // A leading zero byte keeps the first bit from meaning a sign.
  const bytes = Buffer.from(`00${hex.padStart(hex.length + (hex.length % 2), '0')}`, 'hex');
  return derElement(TAG.integer, bytes.subarray((bytes[1] ?? 0) < 0x80 ? 1 : 0));
}

/** An OBJECT IDENTIFIER such as `2.5.4.3`. */
export function derObjectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return derElement(TAG.objectIdentifier, Buffer.from([40 * first + second, ...rest].flatMap(base128)));
}

/** BOOLEAN TRUE; DER leaves FALSE out where it is the default. */
export function derTrue(): Buffer {
  return derElement(TAG.boolean, Buffer.of(0xff));
}

/** NULL. */
export function derNull(): Buffer {
  return derElement(TAG.null);
}

/** An OCTET STRING. */
export function derOctetString(...contents: readonly Uint8Array[]): Buffer {
  return derElement(TAG.octetString, ...contents);
}

/** A BIT STRING whose last bits are not used. */
export function derBitString(bytes: Uint8Array, unusedBits: number = 0): Buffer {
  return derElement(TAG.bitString, Buffer.of(unusedBits), bytes);
}

/** A text as Go writes it: PrintableString if its characters allow, else UTF8String. */
export function derText(text: string): Buffer {
  const isPrintable = /^[A-Za-z0-9 '()+,\-./:=?]*$/.test(text);
  return derElement(isPrintable ? TAG.printableString : TAG.utf8String, Buffer.from(text));
}

/** A time to the second: UTCTime in the years that it can tell, else GeneralizedTime. */
export function derTime(time: Date): Buffer {
  const year = time.getUTCFullYear();
  const digits = `${time.toISOString().slice(0, 19).replaceAll(/[-:T]/g, '')}Z`;
  const isShort = year >= 1950 && year < 2050;
  return derElement(isShort ? TAG.utcTime : TAG.generalizedTime, Buffer.from(isShort ? digits.slice(2) : digits));
}

/** An element of a context's own tag that holds other elements. */
export function derExplicit(number: number, ...contents: readonly Uint8Array[]): Buffer {
  return derElement(CONTEXT | CONSTRUCTED | number, ...contents);
}

/** An element of a context's own tag that holds bytes. */
export function derImplicit(number: number, bytes: Uint8Array): Buffer {
  return derElement(CONTEXT | number, bytes);
}

/** An element that was read. */
export interface DerElement {
  readonly tag: number;
  readonly contents: Buffer;
  /** Tag and length included. */
  readonly raw: Buffer;
}

/** The elements that bytes consist of; undefined where they are cut short. */
export function readDer(bytes: Buffer): DerElement[] | undefined {
  const elements: DerElement[] = [];
  for (let at = 0; at < bytes.length; ) {
    const first = bytes[at + 1] ?? 0;
    const lengthBytes = first < 0x80 ? 0 : first & 0x7f;
    if (lengthBytes > 4 || at + 2 + lengthBytes > bytes.length) return undefined;
    const length = lengthBytes === 0 ? first : bytes.readUIntBE(at + 2, lengthBytes);
    const start = at + 2 + lengthBytes;
    if (start + length > bytes.length) return undefined;
    const contents = bytes.subarray(start, start + length);
    elements.push({ tag: bytes[at] ?? 0, contents, raw: bytes.subarray(at, start + length) });
    at = start + length;
  }
  return elements;
}

/** The elements within one; none where it is missing or is no such thing. */
export function derItems(element: DerElement | undefined): DerElement[] {
  return element === undefined ? [] : (readDer(element.contents) ?? []);
}

function derLength(length: number): Buffer {
  if (length < 0x80) return Buffer.of(length);
  const hex = length.toString(16);
  const bytes = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
  return Buffer.concat([Buffer.of(0x80 | bytes.length), bytes]);
}

function base128(value: number): number[] {
  const bytes = [value % 128];
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) bytes.unshift(0x80 | (rest % 128));
  return bytes;
}
