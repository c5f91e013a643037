import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareManifest } from '../../../src/diff/compare-manifest.ts';
import { comparePredicted } from '../../../src/diff/compare-predicted.ts';
import { compareSettled, settle } from '../../../src/diff/compare-settled.ts';
import { deepEqual } from '../../../src/diff/deep-equal.ts';
import { isObject } from '../../../src/diff/field-set.ts';
import type { JsonObject, JsonValue, KubeObject } from '../../../src/object/kube-object.ts';

const MANAGER = 'holdfast';
const SETTINGS = { numRuns: 300, seed: 20261121 } as const;

const name = fc.constantFrom('a', 'b', 'c', 'x.y', '__proto__', 'constructor', 'toString');
const scalar = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.constantFrom('', 'p', 'q', '1', '__proto__'),
  fc.boolean(),
  fc.bigInt({ min: 2n ** 60n, max: 2n ** 60n + 3n }),
);

/** A value together with the field set of an apply that stated exactly it. */
interface Owned {
  readonly value: JsonValue;
  readonly fields: JsonObject;
}

/** Own enumerable data properties, whatever they are called. */
function build(entries: readonly (readonly [string, JsonValue])[]): JsonObject {
  return Object.fromEntries(entries);
}

const leaf: fc.Arbitrary<Owned> = fc
  .oneof(scalar, fc.array(scalar, { maxLength: 3 }))
  .map((value) => ({ value, fields: {} }));

const { owned } = fc.letrec<{ owned: Owned; map: Owned; list: Owned }>((tie) => ({
  owned: fc.oneof({ depthSize: 'small', withCrossShrink: true }, leaf, tie('map'), tie('list')),
  map: fc
    .uniqueArray(fc.tuple(name, tie('owned')), { selector: ([key]) => key, minLength: 1, maxLength: 3 })
    .map((entries) => ({
      value: build(entries.map(([key, { value }]) => [key, value])),
      fields: build(entries.map(([key, { fields }]) => [`f:${key}`, fields])),
    })),
  list: fc
    .uniqueArray(fc.tuple(fc.integer({ min: 0, max: 9 }), tie('owned')), {
      selector: ([id]) => id,
      minLength: 1,
      maxLength: 3,
    })
    .map((entries) => ({
      value: entries.map(([id, { value }]) => ({ id, body: value })),
      fields: build(entries.map(([id, { fields }]) => [`k:{"id":${id}}`, { '.': {}, 'f:id': {}, 'f:body': fields }])),
    })),
}));

function manifestOf(one: Owned): KubeObject {
  return { apiVersion: 'v1', kind: 'X', metadata: { name: 'x' }, spec: one.value };
}

function liveOf(one: Owned): KubeObject {
  const entry = { manager: MANAGER, operation: 'Apply' as const, apiVersion: 'v1', fieldsV1: { 'f:spec': one.fields } };
  return { ...manifestOf(one), metadata: { name: 'x', uid: 'u', managedFields: [entry] } };
}

type Path = readonly (string | number)[];

/** Paths of every scalar and of every list of scalars: an apply owns each of them. */
function leaves(value: JsonValue, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const isKeyed = Array.isArray(value) && value.some((item) => typeof item === 'object');
  if (Array.isArray(value) && !isKeyed) return [path];
  const steps: (string | number)[] = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  return steps.flatMap((step) =>
    leaves((value as Record<string | number, JsonValue>)[step] as JsonValue, [...path, step]),
  );
}

function replace(value: JsonValue, path: Path, change: (old: JsonValue) => JsonValue): JsonValue {
  const [step, ...rest] = path;
  if (step === undefined) return change(value);
  if (Array.isArray(value)) return value.map((item, index) => (index === step ? replace(item, rest, change) : item));
  const entries = Object.entries(value as JsonObject);
  return build(entries.map(([key, item]) => [key, key === step ? replace(item, rest, change) : item]));
}

/** The same value with the keys of every object in reverse. */
function turned(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(turned);
  if (typeof value !== 'object' || value === null) return value;
  return build(
    Object.entries(value)
      .reverse()
      .map(([key, item]) => [key, turned(item)]),
  );
}

/** The same value with a field of somebody else in every map whose fields are owned one by one. */
function withStrangers(value: JsonValue, fields: JsonObject): JsonValue {
  if (Array.isArray(value)) {
    return value.map((item) => {
      const { id } = isObject(item) ? item : {};
      const key = typeof id === 'number' ? `k:{"id":${id}}` : '';
      return Object.hasOwn(fields, key) ? withStrangers(item, fields[key] as JsonObject) : item;
    });
  }
  if (typeof value !== 'object' || value === null || Object.keys(fields).length === 0) return value;
  const own = Object.entries(value).map(([key, item]): [string, JsonValue] => [
    key,
    withStrangers(item, (fields[`f:${key}`] ?? {}) as JsonObject),
  ]);
  return build([['stranger', 'x'], ...own]);
}

function withSpec(object: KubeObject, spec: JsonValue): KubeObject {
  return { ...object, spec };
}

function compareWithBoth(one: Owned, live: KubeObject): { settled: readonly string[]; manifest: readonly string[] } {
  return {
    settled: compareSettled(live, settle('h', liveOf(one), MANAGER), MANAGER),
    manifest: compareManifest(manifestOf(one), live, MANAGER),
  };
}

const NOTHING = { settled: [], manifest: [] };

describe('compareSettled() and compareManifest()', () => {
  it('find nothing between an object and itself, whatever the order of its keys', () => {
    fc.assert(
      fc.property(owned, (one) => {
        expect(compareWithBoth(one, liveOf(one))).toEqual(NOTHING);
        expect(compareWithBoth(one, withSpec(liveOf(one), turned(one.value)))).toEqual(NOTHING);
      }),
      SETTINGS,
    );
  });

  it('find any change of an owned value', () => {
    fc.assert(
      fc.property(owned, fc.nat(), scalar, (one, pick, other) => {
        const paths = leaves(one.value);
        const path = paths[pick % paths.length] ?? [];
        const spec = replace(one.value, path, (old) => (deepEqual(old, other) ? 'changed' : other));
        const { settled, manifest } = compareWithBoth(one, withSpec(liveOf(one), spec));
        expect(settled).not.toEqual([]);
        expect(manifest).not.toEqual([]);
      }),
      SETTINGS,
    );
  });

  it('find nothing in fields that we do not own', () => {
    fc.assert(
      fc.property(owned, (one) => {
        expect(compareWithBoth(one, withSpec(liveOf(one), withStrangers(one.value, one.fields)))).toEqual(NOTHING);
      }),
      SETTINGS,
    );
  });

  it('find another order of the entries of a keyed list', () => {
    const entries = fc.uniqueArray(fc.tuple(fc.nat(20), scalar), {
      selector: ([id]) => id,
      minLength: 2,
      maxLength: 5,
    });
    fc.assert(
      fc.property(entries, (list) => {
        const one: Owned = {
          value: list.map(([id, value]) => ({ id, value })),
          fields: build(list.map(([id]) => [`k:{"id":${id}}`, { '.': {}, 'f:id': {}, 'f:value': {} }])),
        };
        const live = withSpec(liveOf(one), (one.value as JsonValue[]).toReversed());
        const { settled, manifest } = compareWithBoth(one, live);
        expect(settled).not.toEqual([]);
        expect(manifest).not.toEqual([]);
      }),
      SETTINGS,
    );
  });

  it('leave their inputs and Object.prototype as they are', () => {
    fc.assert(
      fc.property(owned, owned, (one, other) => {
        const live = withSpec(liveOf(one), other.value);
        const before = structuredClone(live);
        compareWithBoth(one, live);
        comparePredicted(liveOf(other), live, MANAGER);
        expect(live).toEqual(before);
        expect(Reflect.ownKeys(Object.prototype)).toEqual(PROTOTYPE_KEYS);
      }),
      SETTINGS,
    );
  });
});

const PROTOTYPE_KEYS = Reflect.ownKeys(Object.prototype);

describe('comparePredicted()', () => {
  it('finds a difference exactly when there is one', () => {
    fc.assert(
      fc.property(owned, owned, (one, other) => {
        const paths = comparePredicted(withSpec(liveOf(one), other.value), liveOf(one), MANAGER);
        expect(paths.length === 0).toBe(deepEqual(one.value, other.value));
      }),
      SETTINGS,
    );
  });
});
