import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

import { type GitRepository, openGitRepository } from '../../../../src/source/git/repository.ts';
import type { SourceTree } from '../../../../src/source/tree.ts';
import { createRepository, type TestRepository } from '../../../support/git-repository.ts';
import { type GitServer, startGitServer } from '../../../support/git-server.ts';

// Git processes and big packs on a busy machine need more than the default.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let root: string;
let server: GitServer;
let number = 0;
let repository: TestRepository;
let client: GitRepository;

beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'holdfast-repository-'));
  server = await startGitServer({ root });
});

afterAll(async () => {
  await server.close();
  await rm(root, { recursive: true, force: true });
});

beforeEach(async () => {
  const name = `r${number++}.git`;
  repository = await createRepository(path.join(root, name));
  client = openGitRepository({ url: server.url(name) });
  server.fault = undefined;
  server.beforeRequest = undefined;
  server.requests.length = 0;
  return () => client.close();
});

function text(tree: SourceTree, file: string): string | undefined {
  const bytes = tree.read(file);
  return bytes === undefined ? undefined : Buffer.from(bytes).toString();
}

/** The commands that the server was sent since the last look. */
function commands(): (string | undefined)[] {
  return server.requests.splice(0).map(({ method, command }) => (method === 'GET' ? 'discovery' : command));
}

describe('resolve()', () => {
  it('says that an empty repository has no commits', async () => {
    await expect(client.resolve('')).rejects.toMatchObject({ code: 'GIT_REVISION', message: /is empty/ });
    await expect(client.resolve('main')).rejects.toMatchObject({ code: 'GIT_REVISION' });
    expect(await client.poll(['', 'main'])).toEqual(new Map());
  });

  it('takes the default branch for an empty revision and HEAD', async () => {
    const oid = await repository.commit({ a: '1' }, { branch: 'trunk' });
    await repository.commit({ a: '2' });
    await repository.setHead('trunk');
    expect(await client.resolve('')).toEqual({ oid, ref: 'refs/heads/trunk' });
    expect(await client.resolve('HEAD')).toEqual({ oid, ref: 'refs/heads/trunk' });
  });

  it('takes branches before tags, and full names', async () => {
    const first = await repository.commit({ a: '1' });
    const second = await repository.commit({ a: '2' });
    await repository.setBranch('both', first);
    await repository.tag('both', second);
    await repository.git(['update-ref', 'refs/pull/7/head', second]);
    expect((await client.resolve('both')).oid).toBe(first);
    expect((await client.resolve('refs/tags/both')).oid).toBe(second);
    expect((await client.resolve('tags/both')).oid).toBe(second);
    expect((await client.resolve('heads/both')).oid).toBe(first);
    expect(await client.resolve('refs/pull/7/head')).toEqual({ oid: second, ref: 'refs/pull/7/head' });
    await expect(client.resolve('refs/heads/bot')).rejects.toMatchObject({ code: 'GIT_REVISION' });
    await expect(client.resolve('bot')).rejects.toMatchObject({ code: 'GIT_REVISION' });
  });

  it('follows annotated tags, also tags of tags, to their commit', async () => {
    const oid = await repository.commit({ a: '1' });
    await repository.tag('light', 'main');
    await repository.tag('annotated', 'main', 'a release');
    const outer = await repository.tag('outer', 'annotated', 'a tag of a tag');
    for (const name of ['light', 'annotated', 'outer']) expect((await client.resolve(name)).oid, name).toBe(oid);
    // Its own id leads there as well.
    expect((await client.snapshot(outer)).oid).toBe(oid);
  });

  it('takes the highest version in a range', async () => {
    const oids = new Map<string, string>();
    for (const tag of ['v1.0.0', 'v1.2.3', 'v1.10.0', 'v2.0.0-rc.1', 'v2.0.0', 'other']) {
      oids.set(tag, await repository.commit({ tag }));
      await repository.tag(tag, 'main', tag.endsWith('3') ? 'annotated' : undefined);
    }
    expect(await client.resolve('v1.*')).toEqual({ oid: oids.get('v1.10.0'), ref: 'refs/tags/v1.10.0' });
    expect((await client.resolve('~1.2')).oid).toBe(oids.get('v1.2.3'));
    expect((await client.resolve('>=1.0 <2.0')).oid).toBe(oids.get('v1.10.0'));
    expect((await client.resolve('*')).oid).toBe(oids.get('v2.0.0'));
    expect((await client.resolve('v1.0.0')).oid).toBe(oids.get('v1.0.0'));
    await expect(client.resolve('>=3')).rejects.toMatchObject({ code: 'GIT_REVISION' });
  });

  it('takes commit ids, full without asking, abbreviated among what is known', async () => {
    const old = await repository.commit({ a: '1' });
    const tip = await repository.commit({ a: '2' });
    expect(await client.resolve(old.toUpperCase())).toEqual({ oid: old, ref: undefined });
    expect(commands()).toEqual([]);
    expect((await client.resolve(tip.slice(0, 8))).oid).toBe(tip);
    await expect(client.resolve(old.slice(0, 8))).rejects.toMatchObject({
      code: 'GIT_REVISION',
      message: /write all 40 digits/,
    });
    await client.snapshot(old);
    expect((await client.resolve(old.slice(0, 8))).oid).toBe(old);
  });

  it('lists the refs once for calls that come together', async () => {
    await repository.commit({ a: '1' });
    await repository.tag('v1', 'main');
    await client.resolve('main');
    commands();
    const [a, b, c] = await Promise.all([client.resolve('main'), client.resolve('v1'), client.poll(['', 'main'])]);
    expect([a.oid, c.get('')]).toEqual([b.oid, b.oid]);
    expect(commands()).toEqual(['ls-refs']);
  });

  it('takes no part in a listing that began before it was called', async () => {
    await repository.commit({ a: '1' });
    await client.resolve('main');
    let pushed: Promise<string> | undefined;
    let late: Promise<{ oid: string }> | undefined;
    server.beforeRequest = async () => {
      if (pushed !== undefined) return;
      // The server has the first request already; a push and a second question come now.
      pushed = repository.commit({ a: '2' });
      await pushed;
      late = client.resolve('main');
    };
    await client.resolve('main');
    expect((await late)?.oid).toBe(await pushed);
  });
});

describe('poll()', () => {
  it('costs one POST for all revisions, also when nothing is new', async () => {
    const main = await repository.commit({ a: '1' });
    const dev = await repository.commit({ a: '2' }, { branch: 'dev' });
    await repository.tag('v1.0.0', 'main', 'release');
    const revisions = ['', 'HEAD', 'main', 'dev', 'v1.0.0', '1.x', main, main.slice(0, 7), 'gone', 'not a ref'];
    const expected = new Map(revisions.slice(0, 8).map((revision) => [revision, revision === 'dev' ? dev : main]));
    expect(await client.poll(revisions)).toEqual(expected);
    expect(commands()).toEqual(['discovery', 'ls-refs']);
    for (let i = 0; i < 3; i++) {
      expect(await client.poll(revisions)).toEqual(expected);
      expect(commands()).toEqual(['ls-refs']);
    }
  });

  it('asks for the refs in use only', async () => {
    await repository.commit({ a: '1' });
    for (let i = 0; i < 200; i++) await repository.setBranch(`many/${i}`, 'main');
    await client.poll(['main']);
    expect(server.requests.at(-1)?.responseBytes).toBeLessThan(200);
  });

  it('sees a branch that is moved back, deleted and made anew', async () => {
    const first = await repository.commit({ a: '1' });
    const second = await repository.commit({ a: '2' });
    expect((await client.poll(['main'])).get('main')).toBe(second);
    await repository.setBranch('main', first);
    expect((await client.poll(['main'])).get('main')).toBe(first);
    await repository.deleteBranch('main');
    expect(await client.poll(['main'])).toEqual(new Map());
    const third = await repository.commit({ b: '3' }, { from: null });
    expect((await client.poll(['main'])).get('main')).toBe(third);
    expect(text((await client.snapshot(third)).tree, 'b')).toBe('3');
  });
});

describe('snapshot()', () => {
  it('downloads only what is new, however far apart the commits are', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 500 }, (_, i) => [`d${i % 9}/f${i}`, `file ${i}\n`.repeat(9)]),
    );
    const first = await client.snapshot(await repository.commit(files));
    commands();
    for (let i = 0; i < 30; i++) await repository.commit({ 'd1/f1': `change ${i}\n` });
    const oid = await repository.commit({ 'd1/f1': 'the last\n' });
    const { tree } = await client.snapshot(oid);
    expect(server.requests.at(-1)?.responseBytes).toBeLessThan(2000);
    expect(text(tree, 'd1/f1')).toBe('the last\n');
    expect(text(tree, 'd2/f2')).toBe(files['d2/f2']);
    expect(text(first.tree, 'd1/f1')).toBe(files['d1/f1']);
  });

  it('fetches a commit once for all who want it', async () => {
    const oid = await repository.commit({ a: '1' });
    const all = await Promise.all(Array.from({ length: 5 }, () => client.snapshot(oid)));
    expect(new Set(all.map(({ tree }) => tree)).size).toBe(1);
    expect(commands()).toEqual(['discovery', 'fetch']);
    await client.snapshot(oid);
    expect(commands()).toEqual([]);
  });

  it('reads a commit that no branch reaches any more', async () => {
    await repository.commit({ a: '1' });
    const lost = await repository.commit({ a: '2' });
    await repository.setBranch('main', `${lost}^`);
    expect(text((await client.snapshot(lost)).tree, 'a')).toBe('2');
  });

  it('keeps the old commit when the ref moves and its commit is pruned between listing and fetching', async () => {
    const first = await client.snapshot(await repository.commit({ a: '1' }));
    const doomed = await repository.commit({ a: '2' });
    expect((await client.resolve('main')).oid).toBe(doomed);
    const third = await repository.commit({ a: '3' }, { from: first.oid });
    await repository.git(['-c', 'gc.reflogExpire=now', 'gc', '-q', '--prune=now']);
    await expect(client.snapshot(doomed)).rejects.toMatchObject({ code: 'GIT_REVISION', message: /not our ref/ });
    expect(text(first.tree, 'a')).toBe('1');
    expect(text((await client.snapshot((await client.resolve('main')).oid)).tree, 'a')).toBe('3');
    expect((await client.resolve('main')).oid).toBe(third);
  });

  it('survives a force-push to a history of its own, with the old commit gone from the server', async () => {
    const first = await client.snapshot(await repository.commit({ a: '1', same: 'x' }));
    const other = await repository.commit({ a: 'other', same: 'x' }, { from: null });
    await repository.git(['-c', 'gc.reflogExpire=now', 'gc', '-q', '--prune=now']);
    const next = await client.snapshot(other);
    expect([text(next.tree, 'a'), text(next.tree, 'same'), text(first.tree, 'a')]).toEqual(['other', 'x', '1']);
  });

  it('refuses what is no full commit id', async () => {
    for (const oid of ['', 'main', 'abc1234', `${'1'.repeat(40)}\n`]) {
      await expect(client.snapshot(oid), oid).rejects.toMatchObject({ code: 'GIT_REVISION' });
    }
    expect(commands()).toEqual([]);
  });

  it('fails in each way that a server fails and recovers', async () => {
    const first = await client.snapshot(await repository.commit({ a: '1' }));
    const oid = await repository.commit({ a: '2' });
    for (const [fault, code] of [
      [{ status: 500 }, 'GIT_UNREACHABLE'],
      [{ status: 404 }, 'GIT_NOT_FOUND'],
      [{ status: 403 }, 'GIT_AUTH'],
      [{ status: 302, headers: { location: '/elsewhere/git-upload-pack' } }, 'GIT_PROTOCOL'],
      [{ cutAfterBytes: 0 }, 'GIT_UNREACHABLE'],
      [{ cutAfterBytes: 60 }, 'GIT_UNREACHABLE'],
    ] as const) {
      server.fault = { ...fault, match: (request) => request.command === 'fetch' };
      await expect(client.snapshot(oid), JSON.stringify(fault)).rejects.toMatchObject({ code });
      expect(text(first.tree, 'a')).toBe('1');
    }
    server.fault = undefined;
    expect(text((await client.snapshot(oid)).tree, 'a')).toBe('2');
  });

  it('waits as long as the server asks', async () => {
    server.fault = { status: 429, headers: { 'retry-after': '7' } };
    await expect(client.resolve('main')).rejects.toMatchObject({ code: 'GIT_UNREACHABLE', retryAfterMs: 7000 });
  });
});

describe('memory', () => {
  it('does not grow with the commits that were read and let go', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const noise = (seed: number) => {
      const bytes = new Uint8Array(300_000);
      let state = seed;
      for (let i = 0; i < bytes.length; i++) {
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
        bytes[i] = state >>> 24;
      }
      return bytes;
    };
    await repository.commit({ keep: 'kept', blob: noise(1) });
    const watched = new Set<WeakRef<object>>();
    for (let i = 2; i < 30; i++) {
      const oid = await repository.commit({ blob: noise(i) });
      expect((await client.poll(['main'])).get('main')).toBe(oid);
      const { tree } = await client.snapshot(oid);
      expect(Buffer.from(tree.read('blob') ?? []).equals(Buffer.from(noise(i)))).toBe(true);
      watched.add(new WeakRef(tree.read('blob') ?? {}));
      await new Promise((resolve) => setImmediate(resolve));
      collect();
    }
    await new Promise((resolve) => setImmediate(resolve));
    collect();
    // 28 contents were read. Those of dropped commits went with them, out of the store and out of the caches.
    expect([...watched].filter((ref) => ref.deref() !== undefined).length).toBeLessThan(14);
    const { tree } = await client.snapshot((await client.resolve('main')).oid);
    expect(text(tree, 'keep')).toBe('kept');
  });

  it('keeps what somebody still reads', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const { tree } = await client.snapshot(await repository.commit({ old: 'x'.repeat(2_000_000), a: '1' }));
    for (let i = 0; i < 6; i++) {
      const random = Array.from({ length: 60_000 }, (_, k) => ((k * 7919 + i) ** 3).toString(36)).join('');
      await client.snapshot(await repository.commit({ old: null, a: String(i), random }));
      await new Promise((resolve) => setImmediate(resolve));
      collect();
    }
    expect(text(tree, 'old')?.length).toBe(2_000_000);
    expect(text(tree, 'a')).toBe('1');
  });
});
