import { compareStrings } from '../go-string.ts';

/** The keys of a map in Go's order of strings. */
export function sortedKeys(map: ReadonlyMap<string, unknown>): string[] {
  return [...map.keys()].toSorted(compareStrings);
}
