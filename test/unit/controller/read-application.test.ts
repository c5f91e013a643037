import { describe, expect, it } from 'vitest';
import { readApplication } from '../../../src/controller/read-application.ts';
import { TrackedApplication } from '../../../src/controller/tracked-application.ts';
import type { KubeObject, ObjectKey } from '../../../src/object/kube-object.ts';
import { applicationObject } from '../status/applications.ts';

const KEY = '/ConfigMap/prod/a' as ObjectKey;

function stating(more: object): KubeObject {
  const source = { repoURL: 'https://git.test/shop.git', path: 'deploy' };
  const destination = { server: 'https://kubernetes.default.svc', namespace: 'prod' };
  return { ...applicationObject(), spec: { source, destination, project: 'default', ...more } };
}

describe('readApplication()', () => {
  it.each([
    ['forgets what was settled when other differences count', { ignoreDifferences: [] }, 0],
    ['keeps what was settled when anything else changes', { revisionHistoryLimit: 3 }, 1],
  ])('%s', (_title, change, left) => {
    const ignoreDifferences = [{ kind: 'ConfigMap', jsonPointers: ['/data/mode'] }];
    const app = new TrackedApplication('argocd/shop', stating({}));
    readApplication(app, stating({ ignoreDifferences }), 'argocd');
    app.settled.set(KEY, { desiredHash: 'h', uid: 'u', record: undefined, object: applicationObject() });
    expect(readApplication(app, stating({ ignoreDifferences, ...change }), 'argocd')).toBe(true);
    expect(app.settled.size).toBe(left);
  });
});
