import type { KubeObject } from '../object/kube-object.ts';
import type { Health } from './health.ts';
import { conditionOf, type Fields, mappingAt, mappingsAt, metadataOf, numberAt, textAt } from './read.ts';

/**
 * Health of a Pod. One that restarts always is to become ready; one that does not is to end, unless an annotation
 * says that it is to be judged like the others.
 *
 * @see https://github.com/argoproj/argo-cd/blob/v3.5.1/gitops-engine/pkg/health/health_pod.go
 */
export function podHealth(object: KubeObject): Health {
  const runsForever = isLongRunning(object);
  const stuck = runsForever ? stuckHealth(object) : undefined;
  if (stuck !== undefined) return stuck;
  const status = mappingAt(object, 'status');
  const message = textAt(status, 'message');
  switch (textAt(status, 'phase')) {
    case 'Pending':
      return { status: 'Progressing', message };
    case 'Succeeded':
      return { status: 'Healthy', message };
    case 'Failed':
      return { status: 'Degraded', message: message === '' ? failureMessage(status) : message };
    case 'Running':
      return runningHealth(object, runsForever, message);
    default:
      return { status: 'Unknown', message };
  }
}

const IGNORE_RESTART_POLICY = 'argocd.argoproj.io/ignore-restart-policy';

function isLongRunning(object: KubeObject): boolean {
  if (restartPolicy(object) === 'Always') return true;
  return textAt(mappingAt(metadataOf(object), 'annotations'), IGNORE_RESTART_POLICY) === 'true' && !isHook(object);
}

function restartPolicy(object: KubeObject): string {
  return textAt(mappingAt(object, 'spec'), 'restartPolicy');
}

const HOOK_TYPES: ReadonlySet<string> = new Set([
  'PreSync',
  'Sync',
  'PostSync',
  'Skip',
  'SyncFail',
  'PreDelete',
  'PostDelete',
]);

/** Hooks keep their finite life: what is only skipped is no hook, and neither is what Helm installs as a CRD. */
function isHook(object: KubeObject): boolean {
  const annotations = mappingAt(metadataOf(object), 'annotations');
  const argo = annotations['argocd.argoproj.io/hook'];
  if (typeof argo === 'string') {
    const types = argo.split(',').map((type) => type.trim());
    return types.filter((type) => HOOK_TYPES.has(type)).join() !== 'Skip';
  }
  const helm = annotations['helm.sh/hook'];
  return typeof helm === 'string' && helm !== 'crd-install';
}

function stuckHealth(object: KubeObject): Health | undefined {
  const waiting = mappingsAt(mappingAt(object, 'status'), 'containerStatuses')
    .map((container) => mappingAt(mappingAt(container, 'state'), 'waiting'))
    .filter((state) => /^Err|Error$|BackOff$/.test(textAt(state, 'reason')));
  if (waiting.length === 0) return undefined;
  return { status: 'Degraded', message: waiting.map((state) => textAt(state, 'message')).join(', ') };
}

function failureMessage(status: Fields): string {
  const containers = [...mappingsAt(status, 'initContainerStatuses'), ...mappingsAt(status, 'containerStatuses')];
  return containers.map(containerFailure).find((message) => message !== '') ?? '';
}

function containerFailure(container: Fields): string {
  const terminated = mappingAt(mappingAt(container, 'state'), 'terminated');
  const message = textAt(terminated, 'message');
  if (message !== '') return message;
  if (textAt(terminated, 'reason') === 'OOMKilled') return 'OOMKilled';
  const code = numberAt(terminated, 'exitCode');
  return code === 0 ? '' : `container "${textAt(container, 'name')}" failed with exit code ${code}`;
}

function runningHealth(object: KubeObject, runsForever: boolean, message: string): Health {
  if (!runsForever) {
    const isKnown = ['OnFailure', 'Never'].includes(restartPolicy(object));
    return { status: isKnown ? 'Progressing' : 'Unknown', message };
  }
  if (conditionOf(object, 'Ready')?.['status'] === 'True') return { status: 'Healthy', message };
  const hasDied = mappingsAt(mappingAt(object, 'status'), 'containerStatuses').some((container) => {
    const { terminated } = mappingAt(container, 'lastState');
    return typeof terminated === 'object' && terminated !== null;
  });
  return { status: hasDied ? 'Degraded' : 'Progressing', message };
}
