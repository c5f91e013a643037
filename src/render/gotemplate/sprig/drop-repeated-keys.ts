import { EVENT_ID, type Event, getScalarValue } from 'js-yaml';

/**
 * The events of a YAML text without the entries of mappings whose key comes again later, as Go's decoder has it unless
 * it is strict: the last of equal keys wins. Keys are compared as they are spelt; `<<` may repeat.
 *
 * An anchor inside an entry that is left out is lost.
 */
export function dropRepeatedKeys(source: string, events: readonly Event[]): Event[] {
  const dropped = new Set<number>();
  const open: OpenCollection[] = [];
  for (const [at, event] of events.entries()) {
    if (event.type === EVENT_ID.POP) open.pop();
    else if (open.length > 0) countNode(open, { source, event, at, dropped });
    if (isOpening(event)) open.push({ isMapping: event.type === EVENT_ID.MAPPING, nodes: 0, starts: new Map() });
  }
  return withoutEntries(events, dropped);
}

/** A mapping, a list or a document that has begun. */
interface OpenCollection {
  readonly isMapping: boolean;
  /** Keys and values so far. */
  nodes: number;
  /** Where the entry of each key begins. */
  readonly starts: Map<string, number>;
}

interface Visit {
  readonly source: string;
  readonly event: Event;
  readonly at: number;
  readonly dropped: Set<number>;
}

function isOpening({ type }: Event): boolean {
  return type === EVENT_ID.MAPPING || type === EVENT_ID.SEQUENCE || type === EVENT_ID.DOCUMENT;
}

function countNode(open: readonly OpenCollection[], { source, event, at, dropped }: Visit): void {
  const parent = open.at(-1);
  if (parent?.isMapping !== true) return;
  parent.nodes += 1;
  const isKey = parent.nodes % 2 === 1;
  if (!isKey || event.type !== EVENT_ID.SCALAR) return;
  const key = getScalarValue(source, event);
  const earlier = parent.starts.get(key);
  if (earlier !== undefined && key !== '<<') dropped.add(earlier);
  parent.starts.set(key, at);
}

/** @param starts of the keys of the entries to leave out */
function withoutEntries(events: readonly Event[], starts: ReadonlySet<number>): Event[] {
  const kept: Event[] = [];
  for (let at = 0; at < events.length; at++) {
    const event = events[at];
    if (event === undefined) break;
    if (starts.has(at)) at = endOfNode(events, at + 1) - 1;
    else kept.push(event);
  }
  return kept;
}

/** The place after the node that begins at `start`. */
function endOfNode(events: readonly Event[], start: number): number {
  let depth = 0;
  for (let at = start; at < events.length; at++) {
    const event = events[at];
    if (event !== undefined && isOpening(event)) depth += 1;
    else if (event?.type === EVENT_ID.POP) depth -= 1;
    if (depth === 0) return at + 1;
  }
  return events.length;
}
