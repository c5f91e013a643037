import fs from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { readCommit } from 'isomorphic-git';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { type GitRepository, openGitRepository } from '../../../../src/source/git/repository.ts';
import { type Changes, createRepository, type TestRepository } from '../../../support/git-repository.ts';
import { type GitServer, startGitServer } from '../../../support/git-server.ts';
import { expectSameAsGit } from './compare-with-git.ts';

// Git processes and big packs on a busy machine need more than the default.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let root: string;
let server: GitServer;

beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'holdfast-differential-'));
  server = await startGitServer({ root });
});

afterAll(async () => {
  await server.close();
  await rm(root, { recursive: true, force: true });
});

async function serve(name: string): Promise<{ repository: TestRepository; client: GitRepository }> {
  const repository = await createRepository(path.join(root, `${name}.git`));
  return { repository, client: openGitRepository({ url: server.url(`${name}.git`) }) };
}

/** Compares the tip of `main` with what git says. */
async function follow(repository: TestRepository, client: GitRepository): Promise<void> {
  const { oid } = await client.resolve('main');
  expect(oid).toBe(await repository.revParse('main'));
  await expectSameAsGit(repository, oid, (await client.snapshot(oid)).tree);
}

/** Enough of it for git to write a pack with deltas. */
function manifest(index: number, edits = 0): string {
  const lines = Array.from({ length: 20 }, (_, i) => `  key${i}: ${(index * 7919 + i * 104_729).toString(36)}`);
  return `kind: ConfigMap\nname: c${index}\ndata:\n${lines.join('\n')}\n${'edited: true\n'.repeat(edits)}`;
}

const CASES: readonly (readonly [name: string, steps: readonly Changes[]])[] = [
  ['one file', [{ 'a.yaml': 'a: 1\n' }]],
  ['an empty tree, then a file, then an empty tree', [{}, { a: '1' }, { a: null }]],
  ['an empty file and one line breaks only', [{ empty: '', breaks: '\n\n', crlf: 'a\r\n' }]],
  [
    'renames',
    [
      { 'old/a': 'same', b: 'b' },
      { 'old/a': null, 'new/a': 'same' },
    ],
  ],
  ['a file that becomes a folder and back', [{ x: 'file' }, { x: null, 'x/y': 'file' }, { x: null }, { x: 'again' }]],
  ['symbolic links', [{ 'a/b': 'x', up: { link: 'a/b' }, out: { link: '../../etc/passwd' }, loop: { link: 'loop' } }]],
  ['submodules', [{ 'vendor/lib': { submodule: '1'.repeat(40) }, '.gitmodules': '[submodule "lib"]\n' }]],
  ['executable bits', [{ run: 'x' }, { run: { content: 'x', executable: true } }, { run: 'x' }]],
  [
    'names that are no UTF-8',
    [
      [
        [Buffer.from([0x66, 0xff, 0x22]), '1'],
        [Buffer.from([0xed, 0xb2, 0x80]), '2'],
        [Buffer.from([0xc3]), '3'],
        [Buffer.from('Käse/ç'), '4'],
        [Buffer.from([0xe4, 0x2f, 0x80]), '5'],
      ],
    ],
  ],
  ['names with blanks, quotes and line breaks', [{ 'a b': '1', 'q"\\': '2', 'l\nb': '3', 't\tb': '4', '😀': '5' }]],
  ['names that sort as folders and as files', [{ 'a.b': '1', 'a/b': '2', a0: '3', 'a-b': '4', ab: '5' }]],
  ['prototype names', [{ constructor: '1', 'toString/valueOf': '2', ['__proto__']: '3' }]],
  ['binary content', [{ bin: Uint8Array.from({ length: 70_000 }, (_, i) => (i * i) & 0xff), nul: new Uint8Array(3) }]],
  ['deep folders', [{ [`${'d/'.repeat(100)}f`]: '1' }]],
  [
    'a big file and a change in its middle',
    [{ big: 'line\n'.repeat(400_000) }, { big: `${'line\n'.repeat(200_000)}X` }],
  ],
];

describe('a snapshot', () => {
  it.each(CASES)('is what git says it is: %s', async (name, steps) => {
    const { repository, client } = await serve(`case-${name.replaceAll(/\W/g, '-')}`);
    for (const changes of steps) {
      await repository.commit(changes);
      await follow(repository, client);
    }
    await client.close();
  });

  it('is what git says after merges', async () => {
    const { repository, client } = await serve('merges');
    const base = await repository.commit({ a: '1', b: '1' });
    await repository.commit({ a: '2' }, { branch: 'left', from: base });
    await repository.commit({ b: '2' }, { branch: 'right', from: base });
    await repository.commit({ a: '2', b: '2' }, { merge: ['left', 'right'] });
    await follow(repository, client);
    const { commit } = await client.snapshot(await repository.revParse('main'));
    expect(commit.parents).toHaveLength(3);
    await client.close();
  });

  it('is what git says through a history of packs with deltas', async () => {
    const { repository, client } = await serve('history');
    const all = Object.fromEntries(Array.from({ length: 1500 }, (_, i) => [`d${i % 20}/f${i}.yaml`, manifest(i)]));
    await repository.commit(all);
    for (let step = 1; step <= 12; step++) {
      const some = Array.from({ length: 40 * (step % 4) + 1 }, (_, i) => (i * 13 + step * 101) % 1500);
      await repository.commit(Object.fromEntries(some.map((i) => [`d${i % 20}/f${i}.yaml`, manifest(i, step)])));
      // A repacked repository answers with long chains, a fresh one with loose objects.
      if (step % 5 === 0) await repository.git(['repack', '-adfq', '--depth=200', '--window=50']);
      await follow(repository, client);
    }
    const cold = openGitRepository({ url: server.url('history.git') });
    await follow(repository, cold);
    await cold.close();
    await client.close();
  });

  it('is what git says of 20 000 files', async () => {
    const { repository, client } = await serve('many');
    await repository.commit(
      Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`t${i % 40}/a${i % 400}/${i}.yaml`, manifest(i)])),
    );
    await repository.git(['repack', '-adq']);
    await follow(repository, client);
    await repository.commit({ 't1/a1/1.yaml': 'changed' });
    server.requests.length = 0;
    await follow(repository, client);
    const bytes = server.requests.reduce((sum, request) => sum + request.responseBytes, 0);
    expect(bytes).toBeLessThan(16_000);
    await client.close();
  });

  it('names the commit as isomorphic-git reads it', async () => {
    const { repository, client } = await serve('metadata');
    await repository.commit({ a: '1' });
    await repository.commit({ a: '2' }, { message: 'Zweite Änderung\n\nMit Körper\n', dateMs: Date.UTC(2031, 4, 6) });
    const oid = await repository.revParse('main');
    const theirs = (await readCommit({ fs, gitdir: repository.dir, oid })).commit;
    const { commit } = await client.snapshot(oid);
    expect(commit.tree).toBe(theirs.tree);
    expect(commit.parents).toEqual(theirs.parent);
    expect(commit.message.trimEnd()).toBe(theirs.message.trimEnd());
    expect(commit.author).toEqual({
      name: theirs.author.name,
      email: theirs.author.email,
      dateMs: theirs.author.timestamp * 1000,
    });
    expect(commit.author.dateMs).toBe(Date.UTC(2031, 4, 6));
    await client.close();
  });
});
