import { describe, expect, it } from 'vitest';
import { parseApplication } from '../../../src/api/parse-application.ts';
import type { Application, RevisionHistory } from '../../../src/api/types.ts';
import { isHelmUpgrade } from '../../../src/controller/is-helm-upgrade.ts';
import { TrackedApplication } from '../../../src/controller/tracked-application.ts';

const SOURCE = { repoURL: 'https://git.test/x.git', path: 'web' };

function upgrade(history: readonly Partial<RevisionHistory>[], annotation: string | undefined = 'true'): boolean {
  const object = {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: {
      name: 'shop',
      namespace: 'argocd',
      annotations: annotation === '' ? {} : { 'holdfast.dev/helm-upgrade': annotation },
    },
    spec: { project: 'default', source: SOURCE, destination: { server: 'https://kubernetes.default.svc' } },
  };
  const app = new TrackedApplication('argocd/shop', object);
  app.history = history.map((entry, id) => ({ id, deployedAt: '2026-01-01T00:00:00Z', source: SOURCE, ...entry }));
  const { application } = parseApplication(object) as { application: Application };
  return isHelmUpgrade(app, application, { source: SOURCE, revision: 'b' });
}

describe('isHelmUpgrade()', () => {
  it.each([
    ['nothing was deployed', [], false],
    ['this revision alone was deployed, so that it renders the same again', [{ revision: 'b' }], false],
    ['another revision was deployed', [{ revision: 'a' }], true],
    ['another one was deployed before this', [{ revision: 'a' }, { revision: 'b' }], true],
    ['other options were deployed', [{ revision: 'b', source: { ...SOURCE, path: 'other' } }], true],
  ])('when %s', (_what, history, expected) => {
    expect(upgrade(history)).toBe(expected);
  });

  it.each(['', 'false', 'history'])('is off with the annotation "%s"', (annotation) => {
    expect(upgrade([{ revision: 'a' }], annotation)).toBe(false);
  });
});
