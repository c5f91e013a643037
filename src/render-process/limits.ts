import { totalmem } from 'node:os';

/** What one render may use before its process is ended. */
export interface RenderLimits {
  /** Time after which the render ends itself, with an error that names the template. */
  readonly deadlineMs: number;
  /** Time on top after which the process is killed: it may be inside one call that does not return. */
  readonly graceMs: number;
  /** V8's heap. */
  readonly heapMiB: number;
  /** Resident memory of the whole process. */
  readonly residentMiB: number;
  /** Everything that a render gives, as it is sent. */
  readonly maxOutputBytes: number;
}

/** How many processes render at once: with one, a chart that loops would hold up all others. */
export const POOL_SIZE = 2;

/** Of the memory that the operator may use, the part that it needs itself. */
const OPERATOR_MIB = 320;
const MIB = 1024 * 1024;

/**
 * Limits for this machine: renders together stay within the memory that the container may use, because a kernel that
 * runs out of it ends the operator as well.
 * @param limitBytes of the container; absent or 0: none
 */
export function defaultLimits(limitBytes: number = process.constrainedMemory()): RenderLimits {
  const isLimited = limitBytes > 0 && limitBytes < totalmem();
  const share = isLimited ? Math.floor((limitBytes / MIB - OPERATOR_MIB) / POOL_SIZE) : MAX_RESIDENT_MIB;
  const residentMiB = Math.min(MAX_RESIDENT_MIB, Math.max(MIN_RESIDENT_MIB, share));
  return { deadlineMs: 30_000, graceMs: 5_000, residentMiB, heapMiB: residentMiB - 96, maxOutputBytes: 32 * MIB };
}

const MAX_RESIDENT_MIB = 640;
/** Below this, charts of the usual large sort do not render any more. */
const MIN_RESIDENT_MIB = 224;
