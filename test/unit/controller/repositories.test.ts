import { describe, expect, it } from 'vitest';
import { parseSettings } from '../../../src/config/settings.ts';
import { Repositories, type RepositoryUse } from '../../../src/controller/repositories.ts';
import { HoldfastError } from '../../../src/lib/errors.ts';
import type { GitRepository } from '../../../src/source/git/repository.ts';
import { createLog } from '../../../src/telemetry/log.ts';
import { createFakeClock, type FakeClock, settlePromises } from '../../support/fake-clock.ts';

const URL_A = 'https://git.test/a.git';
const URL_B = 'https://git.test/b.git';
const INTERVAL_MS = 120_000;
const SPACING_MS = 300;

/** A repository whose refs a test sets and whose polls it lets end. */
interface Remote {
  readonly repository: GitRepository;
  readonly refs: Map<string, string>;
  /** Revisions of every poll that began. */
  readonly polls: (readonly string[])[];
  readonly resolves: string[];
  error: HoldfastError | undefined;
  /** When set, polls wait for it. */
  gate: PromiseWithResolvers<void> | undefined;
  closed: boolean;
}

function createRemote(): Remote {
  const remote: Remote = {
    refs: new Map([['main', 'c1']]),
    polls: [],
    resolves: [],
    error: undefined,
    gate: undefined,
    closed: false,
    repository: {
      async poll(revisions) {
        remote.polls.push(revisions);
        await remote.gate?.promise;
        if (remote.error !== undefined) throw remote.error;
        return new Map(
          revisions.flatMap((name) => (remote.refs.has(name) ? [[name, remote.refs.get(name) ?? '']] : [])),
        );
      },
      resolve(revision) {
        remote.resolves.push(revision);
        return Promise.resolve({ oid: `found-${revision}` } as Awaited<ReturnType<GitRepository['resolve']>>);
      },
      snapshot: (oid) => Promise.resolve({ oid } as Awaited<ReturnType<GitRepository['snapshot']>>),
      close() {
        remote.closed = true;
        return Promise.resolve();
      },
    },
  };
  return remote;
}

interface Run {
  readonly repositories: Repositories;
  readonly clock: FakeClock;
  /** In the order in which they were opened. */
  readonly remotes: Remote[];
  readonly opened: readonly RepositoryUse[];
  readonly moved: (readonly string[])[];
  readonly polls: () => number;
  readonly resolve: (id: string, how?: { url?: string; revision?: string; fresh?: boolean }) => Promise<string>;
}

function start(interval = '120s'): Run {
  const clock = createFakeClock();
  const remotes: Remote[] = [];
  const opened: RepositoryUse[] = [];
  const moved: (readonly string[])[] = [];
  let polls = 0;
  const repositories = new Repositories({
    clock,
    log: createLog('silent'),
    open(use) {
      opened.push(use);
      const remote = createRemote();
      remotes.push(remote);
      return remote.repository;
    },
    settings: () => parseSettings({ 'timeout.reconciliation': interval, 'timeout.reconciliation.jitter': '0' }, {}),
    onMoved: (ids) => moved.push(ids),
    countPoll: () => {
      polls += 1;
    },
  });
  const resolve: Run['resolve'] = (id, { url = URL_A, revision = 'main', fresh = false } = {}) =>
    repositories.resolve(id, { url, revision, fresh });
  return { repositories, clock, remotes, opened, moved, polls: () => polls, resolve };
}

describe('Repositories', () => {
  it('asks once for many applications that come together', async () => {
    const { remotes, polls, resolve } = start();
    const oids = await Promise.all(Array.from({ length: 50 }, (_, i) => resolve(`app-${i}`)));
    expect(new Set(oids)).toEqual(new Set(['c1']));
    expect(polls()).toBe(1);
    expect(remotes).toHaveLength(1);
    expect(remotes[0]?.polls).toEqual([['main']]);
  });

  it('asks for all revisions in use at once', async () => {
    const { remotes, resolve } = start();
    await Promise.all([resolve('a'), resolve('b', { revision: 'v1' }), resolve('c')]);
    expect(remotes[0]?.polls).toEqual([['main', 'v1']]);
  });

  it('answers from the last poll unless it is to be fresh', async () => {
    const { clock, remotes, polls, resolve } = start();
    await resolve('a');
    await clock.advance(SPACING_MS);
    remotes[0]?.refs.set('main', 'c2');
    expect(await resolve('a')).toBe('c1');
    expect(await resolve('b')).toBe('c1');
    expect(polls()).toBe(1);
    expect(await resolve('a', { fresh: true })).toBe('c2');
    expect(polls()).toBe(2);
  });

  it('serves any number of fresh questions with the poll that runs and one more', async () => {
    const { clock, remotes, polls, resolve } = start();
    await resolve('a');
    await clock.advance(SPACING_MS);
    const [remote] = remotes;
    if (remote === undefined) throw new Error('no repository was opened');
    remote.gate = Promise.withResolvers();
    const first = resolve('a', { fresh: true });
    await settlePromises();
    const later = Array.from({ length: 50 }, () => resolve('a', { fresh: true }));
    await settlePromises();
    remote.refs.set('main', 'c2');
    remote.gate.resolve();
    await clock.advance(SPACING_MS);
    expect(new Set(await Promise.all([first, ...later]))).toEqual(new Set(['c2']));
    expect(polls()).toBe(3);
  });

  it('spaces polls, so that questions that trickle in share one', async () => {
    const { clock, remotes, polls, resolve } = start();
    await resolve('a');
    await clock.advance(SPACING_MS);
    const answers: Promise<string>[] = [];
    for (let i = 0; i < 30; i += 1) {
      answers.push(resolve('a', { fresh: true }));
      await clock.advance(SPACING_MS / 20);
    }
    remotes[0]?.refs.set('main', 'c2');
    await clock.advance(SPACING_MS);
    const oids = await Promise.all(answers);
    expect(polls()).toBe(4);
    expect([oids[0], oids.at(-1)]).toEqual(['c1', 'c2']);
  });

  it('does not take a poll that began before a question for its answer', async () => {
    const { clock, remotes, resolve } = start();
    await resolve('a');
    await clock.advance(SPACING_MS);
    const [remote] = remotes;
    if (remote === undefined) throw new Error('no repository was opened');
    const gate = Promise.withResolvers<void>();
    const poll = (revisions: readonly string[]) =>
      Promise.resolve(new Map(revisions.map((name) => [name, remote.refs.get(name) ?? ''])));
    let first = true;
    Object.assign(remote.repository, {
      async poll(revisions: readonly string[]) {
        const answer = await poll(revisions);
        // This answer is as old as the beginning of the poll.
        if (first) await gate.promise;
        first = false;
        return answer;
      },
    });
    const early = resolve('a', { fresh: true });
    await settlePromises();
    remote.refs.set('main', 'c2');
    const late = resolve('a', { fresh: true });
    gate.resolve();
    await clock.advance(SPACING_MS);
    expect(await late).toBe('c2');
    await early;
  });

  it('polls once an interval and tells whose revision moved', async () => {
    const { clock, remotes, moved, polls, resolve } = start();
    remotes[0]?.refs.set('v1', 't1');
    await Promise.all([resolve('a'), resolve('b'), resolve('c', { revision: 'v1' })]);
    moved.length = 0;
    await clock.advance(INTERVAL_MS);
    expect(polls()).toBe(2);
    expect(moved).toEqual([]);
    remotes[0]?.refs.set('main', 'c2');
    await clock.advance(INTERVAL_MS);
    expect(moved).toEqual([['a', 'b']]);
  });

  it('does not poll by itself where that is turned off', async () => {
    const { clock, polls, resolve } = start('0');
    await resolve('a');
    await clock.advance(10 * INTERVAL_MS);
    expect(polls()).toBe(1);
    expect(clock.pending).toEqual([]);
  });

  it('throws what went wrong until a poll goes well, which comes sooner than usual', async () => {
    const { clock, remotes, moved, resolve } = start();
    await resolve('a');
    await clock.advance(SPACING_MS);
    const [remote] = remotes;
    if (remote === undefined) throw new Error('no repository was opened');
    remote.error = new HoldfastError('GIT_UNREACHABLE', 'down');
    await expect(resolve('a', { fresh: true })).rejects.toMatchObject({ code: 'GIT_UNREACHABLE', message: 'down' });
    await expect(resolve('a')).rejects.toMatchObject({ code: 'GIT_UNREACHABLE' });
    remote.error = undefined;
    moved.length = 0;
    await clock.advance(15_000);
    expect(moved).toEqual([['a']]);
    expect(await resolve('a')).toBe('c1');
  });

  it('looks for a commit where there is no such ref', async () => {
    const { remotes, resolve } = start();
    expect(await resolve('a', { revision: 'abc1234' })).toBe('found-abc1234');
    expect(remotes[0]?.resolves).toEqual(['abc1234']);
  });

  it('takes two spellings of one address for one repository', async () => {
    const { remotes, resolve } = start();
    await resolve('a', { url: 'https://git.test/a.git' });
    await resolve('b', { url: 'https://GIT.test/a' });
    expect(remotes).toHaveLength(1);
  });

  it('keeps what is read on behalf of another repository apart from what an Application reads', async () => {
    const { repositories, remotes, opened } = start();
    const use = (id: string, onBehalfOf?: string) =>
      repositories.resolve(id, { url: URL_A, revision: 'main', fresh: false, ...(onBehalfOf && { onBehalfOf }) });
    await use('a');
    await use('a base', URL_A);
    expect(remotes).toHaveLength(1);
    await use('b base', URL_B);
    expect(opened).toEqual([{ url: URL_A }, { url: URL_A, onBehalfOf: URL_B }]);
    repositories.reopen();
    expect(opened).toHaveLength(4);
    expect(opened[3]).toEqual({ url: URL_A, onBehalfOf: URL_B });
  });

  it('closes a repository that nobody uses, and polls it no more', async () => {
    const { repositories, clock, remotes, polls, resolve } = start();
    await resolve('a');
    await resolve('b');
    repositories.release('a');
    expect(remotes[0]?.closed).toBe(false);
    repositories.release('b');
    repositories.release('b');
    expect(remotes[0]?.closed).toBe(true);
    await clock.advance(10 * INTERVAL_MS);
    expect(polls()).toBe(1);
    await expect(repositories.snapshot({ url: URL_A }, 'c1')).rejects.toMatchObject({ code: 'INTERNAL' });
  });

  it('leaves the old repository when an application moves to another', async () => {
    const { remotes, resolve } = start();
    await resolve('a');
    await resolve('a', { url: URL_B });
    expect(remotes.map(({ closed }) => closed)).toEqual([true, false]);
  });

  it('polls no repository that was closed and opened anew while a poll ran', async () => {
    const { repositories, clock, remotes, resolve } = start();
    await resolve('a');
    const [old] = remotes;
    if (old === undefined) throw new Error('no repository was opened');
    old.gate = Promise.withResolvers();
    await clock.advance(INTERVAL_MS);
    expect(old.polls).toHaveLength(2);
    repositories.release('a');
    await resolve('b');
    old.gate.resolve();
    await clock.advance(3 * INTERVAL_MS);
    expect(old.polls).toHaveLength(2);
    expect(remotes[1]?.polls).toHaveLength(4);
  });

  it('opens repositories anew with other credentials and asks everybody to look again', async () => {
    const { repositories, remotes, moved, resolve } = start();
    await Promise.all([resolve('a'), resolve('b')]);
    moved.length = 0;
    repositories.reopen();
    expect(remotes.map(({ closed }) => closed)).toEqual([true, false]);
    expect(moved).toEqual([['a', 'b']]);
  });

  it('ends polling when it closes', async () => {
    const { repositories, clock, remotes, polls, resolve } = start();
    await resolve('a');
    await repositories.close();
    expect(remotes[0]?.closed).toBe(true);
    await clock.advance(10 * INTERVAL_MS);
    expect(polls()).toBe(1);
  });
});
