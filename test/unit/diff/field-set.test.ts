import { describe, expect, it } from 'vitest';
import { childPath, findByKey, isLeaf, ownEntry, recordText } from '../../../src/diff/field-set.ts';
import type { KubeObject, ManagedFieldsEntry } from '../../../src/object/kube-object.ts';

function withEntries(managedFields: ManagedFieldsEntry[]): KubeObject {
  return { apiVersion: 'v1', kind: 'X', metadata: { name: 'x', managedFields } };
}

describe('ownEntry()', () => {
  const own: ManagedFieldsEntry = { manager: 'me', operation: 'Apply', fieldsV1: {} };
  it.each<readonly [string, ManagedFieldsEntry]>([
    ['of another manager', { ...own, manager: 'you' }],
    ['of an update', { ...own, operation: 'Update' }],
    ['of a subresource', { ...own, subresource: 'status' }],
  ])('passes by a record %s', (_title, other) => {
    expect(ownEntry(withEntries([other]), 'me')).toBeUndefined();
    expect(ownEntry(withEntries([other, own]), 'me')).toBe(own);
  });
});

describe('recordText()', () => {
  it('tells records apart by version and by fields, and not by time', () => {
    const entry: ManagedFieldsEntry = { apiVersion: 'v1', time: 'a', fieldsV1: { 'f:a': {} } };
    expect(recordText({ ...entry, time: 'b' })).toBe(recordText(entry));
    expect(recordText({ ...entry, apiVersion: 'v2' })).not.toBe(recordText(entry));
    expect(recordText({ ...entry, fieldsV1: { 'f:b': {} } })).not.toBe(recordText(entry));
    expect(recordText(undefined)).toBeUndefined();
    expect(recordText({ apiVersion: 'v1' })).toBeUndefined();
  });
});

describe('isLeaf()', () => {
  it.each([
    [{}, true],
    [{ '.': {} }, true],
    [{ 'f:a': {} }, false],
    [{ '.': {}, 'v:1': {} }, false],
  ])('of %o is %s', (node, expected) => {
    expect(isLeaf(node)).toBe(expected);
  });
});

describe('findByKey()', () => {
  const list = [null, 'x', { port: 53, protocol: 'UDP' }, { port: 53, protocol: 'TCP' }, { port: '53' }];
  it.each([
    [{ port: 53, protocol: 'TCP' }, 3],
    [{ port: 53 }, 2],
    [{ port: '53' }, 4],
    [{ port: 54 }, -1],
  ])('finds %o at %d', (key, index) => {
    expect(findByKey(list, key as never)).toBe(index);
  });

  it('finds nothing in what is no list', () => {
    expect(findByKey({ 0: { a: 1 } }, { a: 1 })).toBe(-1);
    expect(findByKey(undefined, {})).toBe(-1);
  });
});

describe('childPath()', () => {
  it.each([
    ['', 'f:spec', 'spec'],
    ['spec', 'f:ports', 'spec.ports'],
    ['spec.ports', 'k:{"port":80,"protocol":"TCP"}', 'spec.ports[port=80,protocol="TCP"]'],
    ['metadata.finalizers', 'v:"a/b"', 'metadata.finalizers["a/b"]'],
    ['list', 'i:3', 'list[3]'],
  ])('of %j and %j is %j', (parent, key, path) => {
    expect(childPath(parent, key)).toBe(path);
  });
});
