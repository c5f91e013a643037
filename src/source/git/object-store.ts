import { HoldfastError } from '../../lib/errors.ts';
import type { Breather } from './breather.ts';
import type { ObjectType } from './object.ts';
import type { ObjectCaches } from './object-caches.ts';
import { type GitCommit, parseCommit } from './parse-commit.ts';
import { type Directory, parseTree } from './parse-tree.ts';
import { contentOf, looseObject, type PackedObject, type StoredObject, storedBytes } from './stored-object.ts';

/** What a parsed entry takes in memory, roughly. */
const ENTRY_BYTES = 250;

/**
 * Git objects in memory by oid. A store may stand on another one: then it sees that one's objects as well, and its own
 * can be thrown away or moved over as a whole.
 */
export class ObjectStore {
  readonly #below: ObjectStore | undefined;
  readonly #objects = new Map<string, StoredObject>();
  readonly caches: ObjectCaches;
  #bytes = 0;

  constructor(caches: ObjectCaches, below?: ObjectStore) {
    this.caches = caches;
    this.#below = below;
  }

  /** Number of objects, those below not counted. */
  get size(): number {
    return this.#objects.size;
  }

  /** Compressed bytes of all objects, those below not counted. */
  get bytes(): number {
    return this.#bytes;
  }

  get(oid: string): StoredObject | undefined {
    return this.#objects.get(oid) ?? this.#below?.get(oid);
  }

  /**
   * Content of an object. Not to be changed.
   * @throws {HoldfastError} GIT_CORRUPT when the object is missing or of another type
   */
  read(oid: string, type: ObjectType): Buffer {
    return contentOf(this.#getTyped(oid, type), this.caches.contents);
  }

  /** A parsed tree. @throws {HoldfastError} GIT_CORRUPT as {@link read} and {@link parseTree} do */
  directory(oid: string): Directory {
    const object = this.#getTyped(oid, 'tree');
    const known = this.caches.directories.get(object);
    if (known !== undefined) return known;
    const directory = parseTree(contentOf(object, this.caches.contents), oid);
    this.caches.directories.put(object, directory, (directory.entries.length + 1) * ENTRY_BYTES);
    return directory;
  }

  /** A parsed commit. @throws {HoldfastError} GIT_CORRUPT as {@link read} and {@link parseCommit} do */
  commit(oid: string): GitCommit {
    return parseCommit(this.read(oid, 'commit'), oid);
  }

  /** Takes objects in. What is here already stays: equal oids mean equal content. */
  add(objects: Iterable<readonly [string, StoredObject]>): void {
    for (const [oid, object] of objects) {
      if (this.#objects.has(oid)) continue;
      this.#objects.set(oid, object);
      this.#bytes += storedBytes(object);
    }
  }

  /** Throws all of its own objects away. */
  discard(): void {
    for (const object of this.#objects.values()) this.#forget(object);
    this.#objects.clear();
  }

  /** Takes over all of another store's own objects. */
  adopt(other: ObjectStore): void {
    this.add(other.#objects);
  }

  /**
   * Drops every object that no commit in `roots` reaches (commits reach their tree, not their parents), and takes packs
   * apart of which less than half is left.
   */
  async sweep(roots: readonly string[], breathe: Breather): Promise<void> {
    const live = await this.#reachable(roots, breathe);
    for (const [oid, object] of this.#objects) {
      if (live.has(oid)) continue;
      this.#objects.delete(oid);
      this.#forget(object);
    }
    await this.#compact(breathe);
  }

  #getTyped(oid: string, type: ObjectType): StoredObject {
    const object = this.get(oid);
    if (object?.type === type) return object;
    const what = object === undefined ? 'is missing' : `is a ${object.type}`;
    throw new HoldfastError('GIT_CORRUPT', `The ${type} ${oid} ${what} in what the Git server sent`);
  }

  /** Cached contents go with their object, or the cache would keep its whole pack. */
  #forget(object: StoredObject): void {
    this.#bytes -= storedBytes(object);
    this.caches.contents.delete(object);
    this.caches.directories.delete(object);
  }

  async #reachable(roots: readonly string[], breathe: Breather): Promise<Set<string>> {
    const live = new Set<string>(roots);
    const trees = roots.map((oid) => this.commit(oid).tree);
    for (let tree = trees.pop(); tree !== undefined; tree = trees.pop()) {
      if (live.has(tree)) continue;
      live.add(tree);
      for (const entry of this.directory(tree).entries) {
        if (entry.kind === 'directory') trees.push(entry.oid);
        else live.add(entry.oid);
      }
      const pause = breathe();
      if (pause !== undefined) await pause;
    }
    return live;
  }

  async #compact(breathe: Breather): Promise<void> {
    const packs = new Map<Buffer, [string, PackedObject][]>();
    for (const [oid, object] of this.#objects) {
      if (object.form !== 'packed') continue;
      const members = packs.get(object.pack);
      if (members === undefined) packs.set(object.pack, [[oid, object]]);
      else members.push([oid, object]);
    }
    for (const [pack, members] of packs) {
      const used = members.reduce((sum, [, object]) => sum + storedBytes(object), 0);
      if (used * 2 >= pack.length) continue;
      for (const [oid, object] of members) {
        const own = looseObject(object.type, contentOf(object, this.caches.contents));
        this.#objects.set(oid, own);
        this.#bytes += storedBytes(own);
        this.#forget(object);
        const pause = breathe();
        if (pause !== undefined) await pause;
      }
    }
  }
}
