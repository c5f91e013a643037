import type { FieldSpec, NameReference } from './field-spec.ts';
import { fieldSpecs, inPods, type PodHolder, type TypeSelector } from './field-spec-table.ts';

const RBAC = 'rbac.authorization.k8s.io';
const ADMISSION = 'admissionregistration.k8s.io';

/** Kinds with pods, apart from Pods and CronJobs, whose order in the tables differs from list to list. */
const CONTROLLERS: readonly PodHolder[] = [
  'PodTemplate',
  'Deployment',
  'ReplicaSet',
  'DaemonSet',
  'StatefulSet',
  'Job',
];
const POD_OWNERS: readonly PodHolder[] = [
  'Pod',
  'StatefulSet',
  'Deployment',
  'ReplicationController',
  'CronJob',
  'Job',
  'DaemonSet',
];

function nameReference(type: TypeSelector, specs: readonly FieldSpec[]): NameReference {
  const { group = '', version = '', kind = '' } = type;
  return { group, version, kind, fieldSpecs: specs };
}

/** The fields of containers that name a ConfigMap or Secret. */
function environment(ref: 'configMap' | 'secret'): string[] {
  return [`env/valueFrom/${ref}KeyRef/name`, `envFrom/${ref}Ref/name`].flatMap((path) => [
    `spec/containers/${path}`,
    `spec/initContainers/${path}`,
  ]);
}

/** The fields of a pod that name a ConfigMap or Secret, in the order that they have for most kinds and for CronJobs. */
function podReferences(
  ref: 'configMap' | 'secret',
  volume: string,
  more: readonly string[],
): Record<'usual' | 'cronJob', string[]> {
  const projected = `spec/volumes/projected/sources/${ref}/name`;
  return {
    usual: [volume, ...environment(ref), ...more, projected],
    cronJob: [volume, projected, ...environment(ref), ...more],
  };
}

function podSpecs({ usual, cronJob }: Record<'usual' | 'cronJob', string[]>): FieldSpec[] {
  return [
    ...fieldSpecs({ kind: 'Pod', version: 'v1' }, usual),
    ...inPods(CONTROLLERS, usual),
    ...inPods(['CronJob'], cronJob),
  ];
}

const RULE_NAMES = ['rules/resourceNames'];
const NGINX = 'metadata/annotations/nginx.ingress.kubernetes.io\\/';

const CONFIG_MAP = [
  ...podSpecs(podReferences('configMap', 'spec/volumes/configMap/name', [])),
  ...fieldSpecs({ kind: 'Node' }, ['spec/configSource/configMap']),
  ...fieldSpecs({ kind: 'Role' }, RULE_NAMES),
  ...fieldSpecs({ kind: 'ClusterRole' }, RULE_NAMES),
  ...fieldSpecs({ kind: 'Ingress' }, [`${NGINX}fastcgi-params-configmap`]),
];

const SECRET = [
  ...podSpecs(podReferences('secret', 'spec/volumes/secret/secretName', ['spec/imagePullSecrets/name'])),
  ...fieldSpecs({ kind: 'Ingress' }, [
    'spec/tls/secretName',
    'metadata/annotations/ingress.kubernetes.io\\/auth-secret',
    `${NGINX}auth-secret`,
    `${NGINX}auth-tls-secret`,
    // Twice in kustomize, too.
    'spec/tls/secretName',
  ]),
  ...fieldSpecs({ kind: 'ServiceAccount' }, ['imagePullSecrets/name']),
  ...fieldSpecs({ kind: 'StorageClass' }, [
    'parameters/secretName',
    'parameters/adminSecretName',
    'parameters/userSecretName',
    'parameters/secretRef',
  ]),
  ...fieldSpecs({ kind: 'Role' }, RULE_NAMES),
  ...fieldSpecs({ kind: 'ClusterRole' }, RULE_NAMES),
  ...fieldSpecs({ kind: 'Service', group: 'serving.knative.dev', version: 'v1' }, [
    'spec/template/spec/containers/env/valueFrom/secretKeyRef/name',
  ]),
  ...fieldSpecs({ kind: 'PersistentVolume' }, ['spec/azureFile/secretName']),
];

const SERVICE = [
  ...fieldSpecs({ kind: 'StatefulSet', group: 'apps' }, ['spec/serviceName']),
  ...fieldSpecs({ kind: 'Ingress' }, [
    'spec/rules/http/paths/backend/serviceName',
    'spec/backend/serviceName',
    'spec/rules/http/paths/backend/service/name',
    'spec/defaultBackend/service/name',
  ]),
  ...fieldSpecs({ kind: 'APIService', group: 'apiregistration.k8s.io' }, ['spec/service/name']),
  ...fieldSpecs({ kind: 'ValidatingWebhookConfiguration', group: ADMISSION }, ['webhooks/clientConfig/service']),
  ...fieldSpecs({ kind: 'MutatingWebhookConfiguration', group: ADMISSION }, ['webhooks/clientConfig/service']),
];

const ROLE_BINDING = { kind: 'RoleBinding', group: RBAC };
const CLUSTER_ROLE_BINDING = { kind: 'ClusterRoleBinding', group: RBAC };
const SCALED = ['Deployment', 'ReplicationController', 'ReplicaSet', 'StatefulSet'];

/**
 * The fields that name other objects, by the type of what they name; in the order of kustomize's table.
 * @see sigs.k8s.io/kustomize/api v0.21.2 internal/konfig/builtinpluginconsts/namereference.go
 */
export const DEFAULT_NAME_REFERENCES: readonly NameReference[] = [
  ...SCALED.map((kind) =>
    nameReference({ kind }, fieldSpecs({ kind: 'HorizontalPodAutoscaler' }, ['spec/scaleTargetRef/name'])),
  ),
  nameReference({ kind: 'ConfigMap', version: 'v1' }, CONFIG_MAP),
  nameReference({ kind: 'Secret', version: 'v1' }, SECRET),
  nameReference({ kind: 'Service', version: 'v1' }, SERVICE),
  nameReference({ kind: 'Role', group: RBAC }, fieldSpecs(ROLE_BINDING, ['roleRef/name'])),
  nameReference({ kind: 'ClusterRole', group: RBAC }, [
    ...fieldSpecs(ROLE_BINDING, ['roleRef/name']),
    ...fieldSpecs(CLUSTER_ROLE_BINDING, ['roleRef/name']),
  ]),
  nameReference({ kind: 'ServiceAccount', version: 'v1' }, [
    ...fieldSpecs(ROLE_BINDING, ['subjects']),
    ...fieldSpecs(CLUSTER_ROLE_BINDING, ['subjects']),
    ...inPods(POD_OWNERS, ['spec/serviceAccountName']),
  ]),
  nameReference(
    { kind: 'PersistentVolumeClaim', version: 'v1' },
    inPods(POD_OWNERS, ['spec/volumes/persistentVolumeClaim/claimName']),
  ),
  nameReference({ kind: 'PersistentVolume', version: 'v1' }, [
    ...fieldSpecs({ kind: 'PersistentVolumeClaim' }, ['spec/volumeName']),
    ...fieldSpecs({ kind: 'ClusterRole' }, RULE_NAMES),
  ]),
  nameReference({ kind: 'StorageClass', group: 'storage.k8s.io', version: 'v1' }, [
    ...fieldSpecs({ kind: 'PersistentVolume' }, ['spec/storageClassName']),
    ...fieldSpecs({ kind: 'PersistentVolumeClaim' }, ['spec/storageClassName']),
    ...fieldSpecs({ kind: 'StatefulSet' }, ['spec/volumeClaimTemplates/spec/storageClassName']),
  ]),
  nameReference(
    { kind: 'PriorityClass', group: 'scheduling.k8s.io', version: 'v1' },
    inPods(POD_OWNERS, ['spec/priorityClassName']),
  ),
  nameReference(
    // Kustomize has the version in the group, so that this never matches.
    { kind: 'IngressClass', group: 'networking.k8s.io/v1', version: 'v1' },
    fieldSpecs({ kind: 'Ingress' }, ['spec/ingressClassName']),
  ),
  nameReference(
    { kind: 'ValidatingAdmissionPolicy', group: ADMISSION },
    fieldSpecs({ kind: 'ValidatingAdmissionPolicyBinding', group: ADMISSION }, ['spec/policyName']),
  ),
];
