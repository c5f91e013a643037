import { createHash, createPublicKey, type KeyObject, randomBytes, sign, X509Certificate } from 'node:crypto';
import { GoFunctionError } from '../function-table.ts';
import {
  derBitString,
  derExplicit,
  derImplicit,
  derInteger,
  derItems,
  derNull,
  derObjectIdentifier,
  derOctetString,
  derSequence,
  derSet,
  derText,
  derTime,
  derTrue,
  readDer,
} from './der.ts';
import { encodePem } from './pem.ts';
import { KEY_ID, readSigner } from './read-signer.ts';

/** What a certificate says. */
export interface CertificateContent {
  readonly commonName: string;
  /** Each of 4 or 16 bytes. */
  readonly ipAddresses: readonly Uint8Array[];
  readonly dnsNames: readonly string[];
  /** Whole days from now on; none or fewer make a certificate that is out of date. */
  readonly daysValid: number;
  readonly isAuthority: boolean;
}

/** Who signs a certificate. */
export interface CertificateIssuer {
  /** The authority's certificate, in DER; undefined for a certificate that signs itself. */
  readonly certificate: Buffer | undefined;
  readonly key: KeyObject;
}

/**
 * Makes an X.509 certificate for the public half of a key, in PEM, with the extensions that Go's x509.CreateCertificate
 * gives to Sprig's: for clients and servers, with a random serial number.
 *
 * @throws {GoFunctionError} with Go's message: names that are no ASCII, keys that sign nothing or another's name
 */
export function makeCertificate(content: CertificateContent, key: KeyObject, issuer: CertificateIssuer): string {
  const algorithm = signatureAlgorithm(issuer.key);
  const subject = derName(content.commonName);
  const signer = issuer.certificate === undefined ? undefined : readSigner(issuer.certificate);
  const publicKey = createPublicKey(key).export({ type: 'spki', format: 'der' });
  const isOwnIssuer = signer === undefined || signer.subject.equals(subject);
  const authorityKeyId = isOwnIssuer ? undefined : signer.keyId;
  const extensions = [...usages(content), ...identifiers(content, publicKey, authorityKeyId), ...otherNames(content)];
  const start = Date.now();
  const signed = derSequence(
    derExplicit(0, derInteger(2n)),
    derInteger(BigInt(`0x${randomBytes(16).toString('hex')}`)),
    algorithm.identifier,
    signer?.subject ?? subject,
    derSequence(derTime(new Date(start)), derTime(new Date(start + durationMs(content.daysValid)))),
    subject,
    publicKey,
    derExplicit(3, derSequence(...extensions)),
  );
  const signature = sign(algorithm.digest, signed, issuer.key);
  const bytes = derSequence(signed, algorithm.identifier, derBitString(signature));
  if (signer !== undefined && !new X509Certificate(bytes).verify(signer.publicKey)) {
    throw creationError("provided PrivateKey doesn't match parent's PublicKey");
  }
  return encodePem({ type: 'CERTIFICATE', bytes });
}

function creationError(reason: string): GoFunctionError {
  return new GoFunctionError(`error creating certificate: x509: ${reason}`);
}

/** As Go's time.Duration counts it, which wraps around after 292 years. */
function durationMs(days: number): number {
  return Number(BigInt.asIntN(64, BigInt(days) * NANOSECONDS_A_DAY) / 1_000_000n);
}

const NANOSECONDS_A_DAY = 86_400_000_000_000n;

interface SignatureAlgorithm {
  readonly identifier: Buffer;
  /** None for Ed25519, which has its own. */
  readonly digest: string | undefined;
}

function signatureAlgorithm(key: KeyObject): SignatureAlgorithm {
  if (key.asymmetricKeyType === 'rsa') {
    return { identifier: derSequence(derObjectIdentifier('1.2.840.113549.1.1.11'), derNull()), digest: 'sha256' };
  }
  if (key.asymmetricKeyType === 'ed25519') {
    return { identifier: derSequence(derObjectIdentifier('1.3.101.112')), digest: undefined };
  }
  const curve = key.asymmetricKeyDetails?.namedCurve ?? '';
  const [number, digest] = EC_ALGORITHMS.get(curve) ?? [];
  if (number === undefined) throw creationError('certificate private key does not implement crypto.Signer');
  return { identifier: derSequence(derObjectIdentifier(`1.2.840.10045.4.3.${number}`)), digest };
}

/** The last number of ecdsa-with-SHA…, and the digest, for each curve that Go knows. */
const EC_ALGORITHMS: ReadonlyMap<string, readonly [number, string]> = new Map([
  ['secp224r1', [2, 'sha256']],
  ['prime256v1', [2, 'sha256']],
  ['secp384r1', [3, 'sha384']],
  ['secp521r1', [4, 'sha512']],
]);

/** A name that consists of a common name, or of nothing. */
function derName(commonName: string): Buffer {
  if (commonName === '') return derSequence();
  if (!commonName.isWellFormed()) throw new GoFunctionError('error creating certificate: asn1: string not valid UTF-8');
  return derSequence(derSet(derSequence(derObjectIdentifier('2.5.4.3'), derText(commonName))));
}

function extension(oid: string, value: Uint8Array, isCritical: boolean = false): Buffer {
  return derSequence(derObjectIdentifier(oid), ...(isCritical ? [derTrue()] : []), derOctetString(value));
}

function usages({ isAuthority }: CertificateContent): Buffer[] {
  // Bits from the highest on: digitalSignature, keyEncipherment, and keyCertSign of authorities.
  const keyUsage = isAuthority ? derBitString(Buffer.of(0xa4), 2) : derBitString(Buffer.of(0xa0), 5);
  const purposes = ['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2'].map(derObjectIdentifier);
  return [
    extension('2.5.29.15', keyUsage, true),
    extension('2.5.29.37', derSequence(...purposes)),
    extension('2.5.29.19', derSequence(...(isAuthority ? [derTrue()] : [])), true),
  ];
}

function identifiers(content: CertificateContent, publicKey: Buffer, authorityKeyId: Buffer | undefined): Buffer[] {
  const extensions: Buffer[] = [];
  if (content.isAuthority) extensions.push(extension(KEY_ID, derOctetString(keyIdOf(publicKey))));
  if (authorityKeyId !== undefined)
    extensions.push(extension('2.5.29.35', derSequence(derImplicit(0, authorityKeyId))));
  return extensions;
}

/** RFC 7093, method 1: of the key's bits without what says which kind of key it is. */
function keyIdOf(publicKey: Buffer): Buffer {
  const [, bits] = derItems(readDer(publicKey)?.[0]);
  return createHash('sha256')
    .update(bits?.contents.subarray(1) ?? publicKey)
    .digest()
    .subarray(0, 20);
}

function otherNames({ dnsNames, ipAddresses, commonName }: CertificateContent): Buffer[] {
  const names = dnsNames.map((name) => derImplicit(2, ia5Bytes(name)));
  const addresses = ipAddresses.map((address) => derImplicit(7, address));
  if (names.length + addresses.length === 0) return [];
  // Where there is no other name, these must be understood.
  return [extension('2.5.29.17', derSequence(...names, ...addresses), commonName === '')];
}

function ia5Bytes(name: string): Buffer {
  if (/[^\0-\x7f]/.test(name)) throw creationError(`"${name}" cannot be encoded as an IA5String`);
  return Buffer.from(name);
}
