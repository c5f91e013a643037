import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { HoldfastError } from '../../../src/lib/errors.ts';
import { createBuildEnvironment } from '../../../src/render/argocd/build-environment.ts';
import { type RenderOptions, renderManifests } from '../../../src/render/render-manifests.ts';
import type { RenderOutcome } from '../../../src/render/rendered.ts';
import { RenderPool } from '../../../src/render-process/render-pool.ts';
import { recordAccess } from '../../../src/source/access-record.ts';
import { memoryTree } from '../../../src/source/memory-tree.ts';
import type { SourceTree } from '../../../src/source/tree.ts';
import { chartTree, configMapTemplate } from '../../support/chart-tree.ts';
import { eventually } from '../../support/eventually.ts';
import { createFakeClock } from '../../support/fake-clock.ts';

const GOOD = chartTree({ 'a.yaml': configMapTemplate('good', '{{ .Release.Name | quote }}') });
const pools: RenderPool[] = [];
const shared = newPool({ limits: { deadlineMs: 30_000 } });

function newPool(options: ConstructorParameters<typeof RenderPool>[0] = {}): RenderPool {
  const pool = new RenderPool({ size: 2, ...options });
  pools.push(pool);
  return pool;
}

afterAll(() => Promise.all(pools.map((pool) => pool.close())));

function render(pool: RenderPool, tree: SourceTree, options: Partial<RenderOptions> = {}): Promise<RenderOutcome> {
  return pool.render({
    tree,
    ahead: tree,
    owner: 'r',
    options: { source: { path: 'chart' }, appName: 'app', ...options },
  });
}

async function failure(promise: Promise<unknown>): Promise<HoldfastError> {
  const outcome = await promise.then(
    () => 'nothing was thrown',
    (error: unknown) => error,
  );
  if (outcome instanceof HoldfastError) return outcome;
  throw new Error(`not what is expected: ${String(outcome)}`);
}

describe('RenderPool.render()', () => {
  const tree = memoryTree({
    'values/extra.yaml': 'extra: {big: 9007199254740993, date: 2001-01-01}\n',
    'chart/Chart.yaml': 'apiVersion: v2\nname: chart\nversion: 1.0.0\n',
    'chart/values.yaml': 'extra: {}\n',
    'chart/linked.txt': { link: '../values/extra.yaml' },
    'chart/templates/a.yaml':
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\nspec: {{ toJson .Values.extra }}\nx: {__proto__: {a: 1}}\ny: {{ .Files.Get "linked.txt" | quote }}\n',
    'kustomize/kustomization.yaml': 'resources: [cm.yaml, https://example.test/repo//base?ref=v1]\n',
    'kustomize/cm.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n',
    'folder/cm.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n---\nno: object\n',
  });
  const environment = (): NonNullable<RenderOptions['environment']> =>
    createBuildEnvironment({
      appName: 'app',
      namespace: 'ns',
      project: 'p',
      revision: 'abc',
      repoURL: 'r',
      path: 'x',
      targetRevision: 't',
    });
  const chart = {
    path: 'chart',
    helm: { valueFiles: ['../values/extra.yaml'], parameters: [{ name: 'a', value: '$ARGOCD_APP_REVISION' }] },
  };

  it.each([
    ['a chart', { source: chart }],
    ['a kustomization that needs a repository', { source: { path: 'kustomize' } }],
    ['a folder with a problem', { source: { path: './folder/' } }],
  ])('gives what rendering in this process gives: %s', async (_name, options) => {
    const here = { environment: environment(), record: recordAccess(tree) };
    const there = { environment: environment(), record: recordAccess(tree) };
    const expected = renderManifests(here.record.tree, { ...options, appName: 'app', environment: here.environment });
    const request = { ...options, appName: 'app', environment: there.environment };
    const got = await shared.render({ owner: 'r', tree: there.record.tree, ahead: tree, options: request });
    expect(got).toEqual(expected);
    expect(JSON.stringify(got, bigints)).toBe(JSON.stringify(expected, bigints));
    expect([...there.environment.asked]).toEqual([...here.environment.asked]);
    const order = (record: ReturnType<typeof recordAccess>): string[] =>
      record
        .record()
        .accesses.map((access) => JSON.stringify(access))
        .sort();
    expect(order(there.record)).toEqual(order(here.record));
  });

  it('notes nothing that was sent ahead and not read', async () => {
    const record = recordAccess(tree);
    await shared.render({ owner: 'r', tree: record.tree, ahead: tree, options: { source: { path: 'folder' } } });
    expect(
      record
        .record()
        .accesses.map(({ path }) => path)
        .filter((path) => path.startsWith('chart')),
    ).toEqual([]);
  });

  it('gives manifests that nobody can change', async () => {
    const outcome = await render(shared, GOOD);
    if ('needs' in outcome) throw new Error('nothing is needed');
    const object = outcome.manifests[0]?.object;
    expect(() => Object.assign(object?.metadata ?? {}, { name: 'other' })).toThrow(TypeError);
  });

  it('passes errors on as they are, those of the tree too', async () => {
    const broken = chartTree({ 'a.yaml': '{{ fail "no" }}' });
    const here = thrownBy(() => renderManifests(broken, { source: { path: 'chart' }, appName: 'app' }));
    const { code, message, retry } = await failure(render(shared, broken));
    expect({ code, message, retry }).toEqual({ code: 'RENDER_HELM', message: here.message, retry: 'never' });
    const lost = { id: 'lost', read: unreachable, list: unreachable, stat: unreachable, realPath: unreachable };
    const error = await failure(
      shared.render({ owner: 'r', tree: lost, ahead: memoryTree({}), options: { source: { path: 'chart' } } }),
    );
    expect(error).toMatchObject({ code: 'GIT_UNREACHABLE', stage: 'source', retry: 'backoff', retryAfterMs: 7 });
  });
});

function bigints(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? `${value}n` : value;
}

function thrownBy(run: () => unknown): HoldfastError {
  try {
    run();
  } catch (error) {
    return HoldfastError.from(error);
  }
  throw new Error('nothing was thrown');
}

function unreachable(): never {
  throw new HoldfastError('GIT_UNREACHABLE', 'the server is away', { retryAfterMs: 7 });
}

describe('a render process', () => {
  it('has no environment, no files, no sockets of the controller, and runs in the root folder', async () => {
    await render(shared, GOOD);
    for (const pid of shared.pids) {
      expect(readFileSync(`/proc/${pid}/environ`, 'utf8')).toBe('');
      expect(readlinkSync(`/proc/${pid}/cwd`)).toBe('/');
      const open = readdirSync(`/proc/${pid}/fd`).map((fd) => linkOf(`/proc/${pid}/fd/${fd}`));
      // Its channel and its error output.
      expect(open.filter((target) => target.startsWith('socket:')).length).toBe(2);
      expect(open.filter((target) => target.startsWith('/') && !target.startsWith('/dev/'))).toEqual([]);
    }
    expect(shared.pids.length).toBeGreaterThan(0);
  });

  it('is ended when it has had no work for a while, and started again for more', async () => {
    const clock = createFakeClock();
    const pool = newPool({ clock, idleMs: 5_000 });
    await render(pool, GOOD);
    const [first] = pool.pids;
    await clock.advance(4_999);
    expect(pool.pids).toEqual([first]);
    await render(pool, GOOD);
    await clock.advance(4_999);
    expect(pool.pids).toEqual([first]);
    await clock.advance(1);
    await eventually(
      () => Promise.resolve(isRunning(first ?? 0) ? undefined : true),
      () => 'the process still runs',
    );
    expect(pool.pids).toEqual([]);
    await render(pool, GOOD);
    expect(pool.pids).not.toEqual([first]);
  });

  it('is used again, and no more of them are started than may render at once', async () => {
    const pool = newPool({ size: 2 });
    await Promise.all(Array.from({ length: 12 }, () => render(pool, GOOD)));
    const pids = pool.pids;
    expect(pids).toHaveLength(2);
    await Promise.all(Array.from({ length: 12 }, () => render(pool, GOOD)));
    expect(pool.pids).toEqual(pids);
  });

  it('that is killed while it renders is replaced, and the render is done again', async () => {
    const pool = newPool({ size: 1 });
    await render(pool, GOOD);
    const [first] = pool.pids;
    const stopped = { ...GOOD, read: killOnce(pool, GOOD) };
    const outcome = await pool.render({
      owner: 'r',
      tree: stopped,
      ahead: memoryTree({}),
      options: { source: { path: 'chart' }, appName: 'app' },
    });
    expect(outcome).toEqual(renderManifests(GOOD, { source: { path: 'chart' }, appName: 'app' }));
    expect(pool.pids).not.toEqual([first]);
  });

  it('that is killed twice fails its render for now, and no other', async () => {
    const pool = newPool({ size: 1 });
    const stopped = { ...GOOD, read: killAlways(pool) };
    const killed = failure(
      pool.render({ owner: 'r', tree: stopped, ahead: memoryTree({}), options: { source: { path: 'chart' } } }),
    );
    const other = render(pool, GOOD);
    const { code, retry, message } = await killed;
    expect({ code, retry }).toEqual({ code: 'RENDER_LIMIT', retry: 'backoff' });
    expect(message).toMatch(/^Cannot render chart: .*killed/);
    expect(await other).toMatchObject({ sourceType: 'Helm' });
  });

  it('is gone once the pool is closed, with whatever it was doing', async () => {
    const pool = newPool();
    const running = failure(render(pool, chartTree({ 'a.yaml': ENDLESS })));
    await eventually(
      () => Promise.resolve(pool.pids[0]),
      () => 'no process was started',
    );
    const pids = pool.pids;
    await pool.close();
    expect(await running).toMatchObject({ retry: 'backoff' });
    expect(pids.filter(isRunning)).toEqual([]);
    expect(await failure(render(pool, GOOD))).toMatchObject({ retry: 'backoff' });
  });
});

/** One call that does not come back for very long: no step in between can look at the time. */
const ENDLESS = `{{ $d := dict "a" "b" }}{{ range until 40 }}{{ $d = dict "a" $d "b" $d }}{{ end }}{{ $d | toJson | len }}`;

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function killOnce(pool: RenderPool, tree: SourceTree): SourceTree['read'] {
  let isFirst = true;
  return (path) => {
    if (isFirst) for (const pid of pool.pids) process.kill(pid, 'SIGKILL');
    isFirst = false;
    return tree.read(path);
  };
}

function killAlways(pool: RenderPool): SourceTree['read'] {
  return () => {
    for (const pid of pool.pids) process.kill(pid, 'SIGKILL');
    return undefined;
  };
}
