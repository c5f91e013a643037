import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { GoFunctionError } from '../function-table.ts';
import { derInteger, derItems, derObjectIdentifier, derOctetString, derSequence, readDer } from './der.ts';
import { decodePem, encodePem, type PemBlock } from './pem.ts';

/** The types of keys that {@link makePrivateKey} makes. */
export type PrivateKeyType = 'rsa' | 'dsa' | 'ecdsa' | 'ed25519';

/** Makes a key: `rsa` (4096 bits), `dsa` (2048), `ecdsa` (P-256) or `ed25519`. */
export function makePrivateKey(type: PrivateKeyType): KeyObject {
  return MAKERS[type]();
}

const MAKERS: Readonly<Record<PrivateKeyType, () => KeyObject>> = {
  rsa: () => makeRsaKey(4096),
  dsa: () => generateKeyPairSync('dsa', { modulusLength: 2048, divisorLength: 256 }).privateKey,
  ecdsa: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
  ed25519: () => generateKeyPairSync('ed25519').privateKey,
};

/** Makes an RSA key of so many bits. */
export function makeRsaKey(bits: number): KeyObject {
  return generateKeyPairSync('rsa', { modulusLength: bits }).privateKey;
}

/** A key in PEM as Sprig writes it, each type in the format that is older than PKCS #8, but for Ed25519. */
export function printPrivateKey(key: KeyObject): string {
  const type = key.asymmetricKeyType;
  if (type === 'rsa') return pem('RSA PRIVATE KEY', key.export({ type: 'pkcs1', format: 'der' }));
  if (type === 'ec') return pem('EC PRIVATE KEY', key.export({ type: 'sec1', format: 'der' }));
  return type === 'dsa' ? printDsaKey(key) : pem('PRIVATE KEY', key.export({ type: 'pkcs8', format: 'der' }));
}

/**
 * Reads a key in PEM.
 * @throws {GoFunctionError} with Sprig's message, if not with what Go's parser says after it
 */
export function parsePrivateKey(text: string): KeyObject {
  const block = decodePem(text);
  if (block === undefined) throw new GoFunctionError('no PEM data in input');
  if (block.type === 'PRIVATE KEY') return readKey(block, 'pkcs8', 'decoding PEM as PKCS#8');
  if (!block.type.endsWith(' PRIVATE KEY')) {
    throw new GoFunctionError(`no private key data in PEM block of type ${block.type}`);
  }
  if (block.type === 'RSA PRIVATE KEY') return readKey(block, 'pkcs1', 'parsing RSA private key from PEM');
  if (block.type === 'EC PRIVATE KEY') return readKey(block, 'sec1', 'parsing EC private key from PEM');
  if (block.type === 'DSA PRIVATE KEY') return readDsaKey(block);
  throw new GoFunctionError(`invalid private key type ${block.type}`);
}

function pem(type: string, bytes: Buffer): string {
  return encodePem({ type, bytes });
}

type KeyFormat = 'pkcs1' | 'pkcs8' | 'sec1';

/** Node reads a key in whatever format it is; Go only in that which is asked for. */
function readKey({ bytes }: PemBlock, type: KeyFormat, doing: string): KeyObject {
  const found = formatOf(bytes);
  if (found === undefined)
    throw new GoFunctionError(`${doing}: ${EC_PREFIX[type]}asn1: syntax error: sequence truncated`);
  if (found !== type) {
    const hint = `(use ${GO_PARSERS[found]} instead for this key format)`;
    throw new GoFunctionError(`${doing}: x509: failed to parse private key ${hint}`);
  }
  try {
    return createPrivateKey({ key: bytes, format: 'der', type });
  } catch {
    // What OpenSSL says is no help to whoever wrote the chart, and Go says something else.
    throw new GoFunctionError(`${doing}: x509: failed to parse private key`);
  }
}

const EC_PREFIX: Readonly<Record<KeyFormat, string>> = {
  pkcs1: '',
  pkcs8: '',
  sec1: 'x509: failed to parse EC private key: ',
};
const GO_PARSERS: Readonly<Record<KeyFormat, string>> = {
  pkcs1: 'ParsePKCS1PrivateKey',
  pkcs8: 'ParsePKCS8PrivateKey',
  sec1: 'ParseECPrivateKey',
};

/** After the version come: of PKCS #8 an algorithm, of SEC 1 the number as bytes, of PKCS #1 another number. */
function formatOf(bytes: Buffer): KeyFormat | undefined {
  const [, second] = derItems(readDer(bytes)?.[0]);
  if (second === undefined) return undefined;
  if (second.tag === SEQUENCE_TAG) return 'pkcs8';
  return second.tag === OCTET_STRING_TAG ? 'sec1' : 'pkcs1';
}

const SEQUENCE_TAG = 0x30;
const OCTET_STRING_TAG = 0x04;

/** The format of OpenSSL: version, p, q, g, public and private number. */
function printDsaKey(key: KeyObject): string {
  const [, algorithm, secret] = derItems(readDer(key.export({ type: 'pkcs8', format: 'der' }))?.[0]);
  const [, parameters] = derItems(algorithm);
  const [, bits] = derItems(readDer(createPublicKey(key).export({ type: 'spki', format: 'der' }))?.[0]);
  // After the number of unused bits comes the public number.
  const open = bits?.contents.subarray(1) ?? Buffer.alloc(0);
  const numbers = [parameters?.contents ?? Buffer.alloc(0), open, secret?.contents ?? Buffer.alloc(0)];
  return pem('DSA PRIVATE KEY', derSequence(derInteger(0n), ...numbers));
}

/** Nothing can be certified with keys of DSA, but they can be read. */
function readDsaKey({ bytes }: PemBlock): KeyObject {
  const [, p, q, g, , secret] = derItems(readDer(bytes)?.[0]).map(({ raw }) => raw);
  const doing = 'parsing DSA private key from PEM';
  if (p === undefined || q === undefined || g === undefined || secret === undefined) {
    throw new GoFunctionError(`${doing}: asn1: structure error`);
  }
  const algorithm = derSequence(derObjectIdentifier('1.2.840.10040.4.1'), derSequence(p, q, g));
  return readKey({ type: '', bytes: derSequence(derInteger(0n), algorithm, derOctetString(secret)) }, 'pkcs8', doing);
}
