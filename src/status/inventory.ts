import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { type ObjectKey, objectKey, parseObjectKey } from '../object/kube-object.ts';

/** Bytes that an inventory may unpack to: 100 000 objects and more. */
const MAX_BYTES = 16 * 1024 * 1024;

/**
 * Text of the inventory annotation: every object that the application may have made. Compressed, because all
 * annotations of an object together may take 256 KiB.
 *
 * The unpacked form is JSON: `{"<group>/<Kind>": ["<namespace>/<name>", …]}`, sorted.
 */
export function encodeInventory(keys: ReadonlySet<ObjectKey>): string {
  const byKind: Record<string, string[]> = {};
  for (const key of [...keys].sort()) {
    const { group, kind, namespace, name } = parseObjectKey(key);
    const id = `${group}/${kind}`;
    (byKind[id] ??= []).push(`${namespace}/${name}`);
  }
  return deflateRawSync(JSON.stringify(byKind)).toString('base64');
}

/** The inverse of {@link encodeInventory}; `undefined` when the text is none, so that nobody takes it for empty. */
export function decodeInventory(text: string | undefined): ReadonlySet<ObjectKey> | undefined {
  if (text === undefined) return undefined;
  try {
    const unpacked = inflateRawSync(Buffer.from(text, 'base64'), { maxOutputLength: MAX_BYTES }).toString();
    const byKind = JSON.parse(unpacked) as Record<string, string[]>;
    if (typeof byKind !== 'object' || Array.isArray(byKind)) return undefined;
    return new Set(Object.entries(byKind).flatMap(([id, names]) => names.map((name) => toKey(id, name))));
  } catch {
    // Somebody else wrote it. The caller starts from what the live objects say of themselves.
    return undefined;
  }
}

/** @throws {TypeError} if the texts are not as {@link encodeInventory} writes them */
function toKey(id: string, localName: string): ObjectKey {
  const [group, kind, ...more] = id.split('/');
  const [namespace, name, ...rest] = localName.split('/');
  if (group === undefined || !kind || namespace === undefined || !name || more.length + rest.length > 0) {
    throw new TypeError('this is no key of an object');
  }
  return objectKey({ group, kind, namespace, name });
}
