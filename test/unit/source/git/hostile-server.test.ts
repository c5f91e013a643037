import { randomBytes } from 'node:crypto';
import { deflateSync, gzipSync } from 'node:zlib';

import { describe, expect, it, vi } from 'vitest';

import type { ErrorCode, HoldfastError } from '../../../../src/lib/errors.ts';
import type { GitLimits } from '../../../../src/source/git/limits.ts';
import { objectId } from '../../../../src/source/git/object.ts';
import { encodePacket } from '../../../../src/source/git/pkt-line.ts';
import { type GitRepository, openGitRepository } from '../../../../src/source/git/repository.ts';
import {
  type HostileGitServer,
  packReply,
  type Reply,
  refsReply,
  sideBand,
  startHostileGitServer,
} from './hostile-git-server.ts';
import {
  appendDelta,
  buildPack,
  commitContent,
  commitOfFiles,
  commitOfTree,
  copy,
  type PackItem,
  rawDelta,
  treeContent,
} from './pack-builder.ts';

// Git processes and big packs on a busy machine need more than the default.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

// Class 3 of the advisories (Git clients: go-git 2023-49568, 49569, 2025-21613, 21614, 2026-25934, 33762, 34165, 41506,
// 45022, 45570, 45571, 71556, 71557): whatever the server sends, it is refused with bounded memory and the commit that
// was there stays readable.

/** Small, so that a test reaches them; each test that is about one says which. */
const LIMITS: Partial<GitLimits> = {
  packBytes: 2 * 1024 * 1024,
  objectBytes: 1024 * 1024,
  inflatedBytes: 16 * 1024 * 1024,
  objects: 5000,
  deltaDepth: 50,
  treeDepth: 40,
  paths: 10_000,
  refsBytes: 1024 * 1024,
  stallMs: 300,
  refsMs: 5000,
  fetchMs: 5000,
};

const GOOD = commitOfFiles({ 'app.yaml': 'kind: Good\n', 'other.yaml': 'x: 1\n' });

/** A client that holds the good commit, and a server that turned hostile after that. */
async function withGoodCommit(
  run: (client: GitRepository, server: HostileGitServer) => Promise<void>,
  limits: Partial<GitLimits> = LIMITS,
): Promise<void> {
  await using server = await startHostileGitServer();
  const client = openGitRepository({ url: server.url, limits });
  try {
    server.refs = refsReply(GOOD.commit);
    server.fetch = packReply(buildPack(GOOD.items));
    const good = await client.snapshot((await client.resolve('main')).oid);
    await run(client, server);
    // Both what is held and what is asked for again.
    const again = await client.snapshot(GOOD.commit);
    for (const { tree } of [good, again]) {
      expect(Buffer.from(tree.read('app.yaml') ?? []).toString()).toBe('kind: Good\n');
    }
  } finally {
    await client.close();
  }
}

async function codeOf(promise: Promise<unknown>): Promise<ErrorCode | 'no error'> {
  return promise.then(
    () => 'no error' as const,
    (error: HoldfastError) => error.code,
  );
}

/** Fetches a commit that the server answers with this. */
async function fetchReply(wanted: string, reply: Reply, limits?: Partial<GitLimits>): Promise<string> {
  let code = '';
  await withGoodCommit(async (client, server) => {
    server.fetch = reply;
    code = await codeOf(client.snapshot(wanted));
  }, limits);
  return code;
}

const NEXT = commitOfFiles({ 'app.yaml': 'kind: Next\n' });
const fetchPack = (pack: Buffer, wanted: string = NEXT.commit) => fetchReply(wanted, packReply(pack));
const fetchItems = (items: readonly PackItem[], wanted: string = NEXT.commit) => fetchPack(buildPack(items), wanted);
const blobOid = (content: string | Uint8Array) => objectId('blob', Buffer.from(content as string));
const fetchTree = (tree: Buffer, blobs: readonly string[] = ['x']) => {
  const { items, commit } = commitOfTree(
    tree,
    blobs.map((content) => ({ type: 'blob', content })),
  );
  return fetchItems(items, commit);
};

describe('snapshot() refuses a pack and keeps the old commit', () => {
  it('accepts a sound pack, so that the refusals below mean something', async () => {
    expect(await fetchItems(NEXT.items)).toBe('no error');
  });

  it('with the wrong trailer', async () => {
    expect(await fetchPack(buildPack(NEXT.items, { trailer: Buffer.alloc(20) }))).toBe('GIT_CORRUPT');
  });

  it('with another content than the wanted oid names', async () => {
    expect(await fetchItems(commitOfFiles({ 'app.yaml': 'kind: Forged\n' }).items)).toBe('GIT_CORRUPT');
  });

  it('that ends early, or counts more or fewer objects than it holds', async () => {
    expect(await fetchPack(buildPack(NEXT.items, { count: NEXT.items.length + 1 }))).toBe('GIT_CORRUPT');
    expect(await fetchPack(buildPack(NEXT.items, { count: NEXT.items.length - 1 }))).toBe('GIT_CORRUPT');
    const surplus = [...NEXT.items, { raw: Buffer.from('surplus') }];
    expect(await fetchPack(buildPack(surplus, { count: NEXT.items.length }))).toBe('GIT_CORRUPT');
    expect(await fetchPack(buildPack(NEXT.items).subarray(0, 40))).toBe('GIT_CORRUPT');
    expect(await fetchPack(Buffer.alloc(0))).toBe('GIT_CORRUPT');
  });

  it('of an unknown version or with an unknown object type', async () => {
    expect(await fetchPack(buildPack(NEXT.items, { version: 4 }))).toBe('GIT_CORRUPT');
    expect(await fetchItems([{ raw: Buffer.from([0x50, 0x78]) }])).toBe('GIT_CORRUPT');
    expect(await fetchItems([{ raw: Buffer.from([0x00, 0x78]) }])).toBe('GIT_CORRUPT');
  });

  it('with a flipped bit anywhere', async () => {
    const pack = buildPack(NEXT.items);
    // A fixed sample: every 7th bit of the pack.
    for (let bit = 0; bit < pack.length * 8; bit += 7) {
      const flipped = Buffer.from(pack);
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(await fetchPack(flipped), `bit ${bit}`).toBe('GIT_CORRUPT');
    }
  });

  it('with a flipped bit under a checksum that fits, unless it changes nothing', async () => {
    const entries = buildPack(NEXT.items).subarray(12, -20);
    await using server = await startHostileGitServer();
    let refusals = 0;
    for (let bit = 0; bit < entries.length * 8; bit += 5) {
      const flipped = Buffer.from(entries);
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      server.fetch = packReply(buildPack([{ raw: flipped }], { count: NEXT.items.length }));
      const client = openGitRepository({ url: server.url, limits: LIMITS });
      const result = await client.snapshot(NEXT.commit).catch((error: HoldfastError) => error.code);
      if (result === 'GIT_CORRUPT') refusals++;
      // Some bits of zlib mean nothing, as those that fill its last byte.
      else expect(result, `bit ${bit}`).toMatchObject({ oid: NEXT.commit, tree: { id: NEXT.tree } });
      await client.close();
    }
    expect(refusals).toBeGreaterThan(entries.length);
  });

  it('without the file or folder that its commit names', async () => {
    expect(await fetchItems(NEXT.items.slice(1))).toBe('GIT_CORRUPT');
    expect(await fetchItems(NEXT.items.slice(0, 1).concat(NEXT.items.slice(2)))).toBe('GIT_CORRUPT');
  });

  it('whose tree takes a file for a folder or a folder for a file', async () => {
    const tree = treeContent([['100644 x', blobOid('x')]]);
    const treeAsFile = treeContent([['100644 sub', objectId('tree', tree)]]);
    const { items, commit } = commitOfTree(treeAsFile, [
      { type: 'blob', content: 'x' },
      { type: 'tree', content: tree },
    ]);
    expect(await fetchItems(items, commit)).toBe('GIT_CORRUPT');
    expect(await fetchTree(treeContent([['40000 sub', blobOid('x')]]))).toBe('GIT_CORRUPT');
  });
});

describe('snapshot() refuses deltas', () => {
  const base: PackItem = { type: 'blob', content: 'base' };

  it('that make a bomb of one object', async () => {
    const mebibyte = Buffer.alloc(1024 * 1024);
    // 1 MiB of base, copied 64 times by a few bytes.
    const bomb = rawDelta(
      mebibyte.length,
      64 * mebibyte.length,
      Buffer.concat(Array(64).fill(copy(0, mebibyte.length))),
    );
    expect(
      await fetchItems([
        { type: 'blob', content: mebibyte },
        { baseIndex: 0, delta: bomb },
      ]),
    ).toBe('GIT_LIMIT');
  });

  it('that make a bomb of many objects', async () => {
    const big = Buffer.alloc(900 * 1024);
    const more = Array.from({ length: 40 }, (_, i) => ({
      baseIndex: 0,
      delta: appendDelta(big.length, Buffer.from([i])),
    }));
    expect(await fetchItems([{ type: 'blob', content: big }, ...more])).toBe('GIT_LIMIT');
  });

  it('in a chain too long', async () => {
    // Small packs are taken apart at once and have no chains.
    const ballast: PackItem = { type: 'blob', content: randomBytes(300 * 1024) };
    const chain: PackItem[] = [{ type: 'blob', content: '' }];
    for (let i = 0; i < 60; i++) chain.push({ baseIndex: i, delta: appendDelta(i, Buffer.from('x')) });
    expect(await fetchItems([...chain, ...NEXT.items, ballast])).toBe('GIT_LIMIT');
    expect(await fetchItems([...chain.slice(0, 51), ...NEXT.items, ballast])).toBe('no error');
  });

  it('in a loop, each the base of the next', async () => {
    const [a, b] = ['1'.repeat(40), '2'.repeat(40)] as const;
    const delta = appendDelta(4, Buffer.from('x'));
    expect(await fetchItems([{ baseOid: a, delta }, { baseOid: b, delta }, ...NEXT.items])).toBe('GIT_CORRUPT');
    expect(await fetchItems([{ baseDistance: 0, delta }, ...NEXT.items])).toBe('GIT_CORRUPT');
  });

  it('whose base is nowhere, before the pack or inside an object', async () => {
    const delta = appendDelta(4, Buffer.from('x'));
    expect(await fetchItems([base, { baseOid: '3'.repeat(40), delta }])).toBe('GIT_CORRUPT');
    expect(await fetchItems([base, { baseDistance: 5000, delta }])).toBe('GIT_CORRUPT');
    expect(await fetchItems([base, { baseDistance: 3, delta }])).toBe('GIT_CORRUPT');
  });

  it.each([
    ['of a base of another size', rawDelta(5, 4, copy(0, 4))],
    ['that read behind the base', rawDelta(4, 8, copy(0, 8))],
    ['that read far behind the base', rawDelta(4, 4, copy(0xfffffff0, 4))],
    ['that write too much', rawDelta(4, 2, copy(0, 4))],
    ['that write too little', rawDelta(4, 8, copy(0, 4))],
    ['with the reserved instruction', rawDelta(4, 4, Buffer.from([0]))],
    ['that end inside a literal', rawDelta(4, 9, Buffer.from([9, 1, 2]))],
    ['that end inside a copy', rawDelta(4, 4, Buffer.from([0xff, 1]))],
    ['without a size', Buffer.from([0x80, 0x80])],
    ['of nothing', Buffer.alloc(0)],
  ])('%s', async (_, delta) => {
    expect(await fetchItems([base, { baseIndex: 0, delta }, ...NEXT.items])).toBe('GIT_CORRUPT');
  });

  it('but takes those whose base comes later, and those upon the old commit', async () => {
    const first = 'line\n'.repeat(100);
    const second = `${first}more\n`;
    const { items, commit } = commitOfFiles({ a: second, b: 'kind: Good\nx' });
    const early: PackItem = { baseOid: blobOid(first), delta: appendDelta(first.length, Buffer.from('more\n')) };
    const thin: PackItem = { baseOid: blobOid('kind: Good\n'), delta: appendDelta(11, Buffer.from('x')) };
    const pack = [early, thin, { type: 'blob', content: first } as const, ...items.slice(2)];
    expect(await fetchItems(pack, commit)).toBe('no error');
  });
});

describe('snapshot() bounds what is unpacked', () => {
  it('when an object is bigger than it says (a zlib bomb)', async () => {
    const item: PackItem = { type: 'blob', content: Buffer.alloc(50 * 1024 * 1024), declaredSize: 10 };
    expect(await fetchItems([item])).toBe('GIT_CORRUPT');
  });

  it('when an object is smaller than it says', async () => {
    expect(await fetchItems([{ type: 'blob', content: 'abc', declaredSize: 1000 }])).toBe('GIT_CORRUPT');
  });

  it('when an object says that it is huge', async () => {
    expect(await fetchItems([{ type: 'blob', content: 'abc', declaredSize: 2 ** 40 }])).toBe('GIT_LIMIT');
    expect(await fetchItems([{ raw: Buffer.from([0xbf, ...Buffer.alloc(9, 0xff), 1]) }])).toBe('GIT_CORRUPT');
  });

  it('when there are too many objects', async () => {
    expect(await fetchPack(buildPack(NEXT.items, { count: 4_000_000_000 }))).toBe('GIT_LIMIT');
  });

  it('when folders are nested too deep', async () => {
    const items: PackItem[] = [{ type: 'blob', content: 'x' }];
    let tree = treeContent([['100644 x', blobOid('x')]]);
    for (let i = 0; i < 60; i++) {
      items.push({ type: 'tree', content: tree });
      tree = treeContent([['40000 d', objectId('tree', tree)]]);
    }
    const { items: all, commit } = commitOfTree(tree, items);
    expect(await fetchItems(all, commit)).toBe('GIT_LIMIT');
  });

  it('when few objects stand for billions of paths (a git bomb)', async () => {
    const items: PackItem[] = [{ type: 'blob', content: 'x' }];
    const tenTimes = (head: string, oid: string) =>
      treeContent(Array.from({ length: 10 }, (_, i) => [`${head}${i}`, oid] as const));
    let tree = tenTimes('100644 f', blobOid('x'));
    for (let i = 0; i < 10; i++) {
      items.push({ type: 'tree', content: tree });
      tree = tenTimes('40000 d', objectId('tree', tree));
    }
    const { items: all, commit } = commitOfTree(tree, items);
    expect(await fetchItems(all, commit)).toBe('GIT_LIMIT');
  });
});

describe('snapshot() refuses a tree', () => {
  it.each([
    '.git',
    '.GIT',
    '.Git ',
    '.git.',
    '.git . .',
    'git~1',
    'GIT~1',
    '.git::$INDEX_ALLOCATION',
    '.git\\hooks',
    '.g\u200cit',
    '\ufeff.git',
    '.',
    '..',
    '',
    'a/b',
  ])('with an entry named %j', async (name) => {
    expect(await fetchTree(treeContent([[`100644 ${name}`, blobOid('x')]]))).toBe('GIT_CORRUPT');
  });

  it.each(['.github', '.gitignore', '.gitmodules', 'git', 'x.git', '.git2', 'git~2', '...'])(
    'but takes an entry named %j',
    async (name) => {
      expect(await fetchTree(treeContent([[`100644 ${name}`, blobOid('x')]]))).toBe('no error');
    },
  );

  it.each([
    [
      'with an entry twice',
      treeContent([
        ['100644 a', blobOid('x')],
        ['100644 a', blobOid('x')],
      ]),
    ],
    [
      'with a file and a folder of one name',
      treeContent([
        ['100644 a', blobOid('x')],
        ['40000 a', blobOid('x')],
      ]),
    ],
    [
      'that is not sorted',
      treeContent([
        ['100644 b', blobOid('x')],
        ['100644 a', blobOid('x')],
      ]),
    ],
    ['with an unknown mode', treeContent([['100600 a', blobOid('x')]])],
    ['with a mode that is no number', treeContent([['1006zz a', blobOid('x')]])],
    ['without a mode', treeContent([['a', blobOid('x')]])],
    ['that ends inside an oid', treeContent([['100644 a', blobOid('x')]]).subarray(0, -3)],
    ['that ends inside a name', Buffer.from('100644 a')],
  ])('%s', async (_, tree) => {
    expect(await fetchTree(tree)).toBe('GIT_CORRUPT');
  });
});

describe('snapshot() refuses a commit', () => {
  const tree = treeContent([['100644 a', blobOid('x')]]);
  const root = objectId('tree', tree);
  const good = commitContent(root);

  it.each([
    ['without a tree', good.replace(/^tree .*\n/, '')],
    ['with a tree that is no oid', good.replace(/^tree .*\n/, 'tree ../../x\n')],
    ['with two trees', `tree ${root}\n${good}`],
    ['with a second tree after its headers', good.replace('\n\n', `\ntree ${root}\n\n`)],
    ['with a parent that is no oid', good.replace('\nauthor', '\nparent zz\nauthor')],
    ['without an author', good.replace(/author .*\n/, '')],
    ['without a committer', good.replace(/committer .*\n/, '')],
    ['with NUL in its headers', good.replace('author A', 'author \0')],
    ['of nothing', ''],
  ])('%s', async (_, content) => {
    const items: PackItem[] = [
      { type: 'blob', content: 'x' },
      { type: 'tree', content: tree },
      { type: 'commit', content },
    ];
    expect(await fetchItems(items, objectId('commit', Buffer.from(content)))).toBe('GIT_CORRUPT');
  });

  it('that is a file or a folder, or tags without end', async () => {
    expect(await fetchItems([{ type: 'blob', content: 'x' }], blobOid('x'))).toBe('GIT_REVISION');
    expect(await fetchItems([{ type: 'tree', content: tree }], root)).toBe('GIT_REVISION');
    const tag = (target: string) => `object ${target}\ntype tag\ntag t\n`;
    const items: PackItem[] = [];
    let oid = NEXT.commit;
    for (let i = 0; i < 20; i++) {
      items.push({ type: 'tag', content: tag(oid) });
      oid = objectId('tag', Buffer.from(tag(oid)));
    }
    expect(await fetchItems([...items, ...NEXT.items], oid)).toBe('GIT_CORRUPT');
  });
});

describe('resolve() and snapshot() cut a server short', () => {
  const endless =
    (chunk: Buffer): Reply =>
    (response) => {
      const more = () => {
        if (!response.destroyed && response.write(chunk)) setImmediate(more);
      };
      response.on('drain', more);
      more();
    };

  it('that sends an endless pack', async () => {
    await withGoodCommit(async (client, server) => {
      server.fetch = (response, request) => {
        response.write(encodePacket('packfile\n'));
        (endless(sideBand(1, randomBytes(60_000))) as (...args: unknown[]) => void)(response, request);
      };
      expect(await codeOf(client.snapshot(NEXT.commit))).toBe('GIT_LIMIT');
      // The limit is 2 MiB; the rest is what sockets buffer.
      expect(server.sentBytes()).toBeLessThan(30 * 1024 * 1024);
    });
  });

  it('that sends endless progress messages', async () => {
    const limits = { ...LIMITS, packBytes: 1024 };
    await withGoodCommit(async (client, server) => {
      server.fetch = (response, request) => {
        response.write(encodePacket('packfile\n'));
        (endless(sideBand(2, Buffer.alloc(60_000, 'x'))) as (...args: unknown[]) => void)(response, request);
      };
      expect(await codeOf(client.snapshot(NEXT.commit))).toBe('GIT_LIMIT');
    }, limits);
  });

  it('that sends endless refs, capabilities or redirect bodies', async () => {
    const line = Buffer.from(encodePacket(`${'4'.repeat(40)} refs/heads/x\n`).repeat(500));
    await withGoodCommit(async (client, server) => {
      server.refs = endless(line);
      expect(await codeOf(client.resolve('main'))).toBe('GIT_LIMIT');
      const newcomer = openGitRepository({ url: server.url, limits: LIMITS });
      server.discovery = endless(line);
      expect(await codeOf(newcomer.resolve('main'))).toBe('GIT_LIMIT');
      server.discovery = (response, request) => {
        response.statusCode = 302;
        response.setHeader('location', '/elsewhere/info/refs');
        (endless(line) as (...args: unknown[]) => void)(response, request);
      };
      expect(await codeOf(newcomer.resolve('main'))).toBe('GIT_PROTOCOL');
      await newcomer.close();
    });
  });

  it('that falls silent, before and in the middle of its answer', async () => {
    await withGoodCommit(async (client, server) => {
      const stalled = { code: 'GIT_UNREACHABLE', message: /sent nothing for 300 ms/ };
      server.refs = () => undefined;
      await expect(client.resolve('main')).rejects.toMatchObject(stalled);
      server.fetch = (response) => response.write(encodePacket('packfile\n'));
      await expect(client.snapshot(NEXT.commit)).rejects.toMatchObject(stalled);
    });
  });

  it('that sends byte after byte for ever (slow loris)', async () => {
    await withGoodCommit(
      async (client, server) => {
        server.fetch = (response) => {
          const timer = setInterval(() => response.write(Buffer.from('0')), 20);
          response.on('close', () => clearInterval(timer));
        };
        expect(await codeOf(client.snapshot(NEXT.commit))).toBe('GIT_PROTOCOL');
        server.fetch = (response) => {
          response.write(encodePacket('packfile\n'));
          const timer = setInterval(() => response.write(sideBand(2, Buffer.from('.'))), 20);
          response.on('close', () => clearInterval(timer));
        };
        await expect(client.snapshot(NEXT.commit)).rejects.toMatchObject({
          code: 'GIT_UNREACHABLE',
          message: /took more than 700 ms/,
        });
      },
      { ...LIMITS, fetchMs: 700 },
    );
  });

  it('that closes the connection in the middle', async () => {
    await withGoodCommit(async (client, server) => {
      const reply = packReply(buildPack(NEXT.items));
      for (const bytes of [2, 10, 40, reply.length - 4, reply.length - 1]) {
        server.fetch = reply.subarray(0, bytes);
        expect(await codeOf(client.snapshot(NEXT.commit)), `${bytes} bytes`).toBe('GIT_PROTOCOL');
        server.fetch = (response) => response.write(reply.subarray(0, bytes), () => response.destroy());
        expect(await codeOf(client.snapshot(NEXT.commit)), `${bytes} bytes, cut`).toBe('GIT_UNREACHABLE');
      }
    });
  });

  it.each(['ffff', 'fff0', '0003', 'zzzz', '-001', '+00a', ' 12a', '<htm'])(
    'that sends %j where a length belongs',
    async (length) => {
      expect(await fetchReply(NEXT.commit, `${length}${'x'.repeat(100)}`)).toBe('GIT_PROTOCOL');
    },
  );

  it('that compresses its answer (a gzip bomb)', async () => {
    await withGoodCommit(async (client, server) => {
      const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024, '0'));
      server.refs = (response) => response.setHeader('content-encoding', 'gzip').end(bomb);
      expect(await codeOf(client.resolve('main'))).toBe('GIT_PROTOCOL');
      server.refs = deflateSync('x');
      expect(await codeOf(client.resolve('main'))).toBe('GIT_PROTOCOL');
    });
  });
});

describe('resolve() distrusts refs', () => {
  it.each([
    '../x',
    'refs/heads/../../x',
    'refs/heads/.x',
    'refs/heads/x.lock',
    'refs/heads/a..b',
    'refs/heads/a\u0007b',
    'refs/heads//x',
    'refs/heads/x/',
    'refs/heads/x.',
    'refs/heads/a@{b',
    'refs/heads/-x\\y',
  ])('and never resolves to the ref name %j', async (name) => {
    await withGoodCommit(async (client, server) => {
      server.refs = refsReply(GOOD.commit, `${NEXT.commit} ${name}`);
      for (const revision of [name, name.replace('refs/heads/', '')]) {
        expect(await codeOf(client.resolve(revision)), revision).toBe('GIT_REVISION');
      }
      // The sound refs beside it still work.
      expect((await client.resolve('main')).oid).toBe(GOOD.commit);
    });
  });

  it.each(['zz refs/heads/main', `${'5'.repeat(39)} refs/heads/main`, `${'5'.repeat(64)} refs/heads/main`, 'garbage'])(
    'and refuses the line %j',
    async (line) => {
      await withGoodCommit(async (client, server) => {
        server.refs = refsReply(GOOD.commit, line);
        expect(await codeOf(client.resolve('main'))).toBe('GIT_PROTOCOL');
      });
    },
  );

  it('and puts no part of a revision into a request that is no ref name', async () => {
    await withGoodCommit(async (client, server) => {
      server.requests.length = 0;
      for (const revision of ['main\nref-prefix refs/secret', 'a b', '-x\0', 'x'.repeat(70_000)]) {
        expect(await codeOf(client.resolve(revision))).toBe('GIT_REVISION');
      }
      expect(server.requests).toEqual([]);
    });
  });
});

describe('what a server says', () => {
  it('is told without control characters and not at any length', async () => {
    await withGoodCommit(async (client, server) => {
      const evil = `\u001b[2J\u0007upload-pack: broken\r\n${'A'.repeat(5000)}`;
      for (const reply of [
        encodePacket(`ERR ${evil}`),
        Buffer.concat([Buffer.from(encodePacket('packfile\n')), sideBand(3, Buffer.from(evil))]),
      ]) {
        server.fetch = reply;
        const error = await client.snapshot(NEXT.commit).catch((thrown: HoldfastError) => thrown);
        expect(error).toMatchObject({ code: 'GIT_PROTOCOL' });
        expect((error as HoldfastError).message).toContain('upload-pack: broken');
        expect((error as HoldfastError).message).not.toMatch(/\p{Cc}/u);
        expect((error as HoldfastError).message.length).toBeLessThan(500);
      }
    });
  });
});
