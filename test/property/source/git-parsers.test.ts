import * as fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';

import { systemClock } from '../../../src/lib/clock.ts';
import { HoldfastError } from '../../../src/lib/errors.ts';
import { applyDelta } from '../../../src/source/git/apply-delta.ts';
import { createBreather } from '../../../src/source/git/breather.ts';
import { indexPack } from '../../../src/source/git/index-pack.ts';
import { DEFAULT_GIT_LIMITS } from '../../../src/source/git/limits.ts';
import { type ObjectType, objectId } from '../../../src/source/git/object.ts';
import { createObjectCaches } from '../../../src/source/git/object-caches.ts';
import { ObjectStore } from '../../../src/source/git/object-store.ts';
import { parseCommit, parseTag } from '../../../src/source/git/parse-commit.ts';
import { parseTree } from '../../../src/source/git/parse-tree.ts';
import { encodePacket, type Packet, PktLineDecoder } from '../../../src/source/git/pkt-line.ts';
import { isRefName, parseRefLine } from '../../../src/source/git/refs.ts';
import { decodeName, encodeName } from '../../../src/source/name-codec.ts';
import {
  appendDelta,
  buildPack,
  commitContent,
  type PackItem,
  treeContent,
} from '../../unit/source/git/pack-builder.ts';

// Git processes and big packs on a busy machine need more than the default.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

/** One seed for all, so that a failure is the same everywhere; fast-check prints the path to it. */
const RUNS = { seed: 20_261_121, numRuns: 300 } as const;
const LIMITS = { ...DEFAULT_GIT_LIMITS, objectBytes: 1_000_000, inflatedBytes: 10_000_000, deltaDepth: 50 };
const OID = '0123456789abcdef0123456789abcdef01234567';

const bytes = fc.uint8Array({ maxLength: 400 }).map((array) => Buffer.from(array));
const oid = fc.uint8Array({ minLength: 20, maxLength: 20 }).map((array) => Buffer.from(array).toString('hex'));

/** Runs a parser on hostile input: it may refuse, in our words, and nothing else. */
function onlyRefuses(run: () => unknown): void {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(HoldfastError);
    expect((error as HoldfastError).code).toMatch(/^GIT_(CORRUPT|LIMIT|PROTOCOL)$/);
  }
}

async function index(pack: Buffer): Promise<ObjectStore> {
  const caches = createObjectCaches(systemClock);
  const objects = await indexPack(pack, {
    limits: LIMITS,
    breathe: createBreather(systemClock),
    external: () => undefined,
    cache: caches.contents,
  });
  // With empty caches, so that what is read was stored and not remembered.
  const store = new ObjectStore(createObjectCaches(systemClock));
  store.add(objects);
  return store;
}

/** A valid input with some bytes changed, cut out or put in: closer to the edges than noise is. */
function mutations(valid: fc.Arbitrary<Buffer>): fc.Arbitrary<Buffer> {
  const edit = fc.record({
    at: fc.nat(),
    kind: fc.constantFrom('set', 'cut', 'insert'),
    data: fc.uint8Array({ maxLength: 6 }),
  });
  return fc.tuple(valid, fc.array(edit, { maxLength: 4 })).map(([original, edits]) => {
    let result = original;
    for (const { at, kind, data } of edits) {
      const place = result.length === 0 ? 0 : at % (result.length + 1);
      const skip = kind === 'insert' ? 0 : kind === 'cut' ? data.length + 1 : data.length;
      result = Buffer.concat([
        result.subarray(0, place),
        kind === 'cut' ? Buffer.alloc(0) : data,
        result.subarray(place + skip),
      ]);
    }
    return result;
  });
}

const packets = fc.array(fc.oneof(bytes, fc.constantFrom<Packet>('flush', 'delimiter', 'response-end')), {
  maxLength: 12,
});

function encode(list: readonly Packet[]): Buffer {
  const special = { flush: '0000', delimiter: '0001', 'response-end': '0002' } as const;
  return Buffer.concat(
    list.map((one) =>
      typeof one === 'string'
        ? Buffer.from(special[one])
        : Buffer.concat([Buffer.from((one.length + 4).toString(16).padStart(4, '0')), one]),
    ),
  );
}

function decode(stream: Buffer, cuts: readonly number[]): Packet[] {
  const decoder = new PktLineDecoder();
  const ends = [...cuts.map((cut) => cut % (stream.length + 1)), stream.length].toSorted((a, b) => a - b);
  let from = 0;
  const result: Packet[] = [];
  for (const end of ends) {
    result.push(...decoder.push(stream.subarray(from, end)));
    from = end;
  }
  decoder.end();
  return result;
}

describe('PktLineDecoder', () => {
  it('gives back every packet, wherever the chunks end', () => {
    fc.assert(
      fc.property(packets, fc.array(fc.nat(), { maxLength: 20 }), (list, cuts) => {
        expect(decode(encode(list), cuts)).toEqual(list);
      }),
      RUNS,
    );
  });

  it('agrees with encodePacket()', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(decode(Buffer.from(encodePacket(text)), [])).toEqual([Buffer.from(text)]);
      }),
      RUNS,
    );
  });

  it('only refuses what is damaged', () => {
    fc.assert(
      fc.property(mutations(packets.map(encode)), fc.array(fc.nat(), { maxLength: 5 }), (stream, cuts) => {
        onlyRefuses(() => decode(stream, cuts));
      }),
      RUNS,
    );
  });
});

describe('names', () => {
  it('come back from their strings byte by byte, and are different for different bytes', () => {
    fc.assert(
      fc.property(bytes, bytes, (a, b) => {
        expect(encodeName(decodeName(a)).equals(a)).toBe(true);
        expect(decodeName(a) === decodeName(b)).toBe(a.equals(b));
      }),
      { ...RUNS, numRuns: 1000 },
    );
  });

  it('are themselves when they are UTF-8', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(decodeName(Buffer.from(text))).toBe(Buffer.from(text).toString());
      }),
      RUNS,
    );
  });
});

describe('applyDelta()', () => {
  it('makes what the delta was made for', () => {
    fc.assert(
      fc.property(bytes, bytes, (base, tail) => {
        const result = applyDelta(base, appendDelta(base.length, tail), 1000);
        expect(result.equals(Buffer.concat([base, tail]))).toBe(true);
      }),
      RUNS,
    );
  });

  it('only refuses what is damaged, and makes nothing above the limit', () => {
    const base = Buffer.from('a base of some length');
    const delta = mutations(bytes.map((tail) => appendDelta(base.length, tail)));
    fc.assert(
      fc.property(fc.oneof(delta, bytes), (damaged) => {
        onlyRefuses(() => {
          expect(applyDelta(base, damaged, 300).length).toBeLessThanOrEqual(300);
        });
      }),
      { ...RUNS, numRuns: 2000 },
    );
  });
});

const name = fc.string({ minLength: 1, maxLength: 8 }).filter((text) => !/[/\0]|^\.|git/i.test(text));
const tree = fc
  .uniqueArray(fc.tuple(name, fc.constantFrom('100644', '100755', '120000', '160000'), oid), {
    selector: ([text]) => text,
    maxLength: 8,
  })
  .map((entries) => {
    const sorted = entries.toSorted(([a], [b]) => Buffer.from(a).compare(Buffer.from(b)));
    return { sorted, content: treeContent(sorted.map(([text, mode, id]) => [`${mode} ${text}`, id])) };
  });

describe('parseTree()', () => {
  it('reads what was written', () => {
    fc.assert(
      fc.property(tree, ({ sorted, content }) => {
        const { entries, byName } = parseTree(content, OID);
        expect(entries.map((entry) => [entry.name, entry.oid])).toEqual(sorted.map(([text, , id]) => [text, id]));
        for (const entry of entries) expect(byName.get(entry.name)).toBe(entry);
      }),
      RUNS,
    );
  });

  it('only refuses what is damaged, and lets no dangerous name through', () => {
    fc.assert(
      fc.property(fc.oneof(mutations(tree.map(({ content }) => content)), bytes), (damaged) => {
        onlyRefuses(() => {
          for (const entry of parseTree(damaged, OID).entries) {
            expect(['', '.', '..', '.git']).not.toContain(entry.name.toLowerCase());
            expect(entry.name).not.toMatch(/[/\0]/);
          }
        });
      }),
      { ...RUNS, numRuns: 2000 },
    );
  });
});

describe('parseCommit() and parseTag()', () => {
  const commit = fc.tuple(oid, fc.string({ unit: 'binary' })).map(([id, message]) => ({
    id,
    message: Buffer.from(message).toString(),
    content: Buffer.from(commitContent(id, message)),
  }));

  it('read what was written', () => {
    fc.assert(
      fc.property(commit, ({ id, message, content }) => {
        expect(parseCommit(content, OID)).toMatchObject({ tree: id, parents: [], message });
      }),
      RUNS,
    );
  });

  it('only refuse what is damaged, and hand out no oid that is none', () => {
    fc.assert(
      fc.property(fc.oneof(mutations(commit.map(({ content }) => content)), bytes), (damaged) => {
        onlyRefuses(() => {
          const parsed = parseCommit(damaged, OID);
          for (const id of [parsed.tree, ...parsed.parents]) expect(id).toMatch(/^[0-9a-f]{40}$/);
          expect(new Date(parsed.author.dateMs).getTime()).toBe(parsed.author.dateMs);
        });
        onlyRefuses(() => expect(parseTag(damaged, OID).target).toMatch(/^[0-9a-f]{40}$/));
      }),
      { ...RUNS, numRuns: 2000 },
    );
  });
});

describe('refs', () => {
  it('with any text only get through with a sound name and oid', () => {
    const line = fc.tuple(oid, fc.string({ unit: 'binary' })).map(([id, text]) => `${id} refs/heads/${text}`);
    fc.assert(
      fc.property(fc.oneof(line, fc.string({ unit: 'binary' })), (text) => {
        onlyRefuses(() => {
          const ref = parseRefLine(text);
          if (ref === undefined) return;
          expect(ref.oid).toMatch(/^[0-9a-f]{40}$/);
          expect(isRefName(ref.name)).toBe(true);
          expect(ref.name).not.toMatch(/\.\.|[\p{Cc}\s]/u);
        });
      }),
      { ...RUNS, numRuns: 2000 },
    );
  });
});

/** Packs with deltas of every kind upon earlier entries, and what they hold. */
const packs = fc
  .array(
    fc.record({
      type: fc.constantFrom<ObjectType>('blob', 'commit', 'tree', 'tag'),
      data: bytes,
      base: fc.option(fc.nat()),
      byOid: fc.boolean(),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((rows) => {
    const objects: { type: ObjectType; content: Buffer }[] = [];
    const items: PackItem[] = [];
    for (const { type, data, base, byOid } of rows) {
      const baseIndex = base === null || objects.length === 0 ? -1 : base % objects.length;
      const below = objects[baseIndex];
      if (below === undefined) {
        items.push({ type, content: data });
        objects.push({ type, content: data });
      } else {
        const delta = appendDelta(below.content.length, data);
        items.push(byOid ? { baseOid: objectId(below.type, below.content), delta } : { baseIndex, delta });
        objects.push({ type: below.type, content: Buffer.concat([below.content, data]) });
      }
    }
    return { objects, items, pack: buildPack(items) };
  });

describe('indexPack()', () => {
  it('finds every object, deltas resolved', async () => {
    await fc.assert(
      fc.asyncProperty(packs, async ({ objects, pack }) => {
        const store = await index(pack);
        for (const { type, content } of objects) {
          expect(store.read(objectId(type, content), type).equals(content)).toBe(true);
        }
        expect(store.size).toBe(new Set(objects.map(({ type, content }) => objectId(type, content))).size);
      }),
      RUNS,
    );
  });

  it('finds them in a pack that is kept as it came', async () => {
    // Big enough to be kept, of bytes that do not compress.
    let state = 1;
    const ballast = Buffer.from(
      Uint8Array.from({ length: 300_000 }, () => {
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
        return state >>> 24;
      }),
    );
    await fc.assert(
      fc.asyncProperty(packs, async ({ objects, items }) => {
        const store = await index(buildPack([...items, { type: 'blob', content: ballast }]));
        for (const { type, content } of objects) {
          expect(store.read(objectId(type, content), type).equals(content)).toBe(true);
        }
      }),
      { ...RUNS, numRuns: 40 },
    );
  });

  it('only refuses what is damaged, under a checksum that fits', async () => {
    // The checksum is made to fit, so that the damage gets as far as it can.
    const damaged = mutations(packs.map(({ pack }) => pack.subarray(12, -20)));
    await fc.assert(
      fc.asyncProperty(damaged, fc.nat(14), async (raw, count) => {
        const result = await index(buildPack([{ raw }], { count })).catch((error: unknown) => error);
        if (result instanceof ObjectStore) return;
        onlyRefuses(() => {
          throw result;
        });
      }),
      { ...RUNS, numRuns: 600 },
    );
  });
});
