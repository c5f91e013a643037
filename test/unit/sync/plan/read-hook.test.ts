import { describe, expect, it } from 'vitest';
import { readHook, readWave } from '../../../../src/sync/plan/read-hook.ts';

const OWN = 'argocd.argoproj.io/hook';
const HELM = 'helm.sh/hook';

function hookOf(annotations: Record<string, string>): ReturnType<typeof readHook> {
  return readHook({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'x', annotations } });
}

function phasesOf(annotations: Record<string, string>): readonly string[] | 'skip' | undefined {
  const hook = hookOf(annotations);
  return typeof hook === 'object' ? hook.phases : hook;
}

describe('readHook()', () => {
  it('takes annotations that are null, as charts print them, for none', () => {
    const metadata = JSON.parse('{"name":"x","annotations":null}') as { name: string };
    expect(readHook({ apiVersion: 'v1', kind: 'Pod', metadata })).toBeUndefined();
  });

  it.each([
    ['pre-install', ['PreSync']],
    ['pre-upgrade', ['PreSync']],
    ['pre-install,pre-upgrade', ['PreSync']],
    ['post-install', ['PostSync']],
    ['post-upgrade', ['PostSync']],
    ['pre-install, post-install', ['PreSync', 'PostSync']],
    ['pre-delete', ['PreDelete']],
    ['post-delete', ['PostDelete']],
    ['pre-install,pre-delete', ['PreSync', 'PreDelete']],
    ['pre-rollback', []],
    ['post-rollback', []],
    ['test', []],
    ['test-success', []],
    ['unknown', []],
    ['crd-install', undefined],
  ])('maps helm.sh/hook: %s', (value, phases) => {
    expect(phasesOf({ [HELM]: value })).toEqual(phases);
  });

  it.each([
    ['PreSync', ['PreSync']],
    ['Sync', ['Sync']],
    ['PostSync,SyncFail', ['PostSync', 'SyncFail']],
    ['PreDelete', ['PreDelete']],
    ['PostDelete, PreSync', ['PreSync', 'PostDelete']],
    ['Skip', 'skip'],
    ['Skip,Sync', ['Sync']],
    ['presync', []],
    ['', []],
  ])('takes argocd.argoproj.io/hook: %s', (value, phases) => {
    expect(phasesOf({ [OWN]: value })).toEqual(phases);
  });

  it.each([
    ['an own phase beats Helm’s', { [OWN]: 'Sync', [HELM]: 'pre-install' }, ['Sync']],
    ['Helm’s counts beside an own one that nobody knows', { [OWN]: 'Other', [HELM]: 'post-install' }, ['PostSync']],
    [
      'Helm’s deletion counts beside an own phase',
      { [OWN]: 'PreSync', [HELM]: 'post-delete' },
      ['PreSync', 'PostDelete'],
    ],
    ['crd-install is no event beside an own phase', { [OWN]: 'Sync', [HELM]: 'crd-install' }, ['Sync']],
    ['Skip leaves Helm’s hooks out', { [OWN]: 'Skip', [HELM]: 'pre-install' }, 'skip'],
    ['an object without annotations is no hook', {}, undefined],
  ])('%s', (_what, annotations, phases) => {
    expect(phasesOf(annotations)).toEqual(phases);
  });

  it.each([
    [{}, ['BeforeHookCreation']],
    [{ 'helm.sh/hook-delete-policy': 'hook-succeeded,hook-failed' }, ['HookSucceeded', 'HookFailed']],
    [{ 'helm.sh/hook-delete-policy': 'before-hook-creation' }, ['BeforeHookCreation']],
    [{ 'helm.sh/hook-delete-policy': 'HookSucceeded' }, ['BeforeHookCreation']],
    [{ 'argocd.argoproj.io/hook-delete-policy': 'HookSucceeded' }, ['HookSucceeded']],
    [
      { 'argocd.argoproj.io/hook-delete-policy': 'HookFailed', 'helm.sh/hook-delete-policy': 'hook-succeeded' },
      ['HookFailed', 'HookSucceeded'],
    ],
  ])('reads delete policies of %j', (annotations, deletePolicies) => {
    expect(hookOf({ [HELM]: 'pre-install', ...annotations })).toMatchObject({ deletePolicies });
  });
});

describe('readWave()', () => {
  it.each([
    [{}, 0],
    [{ 'helm.sh/hook-weight': '-5' }, -5],
    [{ 'argocd.argoproj.io/sync-wave': '3', 'helm.sh/hook-weight': '-5' }, 3],
    [{ 'argocd.argoproj.io/sync-wave': 'x', 'helm.sh/hook-weight': '+2' }, 2],
    [{ 'helm.sh/hook-weight': '1.5' }, 0],
  ])('of %j', (annotations, wave) => {
    expect(readWave(annotations)).toBe(wave);
  });
});
