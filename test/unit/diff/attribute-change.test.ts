import { describe, expect, it } from 'vitest';
import { attributeChange } from '../../../src/diff/attribute-change.ts';
import type { KubeObject } from '../../../src/object/kube-object.ts';
import { MANAGER } from './live-objects.ts';

const ENTRIES = [
  { manager: MANAGER, operation: 'Apply', time: '2026-01-09T00:00:00Z', fieldsV1: { 'f:spec': { 'f:replicas': {} } } },
  {
    manager: 'kubectl-edit',
    operation: 'Update',
    time: '2026-01-02T00:00:00Z',
    fieldsV1: {
      'f:metadata': { 'f:annotations': { 'f:example.com/owner.name': {} } },
      'f:spec': { 'f:replicas': {}, 'f:selector': {}, 'f:ports': { 'k:{"port":80}': { 'f:port': {} } } },
    },
  },
  {
    manager: 'autoscaler',
    operation: 'Update',
    time: '2026-01-03T00:00:00Z',
    fieldsV1: { 'f:spec': { 'f:replicas': {} }, 'f:data': { 'f:app': {}, 'f:app.properties': {} } },
  },
  {
    manager: 'kubelet',
    operation: 'Update',
    subresource: 'status',
    time: '2026-01-08T00:00:00Z',
    fieldsV1: { 'f:spec': { 'f:replicas': {} }, 'f:status': { 'f:phase': {} } },
  },
  { operation: 'Update', fieldsV1: { 'f:spec': { 'f:paused': {} } } },
];

function live(entries: readonly object[] | undefined): KubeObject {
  const metadata = { name: 'web', ...(entries === undefined ? {} : { managedFields: entries as never }) };
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata };
}

const ROWS: readonly (readonly [title: string, paths: readonly string[], manager: string | undefined])[] = [
  ['the latest of those that own the field', ['spec.replicas'], 'autoscaler'],
  ['the owner of any of the fields', ['spec.nobody', 'spec.ports'], 'kubectl-edit'],
  ['the owner of the list when an entry changed', ['spec.ports[port=80].port'], 'kubectl-edit'],
  ['the owner of an annotation with dots in its name', ['metadata.annotations.example.com/owner.name'], 'kubectl-edit'],
  ['the owner of a key with dots in its name', ['data.app.properties'], 'autoscaler'],
  ['the owner of the whole map when a key of it changed', ['spec.selector.app'], 'kubectl-edit'],
  ['somebody without a name', ['spec.paused'], 'unknown'],
  ['nobody for a field that nobody owns', ['spec.strategy'], undefined],
  ['nobody for a field that only the status writer owns', ['status.phase'], undefined],
  ['nobody for a field whose name only begins like an owned one', ['spec.selectors.app'], undefined],
  ['nobody without a path', [], undefined],
];

describe('attributeChange()', () => {
  it.each(ROWS)('names %s', (_title, paths, manager) => {
    expect(attributeChange(live(ENTRIES), paths, MANAGER)?.manager).toBe(manager);
  });

  it('never names us', () => {
    expect(attributeChange(live(ENTRIES.slice(0, 1)), ['spec.replicas'], MANAGER)).toBeUndefined();
  });

  it('names nobody when there is no record', () => {
    expect(attributeChange(live(undefined), ['spec.replicas'], MANAGER)).toBeUndefined();
  });

  it('tells how and when', () => {
    expect(attributeChange(live(ENTRIES), ['spec.replicas'], MANAGER)).toEqual({
      manager: 'autoscaler',
      operation: 'Update',
      time: '2026-01-03T00:00:00Z',
    });
  });
});
