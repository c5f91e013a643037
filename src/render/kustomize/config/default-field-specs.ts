import type { FieldSpec } from './field-spec.ts';
import { fieldSpecs, inPods } from './field-spec-table.ts';

const MATCH_LABELS = 'labelSelector/matchLabels';
const AFFINITIES = ['podAffinity', 'podAntiAffinity'].flatMap((affinity) => [
  `spec/template/spec/affinity/${affinity}/preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm/${MATCH_LABELS}`,
  `spec/template/spec/affinity/${affinity}/requiredDuringSchedulingIgnoredDuringExecution/${MATCH_LABELS}`,
]);
const POD_SELECTORS = [...AFFINITIES, `spec/template/spec/topologySpreadConstraints/${MATCH_LABELS}`];

const VOLUME_CLAIM_LABELS = fieldSpecs({ kind: 'StatefulSet', group: 'apps' }, [
  '+spec/volumeClaimTemplates[]/metadata/labels',
]);

/** Where objects, and the pods and jobs that they make, carry metadata; `group` limits StatefulSets to it. */
function metadataFields(field: 'labels' | 'annotations', group: string): FieldSpec[] {
  return [
    ...fieldSpecs({}, [`+metadata/${field}`]),
    ...fieldSpecs({ kind: 'ReplicationController', version: 'v1' }, [`+spec/template/metadata/${field}`]),
    ...['Deployment', 'ReplicaSet', 'DaemonSet'].flatMap((kind) =>
      fieldSpecs({ kind }, [`+spec/template/metadata/${field}`]),
    ),
    ...fieldSpecs({ kind: 'StatefulSet', group }, [`+spec/template/metadata/${field}`]),
    ...fieldSpecs({ kind: 'Job', group: 'batch' }, [`+spec/template/metadata/${field}`]),
    ...fieldSpecs({ kind: 'CronJob', group: 'batch' }, [
      `+spec/jobTemplate/metadata/${field}`,
      `+spec/jobTemplate/spec/template/metadata/${field}`,
    ]),
  ];
}

const METADATA_LABELS = metadataFields('labels', 'apps');

const COMMON_LABELS = [
  ...fieldSpecs({ kind: 'Service', version: 'v1' }, ['+spec/selector']),
  ...fieldSpecs({ kind: 'ReplicationController', version: 'v1' }, ['+spec/selector']),
  ...fieldSpecs({ kind: 'Deployment' }, ['+spec/selector/matchLabels']),
  ...fieldSpecs({ kind: 'Deployment', group: 'apps' }, POD_SELECTORS),
  ...fieldSpecs({ kind: 'ReplicaSet' }, ['+spec/selector/matchLabels']),
  ...fieldSpecs({ kind: 'DaemonSet' }, ['+spec/selector/matchLabels']),
  ...fieldSpecs({ kind: 'StatefulSet', group: 'apps' }, ['+spec/selector/matchLabels', ...POD_SELECTORS]),
  ...fieldSpecs({ kind: 'Job', group: 'batch' }, ['spec/selector/matchLabels']),
  ...fieldSpecs({ kind: 'CronJob', group: 'batch' }, ['spec/jobTemplate/spec/selector/matchLabels']),
  ...fieldSpecs({ kind: 'PodDisruptionBudget', group: 'policy' }, ['spec/selector/matchLabels']),
  ...fieldSpecs({ kind: 'NetworkPolicy', group: 'networking.k8s.io' }, [
    'spec/podSelector/matchLabels',
    'spec/ingress/from/podSelector/matchLabels',
    'spec/egress/to/podSelector/matchLabels',
  ]),
  ...METADATA_LABELS,
  ...VOLUME_CLAIM_LABELS,
];

const VARIABLE_FIELDS = ['args', 'command', 'env/value', 'volumeMounts/mountPath'];
const POD_VARIABLES = ['spec/containers', 'spec/initContainers'].flatMap((list) =>
  VARIABLE_FIELDS.map((field) => `${list}/${field}`),
);
const NFS_SERVER = 'spec/volumes/nfs/server';

const VAR_REFERENCES = [
  ...inPods(['CronJob'], POD_VARIABLES),
  // Without the `spec` of the pod, as it stands in kustomize.
  ...inPods(['CronJob'], ['volumes/nfs/server']),
  ...inPods(['DaemonSet', 'Deployment'], [...POD_VARIABLES, NFS_SERVER]),
  ...fieldSpecs({ kind: 'Deployment' }, ['spec/template/metadata/annotations']),
  ...fieldSpecs({ kind: 'Ingress' }, ['spec/rules/host', 'spec/tls/hosts', 'spec/tls/secretName']),
  ...inPods(['Job', 'Pod', 'ReplicaSet'], [...POD_VARIABLES, NFS_SERVER]),
  ...fieldSpecs({ kind: 'Service' }, ['spec/ports/port', 'spec/ports/targetPort']),
  ...inPods(['StatefulSet'], POD_VARIABLES),
  ...fieldSpecs({ kind: 'StatefulSet' }, ['spec/volumeClaimTemplates/spec/nfs/server']),
  ...fieldSpecs({ kind: 'PersistentVolume' }, ['spec/nfs/server']),
  ...fieldSpecs({}, ['metadata/labels', 'metadata/annotations']),
];

const IMAGES = ['spec/', 'spec/template/spec/'].flatMap((pod) => [
  `+${pod}containers[]/image`,
  `+${pod}initContainers[]/image`,
  `+${pod}volumes[]/image/reference`,
]);

/**
 * The fields that the builtin transformers of kustomize change, name references apart; in the order of the tables,
 * which is not yet the one in which they are applied.
 * @see sigs.k8s.io/kustomize/api v0.21.2 internal/konfig/builtinpluginconsts
 */
export const DEFAULT_FIELD_SPECS: Readonly<Record<DefaultList, readonly FieldSpec[]>> = {
  namePrefix: fieldSpecs({}, ['metadata/name']),
  nameSuffix: fieldSpecs({}, ['metadata/name']),
  namespace: [
    ...fieldSpecs({ kind: 'Namespace' }, ['+metadata/name']),
    ...fieldSpecs({ kind: 'APIService', group: 'apiregistration.k8s.io' }, ['+spec/service/namespace']),
    ...fieldSpecs({ kind: 'CustomResourceDefinition', group: 'apiextensions.k8s.io' }, [
      'spec/conversion/webhook/clientConfig/service/namespace',
    ]),
  ],
  commonLabels: COMMON_LABELS,
  templateLabels: METADATA_LABELS,
  volumeClaimTemplateLabels: VOLUME_CLAIM_LABELS,
  commonAnnotations: metadataFields('annotations', ''),
  varReference: VAR_REFERENCES,
  images: fieldSpecs({}, [...IMAGES, '+spec/jobTemplate/spec/template/spec/volumes[]/image/reference']),
  replicas: ['Deployment', 'ReplicationController', 'ReplicaSet', 'StatefulSet'].flatMap((kind) =>
    fieldSpecs({ kind }, ['+spec/replicas']),
  ),
};

/** The lists that are not empty by default. */
type DefaultList =
  | 'namePrefix'
  | 'nameSuffix'
  | 'namespace'
  | 'commonLabels'
  | 'templateLabels'
  | 'volumeClaimTemplateLabels'
  | 'commonAnnotations'
  | 'varReference'
  | 'images'
  | 'replicas';
