import type { JsonValue } from '../../src/object/kube-object.ts';

/** One kind as a drift test needs it: a manifest, and what may be done to it by hand. */
export interface DriftKind {
  readonly kind: string;
  /** API path of the collection, with `NS` for the namespace. */
  readonly collection: string;
  readonly apiVersion: string;
  readonly cluster?: boolean;
  /** Everything beside apiVersion, kind and metadata. */
  readonly body: Readonly<Record<string, JsonValue>>;
  /** JSON pointer of a stated field and another value for it. */
  readonly change: readonly [pointer: string, value: JsonValue];
  /** JSON pointer of a stated field that can be taken away. */
  readonly remove: string;
}

const SELECTOR = { matchLabels: { app: 'drift' } };
const NOTE = '/metadata/annotations/note';
const RULES = [
  { apiGroups: [''], resources: ['pods'], verbs: ['get'] },
  { apiGroups: ['apps'], resources: ['deployments'], verbs: ['list'] },
];
const SUBJECTS = ['ada', 'grace'].map((name) => ({ kind: 'User', name, apiGroup: 'rbac.authorization.k8s.io' }));

function podTemplate(restartPolicy?: string): JsonValue {
  const containers = [{ name: 'main', image: 'registry.example/web:1', env: [{ name: 'A', value: '1' }] }];
  return {
    metadata: { labels: { app: 'drift' } },
    spec: restartPolicy === undefined ? { containers } : { containers, restartPolicy },
  };
}

function workload(kind: string, plural: string, extra: Readonly<Record<string, JsonValue>> = {}): DriftKind {
  return {
    kind,
    apiVersion: 'apps/v1',
    collection: `/apis/apps/v1/namespaces/NS/${plural}`,
    body: { spec: { selector: SELECTOR, template: podTemplate(), ...extra } },
    change: ['/spec/template/spec/containers/0/image', 'registry.example/other:2'],
    remove: '/spec/template/spec/containers/0/env',
  };
}

function role(kind: string, cluster: boolean): DriftKind {
  return {
    kind,
    apiVersion: 'rbac.authorization.k8s.io/v1',
    collection: `/apis/rbac.authorization.k8s.io/v1/${cluster ? '' : 'namespaces/NS/'}${kind.toLowerCase()}s`,
    cluster,
    body: { rules: RULES },
    change: ['/rules/0/verbs/0', 'delete'],
    remove: '/rules/1',
  };
}

function binding(kind: string, roleKind: string, cluster: boolean): DriftKind {
  return {
    kind,
    apiVersion: 'rbac.authorization.k8s.io/v1',
    collection: `/apis/rbac.authorization.k8s.io/v1/${cluster ? '' : 'namespaces/NS/'}${kind.toLowerCase()}s`,
    cluster,
    body: {
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: roleKind, name: 'view' },
      subjects: SUBJECTS,
    },
    change: ['/subjects/0/name', 'mallory'],
    remove: '/subjects/1',
  };
}

/** Kinds of Kubernetes itself, each with a field to change and one to remove. */
export const DRIFT_KINDS: readonly DriftKind[] = [
  { ...workload('Deployment', 'deployments', { replicas: 2 }), change: ['/spec/replicas', 5] },
  { ...workload('StatefulSet', 'statefulsets', { replicas: 1, serviceName: 'drift' }), change: ['/spec/replicas', 3] },
  workload('DaemonSet', 'daemonsets'),
  { ...workload('ReplicaSet', 'replicasets', { replicas: 1 }), change: ['/spec/replicas', 4] },
  {
    kind: 'Service',
    apiVersion: 'v1',
    collection: '/api/v1/namespaces/NS/services',
    body: {
      spec: {
        selector: { app: 'drift' },
        ports: [
          { name: 'web', port: 80, targetPort: 8080 },
          { name: 'metrics', port: 9090, targetPort: 9090 },
        ],
      },
    },
    change: ['/spec/ports/0/targetPort', 1234],
    remove: '/spec/ports/1',
  },
  {
    kind: 'ConfigMap',
    apiVersion: 'v1',
    collection: '/api/v1/namespaces/NS/configmaps',
    body: { data: { a: '1', b: '2' } },
    change: ['/data/a', 'changed'],
    remove: '/data/b',
  },
  {
    kind: 'Secret',
    apiVersion: 'v1',
    collection: '/api/v1/namespaces/NS/secrets',
    body: { data: { a: 'MQ==', b: 'Mg==' } },
    change: ['/data/a', 'Y2hhbmdlZA=='],
    remove: '/data/b',
  },
  {
    kind: 'ServiceAccount',
    apiVersion: 'v1',
    collection: '/api/v1/namespaces/NS/serviceaccounts',
    body: { automountServiceAccountToken: false },
    change: ['/automountServiceAccountToken', true],
    remove: '/automountServiceAccountToken',
  },
  role('Role', false),
  role('ClusterRole', true),
  binding('RoleBinding', 'ClusterRole', false),
  binding('ClusterRoleBinding', 'ClusterRole', true),
  {
    kind: 'NetworkPolicy',
    apiVersion: 'networking.k8s.io/v1',
    collection: '/apis/networking.k8s.io/v1/namespaces/NS/networkpolicies',
    body: {
      spec: {
        podSelector: { matchLabels: { app: 'drift' } },
        policyTypes: ['Ingress'],
        ingress: [{ ports: [{ port: 80 }] }],
      },
    },
    change: ['/spec/podSelector/matchLabels/app', 'all'],
    remove: '/spec/ingress',
  },
  {
    kind: 'Ingress',
    apiVersion: 'networking.k8s.io/v1',
    collection: '/apis/networking.k8s.io/v1/namespaces/NS/ingresses',
    body: {
      spec: {
        rules: [{ host: 'drift.example.org' }],
        defaultBackend: { service: { name: 'drift', port: { number: 80 } } },
        tls: [{ hosts: ['drift.example.org'], secretName: 'drift' }],
      },
    },
    change: ['/spec/rules/0/host', 'other.example.org'],
    remove: '/spec/tls',
  },
  {
    kind: 'IngressClass',
    apiVersion: 'networking.k8s.io/v1',
    collection: '/apis/networking.k8s.io/v1/ingressclasses',
    cluster: true,
    body: { spec: { controller: 'example.org/drift' } },
    change: [NOTE, 'changed'],
    remove: NOTE,
  },
  {
    kind: 'PersistentVolumeClaim',
    apiVersion: 'v1',
    collection: '/api/v1/namespaces/NS/persistentvolumeclaims',
    body: {
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, storageClassName: 'none' },
    },
    change: [NOTE, 'changed'],
    remove: NOTE,
  },
  {
    kind: 'HorizontalPodAutoscaler',
    apiVersion: 'autoscaling/v2',
    collection: '/apis/autoscaling/v2/namespaces/NS/horizontalpodautoscalers',
    body: {
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'nobody' },
        minReplicas: 2,
        maxReplicas: 4,
        metrics: [
          { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } },
        ],
      },
    },
    change: ['/spec/maxReplicas', 9],
    remove: '/spec/metrics',
  },
  {
    kind: 'PodDisruptionBudget',
    apiVersion: 'policy/v1',
    collection: '/apis/policy/v1/namespaces/NS/poddisruptionbudgets',
    body: { spec: { maxUnavailable: 1, selector: { matchLabels: { app: 'nobody' } } } },
    change: ['/spec/maxUnavailable', 2],
    remove: '/spec/maxUnavailable',
  },
  {
    kind: 'CronJob',
    apiVersion: 'batch/v1',
    collection: '/apis/batch/v1/namespaces/NS/cronjobs',
    body: {
      spec: {
        schedule: '0 0 1 1 *',
        failedJobsHistoryLimit: 3,
        jobTemplate: { spec: { template: podTemplate('Never') } },
      },
    },
    change: ['/spec/schedule', '1 1 1 1 *'],
    remove: '/spec/failedJobsHistoryLimit',
  },
  {
    kind: 'Job',
    apiVersion: 'batch/v1',
    collection: '/apis/batch/v1/namespaces/NS/jobs',
    body: { spec: { template: podTemplate('Never') } },
    change: [NOTE, 'changed'],
    remove: NOTE,
  },
  {
    kind: 'LimitRange',
    apiVersion: 'v1',
    collection: '/api/v1/namespaces/NS/limitranges',
    body: { spec: { limits: [{ type: 'Container', default: { cpu: '500m' }, defaultRequest: { cpu: '250m' } }] } },
    change: ['/spec/limits/0/default/cpu', '1'],
    remove: '/spec/limits/0/defaultRequest',
  },
  {
    kind: 'ResourceQuota',
    apiVersion: 'v1',
    collection: '/api/v1/namespaces/NS/resourcequotas',
    body: { spec: { hard: { pods: '500', services: '100' } } },
    change: ['/spec/hard/pods', '400'],
    remove: '/spec/hard/services',
  },
  {
    kind: 'PriorityClass',
    apiVersion: 'scheduling.k8s.io/v1',
    collection: '/apis/scheduling.k8s.io/v1/priorityclasses',
    cluster: true,
    body: { value: 7, description: 'stated' },
    change: ['/description', 'changed'],
    remove: '/description',
  },
  {
    kind: 'StorageClass',
    apiVersion: 'storage.k8s.io/v1',
    collection: '/apis/storage.k8s.io/v1/storageclasses',
    cluster: true,
    body: { provisioner: 'example.org/drift', allowVolumeExpansion: false },
    change: ['/allowVolumeExpansion', true],
    remove: '/allowVolumeExpansion',
  },
  {
    kind: 'Lease',
    apiVersion: 'coordination.k8s.io/v1',
    collection: '/apis/coordination.k8s.io/v1/namespaces/NS/leases',
    body: { spec: { holderIdentity: 'ada', leaseDurationSeconds: 15 } },
    change: ['/spec/holderIdentity', 'mallory'],
    remove: '/spec/leaseDurationSeconds',
  },
];

/** The manifest of a kind under a name; namespaced ones without a namespace. */
export function driftManifest(kind: DriftKind, name: string): Record<string, JsonValue> {
  const metadata = { name, labels: { team: 'drift' }, annotations: { note: 'stated' } };
  return { apiVersion: kind.apiVersion, kind: kind.kind, metadata, ...kind.body };
}

/** API path of an object of a kind. */
export function driftPath(kind: DriftKind, namespace: string, name: string): `/${string}` {
  return `${kind.collection.replace('NS', namespace)}/${name}` as `/${string}`;
}

/** The value at a JSON pointer; `undefined` when there is none. */
export function valueAt(object: unknown, pointer: string): unknown {
  let value = object;
  for (const part of pointer.slice(1).split('/')) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<string, unknown>)[part.replaceAll('~1', '/')];
  }
  return value;
}
