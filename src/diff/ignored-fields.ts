import type { IgnoreRule } from '../api/types.ts';
import type { JsonObject, JsonValue, KubeObject, ManagedFieldsEntry } from '../object/kube-object.ts';
import { type FieldSet, fitsKey, isObject, ownEntry } from './field-set.ts';

/** A place in a value: names of fields and indices of entries, from the root on. */
export type Place = readonly (string | number)[];

/** The places that JSON pointers name; an object need not have them. */
export function placesOfPointers(object: KubeObject, rules: readonly IgnoreRule[]): readonly Place[] {
  return rules.flatMap(({ pointers }) => pointers.map((pointer) => placeOf(pointer, object as unknown as JsonValue)));
}

/** The places of the fields of field managers that are trusted, as an object's own records tell them. */
export function placesOfManagers(object: KubeObject, rules: readonly IgnoreRule[]): readonly Place[] {
  return rules.flatMap(({ managers }) => managers.flatMap((manager) => placesOfManager(object, manager)));
}

/** Where there is a list, the part of the pointer is an index. */
function placeOf(pointer: readonly string[], object: JsonValue): Place {
  let value: JsonValue | undefined = object;
  return pointer.map((part) => {
    const step = Array.isArray(value) && /^(?:0|[1-9]\d*)$/.test(part) ? Number(part) : part;
    value = childOf(value, step);
    return step;
  });
}

function placesOfManager(object: KubeObject, manager: string): Place[] {
  const entries = (object.metadata.managedFields ?? []).filter((entry) => entry.manager === manager);
  return entries.flatMap(({ fieldsV1 = {} }) => leavesOf(fieldsV1, object as unknown as JsonValue, []));
}

function leavesOf(node: FieldSet, value: JsonValue | undefined, place: Place): Place[] {
  const children = Object.entries(node).filter(([key]) => key !== '.');
  if (children.length === 0) return place.length === 0 ? [] : [place];
  return children.flatMap(([key, child]) => {
    const step = stepOf(key, value);
    if (step === undefined || !isObject(child)) return [];
    return leavesOf(child, childOf(value, step), [...place, step]);
  });
}

/** The field or index that a key of `fieldsV1` stands for. */
function stepOf(key: string, value: JsonValue | undefined): string | number | undefined {
  const rest = key.slice(2);
  if (key.startsWith('f:')) return rest;
  if (!Array.isArray(value)) return undefined;
  if (key.startsWith('i:')) return Number(rest);
  const wanted = JSON.parse(rest) as JsonValue;
  const index = value.findIndex((item) =>
    key.startsWith('v:') ? item === wanted : fitsKey(wanted as JsonObject, item),
  );
  return index < 0 ? undefined : index;
}

function childOf(value: JsonValue | undefined, step: string | number): JsonValue | undefined {
  if (Array.isArray(value)) return typeof step === 'number' ? value[step] : undefined;
  return isObject(value) && Object.hasOwn(value, step) ? value[step] : undefined;
}

function valueAt(value: JsonValue, place: Place): JsonValue | undefined {
  return place.reduce<JsonValue | undefined>(childOf, value);
}

/**
 * Two forms of one object without what does not count in either, for a comparison: values, and fields in the record of
 * `manager`. What is taken from one is taken from the other. The inputs are untouched.
 */
export function withoutIgnored(
  pair: readonly [KubeObject, KubeObject],
  rules: readonly IgnoreRule[],
  manager: string,
): readonly [KubeObject, KubeObject] {
  const [one, other] = pair;
  // Only what is live tells whose a field is: a manifest and a dry-run's answer do not.
  const trusted = [placesOfManagers(one, rules), placesOfManagers(other, rules)] as const;
  const places = [
    [...placesOfPointers(one, rules), ...trusted[0], ...carryOver(other, one, trusted[1])],
    [...placesOfPointers(other, rules), ...trusted[1], ...carryOver(one, other, trusted[0])],
  ];
  if (places.every((some) => some.length === 0)) return pair;
  const records = pair.map((object) => ownEntry(object, manager)?.fieldsV1 ?? {});
  // Lists may be ordered otherwise on the other side, where the record's keys find the entries again.
  const keys = pair.flatMap((object, index) =>
    records.flatMap((record) => (places[index] ?? []).map((place) => fieldKeys(record, object, place))),
  );
  const [first, second] = pair.map((object, index) => {
    const stripped = withoutPlaces(object as unknown as JsonValue, places[index] ?? []) as unknown as KubeObject;
    return withoutFields(
      stripped,
      keys.filter((path) => path !== undefined),
      manager,
    );
  });
  return first === undefined || second === undefined ? pair : [first, second];
}

/** Places of one object as they are in another, whose lists may hold other entries: those with names are found by them. */
function carryOver(from: KubeObject, to: KubeObject, places: readonly Place[]): readonly Place[] {
  const [a, b] = [from, to] as unknown as readonly [JsonValue, JsonValue];
  return places.map((place) => carryPlace(a, b, place)).filter((place) => place !== undefined);
}

function carryPlace(from: JsonValue, to: JsonValue, place: Place): Place | undefined {
  const carried: (string | number)[] = [];
  let [there, here]: [JsonValue | undefined, JsonValue | undefined] = [from, to];
  for (const step of place) {
    there = childOf(there, step);
    const found = isObject(there) && Array.isArray(here) ? indexOfEntry(here, there, step) : step;
    if (found === -1) return undefined;
    carried.push(found);
    here = childOf(here, found);
  }
  return carried;
}

function indexOfEntry(list: readonly JsonValue[], entry: JsonObject, step: string | number): string | number {
  const { name } = entry;
  return typeof name === 'string' ? list.findIndex((item) => isObject(item) && item['name'] === name) : step;
}

/** The keys of a record that lead to a place; `undefined` if the record holds no such field. */
function fieldKeys(record: FieldSet, object: KubeObject, place: Place): readonly string[] | undefined {
  const keys: string[] = [];
  let node: FieldSet = record;
  let value: JsonValue | undefined = object as unknown as JsonValue;
  for (const step of place) {
    const item: JsonValue | undefined = childOf(value, step);
    const key = Object.keys(node).find((candidate) => leadsTo(candidate, step, item));
    const child: JsonValue | undefined = key === undefined ? undefined : node[key];
    if (key === undefined || !isObject(child)) return undefined;
    keys.push(key);
    [node, value] = [child, item];
  }
  return keys;
}

function leadsTo(key: string, step: string | number, item: JsonValue | undefined): boolean {
  const rest = key.slice(2);
  if (typeof step === 'string') return key === `f:${step}`;
  if (key.startsWith('i:')) return rest === String(step);
  if (key.startsWith('v:')) return JSON.parse(rest) === item;
  return key.startsWith('k:') && item !== undefined && fitsKey(JSON.parse(rest) as JsonObject, item);
}

/** The value without these places; copies only what lies on the way to them. Later entries of a list move up. */
export function withoutPlaces(value: JsonValue, places: readonly Place[]): JsonValue {
  const byStep = new Map<string | number, Place[]>();
  for (const [step, ...rest] of places) {
    if (step === undefined || childOf(value, step) === undefined) continue;
    byStep.set(step, [...(byStep.get(step) ?? []), rest]);
  }
  if (byStep.size === 0) return value;
  const without = (child: JsonValue, step: string | number): JsonValue | undefined => {
    const rests = byStep.get(step) ?? [];
    return rests.some((rest) => rest.length === 0) ? undefined : withoutPlaces(child, rests);
  };
  if (Array.isArray(value)) return value.map(without).filter((item) => item !== undefined);
  const fields = Object.entries(value as JsonObject).map(([name, child]) => [name, without(child, name)] as const);
  return Object.fromEntries(fields.filter((field): field is [string, JsonValue] => field[1] !== undefined));
}

function withoutFields(object: KubeObject, paths: readonly (readonly string[])[], manager: string): KubeObject {
  const own = ownEntry(object, manager);
  if (own?.fieldsV1 === undefined || paths.length === 0) return object;
  const fieldsV1 = withoutPlaces(own.fieldsV1, paths) as JsonObject;
  const trimmed: ManagedFieldsEntry = { ...own, fieldsV1: withoutEmpty(fieldsV1, own.fieldsV1) };
  const managedFields = (object.metadata.managedFields ?? []).map((entry) => (entry === own ? trimmed : entry));
  return { ...object, metadata: { ...object.metadata, managedFields } };
}

/** A node that has lost all its fields would own the whole value. */
function withoutEmpty(node: FieldSet, before: FieldSet): FieldSet {
  const kept: [string, JsonValue][] = [];
  for (const [key, child] of Object.entries(node)) {
    const was = before[key];
    if (!isObject(child) || !isObject(was) || Object.keys(was).length === 0) kept.push([key, child]);
    else if (Object.keys(child).length > 0) {
      const rest = withoutEmpty(child, was);
      if (Object.keys(rest).length > 0) kept.push([key, rest]);
    }
  }
  return Object.fromEntries(kept);
}

/**
 * The manifest with the live object's values at the places that do not count, so that an apply leaves them as they are;
 * what the live object does not have there is left out. The inputs are untouched.
 */
export function withLiveValues(desired: KubeObject, live: KubeObject, rules: readonly IgnoreRule[]): KubeObject {
  const [stated, there] = [desired, live] as unknown as readonly [JsonValue, JsonValue];
  const trusted = carryOver(live, desired, placesOfManagers(live, rules));
  let result = stated;
  for (const place of [...placesOfPointers(desired, rules), ...trusted]) {
    if (valueAt(stated, place) === undefined) continue;
    const carried = carryPlace(stated, there, place);
    const value = carried === undefined ? undefined : valueAt(there, carried);
    result = value === undefined ? withoutPlaces(result, [place]) : withValue(result, place, value);
  }
  return result as unknown as KubeObject;
}

function withValue(value: JsonValue, [step, ...rest]: Place, live: JsonValue): JsonValue {
  if (step === undefined) return live;
  const child = childOf(value, step);
  if (child === undefined) return value;
  const changed = withValue(child, rest, live);
  if (Array.isArray(value)) return value.map((item, index) => (index === step ? changed : item));
  return { ...(value as JsonObject), [step]: changed };
}
