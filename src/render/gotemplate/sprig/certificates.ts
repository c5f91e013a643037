import { type KeyObject, X509Certificate } from 'node:crypto';
import { type CallContext, define, type FunctionTable, GoFunctionError } from '../function-table.ts';
import { formatValue } from '../print-value.ts';
import { GoObject, type GoValue } from '../value.ts';
import { intArgument, itemsOf, textArgument } from './arguments.ts';
import { decodeBase64, WrongEncodingError } from './base-encoding.ts';
import { parseIpAddress } from './ip-address.ts';
import { type CertificateContent, makeCertificate } from './make-certificate.ts';
import { decodePem } from './pem.ts';
import { makePrivateKey, makeRsaKey, parsePrivateKey, printPrivateKey } from './private-key.ts';
import { WORK_COSTS } from './work-costs.ts';

/** A certificate and its key as text, mostly PEM: what Sprig calls `certificate`. */
export class CertificatePair extends GoObject {
  override readonly goType = 'sprig.certificate';
  override readonly goKind = 'struct';
  readonly cert: string;
  readonly key: string;

  constructor(cert: string, key: string) {
    super();
    this.cert = cert;
    this.key = key;
  }

  override get(name: string): GoValue {
    if (name === 'Cert') return this.cert;
    return name === 'Key' ? this.key : undefined;
  }

  override toGoString(): string {
    return `{${this.cert} ${this.key}}`;
  }
}

/**
 * Sprig's functions of keys and certificates.
 *
 * @see https://github.com/Masterminds/sprig/blob/v3.3.0/crypto.go
 */
export const CERTIFICATE_FUNCTIONS: FunctionTable = new Map([
  ['genPrivateKey', define(['string'], ([type], context) => genPrivateKey(textArgument(type), context))],
  ['buildCustomCert', define(['string', 'string'], ([cert, key]) => buildPair(textArgument(cert), textArgument(key)))],
  ['genCA', define(['string', 'int'], ([cn, days], context) => makeAuthority(cn, days, newKey(context)))],
  ['genCAWithKey', define(['string', 'int', 'string'], ([cn, days, key]) => makeAuthority(cn, days, givenKey(key)))],
  [
    'genSelfSignedCert',
    define(['string', 'list', 'list', 'int'], (args, context) => makeOwn(args, () => newKey(context))),
  ],
  [
    'genSelfSignedCertWithKey',
    define(['string', 'list', 'list', 'int', 'string'], (args) => makeOwn(args, () => givenKey(args[4]))),
  ],
  [
    'genSignedCert',
    define(['string', 'list', 'list', 'int', 'certificate'], (args, context) =>
      makeSigned(args, () => newKey(context)),
    ),
  ],
  [
    'genSignedCertWithKey',
    define(['string', 'list', 'list', 'int', 'certificate', 'string'], (args) =>
      makeSigned(args, () => givenKey(args[5])),
    ),
  ],
]);

const KEY_COSTS = {
  rsa: WORK_COSTS.rsa4096,
  dsa: WORK_COSTS.dsa,
  ecdsa: WORK_COSTS.ellipticCurve,
  ed25519: WORK_COSTS.ellipticCurve,
} as const;

function genPrivateKey(type: string, context: CallContext): string {
  const known = type === '' ? 'rsa' : type;
  if (known !== 'rsa' && known !== 'dsa' && known !== 'ecdsa' && known !== 'ed25519') return `Unknown type ${type}`;
  context.charge(KEY_COSTS[known]);
  return printPrivateKey(makePrivateKey(known));
}

function newKey(context: CallContext): KeyObject {
  context.charge(WORK_COSTS.rsa2048);
  return makeRsaKey(2048);
}

function givenKey(pem: GoValue): KeyObject {
  return explain('parsing private key', () => parsePrivateKey(textArgument(pem)));
}

function explain<T>(doing: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof GoFunctionError) throw new GoFunctionError(`${doing}: ${error.message}`);
    throw error;
  }
}

/** Checks a certificate and a key, both PEM in base 64. */
function buildPair(cert: string, key: string): CertificatePair {
  const certPem = decodeText(cert, 'certificate');
  const keyPem = decodeText(key, 'private key');
  const block = decodePem(certPem);
  if (block === undefined) throw new GoFunctionError('unable to decode certificate');
  checkCertificate(block.bytes, 'decodedCert');
  explain('error parsing private key', () => parsePrivateKey(keyPem));
  return new CertificatePair(certPem, keyPem);
}

function decodeText(encoded: string, name: string): string {
  try {
    return decodeBase64(encoded).toString();
  } catch (error) {
    if (error instanceof WrongEncodingError) throw new GoFunctionError(`unable to decode base64 ${name}`);
    throw error;
  }
}

function checkCertificate(bytes: Buffer, variable: string): void {
  try {
    // Throws if it is none.
    new X509Certificate(bytes).fingerprint.at(0);
  } catch {
    throw new GoFunctionError(`error parsing certificate: ${variable}.Bytes: x509: malformed certificate`);
  }
}

function makeAuthority(commonName: GoValue, days: GoValue, key: KeyObject): CertificatePair {
  const content = contentOf([commonName, null, null, days]);
  const cert = makeCertificate({ ...content, isAuthority: true }, key, { certificate: undefined, key });
  return new CertificatePair(cert, printPrivateKey(key));
}

function makeOwn(args: readonly GoValue[], keyFor: () => KeyObject): CertificatePair {
  // A given key is read, and found wrong, before the names.
  const key = keyFor();
  const cert = makeCertificate(contentOf(args), key, { certificate: undefined, key });
  return new CertificatePair(cert, printPrivateKey(key));
}

function makeSigned(args: readonly GoValue[], keyFor: () => KeyObject): CertificatePair {
  const authority = args[4];
  if (!(authority instanceof CertificatePair)) throw new GoFunctionError('the fifth argument is no certificate');
  const key = keyFor();
  const block = decodePem(authority.cert);
  if (block === undefined) throw new GoFunctionError('unable to decode certificate');
  checkCertificate(block.bytes, 'decodedSignerCert');
  const signingKey = explain('error parsing private key', () => parsePrivateKey(authority.key));
  const cert = makeCertificate(contentOf(args), key, { certificate: block.bytes, key: signingKey });
  return new CertificatePair(cert, printPrivateKey(key));
}

/** From common name, addresses, names and days. */
function contentOf([commonName, ips, names, days]: readonly GoValue[]): CertificateContent {
  return {
    commonName: textArgument(commonName),
    ipAddresses: (itemsOf(ips) ?? []).map(ipAddressOf),
    dnsNames: (itemsOf(names) ?? []).map(dnsNameOf),
    daysValid: intArgument(days),
    isAuthority: false,
  };
}

function ipAddressOf(item: GoValue): Uint8Array {
  if (typeof item !== 'string') throw new GoFunctionError(`error parsing ip: ${formatValue(item)} is not a string`);
  const address = parseIpAddress(item);
  if (address === undefined) throw new GoFunctionError(`error parsing ip: ${item}`);
  return address;
}

function dnsNameOf(item: GoValue): string {
  if (typeof item === 'string') return item;
  throw new GoFunctionError(`error processing alternate dns name: ${formatValue(item)} is not a string`);
}
