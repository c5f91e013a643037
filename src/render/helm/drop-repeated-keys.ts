import { EVENT_ID, type Event, getScalarValue, SCALAR_STYLE } from 'js-yaml';
import { resolvePlain } from '../../yaml/scalar.ts';

/** A key with its value, as indexes of events: from the key's own to the one after the value. */
interface Entry {
  readonly start: number;
  end: number;
}

interface Mapping {
  readonly entries: Map<string, Entry>;
  /** The entry that is being read, from its key on. */
  current: Entry | undefined;
}

/**
 * The events without the entries of mappings whose key comes again later in the same mapping: Go's yaml.v2, when it is
 * not strict, lets the last of equal keys win. Keys are compared by their texts.
 */
export function dropRepeatedKeys(source: string, events: readonly Event[]): Event[] {
  const dropped: Entry[] = [];
  const stack: (Mapping | undefined)[] = [];
  for (const [index, event] of events.entries()) {
    if (event.type === EVENT_ID.POP) {
      stack.pop();
      endNode(stack.at(-1), index + 1);
      continue;
    }
    const mapping = stack.at(-1);
    if (mapping !== undefined && mapping.current === undefined) {
      mapping.current = { start: index, end: -1 };
      if (event.type === EVENT_ID.SCALAR) {
        addKey(mapping, keyOf(source, event), dropped);
        continue;
      }
    }
    const isCollection = event.type === EVENT_ID.MAPPING || event.type === EVENT_ID.SEQUENCE;
    if (isCollection) {
      stack.push(event.type === EVENT_ID.MAPPING ? { entries: new Map(), current: undefined } : undefined);
    } else if (event.type === EVENT_ID.DOCUMENT) stack.push(undefined);
    else endNode(mapping, index + 1);
  }
  const starts = new Map(dropped.map(({ start, end }) => [start, end]));
  return withoutEntries(events, starts);
}

/** Two plain keys are equal as well if they are the same boolean. */
function keyOf(source: string, event: Extract<Event, { type: typeof EVENT_ID.SCALAR }>): string {
  const text = getScalarValue(source, event);
  return event.style === SCALAR_STYLE.PLAIN ? String(resolvePlain(text)) : text;
}

function addKey(mapping: Mapping, text: string, dropped: Entry[]): void {
  const { current } = mapping;
  if (current === undefined || text === '<<') return;
  const before = mapping.entries.get(text);
  if (before !== undefined) dropped.push(before);
  mapping.entries.set(text, current);
}

/** Notes that the value of a mapping's entry ends before an event. */
function endNode(mapping: Mapping | undefined, end: number): void {
  if (mapping?.current === undefined) return;
  mapping.current.end = end;
  mapping.current = undefined;
}

function withoutEntries(events: readonly Event[], ends: ReadonlyMap<number, number>): Event[] {
  const kept: Event[] = [];
  for (let index = 0; index < events.length; index++) {
    const end = ends.get(index);
    const event = events[index];
    if (end !== undefined) index = end - 1;
    else if (event !== undefined) kept.push(event);
  }
  return kept;
}
