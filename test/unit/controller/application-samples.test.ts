import { describe, expect, it } from 'vitest';
import type { Application } from '../../../src/api/types.ts';
import { applicationSamples } from '../../../src/controller/application-samples.ts';
import { TrackedApplication } from '../../../src/controller/tracked-application.ts';
import { application, applicationObject } from '../status/applications.ts';

function tracked(parsed: Application | undefined, object = applicationObject()): TrackedApplication {
  const app = new TrackedApplication('argocd/shop', object);
  app.application = parsed;
  return app;
}

describe('applicationSamples()', () => {
  it('shows what the status says', () => {
    const object = {
      ...applicationObject({ sync: { status: 'Synced' }, health: { status: 'Healthy' } }),
      operation: {},
    };
    expect([...applicationSamples([tracked(application(), object)])]).toEqual([
      {
        namespace: 'argocd',
        name: 'shop',
        project: 'default',
        repo: 'https://git.test/shop.git',
        destServer: 'https://kubernetes.default.svc',
        destNamespace: 'prod',
        autosync: false,
        syncStatus: 'Synced',
        healthStatus: 'Healthy',
        operation: 'sync',
      },
    ]);
  });

  it('calls unknown what is not known, and leaves out what cannot be understood', () => {
    const samples = [...applicationSamples([tracked(undefined), tracked(application(), applicationObject())])];
    expect(samples).toMatchObject([{ syncStatus: 'Unknown', healthStatus: 'Unknown', operation: '' }]);
  });

  it('shows no password of a repository', () => {
    const parsed = application();
    const source = { repoURL: 'https://me:hunter2@git.test/shop.git' };
    const app = tracked({ ...parsed, settings: { ...parsed.settings, sources: [source] } });
    expect(JSON.stringify([...applicationSamples([app])])).not.toContain('hunter2');
  });
});
