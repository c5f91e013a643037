import { describe, expect, it } from 'vitest';
import { parseIgnoreRules } from '../../../src/api/ignore-rules.ts';
import type { IgnoreDifference } from '../../../src/api/types.ts';
import type { KubeObject } from '../../../src/object/kube-object.ts';

const DEPLOYMENT: KubeObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'prod' },
};
const CONFIG_MAP: KubeObject = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'web', namespace: 'prod' } };

function applies(stated: IgnoreDifference, object: KubeObject): boolean | undefined {
  return parseIgnoreRules([stated], 'here').rules[0]?.appliesTo(object);
}

describe('parseIgnoreRules()', () => {
  it.each([
    [{ group: 'apps', kind: 'Deployment' }, true],
    [{ kind: 'Deployment' }, false],
    [{ group: '*', kind: '*' }, true],
    [{ group: 'a*', kind: 'Dep*t' }, true],
    [{ group: 'apps', kind: '{Deployment,StatefulSet}' }, true],
    [{ group: 'apps', kind: 'Deployment', name: 'web', namespace: 'prod' }, true],
    [{ group: 'apps', kind: 'Deployment', name: 'other' }, false],
    [{ group: 'apps', kind: 'Deployment', namespace: 'other' }, false],
  ])('takes %j for a Deployment: %s', (stated, wanted) => {
    expect(applies(stated, DEPLOYMENT)).toBe(wanted);
  });

  it('takes no group for the core group', () => {
    expect(applies({ kind: 'ConfigMap' }, CONFIG_MAP)).toBe(true);
  });

  it('unescapes pointers', () => {
    const { rules } = parseIgnoreRules([{ kind: 'A', jsonPointers: ['/metadata/annotations/a.b~1c~0d', '/'] }], 'here');
    expect(rules[0]?.pointers).toEqual([['metadata', 'annotations', 'a.b/c~d'], ['']]);
  });

  it.each([
    [{ kind: 'A', jsonPointers: ['spec/replicas'] }, 'here[0] has no effect: JSON pointer "spec/replicas"'],
    [{ kind: '[a' }, 'here[0] has no effect'],
    [{ kind: 'A', jqPathExpressions: ['.spec'] }, 'here[0].jqPathExpressions are not acted on yet'],
  ])('says what is wrong with %j', (stated, wanted) => {
    expect(parseIgnoreRules([stated], 'here').problems).toEqual([expect.stringContaining(wanted)]);
  });
});
