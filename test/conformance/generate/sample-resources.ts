import type { Random } from './random.ts';
import type { Data } from './write-yaml.ts';

/** A resource that is being made up. */
export type Resource = { readonly [key: string]: Data | undefined };

/** Few names, so that references meet what they name, and now and then two resources meet. */
export const NAMES: readonly string[] = ['web', 'api', 'db', 'cache', 'web-config', 'auth'];
export const NAMESPACES: readonly string[] = ['prod', 'dev', 'default'];
export const IMAGES: readonly string[] = [
  'nginx',
  'nginx:1.7.9',
  'redis:6',
  'org/app:v1',
  'host.example:5000/x/app:v2',
];
export const LABEL_KEYS: readonly string[] = ['app', 'tier', 'env', 'app.kubernetes.io/name'];
const VALUES: readonly string[] = ['web', 'api', 'blue', 'true', '8080', 'a b', 'x-y', ''];

type Maker = (random: Random, name: string) => Resource;

/** Makers by kind. */
const KINDS: Readonly<Record<string, Maker>> = {
  Deployment: (random, name) => workload(random, 'apps/v1', 'Deployment', name),
  StatefulSet: (random, name) => {
    const made = workload(random, 'apps/v1', 'StatefulSet', name);
    return { ...made, spec: { ...(made['spec'] as Resource), serviceName: random.pick(NAMES), ...claims(random) } };
  },
  DaemonSet: (random, name) => workload(random, 'apps/v1', 'DaemonSet', name),
  Job: (random, name) => ({ ...object(random, 'batch/v1', 'Job', name), spec: { template: podTemplate(random) } }),
  CronJob: (random, name) => ({
    ...object(random, 'batch/v1', 'CronJob', name),
    spec: { schedule: '*/5 * * * *', jobTemplate: { spec: { template: podTemplate(random) } } },
  }),
  Pod: (random, name) => ({ ...object(random, 'v1', 'Pod', name), spec: podSpec(random) }),
  Service: (random, name) => ({
    ...object(random, 'v1', 'Service', name),
    spec: {
      ...random.maybe(0.8, () => ({ selector: labels(random) })),
      ports: [{ name: 'http', port: 80, targetPort: random.pick<Data>([8080, 'http']) }, ...extraPorts(random)],
    },
  }),
  ConfigMap: (random, name) => ({
    ...object(random, 'v1', 'ConfigMap', name),
    data: { host: random.pick(NAMES), port: '8080', 'app.yaml': 'a: 1\nurl: http://web:80/path\nlist:\n- x\n- y\n' },
  }),
  Secret: (random, name) => ({
    ...object(random, 'v1', 'Secret', name),
    type: 'Opaque',
    ...random.maybe(0.5, () => ({ data: { key: 'dmFsdWU=' } })),
    ...random.maybe(0.5, () => ({ stringData: { plain: 'text' } })),
  }),
  ServiceAccount: (random, name) => ({
    ...object(random, 'v1', 'ServiceAccount', name),
    ...random.maybe(0.5, () => ({ imagePullSecrets: [{ name: random.pick(NAMES) }] })),
  }),
  Role: (random, name) => ({ ...object(random, 'rbac.authorization.k8s.io/v1', 'Role', name), rules: rules(random) }),
  ClusterRole: (random, name) => ({
    ...object(random, 'rbac.authorization.k8s.io/v1', 'ClusterRole', name),
    rules: rules(random),
  }),
  RoleBinding: (random, name) => binding(random, 'RoleBinding', name),
  ClusterRoleBinding: (random, name) => binding(random, 'ClusterRoleBinding', name),
  Namespace: (random) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: random.pick(NAMESPACES) } }),
  Ingress: (random, name) => ({
    ...object(random, 'networking.k8s.io/v1', 'Ingress', name),
    spec: {
      tls: [{ secretName: random.pick(NAMES), hosts: ['web.example'] }],
      rules: [
        {
          host: 'web.example',
          http: {
            paths: [
              {
                path: '/',
                pathType: 'Prefix',
                backend: { service: { name: random.pick(NAMES), port: { number: 80 } } },
              },
            ],
          },
        },
      ],
    },
  }),
  HorizontalPodAutoscaler: (random, name) => ({
    ...object(random, 'autoscaling/v2', 'HorizontalPodAutoscaler', name),
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: random.pick(NAMES) },
      minReplicas: 1,
      maxReplicas: 3,
    },
  }),
  PersistentVolumeClaim: (random, name) => ({
    ...object(random, 'v1', 'PersistentVolumeClaim', name),
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
  }),
  NetworkPolicy: (random, name) => ({
    ...object(random, 'networking.k8s.io/v1', 'NetworkPolicy', name),
    spec: {
      podSelector: { matchLabels: labels(random) },
      ingress: [{ from: [{ podSelector: { matchLabels: labels(random) } }] }],
    },
  }),
  PodDisruptionBudget: (random, name) => ({
    ...object(random, 'policy/v1', 'PodDisruptionBudget', name),
    spec: { minAvailable: 1, selector: { matchLabels: labels(random) } },
  }),
  ValidatingWebhookConfiguration: (random, name) => ({
    ...object(random, 'admissionregistration.k8s.io/v1', 'ValidatingWebhookConfiguration', name),
    webhooks: [{ name: 'a.example', clientConfig: { service: { name: random.pick(NAMES), namespace: 'prod' } } }],
  }),
  Widget: (random, name) => ({
    ...object(random, 'example.dev/v1alpha1', 'Widget', name),
    spec: {
      configMapRef: { name: random.pick(NAMES) },
      parts: [
        { name: 'one', size: 1, ratio: random.pick<Data>([0.5, 1e10, 1.0, 12345678]) },
        { name: 'two', on: true, nothing: null },
      ],
      image: random.pick(IMAGES),
    },
  }),
};

/** A resource of any kind. Its name is one of {@link NAMES}. */
export function sampleResource(random: Random): Resource {
  const kind = random.chance(0.4)
    ? random.pick(['Deployment', 'Service', 'ConfigMap'])
    : random.pick(Object.keys(KINDS));
  return (KINDS[kind] ?? workloadMaker)(random, random.pick(NAMES));
}

/** Some labels, sometimes with values that look like something else. */
export function labels(random: Random): Resource {
  const keys = random.some(LABEL_KEYS, 0.5);
  return Object.fromEntries((keys.length > 0 ? keys : ['app']).map((key) => [key, random.pick(VALUES)]));
}

const workloadMaker: Maker = (random, name) => workload(random, 'apps/v1', 'Deployment', name);

function object(random: Random, apiVersion: string, kind: string, name: string): Resource {
  return {
    apiVersion,
    kind,
    metadata: {
      name,
      ...random.maybe(0.25, () => ({ namespace: random.pick(NAMESPACES) })),
      ...random.maybe(0.5, () => ({ labels: labels(random) })),
      ...random.maybe(0.2, () => ({ annotations: { note: 'about $(WEB_NAME)', 'config.example/on': 'true' } })),
    },
  };
}

function workload(random: Random, apiVersion: string, kind: string, name: string): Resource {
  return {
    ...object(random, apiVersion, kind, name),
    spec: {
      ...random.maybe(0.6, () => ({ replicas: random.integer(0, 5) })),
      ...random.maybe(0.8, () => ({ selector: { matchLabels: labels(random) } })),
      template: podTemplate(random),
    },
  };
}

function podTemplate(random: Random): Resource {
  return {
    ...random.maybe(0.8, () => ({ metadata: { labels: labels(random) } })),
    spec: podSpec(random),
  };
}

function podSpec(random: Random): Resource {
  const names = random.chance(0.4) ? ['main', 'side'] : ['main'];
  return {
    ...random.maybe(0.3, () => ({ serviceAccountName: random.pick(NAMES) })),
    ...random.maybe(0.2, () => ({ initContainers: [container(random, 'init')] })),
    containers: names.map((name) => container(random, name)),
    ...random.maybe(0.5, () => ({
      volumes: [
        { name: 'config', configMap: { name: random.pick(NAMES) } },
        { name: 'secret', secret: { secretName: random.pick(NAMES) } },
        { name: 'all', projected: { sources: [{ configMap: { name: random.pick(NAMES) } }] } },
      ],
    })),
  };
}

function container(random: Random, name: string): Resource {
  return {
    name,
    image: random.pick(IMAGES),
    ...random.maybe(0.3, () => ({ args: ['--host', '$(WEB_NAME)', '-v'] })),
    ...random.maybe(0.4, () => ({
      env: [
        { name: 'HOST', value: '$(WEB_NAME).svc' },
        { name: 'A', valueFrom: { configMapKeyRef: { name: random.pick(NAMES), key: 'host' } } },
        { name: 'B', valueFrom: { secretKeyRef: { name: random.pick(NAMES), key: 'key' } } },
      ],
    })),
    ...random.maybe(0.3, () => ({ envFrom: [{ configMapRef: { name: random.pick(NAMES) } }] })),
    ...random.maybe(0.4, () => ({ ports: [{ containerPort: 8080, name: 'http' }, { containerPort: 9090 }] })),
    ...random.maybe(0.3, () => ({ resources: { limits: { cpu: '1', memory: '64Mi' }, requests: { cpu: 0.5 } } })),
  };
}

function extraPorts(random: Random): Resource[] {
  return random.chance(0.3) ? [{ name: 'dns', port: 53, protocol: 'UDP' }] : [];
}

function claims(random: Random): Resource {
  return random.maybe(0.4, () => ({
    volumeClaimTemplates: [
      { metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'fast' } },
    ],
  }));
}

function rules(random: Random): Resource[] {
  return [{ apiGroups: [''], resources: ['pods', 'secrets'], verbs: ['get'], resourceNames: [random.pick(NAMES)] }];
}

function binding(random: Random, kind: string, name: string): Resource {
  const subject = { kind: 'ServiceAccount', name: random.pick(random.chance(0.2) ? ['default'] : NAMES) };
  return {
    ...object(random, 'rbac.authorization.k8s.io/v1', kind, name),
    roleRef: {
      apiGroup: 'rbac.authorization.k8s.io',
      kind: random.pick(['Role', 'ClusterRole']),
      name: random.pick(NAMES),
    },
    subjects: [{ ...subject, ...random.maybe(0.6, () => ({ namespace: random.pick(NAMESPACES) })) }],
  };
}
