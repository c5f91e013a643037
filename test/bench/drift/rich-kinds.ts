import type { JsonValue } from '../../../src/object/kube-object.ts';
import { DRIFT_KINDS, type DriftKind } from '../../support/drift-kinds.ts';

type Body = Readonly<Record<string, JsonValue>>;

const SELECTOR = { matchLabels: { app: 'drift' } };

/** A pod with every kind of list; nothing of it has to run. */
function richTemplate(): JsonValue {
  return {
    metadata: { labels: { app: 'drift', tier: 'web' }, annotations: { note: 'stated' } },
    spec: {
      nodeSelector: { 'example.org/none': 'true' },
      terminationGracePeriodSeconds: 20,
      securityContext: { runAsUser: 1000, supplementalGroups: [1, 2, 3] },
      tolerations: [
        { key: 'a', operator: 'Exists' },
        { key: 'b', operator: 'Equal', value: 'c', effect: 'NoSchedule' },
      ],
      imagePullSecrets: [{ name: 'one' }, { name: 'two' }],
      hostAliases: [{ ip: '127.0.0.9', hostnames: ['a.example.org', 'b.example.org'] }],
      topologySpreadConstraints: [
        { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'ScheduleAnyway', labelSelector: SELECTOR },
      ],
      initContainers: [
        { name: 'first', image: 'registry.example/init:1', command: ['sh', '-c', 'true'] },
        { name: 'second', image: 'registry.example/init:2' },
      ],
      containers: [
        {
          name: 'main',
          image: 'registry.example/web:1',
          args: ['--port', '8080', '--verbose'],
          env: [
            { name: 'A', value: '1' },
            { name: 'B', value: '2' },
            { name: 'C', valueFrom: { configMapKeyRef: { name: 'drift', key: 'a' } } },
          ],
          envFrom: [{ secretRef: { name: 'drift', optional: true } }],
          ports: [
            { name: 'http', containerPort: 8080 },
            { name: 'dns', containerPort: 53, protocol: 'UDP' },
            { name: 'dns-tcp', containerPort: 53 },
          ],
          resources: { requests: { cpu: '100m', memory: '64Mi' }, limits: { cpu: '500m' } },
          volumeMounts: [
            { name: 'config', mountPath: '/etc/config', readOnly: true },
            { name: 'work', mountPath: '/work' },
          ],
          livenessProbe: { httpGet: { path: '/live', port: 'http' }, periodSeconds: 20 },
          securityContext: { capabilities: { drop: ['ALL'], add: ['NET_ADMIN'] }, readOnlyRootFilesystem: true },
        },
        { name: 'beside', image: 'registry.example/beside:1', env: [{ name: 'X', value: 'y' }] },
      ],
      volumes: [
        { name: 'config', configMap: { name: 'drift', items: [{ key: 'a', path: 'a.txt' }] } },
        { name: 'work', emptyDir: { sizeLimit: '1Gi' } },
      ],
    },
  };
}

const BODIES: Readonly<Record<string, Body>> = {
  Deployment: {
    spec: {
      replicas: 0,
      revisionHistoryLimit: 1,
      selector: SELECTOR,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: '25%' } },
      template: richTemplate(),
    },
  },
  StatefulSet: {
    spec: {
      replicas: 0,
      revisionHistoryLimit: 1,
      serviceName: 'drift',
      selector: SELECTOR,
      template: richTemplate(),
    },
  },
  DaemonSet: { spec: { revisionHistoryLimit: 1, selector: SELECTOR, template: richTemplate() } },
  ReplicaSet: { spec: { replicas: 0, selector: SELECTOR, template: richTemplate() } },
  Service: {
    spec: {
      type: 'ClusterIP',
      selector: { app: 'drift', tier: 'web' },
      sessionAffinity: 'ClientIP',
      sessionAffinityConfig: { clientIP: { timeoutSeconds: 600 } },
      ports: [
        { name: 'web', port: 80, targetPort: 8080 },
        { name: 'metrics', port: 9090, targetPort: 'metrics' },
        { name: 'dns', port: 53, protocol: 'UDP', targetPort: 53 },
        { name: 'dns-tcp', port: 53, protocol: 'TCP', targetPort: 53 },
      ],
    },
  },
  Job: {
    spec: {
      suspend: true,
      backoffLimit: 2,
      ttlSecondsAfterFinished: 86_400,
      template: {
        metadata: { labels: { job: 'drift' } },
        spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'registry.example/job:1' }] },
      },
    },
  },
  ServiceAccount: {
    automountServiceAccountToken: false,
    imagePullSecrets: [{ name: 'one' }, { name: 'two' }],
    secrets: [{ name: 'drift' }],
  },
};

const FURTHER: readonly DriftKind[] = [
  further('EndpointSlice', '/apis/discovery.k8s.io/v1/namespaces/NS/endpointslices', 'discovery.k8s.io/v1', {
    addressType: 'IPv4',
    endpoints: [
      { addresses: ['10.9.8.7'], conditions: { ready: true } },
      { addresses: ['10.9.8.8'], hostname: 'second' },
    ],
    ports: [
      { name: 'web', port: 80 },
      { name: 'dns', port: 53, protocol: 'UDP' },
    ],
  }),
  further('RuntimeClass', '/apis/node.k8s.io/v1/runtimeclasses', 'node.k8s.io/v1', { handler: 'runc' }),
  further('Thing', '/apis/drift.example.org/v1/namespaces/NS/things', 'drift.example.org/v1', {
    spec: {
      size: 3,
      mode: 'fast',
      port: 8080,
      labels: { a: '1', b: '2' },
      whole: { x: 'one', y: 'two' },
      atoms: ['one', 'two', 'three'],
      set: ['red', 'green', 'blue'],
      entries: [
        { id: 'a', zone: 'z', weight: 1, tags: ['t1', 't2'], options: { deep: { on: true, level: 2 } } },
        { id: 'b', weight: 2, tags: ['t3'] },
        {
          id: 'c',
          zone: 'z',
          inner: [
            { key: 'k1', value: 'v1' },
            { key: 'k2', value: 'v2' },
          ],
        },
      ],
      free: { anything: { goes: ['here', 1, true] }, port: 'http' },
    },
  }),
];

function further(kind: string, collection: string, apiVersion: string, body: Body): DriftKind {
  const note = '/metadata/annotations/note';
  const cluster = !collection.includes('/NS/');
  return { kind, collection, apiVersion, body, cluster, change: [note, 'changed'], remove: note };
}

/** What is mutated: the kinds of the drift tests, with more in them, and a custom resource with every kind of list. */
export const RICH_KINDS: readonly DriftKind[] = [
  ...DRIFT_KINDS.map((kind) => ({ ...kind, body: BODIES[kind.kind] ?? kind.body })),
  ...FURTHER,
];

const TEXT = { type: 'string' };
const TEXTS = { type: 'array', items: TEXT };
const ENTRY = {
  type: 'object',
  required: ['id'],
  properties: {
    id: TEXT,
    zone: { ...TEXT, default: 'here' },
    weight: { type: 'integer', default: 10 },
    tags: { ...TEXTS, 'x-kubernetes-list-type': 'set' },
    options: {
      type: 'object',
      properties: {
        deep: { type: 'object', properties: { on: { type: 'boolean' }, level: { type: 'integer' } } },
        shade: { ...TEXT, default: 'dark' },
      },
    },
    inner: {
      type: 'array',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['key'],
      items: { type: 'object', required: ['key'], properties: { key: TEXT, value: TEXT } },
    },
  },
};

/** The definition of `Thing`. */
export const THING_DEFINITION: JsonValue = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'things.drift.example.org' },
  spec: {
    group: 'drift.example.org',
    names: { kind: 'Thing', plural: 'things' },
    scope: 'Namespaced',
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              spec: {
                type: 'object',
                properties: {
                  size: { type: 'integer' },
                  mode: { ...TEXT, enum: ['fast', 'slow', 'off'] },
                  speed: { type: 'integer', default: 7 },
                  port: { 'x-kubernetes-int-or-string': true },
                  labels: { type: 'object', additionalProperties: TEXT },
                  whole: { type: 'object', additionalProperties: TEXT, 'x-kubernetes-map-type': 'atomic' },
                  atoms: { ...TEXTS, 'x-kubernetes-list-type': 'atomic' },
                  set: { ...TEXTS, 'x-kubernetes-list-type': 'set' },
                  entries: {
                    type: 'array',
                    'x-kubernetes-list-type': 'map',
                    'x-kubernetes-list-map-keys': ['id', 'zone'],
                    items: ENTRY,
                  },
                  free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
                },
              },
            },
          },
        },
      },
    ],
  },
};
