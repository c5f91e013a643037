import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assessHealth, worstHealth } from '../../../src/health/assess-health.ts';
import { HEALTH_ORDER, type Health } from '../../../src/health/health.ts';
import type { KubeObject } from '../../../src/object/kube-object.ts';

type Parts = Readonly<Record<string, unknown>>;
interface Row {
  readonly title: string;
  readonly parts: Parts;
  readonly health: { readonly status: string; readonly message?: string };
}
type Line = readonly [title: string, parts: Parts, status: string, message?: string];

function objectOf(apiVersion: string, kind: string, parts: Parts): KubeObject {
  return { apiVersion, kind, ...parts, metadata: { name: 'web', ...(parts['metadata'] as object | undefined) } };
}

function table(apiVersion: string, kind: string, lines: readonly Line[]): void {
  const rows = lines.map(([title, parts, status, message]): Row => {
    return { title, parts, health: message === undefined ? { status } : { status, message } };
  });
  describe(`assessHealth() of a ${kind} (${apiVersion})`, () => {
    it.each(rows)('$title', ({ parts, health }) => {
      expect(assessHealth(objectOf(apiVersion, kind, parts))).toEqual(health);
    });
  });
}

const generation = { generation: 2 };
const condition = (type: string, status: string, reason = '', message = '') => ({
  status: { conditions: [{ type, status, reason, message }] },
});

table('apps/v1', 'Deployment', [
  ['without status', {}, 'Healthy'],
  ['paused', { spec: { paused: true } }, 'Suspended', 'Deployment is paused'],
  [
    'not yet observed',
    { metadata: generation, status: { observedGeneration: 1 } },
    'Progressing',
    'Waiting for rollout to finish: observed deployment generation less than desired generation',
  ],
  [
    'past its deadline',
    condition('Progressing', 'False', 'ProgressDeadlineExceeded'),
    'Degraded',
    'Deployment "web" exceeded its progress deadline',
  ],
  [
    'being updated',
    { spec: { replicas: 3 }, status: { updatedReplicas: 1 } },
    'Progressing',
    'Waiting for rollout to finish: 1 out of 3 new replicas have been updated...',
  ],
  [
    'with old pods left',
    { spec: { replicas: 2 }, status: { updatedReplicas: 2, replicas: 3 } },
    'Progressing',
    'Waiting for rollout to finish: 1 old replicas are pending termination...',
  ],
  [
    'not yet available',
    { spec: { replicas: 2 }, status: { updatedReplicas: 2, replicas: 2, availableReplicas: 1 } },
    'Progressing',
    'Waiting for rollout to finish: 1 of 2 updated replicas are available...',
  ],
  ['finished', { spec: { replicas: 1 }, status: { updatedReplicas: 1, replicas: 1, availableReplicas: 1 } }, 'Healthy'],
]);

const rolling = { type: 'RollingUpdate', rollingUpdate: { partition: 1 } };
table('apps/v1', 'StatefulSet', [
  ['without status', {}, 'Progressing', 'Waiting for statefulset spec update to be observed...'],
  [
    'not yet observed',
    { metadata: generation, status: { observedGeneration: 1 } },
    'Progressing',
    'Waiting for statefulset spec update to be observed...',
  ],
  [
    'not ready',
    { spec: { replicas: 3 }, status: { observedGeneration: 1, readyReplicas: 1 } },
    'Progressing',
    'Waiting for 2 pods to be ready...',
  ],
  [
    'in a partitioned rollout',
    {
      spec: { replicas: 3, updateStrategy: rolling },
      status: { observedGeneration: 1, readyReplicas: 3, updatedReplicas: 1 },
    },
    'Progressing',
    'Waiting for partitioned roll out to finish: 1 out of 2 new pods have been updated...',
  ],
  [
    'after a partitioned rollout',
    {
      spec: { replicas: 3, updateStrategy: rolling },
      status: { observedGeneration: 1, readyReplicas: 3, updatedReplicas: 2 },
    },
    'Healthy',
    'partitioned roll out complete: 2 new pods have been updated...',
  ],
  [
    'updated on deletion',
    { spec: { updateStrategy: { type: 'OnDelete' } }, status: { observedGeneration: 1, readyReplicas: 3 } },
    'Healthy',
    'statefulset has 3 ready pods',
  ],
  [
    'between revisions',
    { status: { observedGeneration: 1, updatedReplicas: 1, updateRevision: 'b', currentRevision: 'a' } },
    'Progressing',
    'waiting for statefulset rolling update to complete 1 pods at revision b...',
  ],
  [
    'at its revision',
    { status: { observedGeneration: 1, currentReplicas: 2, updateRevision: 'b', currentRevision: 'b' } },
    'Healthy',
    'statefulset rolling update complete 2 pods at revision b...',
  ],
]);

table('apps/v1', 'DaemonSet', [
  [
    'not yet observed',
    { metadata: generation },
    'Progressing',
    'Waiting for rollout to finish: observed daemon set generation less than desired generation',
  ],
  [
    'updated on deletion',
    {
      spec: { updateStrategy: { type: 'OnDelete' } },
      status: { updatedNumberScheduled: 1, desiredNumberScheduled: 2 },
    },
    'Healthy',
    'daemon set 1 out of 2 new pods have been updated',
  ],
  [
    'being updated',
    { status: { updatedNumberScheduled: 1, desiredNumberScheduled: 2 } },
    'Progressing',
    'Waiting for daemon set "web" rollout to finish: 1 out of 2 new pods have been updated...',
  ],
  [
    'not yet available',
    { status: { updatedNumberScheduled: 2, desiredNumberScheduled: 2, numberAvailable: 1 } },
    'Progressing',
    'Waiting for daemon set "web" rollout to finish: 1 of 2 updated pods are available...',
  ],
  ['finished', { status: { updatedNumberScheduled: 2, desiredNumberScheduled: 2, numberAvailable: 2 } }, 'Healthy'],
]);

table('apps/v1', 'ReplicaSet', [
  [
    'not yet observed',
    { metadata: generation },
    'Progressing',
    'Waiting for rollout to finish: observed replica set generation less than desired generation',
  ],
  ['that cannot create pods', condition('ReplicaFailure', 'True', 'FailedCreate', 'quota'), 'Degraded', 'quota'],
  [
    'not yet available',
    { spec: { replicas: 2 }, status: { availableReplicas: 1 } },
    'Progressing',
    'Waiting for rollout to finish: 1 out of 2 new replicas are available...',
  ],
  ['finished', { spec: { replicas: 0 } }, 'Healthy'],
]);

const always = { restartPolicy: 'Always' };
const never = { restartPolicy: 'Never' };
const ready = [{ type: 'Ready', status: 'True' }];
const waiting = (reason: string) => ({ name: 'c', state: { waiting: { reason, message: `${reason}!` } } });
const terminated = (state: Parts) => ({ name: 'c', state: { terminated: state } });
const ignoring = { annotations: { 'argocd.argoproj.io/ignore-restart-policy': 'true' } };
const hook = (annotations: Parts) => ({ annotations: { ...ignoring.annotations, ...annotations } });

table('v1', 'Pod', [
  ['without status', {}, 'Unknown'],
  ['pending', { spec: always, status: { phase: 'Pending', message: 'no node' } }, 'Progressing', 'no node'],
  ['succeeded', { spec: never, status: { phase: 'Succeeded' } }, 'Healthy'],
  [
    'with stuck containers',
    {
      spec: always,
      status: {
        phase: 'Pending',
        containerStatuses: ['ErrImagePull', 'CrashLoopBackOff', 'CreateContainerConfigError', 'ContainerCreating'].map(
          waiting,
        ),
      },
    },
    'Degraded',
    'ErrImagePull!, CrashLoopBackOff!, CreateContainerConfigError!',
  ],
  [
    'with a stuck container that is not restarted',
    { spec: never, status: { phase: 'Pending', containerStatuses: [waiting('ErrImagePull')] } },
    'Progressing',
  ],
  ['failed with a message', { status: { phase: 'Failed', message: 'evicted' } }, 'Degraded', 'evicted'],
  [
    'failed in an init container',
    { status: { phase: 'Failed', initContainerStatuses: [terminated({ message: 'no db' })] } },
    'Degraded',
    'no db',
  ],
  [
    'out of memory',
    { status: { phase: 'Failed', containerStatuses: [terminated({ reason: 'OOMKilled', exitCode: 137 })] } },
    'Degraded',
    'OOMKilled',
  ],
  [
    'failed with a code',
    { status: { phase: 'Failed', containerStatuses: [terminated({ exitCode: 0 }), terminated({ exitCode: 3 })] } },
    'Degraded',
    'container "c" failed with exit code 3',
  ],
  ['failed without a word', { status: { phase: 'Failed' } }, 'Degraded'],
  ['running and ready', { spec: always, status: { phase: 'Running', conditions: ready } }, 'Healthy'],
  ['running, not yet ready', { spec: always, status: { phase: 'Running' } }, 'Progressing'],
  [
    'running after a crash',
    { spec: always, status: { phase: 'Running', containerStatuses: [{ lastState: { terminated: {} } }] } },
    'Degraded',
  ],
  ['running to its end', { spec: never, status: { phase: 'Running', conditions: ready } }, 'Progressing'],
  ['running for good', { metadata: ignoring, spec: never, status: { phase: 'Running', conditions: ready } }, 'Healthy'],
  [
    'running as a hook',
    {
      metadata: hook({ 'argocd.argoproj.io/hook': 'Sync' }),
      spec: never,
      status: { phase: 'Running', conditions: ready },
    },
    'Progressing',
  ],
  [
    'running as a Helm hook',
    { metadata: hook({ 'helm.sh/hook': 'pre-install' }), spec: never, status: { phase: 'Running', conditions: ready } },
    'Progressing',
  ],
  [
    'running as a hook that is skipped',
    {
      metadata: hook({ 'argocd.argoproj.io/hook': 'Skip' }),
      spec: never,
      status: { phase: 'Running', conditions: ready },
    },
    'Healthy',
  ],
  [
    'running as what Helm installs before all else',
    {
      metadata: hook({ 'helm.sh/hook': 'crd-install' }),
      spec: never,
      status: { phase: 'Running', conditions: ready },
    },
    'Healthy',
  ],
  ['running without a policy', { status: { phase: 'Running', conditions: ready } }, 'Unknown'],
]);

table('batch/v1', 'Job', [
  ['without status', {}, 'Progressing'],
  ['running', condition('FailureTarget', 'True'), 'Progressing'],
  ['failed', condition('Failed', 'True', '', 'deadline'), 'Degraded', 'deadline'],
  [
    'failed twice over',
    { status: { conditions: ['first', 'last'].map((message) => ({ type: 'Failed', status: 'True', message })) } },
    'Degraded',
    'last',
  ],
  ['complete', condition('Complete', 'True', '', 'done'), 'Healthy', 'done'],
  ['suspended', condition('Suspended', 'True', '', 'held'), 'Suspended', 'held'],
  ['resumed', condition('Suspended', 'False', '', 'resumed'), 'Healthy', 'resumed'],
]);

table('v1', 'Service', [
  ['in the cluster', { spec: { type: 'ClusterIP' } }, 'Healthy'],
  ['waiting for a balancer', { spec: { type: 'LoadBalancer' } }, 'Progressing'],
  [
    'with a balancer',
    { spec: { type: 'LoadBalancer' }, status: { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } } },
    'Healthy',
  ],
]);

table('extensions/v1beta1', 'Ingress', [
  ['without address', {}, 'Progressing'],
  ['with address', { status: { loadBalancer: { ingress: [{}] } } }, 'Healthy'],
]);

table('v1', 'PersistentVolumeClaim', [
  ['bound', { status: { phase: 'Bound' } }, 'Healthy'],
  ['pending', { status: { phase: 'Pending' } }, 'Progressing'],
  ['lost', { status: { phase: 'Lost' } }, 'Degraded'],
  ['without status', {}, 'Unknown'],
]);

table('autoscaling/v2', 'HorizontalPodAutoscaler', [
  ['without status', {}, 'Progressing', 'Waiting to Autoscale'],
  ['able', condition('AbleToScale', 'True', 'Ready', 'fine'), 'Healthy', 'fine'],
  ['without metrics', condition('ScalingActive', 'False', 'FailedGetResourceMetric', 'no'), 'Degraded', 'no'],
]);

const annotated = (text: string) => ({
  metadata: { annotations: { 'autoscaling.alpha.kubernetes.io/conditions': text } },
});
table('autoscaling/v1', 'HorizontalPodAutoscaler', [
  ['without the annotation', {}, 'Progressing', 'Waiting to Autoscale'],
  ['able', annotated('[{"type":"AbleToScale","status":"True","message":"fine"}]'), 'Healthy', 'fine'],
  [
    'with a broken annotation',
    annotated('{'),
    'Unknown',
    'failed to convert conditions annotation to typed: it is no JSON list',
  ],
]);

table('apiregistration.k8s.io/v1', 'APIService', [
  ['without status', {}, 'Progressing', 'Waiting to be processed'],
  ['available', condition('Available', 'True', 'Passed', 'ok'), 'Healthy', 'Passed: ok'],
  ['not available', condition('Available', 'False', 'NoEndpoints', 'none'), 'Progressing', 'NoEndpoints: none'],
]);

table('argoproj.io/v1alpha1', 'Workflow', [
  ['new', {}, 'Progressing'],
  ['failed', { status: { phase: 'Error', message: 'x' } }, 'Degraded', 'x'],
  ['done', { status: { phase: 'Succeeded' } }, 'Healthy'],
  ['in another phase', { status: { phase: 'Odd' } }, 'Unknown'],
]);

describe('assessHealth()', () => {
  it('says that what is being deleted is pending deletion, unless a hook finalizer holds it', () => {
    const deleted = { deletionTimestamp: '2026-01-01T00:00:00Z' };
    const pending = { status: 'Progressing', message: 'Pending deletion' };
    expect(assessHealth(objectOf('v1', 'ConfigMap', { metadata: deleted }))).toEqual(pending);
    const held = { ...deleted, finalizers: ['argocd.argoproj.io/hook-finalizer'] };
    expect(assessHealth(objectOf('v1', 'ConfigMap', { metadata: held }))).toBeUndefined();
  });

  it('has no verdict on kinds without a check, nor on a kind of the same name in another group', () => {
    expect(assessHealth(objectOf('v1', 'ConfigMap', {}))).toBeUndefined();
    expect(assessHealth(objectOf('example.com/v1', 'Service', {}))).toBeUndefined();
    expect(assessHealth(objectOf('example.com/v1', 'toString', {}))).toBeUndefined();
    expect(assessHealth(objectOf('v1', 'constructor', {}))).toBeUndefined();
  });

  it('does not judge versions that it does not know', () => {
    expect(assessHealth(objectOf('apps/v1beta1', 'Deployment', {}))).toEqual({
      status: 'Unknown',
      message: 'unsupported Deployment GVK: apps/v1beta1, Kind=Deployment',
    });
  });

  const kinds: readonly (readonly [string, string])[] = [
    ['apps/v1', 'Deployment'],
    ['apps/v1', 'StatefulSet'],
    ['apps/v1', 'DaemonSet'],
    ['apps/v1', 'ReplicaSet'],
    ['v1', 'Pod'],
    ['v1', 'Service'],
    ['v1', 'PersistentVolumeClaim'],
    ['batch/v1', 'Job'],
    ['batch/v1', 'CronJob'],
    ['networking.k8s.io/v1', 'Ingress'],
    ['autoscaling/v1', 'HorizontalPodAutoscaler'],
    ['autoscaling/v2', 'HorizontalPodAutoscaler'],
    ['policy/v1', 'PodDisruptionBudget'],
    ['apiextensions.k8s.io/v1', 'CustomResourceDefinition'],
    ['apiregistration.k8s.io/v1', 'APIService'],
    ['argoproj.io/v1alpha1', 'Workflow'],
    ['cert-manager.io/v1', 'Certificate'],
    ['bitnami.com/v1alpha1', 'SealedSecret'],
  ];
  const anything = fc.anything({ maxDepth: 1, maxKeys: 2 });
  const fields = (names: readonly string[]) =>
    fc.oneof(
      anything,
      fc.dictionary(
        fc.constantFrom(...names),
        fc.oneof(
          anything,
          fc.array(fc.dictionary(fc.constantFrom('type', 'status', 'reason', 'state', 'lastState'), anything)),
        ),
      ),
    );
  const malformed = fc.record({
    metadata: fields(['annotations', 'deletionTimestamp', 'finalizers', 'generation', 'name']),
    spec: fields(['replicas', 'type', 'updateStrategy', 'paused', 'restartPolicy', 'suspend']),
    status: fields([
      'conditions',
      'phase',
      'loadBalancer',
      'containerStatuses',
      'observedGeneration',
      'active',
      'message',
    ]),
  });

  it.each(kinds)('gives a verdict on any %s %s, however malformed', (apiVersion, kind) => {
    fc.assert(
      fc.property(malformed, (parts) => {
        const health = assessHealth({ apiVersion, kind, ...parts } as unknown as KubeObject);
        expect(HEALTH_ORDER).toContain(health?.status);
        expect(typeof (health?.message ?? '')).toBe('string');
      }),
      { numRuns: 50, seed: 20261121 },
    );
  });
});

describe('worstHealth()', () => {
  it('takes the worst and the first of its kind', () => {
    const list: (Health | undefined)[] = [
      undefined,
      { status: 'Healthy' },
      { status: 'Degraded', message: 'first' },
      { status: 'Progressing' },
      { status: 'Degraded', message: 'second' },
    ];
    expect(worstHealth(list)).toEqual({ status: 'Degraded', message: 'first' });
  });

  it.each(HEALTH_ORDER.slice(1).map((status, index) => [status, HEALTH_ORDER[index]]))(
    '%s is worse than %s',
    (worse, better) => {
      const list = [worse, better].map((status) => ({ status: status ?? 'Healthy' }));
      expect(worstHealth(list)?.status).toBe(worse);
      expect(worstHealth(list.toReversed())?.status).toBe(worse);
    },
  );

  it('has nothing to say about nothing', () => {
    expect(worstHealth([undefined])).toBeUndefined();
  });
});
