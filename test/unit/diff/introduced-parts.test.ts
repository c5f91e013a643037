import { describe, expect, it } from 'vitest';
import { introducedParts } from '../../../src/diff/introduced-parts.ts';
import type { JsonObject, JsonValue, KubeObject, ManagedFieldsEntry } from '../../../src/object/kube-object.ts';

const MANAGER = 'holdfast';
const KEY = 'k:{"name":"config"}';
const FIELDS: JsonObject = {
  'f:metadata': { 'f:labels': { 'f:app': {} } },
  'f:spec': { 'f:volumes': { [KEY]: { '.': {}, 'f:configMap': { 'f:name': {} }, 'f:name': {} } } },
};

function pod(volumes: JsonValue, managedFields: readonly ManagedFieldsEntry[] = []): KubeObject {
  const metadata = { name: 'web', labels: { app: 'web' }, managedFields: [...managedFields] };
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec: { volumes, priority: 0 } };
}

function entry(manager: string, operation: 'Apply' | 'Update', fieldsV1: JsonObject): ManagedFieldsEntry {
  return { manager, operation, apiVersion: 'v1', fieldsType: 'FieldsV1', fieldsV1 };
}

const before = pod([{ name: 'config', configMap: { name: 'a' } }], [entry(MANAGER, 'Apply', FIELDS)]);
const AT = ['f:spec', 'f:volumes'];
const paths = (live: KubeObject): unknown => introducedParts(live, before, MANAGER).map(({ path }) => path);

describe('introducedParts()', () => {
  it('finds nothing in what our apply left', () => {
    expect(paths(before)).toEqual([]);
  });

  it.each([
    [
      'an entry of a keyed list',
      [{ name: 'config', configMap: { name: 'a' } }, { name: 'b' }],
      [[...AT, 'k:{"name":"b"}']],
    ],
    ['a field beside a stated one', [{ name: 'config', emptyDir: {} }], [[...AT, KEY, 'f:emptyDir']]],
    [
      'a field in a stated struct',
      [{ name: 'config', configMap: { name: 'a', x: 1 } }],
      [[...AT, KEY, 'f:configMap', 'f:x']],
    ],
  ])('finds %s, whoever is recorded for it', (_, volumes, expected) => {
    expect(paths(pod(volumes))).toEqual(expected);
  });

  it('leaves out metadata, and fields that we state or that were there', () => {
    const live = pod([{ name: 'config', configMap: { name: 'b' } }]);
    expect(paths({ ...live, metadata: { ...live.metadata, labels: { theirs: 'x' } } })).toEqual([]);
  });

  it('leaves out what another applier or a subresource wrote', () => {
    const theirs = { 'f:spec': { 'f:volumes': { 'k:{"name":"b"}': { '.': {}, 'f:name': {} } } } };
    const volumes = [{ name: 'config' }, { name: 'b' }];
    expect(paths(pod(volumes, [entry('other', 'Apply', theirs)]))).toEqual([]);
    expect(paths(pod(volumes, [{ ...entry('other', 'Update', theirs), subresource: 'scale' }]))).toEqual([]);
    expect(paths(pod(volumes, [entry('other', 'Update', theirs)]))).toEqual([[...AT, 'k:{"name":"b"}']]);
  });
});
