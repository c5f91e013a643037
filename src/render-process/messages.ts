import { deserialize, serialize } from 'node:v8';
import type { RenderOutcome } from '../render/rendered.ts';
import type { ErrorData } from './error-data.ts';
import type { FunctionPlace } from './function-places.ts';
import type { FolderContents, KnownQuestion } from './known-folder.ts';

/** What the controller tells a render process. */
export type ToChild =
  | {
      readonly type: 'render';
      /** What is rendered, for messages. */
      readonly label: string;
      /** Options of `renderManifests`, the tree among them; where functions were, `functions` says. */
      readonly data: unknown;
      readonly functions: readonly FunctionPlace[];
      readonly known: FolderContents;
      readonly deadlineMs: number;
      readonly residentMiB: number;
      readonly maxOutputBytes: number;
    }
  /** What the function gave that was called. */
  | { readonly type: 'result'; readonly value: unknown }
  /** What it threw. */
  | { readonly type: 'thrown'; readonly error: ErrorData };

/** What a render process tells the controller. */
export type FromChild =
  /** It has loaded its code and waits for work. */
  | { readonly type: 'ready' }
  /** It waits for the result of a function that is in the controller. */
  | { readonly type: 'call'; readonly id: number; readonly args: readonly unknown[] }
  /** It begins with a template. */
  | { readonly type: 'at'; readonly template: string }
  | { readonly type: 'done'; readonly outcome: RenderOutcome; readonly asked: readonly KnownQuestion[] }
  /** A process that is spent must not be used again: its render was broken off anywhere. */
  | { readonly type: 'failed'; readonly error: ErrorData; readonly isSpent?: boolean };

/** Bytes before each message that hold its length, little-endian. */
export const HEADER_BYTES = 4;

/** A message with its header, as it goes through the channel. */
export function encodeMessage(message: ToChild | FromChild): Buffer {
  const body = serialize(message);
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32LE(body.length);
  return Buffer.concat([header, body]);
}

/** What {@link encodeMessage} encoded, from the body alone. */
export function decodeMessage(body: Buffer): unknown {
  return deserialize(body);
}
