import type { Application, ApplicationStatus } from '../../../src/api/types.ts';
import type { KubeObject, ObjectKey } from '../../../src/object/kube-object.ts';
import type { ResourceState } from '../../../src/status/resource-state.ts';

/** An Application in the cluster. */
export function applicationObject(status: object = {}, metadata: object = {}): KubeObject {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name: 'shop', namespace: 'argocd', resourceVersion: '7', ...metadata },
    spec: {},
    status,
  };
}

/** A parsed Application with one source. */
export function application(status: ApplicationStatus = {}): Application {
  const source = { repoURL: 'https://git.test/shop.git', path: 'deploy', targetRevision: 'main' };
  const destination = { server: 'https://kubernetes.default.svc', namespace: 'prod' };
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name: 'shop', namespace: 'argocd' },
    spec: { source, destination, project: 'default' },
    settings: { sources: [source], multiSource: false } as unknown as Application['settings'],
    status,
  };
}

/** A healthy, synced ConfigMap unless told otherwise. */
export function resource(parts: Partial<ResourceState> = {}): ResourceState {
  return {
    key: '/ConfigMap/prod/web' as ObjectKey,
    version: 'v1',
    sync: 'Synced',
    health: undefined,
    requiresPruning: false,
    live: true,
    unobserved: false,
    ignoreHealth: false,
    paths: [],
    ...parts,
  };
}
