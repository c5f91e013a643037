import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deepEqual } from '../../../src/diff/deep-equal.ts';
import { type KubeObject, type ObjectKey, objectKey } from '../../../src/object/kube-object.ts';
import { decodeInventory, encodeInventory } from '../../../src/status/inventory.ts';
import { statusPatch } from '../../../src/status/write.ts';
import { parseJson, printJson } from '../../../src/yaml/json.ts';

const SETTINGS = { numRuns: 400, seed: 20261121 } as const;

const name = fc.constantFrom('a', 'b', 'c', '__proto__', 'constructor', 'hasOwnProperty');
const { value } = fc.letrec<{ value: unknown; map: Record<string, unknown> }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(0, 1, '', 'x', true, 2n ** 63n),
    fc.array(fc.constantFrom(1, 2), { maxLength: 2 }),
    tie('map'),
  ),
  map: fc.array(fc.tuple(name, tie('value')), { maxLength: 3 }).map((entries) => Object.fromEntries(entries)),
}));
const status = fc
  .array(fc.tuple(fc.constantFrom('sync', 'health', 'operationState', 'summary'), value), { maxLength: 4 })
  .map((entries) => Object.fromEntries(entries));

/** A JSON merge patch as RFC 7386 says. */
function merge(target: unknown, patch: unknown): unknown {
  if (!isPlain(patch)) return patch;
  const result = new Map(isPlain(target) ? Object.entries(target) : []);
  for (const [key, change] of Object.entries(patch)) {
    if (change === null) result.delete(key);
    else result.set(key, merge(result.get(key), change));
  }
  return Object.fromEntries(result);
}

function isPlain(one: unknown): one is Record<string, unknown> {
  return typeof one === 'object' && one !== null && !Array.isArray(one);
}

function applicationWith(one: object): KubeObject {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name: 'x', resourceVersion: '1' },
    status: one,
  };
}

describe('statusPatch()', () => {
  it('is a merge patch that makes of the current status what is wanted, and none where that is so', () => {
    fc.assert(
      fc.property(status, status, (before, after) => {
        const current = applicationWith(before);
        const patch = statusPatch({ current, status: after });
        expect(patch === undefined).toBe(deepEqual(before, after));
        const sent = patch === undefined ? {} : parseJson(printJson(patch as never));
        const merged = merge(current, sent) as KubeObject;
        expect(deepEqual(merged['status'], after)).toBe(true);
        expect(deepEqual({ ...merged, status: before }, current)).toBe(true);
      }),
      SETTINGS,
    );
  });
});

const text = fc.stringMatching(/^[a-z0-9:._-]{1,8}$/);
const key = fc
  .record({
    group: fc.oneof(fc.constant(''), text),
    kind: text,
    namespace: fc.oneof(fc.constant(''), text),
    name: text,
  })
  .map(objectKey);

describe('decodeInventory()', () => {
  it('is the inverse of encodeInventory()', () => {
    fc.assert(
      fc.property(fc.array(key, { maxLength: 20 }), (keys: ObjectKey[]) => {
        expect(decodeInventory(encodeInventory(new Set(keys)))).toEqual(new Set(keys));
      }),
      SETTINGS,
    );
  });

  it('never throws, whatever the text', () => {
    const written = encodeInventory(new Set(['/ConfigMap/prod/web' as ObjectKey]));
    const broken = fc.tuple(fc.nat(written.length), fc.string({ maxLength: 3 })).map(([at, insertion]) => {
      return written.slice(0, at) + insertion + written.slice(at + 1);
    });
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.base64String(), broken), (garbage) => {
        const decoded = decodeInventory(garbage);
        expect(decoded === undefined || decoded instanceof Set).toBe(true);
      }),
      SETTINGS,
    );
  });
});
