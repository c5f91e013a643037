import { type KeyObject, X509Certificate } from 'node:crypto';
import { type DerElement, derItems, derObjectIdentifier, derSequence, readDer } from './der.ts';

/** The extension that identifies a certificate's key. */
export const KEY_ID = '2.5.29.14';

/** What a certificate says of its subject that certificates which it signs repeat. */
export interface Signer {
  /** The subject's name in DER. */
  readonly subject: Buffer;
  readonly keyId: Buffer | undefined;
  readonly publicKey: KeyObject;
}

/** Reads a certificate in DER that is known to be well formed. */
export function readSigner(certificate: Buffer): Signer {
  const [signed] = derItems(readDer(certificate)?.[0]);
  const fields = derItems(signed);
  // The version is left out of those of version 1.
  const subject = fields.at(fields[0]?.tag === VERSION_TAG ? 5 : 4);
  const { publicKey } = new X509Certificate(certificate);
  return { subject: subject?.raw ?? derSequence(), keyId: readKeyId(fields), publicKey };
}

const VERSION_TAG = 0xa0;
const EXTENSIONS_TAG = 0xa3;

function readKeyId(fields: readonly DerElement[]): Buffer | undefined {
  const [list] = derItems(fields.find(({ tag }) => tag === EXTENSIONS_TAG));
  const name = derObjectIdentifier(KEY_ID);
  const extension = derItems(list).find((item) => derItems(item)[0]?.raw.equals(name) === true);
  const [id] = derItems(derItems(extension).at(-1));
  return id?.contents;
}
