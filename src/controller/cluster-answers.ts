import { createHash } from 'node:crypto';
import type { Discovery } from '../cluster/discovery.ts';
import { HoldfastError } from '../lib/errors.ts';
import type { ClusterCapabilities } from '../render/argocd/cluster-capabilities.ts';
import type { CapabilityQuestion } from '../render/helm/capabilities.ts';
import type { ClusterAnswers } from './tracked-application.ts';

/** An answer that only a server which is down could give. */
const UNKNOWN = 'unknown';

/** The cluster as charts see it now. What they ask is put into `answers`, with the answer. */
export function observedCapabilities(
  discovery: Discovery,
  answers: Map<CapabilityQuestion, string>,
): ClusterCapabilities {
  const { serverVersion, apiVersions } = discovery;
  return {
    kubeVersion: serverVersion,
    apiVersions,
    observe: (question) => answers.set(question, answerOf(question, discovery)),
  };
}

/** Whether the cluster would tell the same now. While it cannot be asked, what it told before holds. */
export function answersStillHold(answers: ClusterAnswers, discovery: Discovery): boolean {
  return [...answers].every(([question, answer]) => {
    const now = answerOf(question, discovery);
    return now === answer || now === UNKNOWN;
  });
}

/**
 * Refuses a render that took for absent what nobody can tell: its objects would be taken for removed.
 * @throws {HoldfastError} CLUSTER_UNREACHABLE, to be tried again
 */
export function requireCertainty(answers: ClusterAnswers, path: string): void {
  const doubt = [...answers].find(([, answer]) => answer === UNKNOWN)?.[0];
  if (doubt === undefined) return;
  const what = doubt === 'apiVersions' ? 'which API versions the cluster has' : `whether the cluster ${doubt}`;
  const message = `Cannot render ${path}: the chart asks ${what}, and the API server behind it does not answer. Repair that server; what is deployed stays as it is meanwhile`;
  throw new HoldfastError('CLUSTER_UNREACHABLE', message);
}

function answerOf(question: CapabilityQuestion, discovery: Discovery): string {
  if (question === 'kubeVersion') return discovery.serverVersion;
  if (question === 'apiVersions') {
    if (discovery.incomplete) return UNKNOWN;
    return createHash('sha256').update(discovery.apiVersions.join(' ')).digest('base64');
  }
  const version = question.slice('has '.length);
  if (discovery.apiVersions.includes(version)) return 'true';
  return discovery.isStale(version.slice(0, Math.max(version.lastIndexOf('/'), 0))) ? UNKNOWN : 'false';
}
