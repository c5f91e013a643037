import { describe, expect, it } from 'vitest';
import type { Automation, OperationState } from '../../../src/api/types.ts';
import type { ObjectKey } from '../../../src/object/kube-object.ts';
import type { ResourceState } from '../../../src/status/resource-state.ts';
import { type AutoSyncInput, decideAutoSync } from '../../../src/sync/plan/decide-auto-sync.ts';

const KEY = '/ConfigMap/prod/web' as ObjectKey;
const OTHER = '/ConfigMap/prod/other' as ObjectKey;

function resource(parts: Partial<ResourceState> = {}): ResourceState {
  return {
    key: KEY,
    version: 'v1',
    sync: 'OutOfSync',
    health: undefined,
    requiresPruning: false,
    live: true,
    unobserved: false,
    ignoreHealth: false,
    paths: [],
    ...parts,
  };
}

const ON: Automation = { prune: false, selfHeal: false, allowEmpty: false };

function deployed(revision: string): OperationState {
  return { operation: {}, phase: 'Succeeded', startedAt: 'x', syncResult: { revision } };
}

function decide(parts: Partial<AutoSyncInput>): ReturnType<typeof decideAutoSync> {
  return decideAutoSync({
    automation: ON,
    resources: [resource()],
    revision: 'c1',
    source: undefined,
    lastOperation: deployed('c1'),
    retryable: new Set(),
    waiting: new Set(),
    stale: false,
    ...parts,
  });
}

/** Every combination, and what must come of it, said a second time in plain words. */
function combinations(): { title: string; input: Partial<AutoSyncInput>; expected: string }[] {
  const bits = [false, true];
  return bits.flatMap((selfHeal) =>
    bits.flatMap((prune) =>
      bits.flatMap((stale) =>
        bits.flatMap((isDeployed) =>
          bits.flatMap((requiresPruning) =>
            bits.flatMap((retryable) =>
              bits.map((waiting) => {
                const flags = { selfHeal, prune, stale, isDeployed, requiresPruning, retryable, waiting };
                const input = {
                  automation: { selfHeal, prune, allowEmpty: false },
                  stale,
                  lastOperation: deployed(isDeployed ? 'c1' : 'c0'),
                  resources: [resource({ requiresPruning })],
                  retryable: new Set(retryable ? [KEY] : []),
                  waiting: new Set(waiting ? [KEY] : []),
                };
                const title = Object.entries(flags)
                  .filter(([, set]) => set)
                  .map(([flag]) => flag)
                  .join(', ');
                return { title, input, expected: expectedOf(flags) };
              }),
            ),
          ),
        ),
      ),
    ),
  );
}

function expectedOf(flags: Readonly<Record<string, boolean>>): string {
  if (flags['requiresPruning'] && (!flags['prune'] || flags['stale'])) return 'none';
  if (!flags['isDeployed'] && !flags['stale']) return 'sync';
  if (flags['waiting']) return 'none';
  return flags['selfHeal'] || flags['retryable'] ? 'heal' : 'none';
}

describe('decideAutoSync()', () => {
  it.each(combinations())('decides $expected with: $title', ({ input, expected }) => {
    expect(decide(input).action).toBe(expected);
  });

  it('does nothing by itself where nobody asked for it', () => {
    expect(decide({ automation: undefined, lastOperation: undefined })).toEqual({ action: 'none' });
  });

  it.each(['Synced', 'Unknown'] as const)('does nothing about what is %s', (sync) => {
    expect(decide({ resources: [resource({ sync })], lastOperation: undefined })).toEqual({ action: 'none' });
  });

  it('does nothing about no resources', () => {
    expect(decide({ resources: [], lastOperation: undefined })).toEqual({ action: 'none' });
  });

  it('deploys when there never was an operation', () => {
    expect(decide({ lastOperation: undefined })).toEqual({ action: 'sync' });
    expect(decide({ lastOperation: { operation: {}, phase: 'Error', startedAt: 'x' } })).toEqual({ action: 'sync' });
  });

  it('deploys a revision once, also when that failed', () => {
    const failed: OperationState = { ...deployed('c1'), phase: 'Failed' };
    expect(decide({ lastOperation: failed })).toEqual({ action: 'none' });
  });

  it('deploys a revision again from a source with other options, but not from an equal one', () => {
    const source = { repoURL: 'https://git.test/x.git', helm: { values: 'a: 1', skipCrds: true } };
    const lastOperation: OperationState = { ...deployed('c1'), syncResult: { revision: 'c1', source } };
    const other = { ...source, helm: { values: 'a: 2', skipCrds: true } };
    const equal = { helm: { skipCrds: true, values: 'a: 1' }, repoURL: source.repoURL };
    expect(decide({ lastOperation, source: other })).toEqual({ action: 'sync' });
    expect(decide({ lastOperation, source: other, stale: true })).toEqual({ action: 'none' });
    expect(decide({ lastOperation, source: equal })).toEqual({ action: 'none' });
    expect(decide({ source: other })).toEqual({ action: 'none' });
  });

  it('puts back those objects alone that it may', () => {
    const resources = [
      resource(),
      resource({ key: OTHER }),
      resource({ key: 'c' as ObjectKey, sync: 'Synced' }),
      resource({ key: 'd' as ObjectKey, requiresPruning: true }),
    ];
    expect(decide({ resources, retryable: new Set([OTHER]) })).toEqual({ action: 'heal', keys: [OTHER] });
    const automation = { ...ON, selfHeal: true };
    expect(decide({ automation, resources })).toEqual({ action: 'heal', keys: [KEY, OTHER] });
    expect(decide({ automation, resources, waiting: new Set([KEY]) })).toEqual({ action: 'heal', keys: [OTHER] });
  });
});
