import { HoldfastError } from '../lib/errors.ts';

/** That somebody else ended the process while it rendered: the render itself may be good. */
export class ChildKilledError extends Error {
  override readonly name = 'ChildKilledError';
}

/** What was rendered, and how far it got. */
export interface RenderPlace {
  /** `web/chart`, or `the root folder`. */
  readonly label: string;
  /** The template that was at work, where `reason` does not say. */
  readonly template?: string;
}

/** That a render took its process with it. */
export function limitError({ label, template = '' }: RenderPlace, reason: string): HoldfastError {
  const at = template === '' ? '' : `, at template ${template}`;
  const message = `Cannot render ${label}: ${reason}${at}. Find the template that loops or grows without end`;
  return new HoldfastError('RENDER_LIMIT', message, { retry: 'never' });
}

/** That no process can be had now. */
export function noProcess(reason: string): HoldfastError {
  const message = `Cannot start a process to render in: ${reason}. It is tried again; see the machine's limits on processes and memory`;
  return new HoldfastError('INTERNAL', message);
}

/** How a process ended, as the system tells it, and what it said on its way out. */
export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly complaint: string;
  readonly residentMiB: number;
}

/** What the end of a process means for the render that it was at; `undefined` when it was at none. */
export function explainEnd(place: RenderPlace | undefined, end: ProcessEnd): Error {
  const { code, signal, complaint, residentMiB } = end;
  const how = signal === null ? `with status ${code}` : `by ${signal}`;
  if (place === undefined || signal === 'SIGKILL' || signal === 'SIGTERM') {
    return new ChildKilledError(`the process ended ${how}`);
  }
  if (OUT_OF_MEMORY.test(complaint)) return limitError(place, memoryReason(residentMiB));
  // A program that cannot even be loaded ends like this.
  if (signal === null) return noProcess(`it ended ${how}: ${complaint}`);
  return limitError(place, `its process ended ${how}, as it does when templates are nested too deep`);
}

const OUT_OF_MEMORY = /heap out of memory|Fatal process out of memory|Allocation failed/;

/** Why a render that takes too much memory fails. */
export function memoryReason(residentMiB: number): string {
  return `it takes more than the ${residentMiB} MiB of memory that a render may have`;
}
