import { describe, expect, it } from 'vitest';
import { parseIgnoreRules } from '../../../src/api/ignore-rules.ts';
import type { IgnoreDifference, IgnoreRule } from '../../../src/api/types.ts';
import {
  placesOfManagers,
  placesOfPointers,
  withLiveValues,
  withoutIgnored,
} from '../../../src/diff/ignored-fields.ts';
import type { JsonObject, KubeObject, ManagedFieldsEntry } from '../../../src/object/kube-object.ts';

const MANAGER = 'holdfast';

function rules(stated: Omit<IgnoreDifference, 'kind'>): readonly IgnoreRule[] {
  return parseIgnoreRules([{ ...stated, kind: '*' }], 'here').rules;
}

function object(spec: JsonObject, managedFields: readonly ManagedFieldsEntry[] = []): KubeObject {
  return { apiVersion: 'v1', kind: 'A', metadata: { name: 'a', managedFields: [...managedFields] }, spec };
}

function record(spec: JsonObject, manager: string = MANAGER): ManagedFieldsEntry {
  return { manager, operation: 'Apply', apiVersion: 'v1', fieldsV1: { 'f:spec': spec } };
}

const entries = (...names: string[]): JsonObject[] => names.map((name) => ({ name, value: `of ${name}` }));

describe('placesOfPointers()', () => {
  it('reads indices where there are lists, and names elsewhere', () => {
    const places = placesOfPointers(
      object({ list: ['a'], map: { 0: 'a' } }),
      rules({ jsonPointers: ['/spec/list/0', '/spec/map/0'] }),
    );
    expect(places).toEqual([
      ['spec', 'list', 0],
      ['spec', 'map', '0'],
    ]);
  });
});

describe('placesOfManagers()', () => {
  it('finds the fields of a manager, in lists too', () => {
    const fields = { 'f:replicas': {}, 'f:env': { 'k:{"name":"B"}': { '.': {}, 'f:value': {} } } };
    const live = object({ replicas: 2, env: entries('A', 'B') }, [record(fields, 'tuner')]);
    expect(placesOfManagers(live, rules({ managedFieldsManagers: ['tuner'] }))).toEqual([
      ['spec', 'replicas'],
      ['spec', 'env', 1, 'value'],
    ]);
  });
});

describe('withoutIgnored()', () => {
  const ignoring = rules({ jsonPointers: ['/spec/replicas', '/spec/env/0'] });

  it('takes values from both sides', () => {
    const [a, b] = withoutIgnored([object({ replicas: 1, x: 1 }), object({ replicas: 2, x: 1 })], ignoring, MANAGER);
    expect([a['spec'], b['spec']]).toEqual([{ x: 1 }, { x: 1 }]);
  });

  it('takes fields from both records, whichever side still holds them', () => {
    const before = object({ replicas: 1, x: 1 }, [record({ 'f:replicas': {}, 'f:x': {} })]);
    const now = object({ replicas: 2, x: 1 }, [record({ 'f:x': {} })]);
    const [a, b] = withoutIgnored([now, before], ignoring, MANAGER);
    expect(a.metadata.managedFields).toEqual(b.metadata.managedFields);
  });

  it('leaves no empty node behind, which would own everything', () => {
    const all = object({ replicas: 1 }, [record({ 'f:replicas': {} })]);
    const [a] = withoutIgnored([all, all], ignoring, MANAGER);
    expect(a.metadata.managedFields?.[0]?.fieldsV1).toEqual({});
  });

  it('takes entries of keyed lists from the record', () => {
    const env = { 'k:{"name":"A"}': { 'f:value': {} }, 'k:{"name":"B"}': { 'f:value': {} } };
    const one = object({ env: entries('A', 'B') }, [record({ 'f:env': env })]);
    const [a] = withoutIgnored([one, one], ignoring, MANAGER);
    expect(a['spec']).toEqual({ env: entries('B') });
    expect(a.metadata.managedFields?.[0]?.fieldsV1).toEqual({
      'f:spec': { 'f:env': { 'k:{"name":"B"}': { 'f:value': {} } } },
    });
  });

  it('takes the fields of trusted managers from a manifest, too, which has no record of them', () => {
    const trusting = rules({ managedFieldsManagers: ['tuner'] });
    const fields = { 'f:env': { 'k:{"name":"B"}': { 'f:value': {} } } };
    const live = object(
      {
        env: [
          { name: 'A', value: 1 },
          { name: 'B', value: 'tuned' },
        ],
      },
      [record(fields, 'tuner')],
    );
    const [stated, now] = withoutIgnored([object({ env: [{ name: 'B', value: 'stated' }] }), live], trusting, MANAGER);
    expect(stated['spec']).toEqual({ env: [{ name: 'B' }] });
    expect(now['spec']).toEqual({ env: [{ name: 'A', value: 1 }, { name: 'B' }] });
  });

  it('gives the same objects where there is nothing to take', () => {
    const pair = [object({ x: 1 }), object({ x: 2 })] as const;
    expect(withoutIgnored(pair, [], MANAGER)).toBe(pair);
  });

  it('changes neither of its inputs', () => {
    const one = object({ replicas: 1, env: entries('A') }, [record({ 'f:replicas': {} })]);
    const text = JSON.stringify(one);
    withoutIgnored([one, one], ignoring, MANAGER);
    expect(JSON.stringify(one)).toBe(text);
  });
});

describe('withLiveValues()', () => {
  it.each<[string, { desired: JsonObject; live: JsonObject }, string, JsonObject]>([
    [
      'takes what is live',
      { desired: { replicas: 1, x: 1 }, live: { replicas: 5, x: 2 } },
      '/spec/replicas',
      { replicas: 5, x: 1 },
    ],
    ['leaves out what is not', { desired: { replicas: 1, x: 1 }, live: { x: 2 } }, '/spec/replicas', { x: 1 }],
    ['adds nothing that is not stated', { desired: { x: 1 }, live: { replicas: 5 } }, '/spec/replicas', { x: 1 }],
    [
      'finds entries by their names',
      { desired: { env: entries('A', 'B') }, live: { env: [{ name: 'B', value: 'live' }] } },
      '/spec/env/1/value',
      {
        env: [
          { name: 'A', value: 'of A' },
          { name: 'B', value: 'live' },
        ],
      },
    ],
  ])('%s', (_, { desired, live }, pointer, wanted) => {
    expect(withLiveValues(object(desired), object(live), rules({ jsonPointers: [pointer] }))['spec']).toEqual(wanted);
  });

  it('keeps the fields of trusted managers in the entry that they are in', () => {
    const fields = { 'f:env': { 'k:{"name":"A"}': { 'f:value': {} } } };
    const live = object({ env: entries('proxy', 'A', 'B') }, [record(fields, 'tuner')]);
    const desired = object({
      env: [
        { name: 'A', value: 1 },
        { name: 'B', value: 2 },
      ],
    });
    const kept = withLiveValues(desired, live, rules({ managedFieldsManagers: ['tuner'] }));
    expect(kept['spec']).toEqual({
      env: [
        { name: 'A', value: 'of A' },
        { name: 'B', value: 2 },
      ],
    });
  });
});
