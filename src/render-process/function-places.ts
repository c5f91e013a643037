/** Where a function stood in data that goes to another process: field names and keys of Maps, from the top on. */
export interface FunctionPlace {
  readonly id: number;
  readonly path: readonly string[];
}

/** Data without its functions, which stay behind to be called by number. */
export interface TakenApart {
  readonly data: unknown;
  readonly places: readonly FunctionPlace[];
  /** By {@link FunctionPlace.id}. */
  readonly functions: readonly RemoteFunction[];
}

/** A function that another process may call: arguments and result are plain data. */
export type RemoteFunction = (...args: readonly unknown[]) => unknown;

/**
 * Copies plain objects, and Maps with texts as keys, without the functions in them. Everything else is taken over as it
 * is, so that it must be something that `v8.serialize` takes.
 */
export function takeApart(value: unknown): TakenApart {
  const places: FunctionPlace[] = [];
  const functions: RemoteFunction[] = [];
  const copy = (item: unknown, path: readonly string[]): unknown => {
    if (item instanceof Map) return new Map(copyFields([...item] as [string, unknown][], path));
    return isPlainObject(item) ? Object.fromEntries(copyFields(Object.entries(item), path)) : item;
  };
  const copyFields = (fields: readonly [string, unknown][], path: readonly string[]): [string, unknown][] =>
    fields.flatMap(([name, field]) => {
      if (typeof field !== 'function') return [[name, copy(field, [...path, name])]];
      places.push({ id: functions.length, path: [...path, name] });
      functions.push(field as RemoteFunction);
      return [];
    });
  return { data: copy(value, []), places, functions };
}

/** Puts functions in the places of those that {@link takeApart} took out of `data`, in place. */
export function putBack(
  data: unknown,
  places: readonly FunctionPlace[],
  make: (id: number) => (...args: readonly unknown[]) => unknown,
): void {
  for (const { id, path } of places) {
    const folder = path.slice(0, -1).reduce(fieldOf, data);
    const name = path.at(-1) ?? '';
    if (folder instanceof Map) folder.set(name, make(id));
    else (folder as Record<string, unknown>)[name] = make(id);
  }
}

function fieldOf(value: unknown, name: string): unknown {
  return value instanceof Map ? (value as Map<string, unknown>).get(name) : (value as Record<string, unknown>)[name];
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
