import { createHash } from 'node:crypto';

import { HoldfastError } from '../../lib/errors.ts';
import { applyDelta } from './apply-delta.ts';
import type { Breather } from './breather.ts';
import type { GitLimits } from './limits.ts';
import { type ObjectType, objectId } from './object.ts';
import { type PackEntry, readPackEntry } from './pack-entry.ts';
import type { RecentCache } from './recent-cache.ts';
import {
  contentOf,
  ITEM_BYTES,
  inflateExactly,
  looseObject,
  type PackedObject,
  type StoredObject,
} from './stored-object.ts';

/** What indexing a pack needs to know beside its bytes. */
export interface IndexPackOptions {
  readonly limits: GitLimits;
  readonly breathe: Breather;
  /** Objects that are already here: a thin pack leaves out bases that the server knows we have. */
  readonly external: (oid: string) => StoredObject | undefined;
  /** Keeps bases at hand while their deltas follow, and what was unpacked for its first readers. */
  readonly cache: RecentCache<StoredObject, Buffer>;
}

const TRAILER_BYTES = 20;
const HEADER_BYTES = 12;
/** Packs below this are taken apart, so that a stream of small fetches does not pile up packs. */
const KEEP_PACK_BYTES = 256 * 1024;
const HASH_SLICE_BYTES = 1024 * 1024;

/**
 * Checks a pack as a whole and each object in it, and returns the objects by oid. The objects keep a reference to
 * `pack`, unless it is small. Deltas against `external` objects become objects of their own, so that nothing that is
 * dropped later can break them.
 * @throws {HoldfastError} GIT_CORRUPT when any byte is not what the hashes say or a delta has no base (which is also
 *   what a loop of deltas looks like), GIT_LIMIT beyond `limits`
 * @see https://git-scm.com/docs/gitformat-pack
 */
export async function indexPack(pack: Buffer, options: IndexPackOptions): Promise<Map<string, StoredObject>> {
  if (pack.length < HEADER_BYTES + TRAILER_BYTES) throw corrupt('it is too short');
  await checkTrailer(pack, options.breathe);
  const count = checkHeader(pack, options.limits);
  const indexer = new PackIndexer(pack, options);
  try {
    await indexer.run(count);
    return indexer.objects;
  } catch (error) {
    // Else the cache would keep the whole pack.
    for (const object of indexer.objects.values()) options.cache.delete(object);
    throw error;
  }
}

/** An entry whose content is not known before its base is. */
interface WaitingDelta {
  readonly entry: PackEntry;
  readonly end: number;
}

class PackIndexer {
  readonly objects: Map<string, StoredObject> = new Map();
  readonly #pack: Buffer;
  readonly #options: IndexPackOptions;
  readonly #keepPack: boolean;
  readonly #byOffset = new Map<number, StoredObject>();
  /** Deltas by what they wait for: the oid or the offset of their base. */
  readonly #waiting = new Map<string | number, WaitingDelta[]>();
  /** Oids and offsets that became known while deltas wait for them. */
  readonly #ready: (string | number)[] = [];
  #waitingCount = 0;
  #inflatedBytes = 0;

  constructor(pack: Buffer, options: IndexPackOptions) {
    this.#pack = pack;
    this.#options = options;
    this.#keepPack = pack.length >= KEEP_PACK_BYTES;
  }

  async run(count: number): Promise<void> {
    const { limits, breathe } = this.#options;
    let at = HEADER_BYTES;
    for (let i = 0; i < count; i++) {
      at = this.#add(readPackEntry(this.#pack, at, limits));
      const pause = breathe();
      if (pause !== undefined) await pause;
    }
    if (at !== this.#pack.length - TRAILER_BYTES) throw corrupt('there are bytes after its last object');
    await this.#resolveWaiting(breathe);
  }

  /** Takes the entry in and returns where the next one begins. */
  #add(entry: PackEntry): number {
    this.#spend(entry.size);
    const { content, consumed } = inflateExactly(this.#pack.subarray(entry.dataAt, -TRAILER_BYTES), entry.size);
    const end = entry.dataAt + consumed;
    if (entry.base === undefined) {
      this.#addContent({ entry, end }, { type: entry.type, content });
      return end;
    }
    const base = this.#findBase(entry.base);
    if (base !== undefined) {
      this.#addDelta({ entry, end }, base, content);
      return end;
    }
    const others = this.#waiting.get(entry.base);
    if (others === undefined) this.#waiting.set(entry.base, [{ entry, end }]);
    else others.push({ entry, end });
    this.#waitingCount++;
    return end;
  }

  /** Resolves the deltas that came before their bases, and those that hang on them. */
  async #resolveWaiting(breathe: Breather): Promise<void> {
    for (const base of this.#waiting.keys()) if (this.#findBase(base) !== undefined) this.#ready.push(base);
    for (let key = this.#ready.pop(); key !== undefined; key = this.#ready.pop()) {
      const base = this.#findBase(key);
      const deltas = this.#waiting.get(key);
      if (base === undefined || deltas === undefined) continue;
      this.#waiting.delete(key);
      this.#waitingCount -= deltas.length;
      for (const delta of deltas) {
        this.#spend(delta.entry.size);
        const bytes = this.#pack.subarray(delta.entry.dataAt, delta.end);
        this.#addDelta(delta, base, inflateExactly(bytes, delta.entry.size).content);
        const pause = breathe();
        if (pause !== undefined) await pause;
      }
    }
    if (this.#waitingCount > 0) throw corrupt(`${this.#waitingCount} of its deltas have no base`);
  }

  #findBase(base: string | number): StoredObject | undefined {
    if (typeof base === 'number') return this.#byOffset.get(base);
    return this.objects.get(base) ?? this.#options.external(base);
  }

  #addDelta(at: WaitingDelta, base: StoredObject, delta: Buffer): void {
    const depth = depthOf(base) + 1;
    const { deltaDepth, objectBytes } = this.#options.limits;
    if (depth > deltaDepth) throw limit(`a chain of more than ${deltaDepth} deltas`);
    const content = applyDelta(this.#contentOf(base), delta, objectBytes);
    this.#spend(content.length);
    this.#addContent(at, { type: base.type, content, base, depth });
  }

  /** Bases that fell out of the cache cost again, or big objects in turns could take hours within the limits. */
  #contentOf(base: StoredObject): Buffer {
    return contentOf(base, this.#options.cache, (bytes) => this.#spend(bytes));
  }

  #addContent(
    at: WaitingDelta,
    object: { type: ObjectType; content: Buffer; base?: StoredObject; depth?: number },
  ): void {
    const oid = objectId(object.type, object.content);
    // The first of two equal objects stays; a second copy would only cost memory.
    const stored = this.objects.get(oid) ?? this.#store(at, object);
    this.objects.set(oid, stored);
    this.#options.cache.put(stored, object.content, object.content.length + ITEM_BYTES);
    this.#byOffset.set(at.entry.offset, stored);
    if (this.#waiting.has(oid)) this.#ready.push(oid);
    if (this.#waiting.has(at.entry.offset)) this.#ready.push(at.entry.offset);
  }

  #store(
    at: WaitingDelta,
    object: { type: ObjectType; content: Buffer; base?: StoredObject; depth?: number },
  ): StoredObject {
    const { base } = object;
    const isForeign = base !== undefined && (base.form !== 'packed' || base.pack !== this.#pack);
    if (!this.#keepPack || isForeign) return looseObject(object.type, object.content);
    return {
      form: 'packed',
      type: object.type,
      pack: this.#pack,
      start: at.entry.dataAt,
      end: at.end,
      inflatedBytes: at.entry.size,
      base,
      depth: object.depth ?? 0,
    } satisfies PackedObject;
  }

  #spend(bytes: number): void {
    this.#inflatedBytes += bytes;
    const { inflatedBytes } = this.#options.limits;
    if (this.#inflatedBytes > inflatedBytes) throw limit(`more than ${inflatedBytes} bytes when it is unpacked`);
  }
}

function depthOf(object: StoredObject): number {
  return object.form === 'packed' ? object.depth : 0;
}

function checkHeader(pack: Buffer, limits: GitLimits): number {
  const version = pack.readUInt32BE(4);
  if (pack.toString('latin1', 0, 4) !== 'PACK' || (version !== 2 && version !== 3))
    throw corrupt('it does not start as a pack');
  const count = pack.readUInt32BE(8);
  if (count > limits.objects) throw limit(`${count} objects; at most ${limits.objects} are allowed`);
  return count;
}

async function checkTrailer(pack: Buffer, breathe: Breather): Promise<void> {
  const end = pack.length - TRAILER_BYTES;
  const sha1 = createHash('sha1');
  for (let at = 0; at < end; at += HASH_SLICE_BYTES) {
    sha1.update(pack.subarray(at, Math.min(at + HASH_SLICE_BYTES, end)));
    const pause = breathe();
    if (pause !== undefined) await pause;
  }
  if (!sha1.digest().equals(pack.subarray(end))) throw corrupt('its checksum does not fit its bytes');
}

function corrupt(why: string): HoldfastError {
  return new HoldfastError('GIT_CORRUPT', `The Git server sent a damaged pack: ${why}`);
}

function limit(what: string): HoldfastError {
  return new HoldfastError('GIT_LIMIT', `The Git server sent a pack with ${what}`, { retry: 'never' });
}
