import { deflateSync, inflateSync } from 'node:zlib';

import { HoldfastError } from '../../lib/errors.ts';
import { applyDelta } from './apply-delta.ts';
import type { ObjectType } from './object.ts';
import type { RecentCache } from './recent-cache.ts';

/** An object inside a pack that is kept as it came; inflated each time it is read. */
export interface PackedObject {
  readonly form: 'packed';
  readonly type: ObjectType;
  /** The whole pack; shared by all its objects. */
  readonly pack: Buffer;
  /** Where the compressed bytes begin and end in the pack. */
  readonly start: number;
  readonly end: number;
  /** Inflated bytes between them: the content, or a delta. */
  readonly inflatedBytes: number;
  /** What the delta applies to; `undefined` when the content itself is stored. */
  readonly base: StoredObject | undefined;
  /** Deltas below this object. */
  readonly depth: number;
}

/** An object with a buffer of its own. */
export interface LooseObject {
  readonly form: 'loose';
  readonly type: ObjectType;
  readonly bytes: Buffer;
  /** Bytes of the content when `bytes` is compressed, `undefined` when `bytes` is the content. */
  readonly inflatedBytes: number | undefined;
}

/** An object in memory; its hash was checked when it came. */
export type StoredObject = PackedObject | LooseObject;

/** Below this, compressing costs more than it saves. */
const PLAIN_BYTES = 512;
/** What a small Buffer and its place in a map take beside its bytes, roughly. */
export const ITEM_BYTES: number = 200;

/** Keeps `content` on its own, compressed when that is worth it. Copies it. */
export function looseObject(type: ObjectType, content: Buffer): LooseObject {
  if (content.length > PLAIN_BYTES) {
    const bytes = deflateSync(content, { level: 1 });
    if (bytes.length < content.length * 0.9) {
      return { form: 'loose', type, bytes: ownCopy(bytes), inflatedBytes: content.length };
    }
  }
  return { form: 'loose', type, bytes: ownCopy(content), inflatedBytes: undefined };
}

/** Without this a few bytes keep alive all of the pool or of zlib's 16 kB that they are a part of. */
function ownCopy(bytes: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.length);
  bytes.copy(copy);
  return copy;
}

/** Bytes of memory that keeping the object takes, its share of a pack included. */
export function storedBytes(object: StoredObject): number {
  return object.form === 'loose' ? object.bytes.length : object.end - object.start;
}

/**
 * Content of an object. Not to be changed: it may be shared through the cache.
 * Iterative, because a chain of deltas may be thousands long.
 * @param spend told the bytes that each step makes, and may throw to stop
 */
export function contentOf(
  object: StoredObject,
  cache: RecentCache<StoredObject, Buffer>,
  spend?: (bytes: number) => void,
): Buffer {
  const chain: PackedObject[] = [];
  let at = object;
  let content = cache.get(at);
  while (content === undefined) {
    if (at.form === 'packed' && at.base !== undefined) {
      chain.push(at);
      at = at.base;
      content = cache.get(at);
    } else {
      content = inflateStored(at);
      spend?.(content.length);
      cache.put(at, content, content.length + ITEM_BYTES);
    }
  }
  for (const link of chain.reverse()) {
    // No limit here: sizes were checked when the pack was indexed.
    content = applyDelta(content, inflateStored(link), Number.POSITIVE_INFINITY);
    spend?.(content.length);
    cache.put(link, content, content.length + ITEM_BYTES);
  }
  return content;
}

function inflateStored(object: StoredObject): Buffer {
  if (object.form === 'packed') {
    const bytes = object.pack.subarray(object.start, object.end);
    return inflateExactly(bytes, object.inflatedBytes).content;
  }
  return object.inflatedBytes === undefined ? object.bytes : inflateExactly(object.bytes, object.inflatedBytes).content;
}

/**
 * Inflates the zlib stream at the start of `bytes`, which may go on after it.
 * @param size the declared size; never more is allocated, whatever the stream holds
 * @throws {HoldfastError} GIT_CORRUPT unless the stream is whole, sound and exactly `size` bytes
 */
export function inflateExactly(bytes: Buffer, size: number): { content: Buffer; consumed: number } {
  let result: { buffer: Buffer; engine: { bytesWritten: number } };
  try {
    result = inflateSync(bytes, {
      info: true,
      // One more than the size, so that the end of the stream is seen without a second chunk.
      chunkSize: Math.max(size + 1, 64),
      maxOutputLength: Math.max(size, 1),
    }) as unknown as typeof result;
  } catch (error) {
    const why = (error as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE' ? 'is bigger than it says' : 'is damaged';
    throw new HoldfastError('GIT_CORRUPT', `The Git server sent a damaged pack: an object's compressed data ${why}`, {
      cause: error,
    });
  }
  if (result.buffer.length === size) return { content: result.buffer, consumed: result.engine.bytesWritten };
  throw new HoldfastError('GIT_CORRUPT', 'The Git server sent a damaged pack: an object is smaller than it says');
}
