import type { JsonObject, KubeObject } from '../../../src/object/kube-object.ts';

/** Field manager in these tests. */
export const MANAGER = 'holdfast';

/** An entry of `metadata.managedFields` as an apply of {@link MANAGER} leaves it. */
export function applied(fieldsV1: JsonObject, apiVersion = 'v1'): object {
  return {
    manager: MANAGER,
    operation: 'Apply',
    apiVersion,
    time: '2026-01-01T00:00:00Z',
    fieldsType: 'FieldsV1',
    fieldsV1,
  };
}

/**
 * A Service as kube-apiserver 1.36 answers an apply of {@link SERVICE_MANIFEST}: one port names its protocol, the
 * other one leaves it to the default. The record's keys are complete and sorted.
 */
export function service(): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: 'dns',
      namespace: 'web',
      uid: 'u-1',
      resourceVersion: '10',
      labels: { 'app.kubernetes.io/name': 'dns' },
      managedFields: [
        applied({
          'f:metadata': { 'f:labels': { 'f:app.kubernetes.io/name': {} } },
          'f:spec': {
            'f:ports': {
              'k:{"port":53,"protocol":"TCP"}': { '.': {}, 'f:name': {}, 'f:port': {} },
              'k:{"port":53,"protocol":"UDP"}': { '.': {}, 'f:name': {}, 'f:port': {}, 'f:protocol': {} },
            },
            'f:selector': {},
          },
        }),
      ] as never,
    },
    spec: {
      clusterIP: '10.0.0.9',
      ports: [
        { name: 'udp', port: 53, protocol: 'UDP', targetPort: 53 },
        { name: 'tcp', port: 53, protocol: 'TCP', targetPort: 53 },
      ],
      selector: { app: 'dns' },
      type: 'ClusterIP',
    },
    status: { loadBalancer: {} },
  };
}

/** What {@link service} comes from, with both protocols stated. */
export function serviceManifest(): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'dns', namespace: 'web', labels: { 'app.kubernetes.io/name': 'dns' } },
    spec: {
      selector: { app: 'dns' },
      ports: [
        { name: 'udp', port: 53, protocol: 'UDP' },
        { name: 'tcp', port: 53 },
      ],
    },
  };
}

/** A Deployment as the API server answers an apply of {@link deploymentManifest}, defaults included. */
export function deployment(): KubeObject {
  const containerFields = {
    'k:{"name":"a"}': {
      '.': {},
      'f:args': {},
      'f:env': {
        'k:{"name":"A"}': { '.': {}, 'f:name': {}, 'f:value': {} },
        'k:{"name":"B"}': { '.': {}, 'f:name': {} },
      },
      'f:image': {},
      'f:name': {},
      'f:ports': { 'k:{"containerPort":80,"protocol":"TCP"}': { '.': {}, 'f:containerPort': {}, 'f:protocol': {} } },
      'f:resources': { 'f:limits': { 'f:cpu': {} } },
    },
    'k:{"name":"b"}': { '.': {}, 'f:image': {}, 'f:name': {} },
  };
  const volumeFields = { 'k:{"name":"tmp"}': { '.': {}, 'f:emptyDir': {}, 'f:name': {} } };
  const fields = {
    'f:metadata': { 'f:finalizers': { 'v:"holdfast.test/a"': {}, 'v:"holdfast.test/b"': {} } },
    'f:spec': {
      'f:replicas': {},
      'f:selector': {},
      'f:template': {
        'f:metadata': { 'f:labels': { 'f:app': {} } },
        'f:spec': { 'f:containers': containerFields, 'f:volumes': volumeFields },
      },
    },
  };
  const { spec } = deploymentManifest() as unknown as { spec: JsonObject };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name: 'web',
      namespace: 'web',
      uid: 'u-2',
      resourceVersion: '20',
      generation: 1,
      finalizers: ['holdfast.test/a', 'holdfast.test/b'],
      managedFields: [applied(fields, 'apps/v1')] as never,
    },
    spec: { ...spec, revisionHistoryLimit: 10 },
    status: { observedGeneration: 1, replicas: 2 },
  };
}

/** What {@link deployment} comes from. */
export function deploymentManifest(): KubeObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'web', finalizers: ['holdfast.test/a', 'holdfast.test/b'] },
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: 'web' } },
      template: {
        metadata: { labels: { app: 'web' } },
        spec: {
          volumes: [{ name: 'tmp', emptyDir: {} }],
          containers: [
            {
              name: 'a',
              image: 'a:1',
              args: ['x', 'y'],
              env: [{ name: 'A', value: '1' }, { name: 'B' }],
              ports: [{ containerPort: 80, protocol: 'TCP' }],
              resources: { limits: { cpu: '1' } },
            },
            { name: 'b', image: 'b:1' },
          ],
        },
      },
    },
  };
}

/** One step of a path: a field's name or a list's index. */
export type Step = string | number;

/** A deep copy of `object` in which the value at `path` is replaced, or removed with `undefined`. */
export function changed(object: KubeObject, path: readonly Step[], value: unknown): KubeObject {
  const copy = structuredClone(object);
  let node = copy as unknown as Record<Step, unknown>;
  for (const step of path.slice(0, -1)) node = node[step] as Record<Step, unknown>;
  const last = path.at(-1) ?? '';
  if (value !== undefined) node[last] = value;
  else if (Array.isArray(node)) node.splice(Number(last), 1);
  else delete node[last];
  return copy;
}
