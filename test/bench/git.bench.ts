// Fetching and reading a repository of 20 000 files, the poll that finds nothing new, and one commit more:
// Holdfast beside the git CLI and isomorphic-git, in alternating runs against one server.
//
//   node test/bench/git.bench.ts [--rounds=3] [--no-isomorphic]
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { clone, listServerRefs, TREE, walk } from 'isomorphic-git';
import isomorphicHttp from 'isomorphic-git/http/node';

import { openGitRepository } from '../../src/source/git/repository.ts';
import type { SourceTree } from '../../src/source/tree.ts';
import { createRepository, GIT_TEST_ENV, type TestRepository } from '../support/git-repository.ts';
import { type GitServer, startGitServer } from '../support/git-server.ts';

interface Measure {
  readonly task: string;
  readonly tool: string;
  readonly ms: number;
  readonly requests: string;
  readonly kilobytes: number;
}

const FILES = 20_000;
const COMMITS = 60;
const CHANGES = 300;

const rounds = Number(/--rounds=(\d+)/.exec(process.argv.join(' '))?.[1] ?? 3);
const withIsomorphic = !process.argv.includes('--no-isomorphic');
const root = await mkdtemp(path.join(tmpdir(), 'holdfast-git-bench-'));
const measures: Measure[] = [];

const repository = await makeRepository();
const server = await startGitServer({ root });
const url = server.url('big.git');
for (let round = 0; round < rounds; round++) {
  await benchHoldfast(repository, server);
  await benchGitCli(repository);
  // Half a minute each time; once is enough to tell.
  if (withIsomorphic && round === 0) await benchIsomorphicGit();
}
await server.close();
await rm(root, { recursive: true, force: true });
report();

async function benchHoldfast(origin: TestRepository, { requests }: GitServer): Promise<void> {
  const client = openGitRepository({ url });
  let tree: SourceTree | undefined;
  await measure('fetch', 'holdfast', async () => {
    tree = (await client.snapshot((await client.resolve('main')).oid)).tree;
  });
  await measure('read all', 'holdfast', () => expectFiles(tree === undefined ? 0 : readAll(tree)));
  const revisions = ['', 'HEAD', 'main', 'v1.0.0', '1.x'];
  await measure('poll, nothing new', 'holdfast', () => client.poll(revisions));
  const posts = requests.filter(({ method }) => method === 'POST').length;
  if (requests.length !== 1 || posts !== 1) throw new Error(`the poll took ${requests.length} requests instead of 1`);
  await origin.commit({ 'team-1/app-1/res-1.yaml': `changed at ${performance.now()}\n` });
  await measure('one commit more', 'holdfast', async () => client.snapshot((await client.resolve('main')).oid));
  await client.close();
}

async function benchGitCli(origin: TestRepository): Promise<void> {
  const dir = await mkdtemp(path.join(root, 'cli-'));
  await git(dir, ['init', '-q', '--bare', '.']);
  // Into a branch, from which git knows what it has: else it downloads everything each time.
  const fetch = ['fetch', '-q', '--depth=1', url, '+refs/heads/main:refs/heads/main'];
  await measure('fetch', 'git CLI', () => git(dir, fetch));
  await measure('read all', 'git CLI', async () => {
    const lines = (await git(dir, ['ls-tree', '-r', 'main'])).toString().trimEnd().split('\n');
    const oids = lines.map((line) => line.slice(12, 52));
    await git(dir, ['cat-file', '--batch'], `${oids.join('\n')}\n`);
    expectFiles(oids.length);
  });
  await measure('poll, nothing new', 'git CLI', () =>
    git(dir, ['ls-remote', url, 'HEAD', 'refs/heads/main', 'refs/tags/*']),
  );
  await origin.commit({ 'team-1/app-1/res-1.yaml': `changed at ${performance.now()}\n` });
  await measure('one commit more', 'git CLI', () => git(dir, fetch));
  await rm(dir, { recursive: true });
}

async function benchIsomorphicGit(): Promise<void> {
  const gitdir = await mkdtemp(path.join(root, 'isomorphic-'));
  const cache = {};
  await measure('fetch', 'isomorphic-git', () =>
    clone({
      fs,
      http: isomorphicHttp,
      dir: gitdir,
      gitdir,
      url,
      ref: 'main',
      depth: 1,
      singleBranch: true,
      noCheckout: true,
      cache,
    }),
  );
  await measure('read all', 'isomorphic-git', async () => {
    let files = 0;
    await walk({
      fs,
      gitdir,
      cache,
      trees: [TREE({ ref: 'main' })],
      map: async (_, [entry]) => {
        if ((await entry?.type()) === 'blob' && (await entry?.content()) !== undefined) files++;
      },
    });
    expectFiles(files);
  });
  await measure('poll, nothing new', 'isomorphic-git', () =>
    listServerRefs({ http: isomorphicHttp, url, prefix: 'refs/heads/main', symrefs: true, peelTags: true }),
  );
  await rm(gitdir, { recursive: true });
}

/** Runs a task with the requests counted that it makes. */
async function measure(task: string, tool: string, run: () => unknown): Promise<void> {
  server.requests.length = 0;
  const start = performance.now();
  await run();
  const ms = performance.now() - start;
  const requests = server.requests.map(({ method, command }) => command ?? method).join(' ');
  const kilobytes = server.requests.reduce((sum, { responseBytes }) => sum + responseBytes, 0) / 1000;
  measures.push({ task, tool, ms, requests, kilobytes });
}

function readAll(tree: SourceTree): number {
  let files = 0;
  const folders = [''];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const { name, kind } of tree.list(folder) ?? []) {
      const file = folder === '' ? name : `${folder}/${name}`;
      if (kind === 'directory') folders.push(file);
      else if (tree.read(file) !== undefined) files++;
    }
  }
  return files;
}

function expectFiles(files: number): void {
  if (files !== FILES) throw new Error(`${files} files instead of ${FILES}`);
}

async function makeRepository(): Promise<TestRepository> {
  const made = await createRepository(path.join(root, 'big.git'));
  const name = (i: number) => `team-${i % 40}/app-${i % 400}/res-${i}.yaml`;
  const content = (i: number, edits: number) => {
    const values = Array.from({ length: 6 }, (_, k) => `  key${k}: ${sha256(`${i} ${k} ${k === 0 ? edits : 0}`)}`);
    return `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c${i}\ndata:\n${values.join('\n')}\n`;
  };
  await made.commit(Object.fromEntries(Array.from({ length: FILES }, (_, i) => [name(i), content(i, 0)])));
  for (let commit = 1; commit < COMMITS; commit++) {
    const changed = Array.from({ length: CHANGES }, (_, i) => (commit * 997 + i * 61) % FILES);
    await made.commit(Object.fromEntries(changed.map((i) => [name(i), content(i, commit)])));
  }
  await made.tag('v1.0.0', 'main', 'release');
  await made.git(['gc', '-q']);
  process.stdout.write(`${(await made.git(['count-objects', '-v'])).toString().trim().replaceAll('\n', ', ')}\n`);
  return made;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function git(dir: string, args: readonly string[], input?: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', args, { cwd: dir, env: GIT_TEST_ENV, stdio: ['pipe', 'pipe', 'inherit'] });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(Buffer.concat(chunks));
      else reject(new Error(`git ${args.join(' ')} exited with ${code}`));
    });
    child.stdin.end(input);
  });
}

/** Medians, and the ratio of each tool to Holdfast in the same run. */
function report(): void {
  const rows = [['task', 'tool', 'median ms', 'of holdfast', 'all ms', 'kB', 'requests']];
  for (const [task, ofTask] of Map.groupBy(measures, (one) => one.task)) {
    const byTool = Map.groupBy(ofTask, (one) => one.tool);
    const own = median(byTool.get('holdfast') ?? []);
    for (const [tool, runs] of byTool) {
      const all = runs.map(({ ms }) => ms.toFixed(0)).join(' ');
      const ratio = `${(median(runs) / own).toFixed(2)}×`;
      rows.push([
        task,
        tool,
        median(runs).toFixed(1),
        ratio,
        all,
        (runs[0]?.kilobytes ?? 0).toFixed(1),
        runs[0]?.requests ?? '',
      ]);
    }
  }
  const total = (tool: string) =>
    median(measures.filter((one) => one.tool === tool && one.task === 'fetch')) +
    median(measures.filter((one) => one.tool === tool && one.task === 'read all'));
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  for (const row of rows) process.stdout.write(`${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ')}\n`);
  for (const tool of new Set(measures.map((one) => one.tool))) {
    const ms = total(tool);
    process.stdout.write(
      `fetch + read all: ${tool} ${ms.toFixed(0)} ms, ${(ms / total('holdfast')).toFixed(2)}× holdfast\n`,
    );
  }
  process.stdout.write(
    `${rounds} rounds, medians; resident ${(process.memoryUsage().rss / 1e6).toFixed(0)} MB with all tools in one process\n`,
  );
}

function median(runs: readonly Measure[]): number {
  const sorted = runs.map(({ ms }) => ms).toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
}
