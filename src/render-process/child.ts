// The program of a render process: renders what the controller sends, one after the other, until the controller is gone.
import { HoldfastError } from '../lib/errors.ts';
import { FileCache } from '../render/file-cache.ts';
import { RenderBudget } from '../render/gotemplate/budget.ts';
import { isStackOverflow, isTooLarge } from '../render/gotemplate/frame.ts';
import { type RenderOptions, renderManifests } from '../render/render-manifests.ts';
import type { SourceTree } from '../source/tree.ts';
import { fromErrorData, toErrorData } from './error-data.ts';
import { putBack } from './function-places.ts';
import { type KnownQuestion, knownTree } from './known-folder.ts';
import { memoryCheck } from './memory-check.ts';
import { encodeMessage, type FromChild, type ToChild } from './messages.ts';
import { limitError } from './process-errors.ts';
import { runBounded } from './run-bounded.ts';
import { sealProcess } from './seal-process.ts';
import { SyncChannel } from './sync-channel.ts';

/** What `data` of a job holds, once its functions are back. */
interface Job {
  readonly tree: SourceTree;
  readonly options: RenderOptions;
}

type RenderMessage = Extract<ToChild, { type: 'render' }>;

const channel = new SyncChannel();
const cache = new FileCache();

sealProcess();
channel.send({ type: 'ready' });
for (let message = channel.receive(); message !== undefined; message = channel.receive()) {
  if (message.type === 'render') channel.sendEncoded(answer(message));
}

function answer(message: RenderMessage): Buffer {
  let template = '';
  const enter = (name: string): void => {
    template = name;
    channel.send({ type: 'at', template });
  };
  try {
    const checkDeadline = memoryCheck(message.residentMiB);
    return answerInTime(message, new RenderBudget({ onFile: enter, checkDeadline }));
  } catch (error) {
    const explained = explain(error, { label: message.label, template });
    return encodeMessage({ type: 'failed', error: toErrorData(explained) });
  }
}

function answerInTime(message: RenderMessage, budget: RenderBudget): Buffer {
  const { label, deadlineMs, maxOutputBytes } = message;
  const answered = runBounded(() => encodeMessage(render(message, budget)), deadlineMs);
  if (answered === undefined) {
    const where = budget.whereabouts?.();
    const reason = `${where === undefined ? '' : `${where}: `}the render takes longer than ${deadlineMs / 1000} s`;
    return encodeMessage({ type: 'failed', error: toErrorData(limitError({ label }, reason)), isSpent: true });
  }
  const { value } = answered;
  if (value.length <= maxOutputBytes) return value;
  const limit = `${maxOutputBytes / 1024 / 1024} MiB are the limit`;
  throw limitError({ label }, `what was rendered takes ${value.length} bytes, and ${limit}`);
}

function render({ data, functions, known }: RenderMessage, budget: RenderBudget): FromChild {
  putBack(data, functions, remoteFunction());
  const { tree, options } = data as Job;
  const asked = new Map<string, KnownQuestion>();
  const told = knownTree(tree, known, (...question) => asked.set(question.join(' '), question));
  const outcome = renderManifests(told, { ...options, cache, budget });
  return { type: 'done', outcome, asked: [...asked.values()] };
}

/** Functions that are called in the controller. Each gives the same for the same arguments, so each is asked once. */
function remoteFunction(): (id: number) => (...args: readonly unknown[]) => unknown {
  const known = new Map<string, unknown>();
  return (id) =>
    (...args) => {
      const key = JSON.stringify([id, args]);
      if (!known.has(key)) known.set(key, call(id, args));
      return known.get(key);
    };
}

function call(id: number, args: readonly unknown[]): unknown {
  channel.send({ type: 'call', id, args });
  const reply = channel.receive();
  if (reply?.type === 'result') return reply.value;
  if (reply?.type === 'thrown') throw fromErrorData(reply.error);
  // The controller is gone, or this is no answer: there is nobody to work for.
  return process.exit(0);
}

/** What the engine could not name is V8's: texts and stacks have an end. */
function explain(error: unknown, place: { label: string; template: string }): unknown {
  const thrown = error instanceof HoldfastError && error.code === 'INTERNAL' ? error.cause : error;
  if (isStackOverflow(thrown)) return limitError(place, 'something in it is nested too deep');
  return isTooLarge(thrown) ? limitError(place, 'something in it gets too large') : error;
}
