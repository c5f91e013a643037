import type { HelmSource, KustomizeSource } from '../../api/source-types.ts';
import { HoldfastError } from '../../lib/errors.ts';
import { type Capabilities, type CapabilityQuestion, capabilitiesFor, parseKubeVersion } from '../helm/capabilities.ts';

/** What charts are told of the cluster that they are rendered for. */
export interface ClusterCapabilities {
  /** Of the API server: `v1.33.4-gke.1`. */
  readonly kubeVersion: string;
  /** Served groups with versions, and with kinds: `apps/v1`, `apps/v1/Deployment`. */
  readonly apiVersions: readonly string[];
  /** Told what a chart asks, so that it need be rendered again only when the answer changes. */
  readonly observe?: (question: CapabilityQuestion) => void;
}

/**
 * The capabilities as Argo CD hands them to `helm template`: what the source states, else what the cluster has, else
 * Helm's defaults. API versions come on top of those that Helm assumes; of a version of Kubernetes only the numbers are
 * handed on. Only questions that the cluster answers are observed.
 * @param cluster absent: nobody asked one
 * @throws {HoldfastError} APPLICATION_INVALID if `kubeVersion` is no version
 * @see https://github.com/argoproj/argo-cd/blob/v3.5.1/pkg/apis/application/v1alpha1/types.go GetKubeVersionOrDefault
 */
export function chartCapabilities(
  source: Pick<HelmSource & KustomizeSource, 'kubeVersion' | 'apiVersions'>,
  cluster: ClusterCapabilities | undefined,
): Capabilities {
  const { kubeVersion = '', apiVersions = [] } = source;
  const statesVersion = kubeVersion !== '';
  const statesApis = apiVersions.length > 0;
  const known = cluster ?? NO_CLUSTER;
  const capabilities = capabilitiesFor({
    kubeVersion: numbersOf(statesVersion ? kubeVersion : known.kubeVersion),
    apiVersions: statesApis ? apiVersions : known.apiVersions,
  });
  return {
    ...capabilities,
    observe(question) {
      const isStated = question === 'kubeVersion' ? statesVersion : statesApis;
      if (!isStated) known.observe?.(question);
    },
  };
}

const NO_CLUSTER: ClusterCapabilities = { kubeVersion: '', apiVersions: [] };

function numbersOf(version: string): string {
  if (version === '') return '';
  try {
    return parseKubeVersion(version).normalized.slice(1);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const message = `Cannot use kubeVersion ${JSON.stringify(version)} of the source: ${reason}. Write it as 1.33.4`;
    throw new HoldfastError('APPLICATION_INVALID', message, { retry: 'never' });
  }
}
