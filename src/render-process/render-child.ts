import { type ChildProcess, spawn } from 'node:child_process';
import type { Duplex } from 'node:stream';
import type { Clock } from '../lib/clock.ts';
import { HoldfastError } from '../lib/errors.ts';
import type { RenderOutcome } from '../render/rendered.ts';
import { childCommand } from './child-command.ts';
import { fromErrorData, toErrorData } from './error-data.ts';
import { FrameReader } from './frame-reader.ts';
import type { RemoteFunction } from './function-places.ts';
import type { KnownQuestion } from './known-folder.ts';
import type { RenderLimits } from './limits.ts';
import { decodeMessage, encodeMessage, type FromChild, type ToChild } from './messages.ts';
import { ChildKilledError, explainEnd, limitError, noProcess } from './process-errors.ts';
import { residentMiB, sacrificeFirst } from './resident-memory.ts';
import { CHANNEL_FD } from './sync-channel.ts';
import { watchRender } from './watch-render.ts';

/** One render as a process carries it out. */
export interface ChildJob {
  readonly message: Omit<
    Extract<ToChild, { type: 'render' }>,
    'type' | 'deadlineMs' | 'residentMiB' | 'maxOutputBytes'
  >;
  /** Functions that stayed here, by their numbers. */
  readonly functions: readonly RemoteFunction[];
}

/** What a render gave, and what it learned from what was sent ahead. */
export interface ChildAnswer {
  readonly outcome: RenderOutcome;
  readonly asked: readonly KnownQuestion[];
}

/** What is under way. */
interface Running {
  readonly job: ChildJob;
  readonly settle: PromiseWithResolvers<ChildAnswer>;
  /** The template that it is at. */
  template: string;
}

/** The start of what a process complains about says what is wrong; stacks follow. */
const MAX_COMPLAINT_CHARACTERS = 4_000;

/** One render process, from outside. Renders one job at a time; what ends the process fails the job that it ends. */
export class RenderChild {
  readonly #process: ChildProcess;
  readonly #channel: Duplex;
  readonly #limits: RenderLimits;
  readonly #clock: Clock;
  readonly #ready = Promise.withResolvers<void>();
  readonly #ended: Promise<unknown>;
  #running: Running | undefined;
  #complaint = '';
  /** Why it takes no more jobs. */
  #failure: Error | undefined;

  /**
   * Starts the process.
   * @throws {HoldfastError} INTERNAL if there are no file descriptors left
   */
  constructor(limits: RenderLimits, clock: Clock) {
    this.#limits = limits;
    this.#clock = clock;
    this.#ready.promise.catch(() => undefined);
    const { program, args } = childCommand(limits);
    this.#process = spawn(program, args, { cwd: '/', env: {}, stdio: ['ignore', 'ignore', 'pipe', 'pipe'] });
    this.#process.once('error', (error) => this.#fail(noProcess(error.message)));
    this.#ended = new Promise((resolve) => this.#process.once('close', resolve));
    const stdio = this.#process.stdio as ChildProcess['stdio'] | undefined;
    if (stdio === undefined) throw noProcess('there are too many open files');
    this.#channel = stdio[CHANNEL_FD] as Duplex;
    this.#listen();
    this.#hold(false);
    if (this.pid !== undefined) sacrificeFirst(this.pid);
  }

  /** Process id; `undefined` if it could not be started. */
  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** Whether it can take a job. */
  get isAlive(): boolean {
    return this.#failure === undefined;
  }

  /** Memory that it holds now, in MiB; 0 where that cannot be told. */
  memoryMiB(): number {
    return this.pid === undefined ? 0 : residentMiB(this.pid);
  }

  /**
   * Renders. To be called when nothing is under way.
   * @throws {HoldfastError} what the render throws; RENDER_LIMIT if it passed a limit or took the process with it;
   *   INTERNAL if no process can be started
   * @throws {ChildKilledError} if somebody else ended the process
   */
  async render(job: ChildJob): Promise<ChildAnswer> {
    if (this.#failure !== undefined) throw this.#failure;
    const running: Running = { job, settle: Promise.withResolvers(), template: '' };
    this.#running = running;
    this.#hold(true);
    const endWatch = this.#watch(running);
    try {
      const { deadlineMs, residentMiB: resident, maxOutputBytes } = this.#limits;
      this.#send({ type: 'render', ...job.message, deadlineMs, residentMiB: resident, maxOutputBytes });
      return await running.settle.promise;
    } finally {
      endWatch();
      this.#running = undefined;
      this.#hold(false);
    }
  }

  /** Ends the process; resolves when it is gone. A render that is under way fails. */
  async kill(): Promise<void> {
    this.#failure ??= new ChildKilledError('the process was ended');
    if (this.pid === undefined) return;
    this.#hold(true);
    this.#process.kill('SIGKILL');
    await this.#ended;
  }

  #watch(running: Running): () => void {
    const watched = {
      ready: this.#ready.promise,
      memoryMiB: () => this.memoryMiB(),
      unstarted: (reason: string) => this.#failAndKill(noProcess(reason)),
      passed: (reason: string) => this.#failAndKill(limitError(placeOf(running), reason)),
    };
    return watchRender(watched, this.#limits, this.#clock);
  }

  #listen(): void {
    const reader = new FrameReader(this.#limits.maxOutputBytes);
    this.#channel.on('data', (piece: Buffer) => this.#receive(reader, piece));
    // That the process is gone is told by its end.
    this.#channel.on('error', () => undefined);
    this.#process.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#complaint = (this.#complaint + text).slice(0, MAX_COMPLAINT_CHARACTERS);
    });
    this.#process.once('close', (code, signal) => {
      const place = this.#running === undefined ? undefined : placeOf(this.#running);
      const end = { code, signal, complaint: this.#complaint, residentMiB: this.#limits.residentMiB };
      this.#fail(explainEnd(place, end));
    });
  }

  #receive(reader: FrameReader, piece: Buffer): void {
    try {
      for (const body of reader.push(piece)) this.#take(decodeMessage(body) as FromChild);
    } catch (error) {
      const { message } = HoldfastError.from(error);
      this.#failAndKill(limitError(placeOf(this.#running), `its process sends what cannot be taken: ${message}`));
    }
  }

  #take(message: FromChild): void {
    const running = this.#running;
    if (message.type === 'ready') this.#ready.resolve();
    if (running === undefined || this.#failure !== undefined) return;
    if (message.type === 'at') running.template = message.template;
    if (message.type === 'call') this.#call(running, message.id, message.args);
    if (message.type === 'done') running.settle.resolve(message);
    if (message.type === 'failed') this.#takeFailure(running, message);
  }

  #takeFailure(running: Running, { error, isSpent }: Extract<FromChild, { type: 'failed' }>): void {
    running.settle.reject(fromErrorData(error));
    if (isSpent === true) this.#failure ??= new ChildKilledError('the process is spent');
  }

  #call({ job }: Running, id: number, args: readonly unknown[]): void {
    try {
      this.#send({ type: 'result', value: job.functions[id]?.(...args) });
    } catch (error) {
      this.#send({ type: 'thrown', error: toErrorData(error) });
    }
  }

  #send(message: ToChild): void {
    // If it cannot be written any more, the process is about to be known as gone.
    if (this.#channel.writable) this.#channel.write(encodeMessage(message));
  }

  #failAndKill(reason: HoldfastError): void {
    this.#fail(reason);
    this.#process.kill('SIGKILL');
  }

  /** The first reason is the one. */
  #fail(reason: Error): void {
    this.#failure ??= reason;
    this.#ready.reject(this.#failure);
    this.#running?.settle.reject(this.#failure);
  }

  /** A process at rest must not keep the operator from ending; one that renders must. */
  #hold(isHeld: boolean): void {
    const handles = [this.#process, this.#channel, this.#process.stderr] as unknown as (Holdable | null)[];
    for (const handle of handles) {
      if (isHeld) handle?.ref();
      else handle?.unref();
    }
  }
}

interface Holdable {
  ref(): void;
  unref(): void;
}

function placeOf(running: Running | undefined): { label: string; template: string } {
  return { label: running?.job.message.label ?? 'the source', template: running?.template ?? '' };
}
