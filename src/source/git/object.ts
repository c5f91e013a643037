import { hash } from 'node:crypto';

/** What an object is. */
export type ObjectType = 'commit' | 'tree' | 'blob' | 'tag';

/** True for 40 hexadecimal digits in lower case, which is how this program writes object ids. */
export function isOid(text: string): boolean {
  return /^[0-9a-f]{40}$/.test(text);
}

/** Reused between calls, which are synchronous. */
const scratch = Buffer.allocUnsafe(64 * 1024);

/** The id of an object: SHA-1 over `<type> <size>\0<content>`, in hexadecimal. */
export function objectId(type: ObjectType, content: Uint8Array): string {
  const head = `${type} ${content.length}\0`;
  const total = head.length + content.length;
  // One-shot hashing of a joined buffer is three times as fast as a Hash object; big contents are not worth keeping.
  const joined = total <= scratch.length ? scratch.subarray(0, total) : Buffer.allocUnsafe(total);
  joined.write(head, 0, 'latin1');
  joined.set(content, head.length);
  return hash('sha1', joined, 'hex');
}
