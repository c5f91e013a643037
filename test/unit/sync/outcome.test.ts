import { describe, expect, it } from 'vitest';
import type { ObjectKey } from '../../../src/object/kube-object.ts';
import { resultRow } from '../../../src/sync/outcome.ts';

describe('resultRow()', () => {
  it.each([
    ['Synced', 'Running'],
    ['SyncFailed', 'Failed'],
    ['Pruned', 'Running'],
    ['PruneSkipped', 'Succeeded'],
  ] as const)('of %s shows the phase %s', (code, hookPhase) => {
    const key = 'apps/Deployment/prod/web' as ObjectKey;
    expect(resultRow({ key, version: 'v1', code, message: 'said' })).toEqual({
      group: 'apps',
      version: 'v1',
      kind: 'Deployment',
      namespace: 'prod',
      name: 'web',
      status: code,
      message: 'said',
      hookPhase,
      syncPhase: 'Sync',
    });
  });

  it('leaves empty what an object has not', () => {
    const row = resultRow({ key: '/Namespace//prod' as ObjectKey, version: 'v1', code: 'Synced', message: '' });
    expect(row).toMatchObject({ group: '', namespace: '', name: 'prod' });
  });
});
