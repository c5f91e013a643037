import { KustomizeError } from '../kustomize-error.ts';
import type { PatchContainer, PatchValue } from './patch-document.ts';

/** A field, undefined where it is not there, or an item. @throws {KustomizeError} if there is no such item */
export function getFrom(container: PatchContainer, key: string): PatchValue | undefined {
  if (!Array.isArray(container)) return container.get(key);
  return container[indexOf(container, key)];
}

/** Sets a field or an item that is there. @throws {KustomizeError} if there is no such item */
export function setIn(container: PatchContainer, key: string, value: PatchValue): void {
  if (Array.isArray(container)) container[indexOf(container, key)] = value;
  else container.set(key, value);
}

/** Sets a field or puts in an item: before the one at an index, or at the end for `-`. @throws {KustomizeError} */
export function addTo(container: PatchContainer, key: string, value: PatchValue): void {
  if (!Array.isArray(container)) container.set(key, value);
  else if (key === '-') container.push(value);
  else container.splice(insertionIndex(container, key), 0, value);
}

/** Takes away a field or an item. @throws {KustomizeError} if it is not there */
export function removeFrom(container: PatchContainer, key: string): void {
  if (Array.isArray(container)) {
    container.splice(indexOf(container, key), 1);
  } else if (!container.delete(key)) {
    throw new KustomizeError(`Unable to remove nonexistent key: ${key}: missing value`);
  }
}

/** What is wrong with `key` as the index of an item, undefined if nothing is. Negative ones count from the end. */
export function describeIndexError(list: readonly PatchValue[], key: string): string | undefined {
  const index = parseIndex(key);
  if (index === undefined) return syntaxError(key);
  return index >= list.length || index < -list.length ? invalidIndex(index) : undefined;
}

function indexOf(list: readonly PatchValue[], key: string): number {
  const problem = describeIndexError(list, key);
  if (problem !== undefined) throw new KustomizeError(problem);
  const index = Number(key);
  return index < 0 ? index + list.length : index;
}

function insertionIndex(list: readonly PatchValue[], key: string): number {
  const index = parseIndex(key);
  if (index === undefined) {
    throw new KustomizeError(`value was not a proper array index: '${key}': ${syntaxError(key)}`);
  }
  const places = list.length + 1;
  if (index >= places || index < -places) throw new KustomizeError(invalidIndex(index));
  return index < 0 ? index + places : index;
}

/** As Go's strconv.Atoi. */
function parseIndex(key: string): number | undefined {
  return /^[+-]?\d+$/.test(key) ? Number(key) : undefined;
}

function syntaxError(key: string): string {
  return `strconv.Atoi: parsing ${JSON.stringify(key)}: invalid syntax`;
}

function invalidIndex(index: number): string {
  return `Unable to access invalid index: ${index}: invalid index referenced`;
}
