import type { KindInfo } from '../../../src/cluster/discovery.ts';
import { type Desired, prepareDesired } from '../../../src/diff/prepare-desired.ts';
import type { KubeObject } from '../../../src/object/kube-object.ts';

/** Application and installation in these tests. */
export const CONTEXT = { instanceName: 'shop', installationId: 'inst-1', destinationNamespace: 'prod' } as const;

/** Kinds as discovery tells them. */
export const KINDS: Readonly<Record<'configMap' | 'secret' | 'deployment' | 'namespace', KindInfo>> = {
  configMap: kindInfo('', 'ConfigMap', 'configmaps'),
  secret: kindInfo('', 'Secret', 'secrets'),
  deployment: kindInfo('apps', 'Deployment', 'deployments'),
  namespace: { ...kindInfo('', 'Namespace', 'namespaces'), namespaced: false },
};

function kindInfo(group: string, kind: string, resource: string): KindInfo {
  return { group, version: 'v1', kind, resource, namespaced: true, verbs: ['get'], statusSubresource: true };
}

/** A prepared manifest. */
export function desiredOf(apiVersion: string, kind: string, name: string, fields: object = {}): Desired {
  const manifest = { apiVersion, kind, metadata: { name }, ...fields } as KubeObject;
  return prepareDesired(manifest, { namespaced: true, statusSubresource: true }, CONTEXT, `${name}.yaml:1`);
}
