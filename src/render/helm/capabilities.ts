import { quoteString } from '../gotemplate/go-string.ts';
import { HelmError } from './helm-error.ts';

/** A version of Kubernetes. */
export interface KubeVersion {
  /** As given, with `v` before it: `v1.33.4-gke.1245000`. */
  readonly version: string;
  /** Its numbers only, which constraints are checked against: `v1.33.4`. */
  readonly normalized: string;
  readonly major: string;
  readonly minor: string;
}

/** What `.Capabilities` tells. */
export interface Capabilities {
  readonly kubeVersion: KubeVersion;
  /** Groups with versions, and kinds where the cluster told them: `apps/v1`, `apps/v1/Deployment`. */
  readonly apiVersions: readonly string[];
  readonly helmVersion: HelmVersion;
  /** Told what a render looks at: it depends on no more of the cluster than that. */
  readonly observe?: (question: CapabilityQuestion) => void;
}

/** What a chart may ask of the cluster: its version, whether it has one API version, or which ones it has. */
export type CapabilityQuestion = 'kubeVersion' | 'apiVersions' | `has ${string}`;

/** `.Capabilities.HelmVersion` */
export interface HelmVersion {
  readonly version: string;
  readonly gitCommit: string;
  readonly gitTreeState: string;
  readonly goVersion: string;
  readonly kubeClientVersion: string;
}

/** What Helm 4.3.1 says of itself when it is built from its module. */
export const HELM_VERSION: HelmVersion = {
  version: 'v4.3',
  gitCommit: '',
  gitTreeState: '',
  goVersion: 'go1.27.4',
  kubeClientVersion: 'v1.37',
};

/** What `helm template` assumes without a cluster. */
export function defaultCapabilities(): Capabilities {
  return {
    kubeVersion: { version: 'v1.37.0', normalized: 'v1.37.0', major: '1', minor: '37' },
    apiVersions: DEFAULT_API_VERSIONS,
    helmVersion: HELM_VERSION,
  };
}

/** What may be set from outside. */
export interface CapabilityOptions {
  /** `--kube-version` */
  readonly kubeVersion?: string;
  /** `--api-versions`: added to the versions that Helm assumes. */
  readonly apiVersions?: readonly string[];
}

/**
 * The capabilities for `helm template`'s flags.
 * @throws {HelmError} `invalid kube version '…': …`
 */
export function capabilitiesFor({ kubeVersion, apiVersions = [] }: CapabilityOptions): Capabilities {
  const base = defaultCapabilities();
  return {
    ...base,
    kubeVersion: kubeVersion === undefined || kubeVersion === '' ? base.kubeVersion : parseFlag(kubeVersion),
    apiVersions: [...base.apiVersions, ...apiVersions],
  };
}

function parseFlag(text: string): KubeVersion {
  try {
    return parseKubeVersion(text);
  } catch (error) {
    throw new HelmError(`invalid kube version '${text}': ${error instanceof Error ? error.message : String(error)}`);
  }
}

/**
 * Reads a version of Kubernetes: at least two numbers, whatever follows them.
 * @throws {HelmError} `could not parse "…" as version`, `illegal version string "…"`
 * @see k8s.io/apimachinery v0.37.1 pkg/util/version/version.go ParseGeneric
 */
export function parseKubeVersion(text: string): KubeVersion {
  const match = /^[\t\n\f\r ]*v?(\d+(?:\.\d+)*)[^\n]*$/.exec(text);
  if (match === null) throw new HelmError(`could not parse ${quoteString(text)} as version`);
  const numbers = (match[1] ?? '').split('.');
  const [major = '', minor = ''] = numbers;
  if (numbers.length < 2) throw new HelmError(`illegal version string ${quoteString(text)}`);
  if (major.length > 1 && major.startsWith('0')) {
    throw new HelmError(`illegal zero-prefixed version component ${quoteString(major)} in ${quoteString(text)}`);
  }
  const plain = numbers.map((number) => plainNumber(number, text));
  return {
    version: text.startsWith('v') ? text : `v${text}`,
    normalized: `v${plain.join('.')}`,
    major: plainNumber(major, text),
    minor: plainNumber(minor, text),
  };
}

function plainNumber(digits: string, text: string): string {
  const isTooLong = digits.replace(/^0+/, '').length > 20 || BigInt(digits) >= 2n ** 64n;
  if (!isTooLong) return BigInt(digits).toString();
  const reason = `strconv.ParseUint: parsing ${quoteString(digits)}: value out of range`;
  throw new HelmError(
    `illegal non-numeric version component ${quoteString(digits)} in ${quoteString(text)}: ${reason}`,
  );
}

/** `DefaultVersionSet` of Helm 4.3.1, in its order. */
const DEFAULT_API_VERSIONS: readonly string[] = [
  'v1',
  'admissionregistration.k8s.io/v1',
  'admissionregistration.k8s.io/v1alpha1',
  'admissionregistration.k8s.io/v1beta1',
  'internal.apiserver.k8s.io/v1alpha1',
  'apps/v1',
  'apps/v1beta1',
  'apps/v1beta2',
  'authentication.k8s.io/v1',
  'authentication.k8s.io/v1alpha1',
  'authentication.k8s.io/v1beta1',
  'authorization.k8s.io/v1',
  'authorization.k8s.io/v1beta1',
  'autoscaling/v1',
  'autoscaling/v2',
  'batch/v1',
  'batch/v1beta1',
  'certificates.k8s.io/v1',
  'certificates.k8s.io/v1beta1',
  'certificates.k8s.io/v1alpha1',
  'coordination.k8s.io/v1alpha2',
  'coordination.k8s.io/v1beta1',
  'coordination.k8s.io/v1',
  'discovery.k8s.io/v1',
  'discovery.k8s.io/v1beta1',
  'events.k8s.io/v1',
  'events.k8s.io/v1beta1',
  'extensions/v1beta1',
  'flowcontrol.apiserver.k8s.io/v1',
  'flowcontrol.apiserver.k8s.io/v1beta1',
  'flowcontrol.apiserver.k8s.io/v1beta2',
  'flowcontrol.apiserver.k8s.io/v1beta3',
  'lifecycle.k8s.io/v1alpha1',
  'networking.k8s.io/v1',
  'networking.k8s.io/v1beta1',
  'node.k8s.io/v1',
  'node.k8s.io/v1alpha1',
  'node.k8s.io/v1beta1',
  'policy/v1',
  'policy/v1beta1',
  'rbac.authorization.k8s.io/v1',
  'rbac.authorization.k8s.io/v1beta1',
  'rbac.authorization.k8s.io/v1alpha1',
  'resource.k8s.io/v1',
  'resource.k8s.io/v1beta2',
  'resource.k8s.io/v1beta1',
  'resource.k8s.io/v1alpha3',
  'scheduling.k8s.io/v1alpha3',
  'scheduling.k8s.io/v1beta1',
  'scheduling.k8s.io/v1',
  'storage.k8s.io/v1beta1',
  'storage.k8s.io/v1',
  'storage.k8s.io/v1alpha1',
  'storagemigration.k8s.io/v1',
  'storagemigration.k8s.io/v1beta1',
  'apiextensions.k8s.io/v1beta1',
  'apiextensions.k8s.io/v1',
];
