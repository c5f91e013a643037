import { describe, expect, it } from 'vitest';
import { DEFAULT_SYNC_OPTIONS, parseSyncOptions, resourceSyncOptions } from '../../../src/api/sync-options.ts';

describe('parseSyncOptions()', () => {
  it('gives the defaults for nothing', () => {
    expect(parseSyncOptions()).toEqual({ options: DEFAULT_SYNC_OPTIONS, unknown: [], problems: [] });
  });

  it.each([
    ['Validate=false', { validate: false }],
    ['CreateNamespace=true', { createNamespace: true }],
    ['PruneLast=true', { pruneLast: true }],
    ['PrunePropagationPolicy=background', { prunePropagationPolicy: 'background' }],
    ['PrunePropagationPolicy=orphan', { prunePropagationPolicy: 'orphan' }],
    ['Replace=true', { replace: true }],
    ['Force=true', { force: true }],
    ['ServerSideApply=true', { serverSideApply: true }],
    ['ServerSideApply=false', { serverSideApply: false }],
    ['ClientSideApplyMigration=false', { clientSideApplyMigration: false }],
    ['ApplyOutOfSyncOnly=true', { applyOutOfSyncOnly: true }],
    ['RespectIgnoreDifferences=true', { respectIgnoreDifferences: true }],
    ['FailOnSharedResource=true', { failOnSharedResource: true }],
    ['SkipDryRunOnMissingResource=true', { skipDryRunOnMissingResource: true }],
    ['Prune=false', { prune: 'never' }],
    ['Prune=confirm', { prune: 'confirm' }],
    ['Delete=false', { delete: 'never' }],
    ['Delete=confirm', { delete: 'confirm' }],
  ])('reads %s', (text, expected) => {
    expect(parseSyncOptions([text])).toEqual({
      options: { ...DEFAULT_SYNC_OPTIONS, ...expected },
      unknown: [],
      problems: [],
    });
  });

  it('lets the last of two count', () => {
    expect(parseSyncOptions(['CreateNamespace=true', 'CreateNamespace=false']).options.createNamespace).toBe(false);
  });

  it.each([
    'Nonsense=true',
    'createNamespace=true',
    'CreateNamespace',
    'CreateNamespace=yes',
    '__proto__=true',
    '',
    'Prune=toString',
  ])('keeps %j apart with a problem', (text) => {
    const parsed = parseSyncOptions([text, 'PruneLast=true']);
    expect(parsed.options).toEqual({ ...DEFAULT_SYNC_OPTIONS, pruneLast: true });
    expect(parsed.unknown).toEqual([text]);
    expect(parsed.problems).toHaveLength(1);
  });

  it('does not mind spaces around an option', () => {
    expect(parseSyncOptions([' PruneLast=true '])).toMatchObject({ options: { pruneLast: true }, problems: [] });
  });

  it('says which values an option takes', () => {
    expect(parseSyncOptions(['Prune=maybe']).problems).toEqual([
      'sync option "Prune=maybe" has no effect: Prune takes true, false, confirm',
    ]);
  });

  it('freezes the options', () => {
    expect(Object.isFrozen(parseSyncOptions(['Replace=true']).options)).toBe(true);
  });
});

describe('resourceSyncOptions()', () => {
  const application = parseSyncOptions(['ServerSideApply=true', 'Prune=false']).options;

  it('puts the options of the object on top of those of the application', () => {
    const annotations = { 'argocd.argoproj.io/sync-options': 'ServerSideApply=false, Replace=true,' };
    expect(resourceSyncOptions(application, annotations)).toEqual({
      options: { ...application, serverSideApply: false, replace: true },
      unknown: [],
      problems: [],
    });
  });

  it('takes the resource policy of Helm as Delete=false', () => {
    expect(resourceSyncOptions(application, { 'helm.sh/resource-policy': 'keep' }).options.delete).toBe('never');
  });

  it('lets the annotation of Argo CD beat the one of Helm', () => {
    const annotations = { 'helm.sh/resource-policy': 'keep', 'argocd.argoproj.io/sync-options': 'Delete=confirm' };
    expect(resourceSyncOptions(application, annotations).options.delete).toBe('confirm');
  });
});
