import { describe, expect, it } from 'vitest';
import type { ApplicationStatus } from '../../../src/api/types.ts';
import { HEALTH_ORDER, type HealthStatus } from '../../../src/health/health.ts';
import type { ObjectKey } from '../../../src/object/kube-object.ts';
import { computeStatus, type StatusInput } from '../../../src/status/compute.ts';
import { application, resource } from './applications.ts';

const BEFORE = '2026-01-01T00:00:00Z';
const NOW = '2026-01-02T00:00:00Z';
const SELF = 'argoproj.io/Application/argocd/shop' as ObjectKey;

function compute(parts: Partial<StatusInput> = {}, previous: ApplicationStatus = {}): ApplicationStatus {
  return computeStatus({
    application: application(previous),
    controlNamespace: 'argocd',
    revision: 'c1',
    incomparable: false,
    resources: [],
    conditions: [],
    operationState: undefined,
    history: [],
    sourceType: undefined,
    summary: {},
    reconciledAt: undefined,
    now: NOW,
    ...parts,
  });
}

const synced = resource();
const drifted = resource({ sync: 'OutOfSync' });
const unknown = resource({ sync: 'Unknown' });

describe('computeStatus()', () => {
  it.each<readonly [title: string, parts: Partial<StatusInput>, status: string]>([
    ['no resources', {}, 'Synced'],
    ['all in sync', { resources: [synced, synced] }, 'Synced'],
    ['one out of sync', { resources: [synced, drifted] }, 'OutOfSync'],
    ['one to prune', { resources: [synced, resource({ sync: 'OutOfSync', requiresPruning: true })] }, 'OutOfSync'],
    ['one unknown', { resources: [drifted, unknown, synced] }, 'Unknown'],
    ['a source that cannot be read', { resources: [synced], incomparable: true }, 'Unknown'],
    ['no revision yet', { resources: [synced], revision: undefined }, 'Unknown'],
  ])('of %s is in sync state %s', (_title, parts, status) => {
    const { sync } = compute(parts);
    expect(sync?.status).toBe(status);
    expect(sync?.revision).toBe('revision' in parts ? parts.revision : 'c1');
  });

  it.each(HEALTH_ORDER.flatMap((a, i) => HEALTH_ORDER.map((b, j) => [a, b, HEALTH_ORDER[Math.max(i, j)]] as const)))(
    'of %s and %s is %s',
    (a, b, worst) => {
      const resources = [resource({ health: { status: a, message: 'why' } }), resource({ health: { status: b } })];
      expect(compute({ resources }).health).toEqual({ status: worst, lastTransitionTime: NOW });
    },
  );

  const bad = resource({ health: { status: 'Degraded' } });
  const child = (status: HealthStatus) =>
    resource({ key: 'argoproj.io/Application/argocd/child' as ObjectKey, health: { status } });
  it.each<readonly [title: string, parts: Partial<StatusInput>, status: string]>([
    ['nothing', {}, 'Healthy'],
    ['kinds without a health check', { resources: [synced] }, 'Healthy'],
    ['one that is left out', { resources: [{ ...bad, ignoreHealth: true }] }, 'Healthy'],
    ['one of two that is missing', { resources: [synced, { ...bad, live: false }] }, 'Healthy'],
    ['all missing', { resources: [resource({ live: false })] }, 'Missing'],
    [
      'all missing but what is to go',
      { resources: [resource({ live: false }), resource({ requiresPruning: true })] },
      'Healthy',
    ],
    ['a child application that waits', { resources: [child('Progressing')] }, 'Progressing'],
    ['a child application that failed', { resources: [child('Degraded')] }, 'Degraded'],
    ['a child application of which nothing is known', { resources: [child('Unknown')] }, 'Healthy'],
    ['a child application that misses its objects', { resources: [child('Missing')] }, 'Healthy'],
    ['itself, degraded', { resources: [{ ...child('Degraded'), key: SELF }] }, 'Healthy'],
    ['only one that is to go', { resources: [{ ...bad, requiresPruning: true }] }, 'Degraded'],
    ['no revision yet', { resources: [bad], revision: undefined }, 'Unknown'],
    ['a source that cannot be read', { resources: [bad], incomparable: true }, 'Degraded'],
  ])('of %s is %s', (_title, parts, status) => {
    expect(compute(parts).health?.status).toBe(status);
  });

  it('keeps the time of a transition while nothing changes', () => {
    const previous = { health: { status: 'Healthy', lastTransitionTime: BEFORE } } as const;
    expect(compute({}, previous).health).toEqual({ status: 'Healthy', lastTransitionTime: BEFORE });
    expect(compute({ resources: [bad] }, previous).health).toEqual({ status: 'Degraded', lastTransitionTime: NOW });
    expect(compute({}, { health: { status: 'Healthy' } }).health?.lastTransitionTime).toBe(NOW);
  });

  it('keeps the time of a condition while it says the same', () => {
    const previous: ApplicationStatus = {
      conditions: [
        { type: 'SyncError', message: 'same', lastTransitionTime: BEFORE },
        { type: 'ComparisonError', message: 'old', lastTransitionTime: BEFORE },
      ],
    };
    const conditions = [
      { type: 'SyncError', message: 'same' },
      { type: 'ComparisonError', message: 'new' },
      { type: 'DeletionError', message: 'same' },
    ] as const;
    expect(compute({ conditions }, previous).conditions?.map((one) => one.lastTransitionTime)).toEqual([
      BEFORE,
      NOW,
      NOW,
    ]);
  });

  it('shows each resource with what it has', () => {
    const resources = [
      resource({ key: 'apps/Deployment/prod/web' as ObjectKey, health: { status: 'Healthy' } }),
      resource({ key: '/Namespace//prod' as ObjectKey, sync: 'OutOfSync', requiresPruning: true }),
    ];
    expect(compute({ resources }).resources).toEqual([
      {
        group: 'apps',
        version: 'v1',
        kind: 'Deployment',
        namespace: 'prod',
        name: 'web',
        status: 'Synced',
        health: { status: 'Healthy' },
      },
      { version: 'v1', kind: 'Namespace', name: 'prod', status: 'OutOfSync', requiresPruning: true },
    ]);
  });

  it('leaves out what there is not', () => {
    expect(compute({ revision: undefined })).toEqual({
      sync: {
        status: 'Unknown',
        comparedTo: {
          source: { repoURL: 'https://git.test/shop.git', path: 'deploy', targetRevision: 'main' },
          destination: { server: 'https://kubernetes.default.svc', namespace: 'prod' },
        },
      },
      health: { status: 'Unknown', lastTransitionTime: NOW },
      summary: {},
      controllerNamespace: 'argocd',
    });
  });

  it('carries what it is given', () => {
    const operationState = { operation: {}, phase: 'Running', startedAt: NOW } as const;
    const history = [{ id: 1, deployedAt: NOW }];
    const given = {
      operationState,
      history,
      sourceType: 'Directory',
      reconciledAt: NOW,
      summary: { images: ['a'] },
    } as const;
    expect(compute(given)).toMatchObject(given);
  });
});
