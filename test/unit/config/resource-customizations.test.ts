import { describe, expect, it } from 'vitest';
import { ignoreRulesOf } from '../../../src/config/resource-customizations.ts';
import type { KubeObject } from '../../../src/object/kube-object.ts';

const DEPLOYMENT: KubeObject = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' } };
const WITH_STATUS: KubeObject = { ...DEPLOYMENT, status: {} };

function pointersFor(object: KubeObject, argocdCm: Record<string, string>): readonly string[] {
  const rules = ignoreRulesOf(argocdCm, []).filter((rule) => rule.appliesTo(object));
  return rules.flatMap(({ pointers }) => pointers.map((pointer) => pointer.join('/')));
}

describe('ignoreRulesOf()', () => {
  it.each([
    ['resource.customizations.ignoreDifferences.apps_Deployment', 'jsonPointers: [/spec/replicas]'],
    ['resource.customizations.ignoreDifferences.all', 'jsonPointers: [/spec/replicas]'],
    ['resource.customizations', 'apps/Deployment:\n  ignoreDifferences: |\n    jsonPointers: [/spec/replicas]\n'],
    ['resource.customizations', '"*/*":\n  ignoreDifferences:\n    jsonPointers: [/spec/replicas]\n'],
  ])('reads %s', (name, text) => {
    expect(pointersFor(DEPLOYMENT, { [name]: text })).toEqual(['spec/replicas']);
  });

  it.each([
    ['', ['status']],
    ['ignoreResourceStatusField: all', ['status']],
    ['ignoreResourceStatusField: crd', []],
    ['ignoreResourceStatusField: none', []],
    ['ignoreResourceStatusField: "off"', []],
  ])('leaves out the status of manifests as resource.compareoptions says: %j', (text, wanted) => {
    expect(pointersFor(WITH_STATUS, { 'resource.compareoptions': text })).toEqual(wanted);
  });

  it('says which setting cannot be read', () => {
    const problems: string[] = [];
    ignoreRulesOf({ 'resource.customizations.ignoreDifferences.all': 'a: [' }, problems);
    ignoreRulesOf({ 'resource.customizations.ignoreDifferences.A': 'jsonPointers: [a]' }, problems);
    expect(problems).toEqual([
      expect.stringContaining('argocd-cm: resource.customizations.ignoreDifferences.all has no effect'),
      expect.stringContaining(
        'argocd-cm: resource.customizations.ignoreDifferences.A[0] has no effect: JSON pointer "a"',
      ),
    ]);
  });
});
