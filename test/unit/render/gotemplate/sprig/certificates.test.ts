import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { CERTIFICATE_FUNCTIONS, CertificatePair } from '../../../../../src/render/gotemplate/sprig/certificates.ts';
import { WORK_COSTS } from '../../../../../src/render/gotemplate/sprig/work-costs.ts';
import { type GoValue, goInt } from '../../../../../src/render/gotemplate/value.ts';
import { callFunction, findDifferences, readCalls } from './recorded-calls.ts';

/** Finding large primes takes as long as it takes. */
const MAKING_TIMEOUT_MS = 60_000;

describe('CERTIFICATE_FUNCTIONS', () => {
  it('fail as Sprig does', () => {
    const calls = readCalls('crypto').filter(([name]) => CERTIFICATE_FUNCTIONS.has(name));
    expect(calls.length).toBeGreaterThan(10);
    expect(findDifferences(calls, CERTIFICATE_FUNCTIONS)).toEqual([]);
  });

  it('genCA makes an authority that signs itself', () => {
    const certificate = readCertificate(call('genCA', 'My CA', goInt(365)));
    expect(certificate.ca).toBe(true);
    expect(certificate.subject).toBe('CN=My CA');
    expect(certificate.issuer).toBe('CN=My CA');
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(daysOf(certificate)).toBe(365);
  });

  it('genSignedCert makes a certificate that the authority vouches for', () => {
    const authority = call('genCA', 'Ä Ca', goInt(10));
    const pair = call(
      'genSignedCert',
      'web',
      ['10.0.0.1', '2001:db8::1'],
      ['a.example', '*.b.example'],
      goInt(5),
      authority,
    );
    const [issuer, certificate] = [readCertificate(authority), readCertificate(pair)];
    expect(certificate.checkIssued(issuer)).toBe(true);
    expect(certificate.verify(issuer.publicKey)).toBe(true);
    expect(certificate.ca).toBe(false);
    expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2']);
    expect(certificate.checkHost('a.example')).toBe('a.example');
    expect(certificate.checkHost('x.b.example')).toBe('*.b.example');
    expect(certificate.checkHost('c.example')).toBeUndefined();
    expect(certificate.checkIP('10.0.0.1')).toBe('10.0.0.1');
    expect(certificate.checkIP('2001:db8::1')).toBe('2001:db8::1');
    expect(certificate.checkPrivateKey(createPrivateKey(pair.key))).toBe(true);
  });

  it('genSelfSignedCert takes nil for no names', () => {
    const certificate = readCertificate(call('genSelfSignedCert', 'alone', null, null, goInt(1)));
    expect(certificate.subjectAltName).toBeUndefined();
    expect(certificate.verify(certificate.publicKey)).toBe(true);
  });

  it.each([
    ['', 'RSA ', 'rsa'],
    ['dsa', 'DSA ', 'dsa'],
    ['ecdsa', 'EC ', 'ec'],
    ['ed25519', '', 'ed25519'],
  ])('genPrivateKey makes a key of type "%s"', { timeout: MAKING_TIMEOUT_MS }, (type, label, known) => {
    const pem = makeKey(type);
    expect(pem).toMatch(new RegExp(`^-----BEGIN ${label}PRIVATE KEY-----\n[^]*-----END ${label}PRIVATE KEY-----\n$`));
    expect(createPrivateKey(pem).asymmetricKeyType).toBe(known);
  });

  it.each(['ecdsa', 'ed25519'])('certifies a given key of type %s and gives it back', (type) => {
    const key = makeKey(type);
    const authority = call('genCAWithKey', 'ca', goInt(1), key);
    expect(authority.key).toBe(key);
    const own = call('genSelfSignedCertWithKey', 'own', [], ['x'], goInt(1), key);
    expect(readCertificate(own).checkPrivateKey(createPrivateKey(key))).toBe(true);
    const signed = call('genSignedCertWithKey', 'leaf', [], ['x'], goInt(1), authority, key);
    expect(readCertificate(signed).verify(createPublicKey(key))).toBe(true);
  });

  it('refuses the key of another authority', () => {
    const authority = call('genCAWithKey', 'ca', goInt(1), makeKey('ecdsa'));
    const mixed = new CertificatePair(authority.cert, makeKey('ecdsa'));
    expect(() => call('genSignedCertWithKey', 'x', [], [], goInt(1), mixed, makeKey('ed25519'))).toThrow(
      "error creating certificate: x509: provided PrivateKey doesn't match parent's PublicKey",
    );
  });

  it('reads keys of DSA, with which nothing can be signed', { timeout: MAKING_TIMEOUT_MS }, () => {
    expect(() => call('genCAWithKey', 'ca', goInt(1), makeKey('dsa'))).toThrow(
      /^error creating certificate: x509: certificate private key does not implement crypto.Signer$/,
    );
  });

  it.each([
    ['RSA PRIVATE KEY', 'pkcs8', 'ParsePKCS8PrivateKey'],
    ['EC PRIVATE KEY', 'pkcs1', 'ParsePKCS1PrivateKey'],
    ['PRIVATE KEY', 'pkcs1', 'ParsePKCS1PrivateKey'],
  ] as const)('refuses what says %s and is %s', (label, type, parser) => {
    const bytes = createPrivateKey(call('genCA', 'ca', goInt(1)).key).export({ type, format: 'der' });
    const pem = `-----BEGIN ${label}-----\n${bytes.toString('base64')}\n-----END ${label}-----\n`;
    expect(() => call('genCAWithKey', 'ca', goInt(1), pem)).toThrow(`(use ${parser} instead for this key format)`);
  });

  it('looks for PEM in a text that has none in good time', () => {
    const texts = ['-----BEGIN X-----\n'.repeat(50_000), `-----BEGIN X-----\n${' '.repeat(1e6)}\n-----END X-----`];
    for (const text of texts) {
      expect(() => call('genCAWithKey', 'ca', goInt(1), text)).toThrow('parsing private key: no ');
    }
  });

  it('buildCustomCert gives back what it checked', () => {
    const key = makeKey('ecdsa');
    const { cert } = call('genCAWithKey', 'ca', goInt(40_000), key);
    const encode = (text: string) => Buffer.from(text).toString('base64');
    const pair = call('buildCustomCert', encode(cert), encode(key));
    expect([pair.get('Cert'), pair.get('Key'), pair.get('Other')]).toEqual([cert, key, undefined]);
    expect(pair.toGoString()).toBe(`{${cert} ${key}}`);
    // Beyond 2049 times are written in another way.
    expect(daysOf(readCertificate(pair))).toBe(40_000);
  });

  it('charges for what takes long', () => {
    const charged: number[] = [];
    const context = { charge: (amount: number) => void charged.push(amount) };
    CERTIFICATE_FUNCTIONS.get('genCA')?.call(['x', goInt(1)], context);
    expect(charged).toEqual([WORK_COSTS.rsa2048]);
  });
});

function call(name: string, ...args: GoValue[]): CertificatePair {
  const result = callFunction(CERTIFICATE_FUNCTIONS, name, args);
  if (result instanceof CertificatePair) return result;
  throw new Error(`${name} gives no certificate`);
}

function makeKey(type: string): string {
  const pem = callFunction(CERTIFICATE_FUNCTIONS, 'genPrivateKey', [type]);
  return typeof pem === 'string' ? pem : '';
}

function readCertificate(pair: CertificatePair): X509Certificate {
  return new X509Certificate(pair.cert);
}

function daysOf({ validFromDate, validToDate }: X509Certificate): number {
  return (validToDate.getTime() - validFromDate.getTime()) / 86_400_000;
}
