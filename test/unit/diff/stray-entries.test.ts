import { describe, expect, it } from 'vitest';
import { blamedEntries, claimEntries, displacingEntries, strayEntries } from '../../../src/diff/stray-entries.ts';
import type { JsonObject, KubeObject, ManagedFieldsEntry } from '../../../src/object/kube-object.ts';

const MANAGER = 'holdfast';
const port = (number: number): string => `k:{"port":${number},"protocol":"TCP"}`;
const whole = (number: number): JsonObject => ({ [port(number)]: { '.': {}, 'f:name': {}, 'f:port': {} } });

function service(ports: readonly number[], managedFields: readonly ManagedFieldsEntry[] = []): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', namespace: 'prod', managedFields: [...managedFields] },
    spec: { ports: ports.map((number) => ({ name: 'http', port: number, protocol: 'TCP' })) },
  };
}

function entry(
  manager: string,
  operation: 'Apply' | 'Update',
  ports: JsonObject,
  apiVersion = 'v1',
): ManagedFieldsEntry {
  return { manager, operation, apiVersion, fieldsType: 'FieldsV1', fieldsV1: { 'f:spec': { 'f:ports': ports } } };
}

const desired = service([80]);
const before = service([80], [entry(MANAGER, 'Apply', whole(80))]);
const edited = service([81], [entry('kubectl-edit', 'Update', whole(81))]);
const stray = { path: ['f:spec', 'f:ports', port(81)] };

describe('strayEntries()', () => {
  it('finds what somebody wrote into a list that the manifest states', () => {
    expect(strayEntries(desired, edited)).toEqual([stray]);
  });

  it.each([
    ['our own entries', entry('kubectl-edit', 'Update', whole(80))],
    ['what another applier states', entry('other', 'Apply', whole(81))],
    ['what is recorded in another version', entry('kubectl-edit', 'Update', whole(81), 'v2')],
    ['what is written through a subresource', { ...entry('kcm', 'Update', whole(81)), subresource: 'status' }],
  ])('leaves out %s', (_, record) => {
    expect(strayEntries(desired, service([80, 81], [record]))).toEqual([]);
  });

  it('finds an entry that differs in a key which the manifest leaves to its default', () => {
    const shorter = { ...desired, spec: { ports: [{ name: 'http', port: 80 }] } };
    const udp = { 'k:{"port":80,"protocol":"UDP"}': { '.': {}, 'f:name': {}, 'f:port': {}, 'f:protocol': {} } };
    const live = service([], [entry('eve', 'Update', udp)]);
    expect(strayEntries(shorter, live)).toMatchObject([{ path: ['f:spec', 'f:ports', Object.keys(udp)[0]] }]);
  });

  it('leaves out lists that the manifest does not state', () => {
    const silent = { ...desired, spec: {} };
    expect(strayEntries(silent, edited)).toEqual([]);
  });
});

describe('displacingEntries()', () => {
  it('names what stands where an entry of ours stood', () => {
    expect(displacingEntries([stray], edited, before, MANAGER)).toEqual([stray]);
  });

  it('does not name what stands beside our entries', () => {
    const added = service([80, 81], edited.metadata.managedFields);
    expect(displacingEntries([stray], added, before, MANAGER)).toEqual([]);
  });

  it('does not name what was there when we applied', () => {
    const there = service([80, 81], before.metadata.managedFields);
    expect(displacingEntries([stray], edited, there, MANAGER)).toEqual([]);
  });
});

describe('displacingEntries() of fields', () => {
  it('names none', () => {
    expect(displacingEntries([{ path: ['f:spec', 'f:type'] }], edited, before, MANAGER)).toEqual([]);
  });
});

describe('blamedEntries()', () => {
  it.each([
    ['Service "web" is invalid: spec.ports[1].name: Duplicate value: "http"', 1],
    ['Service "web" is invalid: spec.ports: Too many', 0],
    ['Service "web" is invalid: spec.portsRange[1]: Invalid value', 0],
  ])('reads %s', (message, count) => {
    expect(blamedEntries([stray], message)).toHaveLength(count);
  });

  it.each([
    ['spec.loadBalancerIP: Invalid value: "x"', ['f:spec', 'f:loadBalancerIP'], 1],
    ['spec.volumes[0].configMap: Forbidden: one type', ['f:spec', 'f:volumes', 'k:{"name":"a"}', 'f:emptyDir'], 1],
    ['[spec.volumes[0].configMap: Forbidden: one type, x', ['f:spec', 'f:volumes', 'k:{"name":"a"}', 'f:emptyDir'], 1],
    ['spec.volumes[0].configMap: Invalid value', ['f:spec', 'f:volumes', 'k:{"name":"a"}', 'f:emptyDir'], 0],
    ['spec.volumes[0].configMap: Forbidden: one type', ['f:spec', 'f:paused'], 0],
  ])('reads of fields in %s', (message, path, count) => {
    expect(blamedEntries([{ path }], message)).toHaveLength(count);
  });

  it('tells nested lists from those around them', () => {
    const path = ['f:spec', 'f:containers', 'k:{"name":"web"}', 'f:env', 'k:{"name":"A"}'];
    const nested = { path };
    expect(blamedEntries([nested], 'spec.containers[0].env[2].name: Required value')).toEqual([nested]);
    expect(blamedEntries([nested], 'spec.containers[0].name: Required value')).toEqual([]);
  });
});

describe('claimEntries()', () => {
  it('moves the record of an entry from its writer to us', () => {
    const live = service([81], [entry(MANAGER, 'Apply', {}), entry('kubectl-edit', 'Update', whole(81))]);
    const [ours, ...others] = claimEntries(live, [stray], MANAGER);
    expect(ours).toMatchObject({ manager: MANAGER, fieldsV1: { 'f:spec': { 'f:ports': whole(81) } } });
    expect(others).toEqual([]);
  });

  it('leaves its writer what else is theirs, and no empty nodes', () => {
    const theirs = { ...entry('kubectl-edit', 'Update', whole(81)) };
    const fieldsV1 = { ...theirs.fieldsV1, 'f:metadata': { 'f:labels': { 'f:a': {} } } };
    const live = service([81], [{ ...theirs, fieldsV1 }]);
    const claimed = claimEntries(live, [stray], MANAGER);
    expect(claimed).toMatchObject([{ manager: 'kubectl-edit' }, { manager: MANAGER, operation: 'Apply' }]);
    expect(claimed[0]?.fieldsV1).toEqual({ 'f:metadata': { 'f:labels': { 'f:a': {} } } });
  });

  it('records an entry as ours of which nobody is recorded as the writer', () => {
    const [ours] = claimEntries(service([81]), [stray], MANAGER);
    expect(ours?.fieldsV1).toEqual({ 'f:spec': { 'f:ports': { [port(81)]: { '.': {} } } } });
  });

  it('leaves its input as it is', () => {
    const text = JSON.stringify(edited);
    claimEntries(edited, [stray], MANAGER);
    expect(JSON.stringify(edited)).toBe(text);
  });
});
