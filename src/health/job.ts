import type { KubeObject } from '../object/kube-object.ts';
import type { Health } from './health.ts';
import { conditionsOf, textAt } from './read.ts';

/**
 * Health of a batch Job: whether it is done, and how it ended.
 *
 * @see https://github.com/argoproj/argo-cd/blob/v3.5.1/gitops-engine/pkg/health/health_job.go
 */
export function jobHealth(object: KubeObject): Health {
  const conditions = conditionsOf(object).filter(({ type }) => ENDINGS.has(String(type)));
  const failure = conditions.findLast(({ type }) => type === 'Failed');
  if (failure !== undefined) return { status: 'Degraded', message: textAt(failure, 'message') };
  const last = conditions.at(-1);
  if (last === undefined) return { status: 'Progressing' };
  const message = textAt(last, 'message');
  const isSuspended = conditions.some(({ type, status }) => type === 'Suspended' && status === 'True');
  return { status: isSuspended ? 'Suspended' : 'Healthy', message };
}

const ENDINGS: ReadonlySet<string> = new Set(['Failed', 'Complete', 'Suspended']);
