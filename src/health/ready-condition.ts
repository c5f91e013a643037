import type { KubeObject } from '../object/kube-object.ts';
import type { Health } from './health.ts';
import { conditionsOf, textAt } from './read.ts';

/** How one condition of a custom resource tells its health. */
export interface ReadyRule {
  /** Type of the condition that is True when healthy and False when degraded. */
  readonly type: string;
  /** What is said while neither is known. */
  readonly waiting: string;
  /** Type of a condition that, while True, means that the resource is being worked on. */
  readonly busyType?: string;
}

/**
 * A check for resources whose health is one condition: cert-manager's and Sealed Secrets' kinds.
 *
 * @see https://github.com/argoproj/argo-cd/blob/v3.5.1/resource_customizations/cert-manager.io/Certificate/health.lua
 */
export function readyCondition(rule: ReadyRule): (object: KubeObject) => Health {
  return (object) => {
    const conditions = conditionsOf(object);
    const busy = conditions.find(({ type, status }) => type === rule.busyType && status === 'True');
    if (busy !== undefined) return { status: 'Progressing', message: textAt(busy, 'message') };
    const ready = conditions.find(
      ({ type, status }) => type === rule.type && (status === 'True' || status === 'False'),
    );
    if (ready === undefined) return { status: 'Progressing', message: rule.waiting };
    return { status: ready['status'] === 'True' ? 'Healthy' : 'Degraded', message: textAt(ready, 'message') };
  };
}
