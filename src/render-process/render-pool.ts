import { type Clock, systemClock, type Timer } from '../lib/clock.ts';
import { HoldfastError } from '../lib/errors.ts';
import type { RenderOptions } from '../render/render-manifests.ts';
import type { RenderOutcome } from '../render/rendered.ts';
import type { SourceTree } from '../source/tree.ts';
import { freezeOutcome } from './freeze-outcome.ts';
import { takeApart } from './function-places.ts';
import { readFolder } from './known-folder.ts';
import { defaultLimits, POOL_SIZE, type RenderLimits } from './limits.ts';
import { ChildKilledError } from './process-errors.ts';
import { type ChildAnswer, type ChildJob, RenderChild } from './render-child.ts';
import { Turns } from './turns.ts';

/** One source to render. */
export interface PoolRender {
  /** What is rendered; it may note what it is asked. */
  readonly tree: SourceTree;
  /** The same tree, for reading ahead: what is asked of it is not noted. */
  readonly ahead: SourceTree;
  readonly options: Omit<RenderOptions, 'cache' | 'budget'>;
  /** Whose render it is: of what is slow, others must not have to wait for all. A repository's URL. */
  readonly owner: string;
}

/** What a {@link RenderPool} is made with. */
export interface RenderPoolOptions {
  readonly clock?: Clock;
  readonly limits?: Partial<RenderLimits>;
  /** Processes that render at once; at least 2, or a render that is slow holds up all others. */
  readonly size?: number;
  /** Time after which a process without work is ended. */
  readonly idleMs?: number;
}

/** Above this part of its memory limit a process is not used again: the next render would start with less. */
const WORN_SHARE = 0.6;
const IDLE_MS = 45_000;

/**
 * Renders in processes of their own what runs code of a repository: what loops or grows without end costs its process
 * and nobody else. Processes are started when there is work and ended when there is none for a while; the one that
 * worked last is taken first, since it has parsed most of what comes.
 */
export class RenderPool {
  readonly #clock: Clock;
  readonly #limits: RenderLimits;
  readonly #turns: Turns;
  readonly #idleMs: number;
  /** The one that worked last is the last. */
  readonly #idle: { readonly child: RenderChild; readonly timer: Timer }[] = [];
  readonly #children = new Set<RenderChild>();
  #isClosed = false;

  constructor({ clock = systemClock, limits = {}, size = POOL_SIZE, idleMs = IDLE_MS }: RenderPoolOptions = {}) {
    this.#clock = clock;
    this.#limits = { ...defaultLimits(), ...limits };
    this.#turns = new Turns(size, clock);
    this.#idleMs = idleMs;
  }

  /**
   * The same as `renderManifests(tree, options)`, in another process.
   * @throws {HoldfastError} as `renderManifests`; RENDER_LIMIT besides if it takes too long, or too much memory, or
   *   gives too much. To be tried again if there is no process to be had, or its owner is slow
   */
  async render(render: PoolRender): Promise<RenderOutcome> {
    const endTurn = await this.#turns.take(render.owner);
    try {
      return await this.#renderTwice(render);
    } finally {
      endTurn();
    }
  }

  /** Ids of the processes there are. */
  get pids(): readonly number[] {
    return [...this.#children].flatMap(({ pid }) => pid ?? []);
  }

  /** Ends all processes; renders that are under way fail. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const { timer } of this.#idle.splice(0)) timer.cancel();
    await Promise.all([...this.#children].map((child) => child.kill()));
  }

  /** A process that somebody else killed says nothing about the render, so it has a second try. */
  async #renderTwice(render: PoolRender): Promise<RenderOutcome> {
    const job = jobOf(render);
    for (let attempt = 1; ; attempt += 1) {
      try {
        const answer = await this.#renderOnce(job);
        for (const [question, path] of answer.asked) render.tree[question](path);
        return freezeOutcome(answer.outcome, job.message.label);
      } catch (error) {
        if (!(error instanceof ChildKilledError)) throw error;
        if (this.#isClosed) throw stopping(job.message.label);
        if (attempt > 1) throw killedTwice(job.message.label, error);
      }
    }
  }

  async #renderOnce(job: ChildJob): Promise<ChildAnswer> {
    if (this.#isClosed) throw new ChildKilledError('the pool is closed');
    const child = this.#takeChild();
    try {
      return await child.render(job);
    } finally {
      await this.#putBack(child);
    }
  }

  #takeChild(): RenderChild {
    for (let last = this.#idle.pop(); last !== undefined; last = this.#idle.pop()) {
      last.timer.cancel();
      if (last.child.isAlive) return last.child;
      this.#children.delete(last.child);
    }
    const child = new RenderChild(this.#limits, this.#clock);
    this.#children.add(child);
    return child;
  }

  async #putBack(child: RenderChild): Promise<void> {
    const isWorn = child.isAlive && child.memoryMiB() > this.#limits.residentMiB * WORN_SHARE;
    if (isWorn || !child.isAlive || this.#isClosed) {
      this.#children.delete(child);
      await child.kill();
      return;
    }
    const timer = this.#clock.after(this.#idleMs, () => void this.#retire(child));
    this.#idle.push({ child, timer });
  }

  async #retire(child: RenderChild): Promise<void> {
    const at = this.#idle.findIndex((idle) => idle.child === child);
    if (at < 0) return;
    this.#idle.splice(at, 1);
    this.#children.delete(child);
    await child.kill();
  }
}

function jobOf({ tree, ahead, options }: PoolRender): ChildJob {
  const path = (options.source.path ?? '').replace(/^(?:\.?\/)+|\/+$/g, '').replace(/^\.$/, '');
  const remotes = new Map(
    [...(options.remotes ?? [])].map(([key, content]) => [
      key,
      'tree' in content ? { tree: functionsOf(content.tree) } : content,
    ]),
  );
  const { data, places, functions } = takeApart({ tree: functionsOf(tree), options: { ...options, remotes } });
  const label = path === '' ? 'the root folder' : path;
  return { functions, message: { label, data, functions: places, known: readFolder(ahead, path) } };
}

/** A tree may be of a class, whose methods are none of its fields. */
function functionsOf(tree: SourceTree): SourceTree {
  return {
    id: tree.id,
    read: (path) => tree.read(path),
    list: (path) => tree.list(path),
    realPath: (path) => tree.realPath(path),
    stat: (path) => tree.stat(path),
  };
}

function stopping(label: string): HoldfastError {
  const message = `Cannot render ${label}: the operator is stopping. It is rendered after the restart`;
  return new HoldfastError('RENDER_LIMIT', message, { retry: 'backoff' });
}

function killedTwice(label: string, cause: ChildKilledError): HoldfastError {
  const message = `Cannot render ${label}: the process that renders was killed from outside, twice. It is tried again; the machine may be short of memory`;
  return new HoldfastError('RENDER_LIMIT', message, { retry: 'backoff', cause });
}
