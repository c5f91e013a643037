// The program of a render process: renders what the controller sends, one after the other, until the controller is gone.
import { HoldfastError } from '../lib/errors.ts';
import { FileCache } from '../render/file-cache.ts';
import { RenderBudget } from '../render/gotemplate/budget.ts';
import { TemplateLimitError } from '../render/gotemplate/template-error.ts';
import { type RenderOptions, renderManifests } from '../render/render-manifests.ts';
import type { SourceTree } from '../source/tree.ts';
import { fromErrorData, toErrorData } from './error-data.ts';
import { putBack } from './function-places.ts';
import { type KnownQuestion, knownTree } from './known-folder.ts';
import { encodeMessage, type FromChild, type ToChild } from './messages.ts';
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
const controllerPid = process.ppid;

sealProcess();
channel.send({ type: 'ready' });
for (let message = channel.receive(); message !== undefined; message = channel.receive()) {
  if (message.type === 'render') channel.sendEncoded(answer(message));
}

function answer(message: RenderMessage): Buffer {
  try {
    const bytes = encodeMessage(render(message));
    if (bytes.length <= message.maxOutputBytes) return bytes;
    const limit = `${message.maxOutputBytes / 1024 / 1024} MiB`;
    const reason = `Cannot use what was rendered: it takes ${bytes.length} bytes, and ${limit} is the limit. Split the source`;
    return encodeMessage({ type: 'failed', error: toErrorData(limitError(reason)) });
  } catch (error) {
    return encodeMessage({ type: 'failed', error: toErrorData(explain(error)) });
  }
}

function render({ data, functions, known, deadlineMs }: RenderMessage): FromChild {
  putBack(data, functions, remoteFunction());
  const { tree, options } = data as Job;
  const asked = new Map<string, KnownQuestion>();
  const told = knownTree(tree, known, (...question) => asked.set(question.join(' '), question));
  const budget = new RenderBudget({
    checkDeadline: deadlineCheck(deadlineMs),
    onFile: (template) => channel.send({ type: 'at', template }),
  });
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

function deadlineCheck(deadlineMs: number): () => void {
  const endMs = performance.now() + deadlineMs;
  return () => {
    if (process.ppid !== controllerPid) process.exit(0);
    if (performance.now() > endMs) {
      throw new TemplateLimitError(`the render takes longer than ${deadlineMs / 1000} s`, 'work');
    }
  };
}

/** What the engine cannot name is V8's: texts and stacks have an end. */
function explain(error: unknown): unknown {
  if (error instanceof HoldfastError && !(error.code === 'INTERNAL' && isOfV8(error.cause))) return error;
  if (!(error instanceof HoldfastError) && !isOfV8(error)) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return limitError(
    `Cannot render: a template makes something that is too large or too deep (${reason}). Find the one that repeats without end`,
  );
}

function isOfV8(error: unknown): boolean {
  return error instanceof RangeError || (error instanceof SyntaxError && error.message.endsWith('Stack overflow'));
}

function limitError(message: string): HoldfastError {
  return new HoldfastError('RENDER_LIMIT', message, { retry: 'never' });
}
