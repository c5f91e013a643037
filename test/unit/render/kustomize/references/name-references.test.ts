import { describe, expect, it } from 'vitest';
import { buildError, buildObjects } from '../resource/read-build-cases.ts';

const configMap = (name: string) => `{apiVersion: v1, kind: ConfigMap, metadata: {name: ${name}}}\n`;
const pod = (name: string) =>
  `{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {volumes: [{name: v, configMap: {name: ${name}}}]}}\n`;

/** The name of the ConfigMap that the only Pod of a build refers to. */
function referenceIn(files: Record<string, string>): unknown {
  const found = buildObjects(files).find(({ kind }) => kind === 'Pod');
  return (found as unknown as { spec: { volumes: [{ configMap: { name: string } }] } }).spec.volumes[0].configMap.name;
}

describe('fixNameReferences()', () => {
  it.each(['web', '__proto__', 'constructor', 'toString'])('follows the ConfigMap %j to its new name', (name) => {
    const files = {
      'kustomization.yaml': 'resources: [all.yaml]\nnamePrefix: x-\n',
      'all.yaml': `${configMap(`"${name}"`)}---\n${pod(`"${name}"`)}`,
    };
    expect(referenceIn(files)).toBe(`x-${name}`);
  });

  it('leaves names alone that nothing has', () => {
    const files = {
      'kustomization.yaml': 'resources: [all.yaml]\nnamePrefix: x-\n',
      'all.yaml': `${configMap('web')}---\n${pod('other')}`,
    };
    expect(referenceIn(files)).toBe('other');
  });

  it('prefers what was renamed together with the referrer', () => {
    const base = (prefix: string, more: string) => `namePrefix: ${prefix}-\nresources: [../cm${more}]\n`;
    const files = {
      'kustomization.yaml': 'resources: [a, b]\n',
      'cm/kustomization.yaml': 'resources: [cm.yaml]\n',
      'cm/cm.yaml': configMap('web'),
      'a/kustomization.yaml': base('a', ''),
      'b/kustomization.yaml': base('b', ', pod.yaml'),
      'b/pod.yaml': pod('web'),
    };
    expect(referenceIn(files)).toBe('b-web');
  });

  it('names field, referrer and candidates when it cannot choose', () => {
    const files = {
      'kustomization.yaml': 'namePrefix: x-\nresources: [a, b, pod.yaml]\n',
      'pod.yaml': pod('web'),
      'cm/kustomization.yaml': 'resources: [cm.yaml]\n',
      'cm/cm.yaml': configMap('web'),
      'a/kustomization.yaml': 'namePrefix: a-\nresources: [../cm]\n',
      'b/kustomization.yaml': 'namePrefix: b-\nresources: [../cm]\n',
    };
    const message = buildError(files);
    expect(message).toContain(
      "updating name reference in 'spec/volumes/configMap/name' field of 'Pod.v1.[noGrp]/x-p.[noNs]'",
    );
    expect(message).toContain(
      'found multiple possible referrals: ConfigMap.v1.[noGrp]/x-a-web.[noNs], ConfigMap.v1.[noGrp]/x-b-web.[noNs]',
    );
  });

  it('lets a RoleBinding name service accounts of the namespaces of its subjects', () => {
    const files = {
      'kustomization.yaml': 'resources: [all.yaml]\nnamePrefix: x-\n',
      'all.yaml': [
        '{apiVersion: v1, kind: ServiceAccount, metadata: {name: sa, namespace: one}}',
        '{apiVersion: v1, kind: ServiceAccount, metadata: {name: sa, namespace: two}}',
        'apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: rb, namespace: one}\n' +
          'roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: none}\n' +
          'subjects: [{kind: ServiceAccount, name: sa, namespace: two}]',
      ].join('\n---\n'),
    };
    expect(buildObjects(files)[2]).toMatchObject({ subjects: [{ name: 'x-sa', namespace: 'two' }] });
  });
});
