import { describe, expect, it } from 'vitest';
import { buildKustomization } from '../../../../../src/render/kustomize/index.ts';
import { KustomizeError } from '../../../../../src/render/kustomize/kustomize-error.ts';
import { explainConfiguration } from '../../../../../src/render/kustomize/target/explain-configuration.ts';
import { memoryTree } from '../../../../../src/source/memory-tree.ts';

const CANARY = 'hunter2';
const OPERATIONS = `[{op: replace, path: /stringData/p, value: ${CANARY}}, {`;
const SECRET = 'apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {p: x}\n';

describe('explainConfiguration()', () => {
  it.each([
    ['an operation for a Secret', `patches: [{target: {kind: Secret}, patch: "${OPERATIONS}"}]`],
    ['an operation for any kind', `patches: [{target: {name: s}, patch: "${OPERATIONS}"}]`],
    ['an operation for a pattern of kinds', `patches: [{target: {kind: Secre.}, patch: "${OPERATIONS}"}]`],
    ['an old operation for a Secret', `patchesJson6902: [{target: {kind: Secret, name: s}, patch: "${OPERATIONS}"}]`],
    ['a patch without target', `patches: [{patch: "stringData: {p: ${CANARY}"}]`],
    [
      'a patch with an escaped kind',
      `patches: [{patch: "kind: \\"\\\\x53ecret\\"\\nkind: A\\nstringData: {p: ${CANARY}"}]`,
    ],
    ['an old patch', `patchesStrategicMerge: ["kind: Secret\\nstringData: {p: ${CANARY}"]`],
    ['an old patch in one line', `patchesStrategicMerge: ["{kind: Secret, stringData: {p: ${CANARY}"]`],
    ['an old patch with nothing in it', `patchesStrategicMerge: ["# ${CANARY}"]`],
    ['a generator', `generators: ["kind: SecretGenerator\nliterals: [{${CANARY}"]`],
    ['a generator in one line', `generators: ["{kind: SecretGenerator, literals: [{${CANARY}"]`],
    [
      'a generator of another kind',
      `generators: ["{apiVersion: builtin, kind: SecretGenerator, metadata: {name: a}, literals: ${CANARY}}"]`,
    ],
    ['a resource', `resources: ["{kind: Secret, stringData: {p: ${CANARY}"]`],
    [
      'a replacement',
      `replacements: [{sourceValue: ${CANARY}, targets: [{select: {kind: Secret}, fieldPaths: [a.b.c]}]}]`,
    ],
    [
      'a replacement that does not fit',
      `replacements: [{sourceValue: ${CANARY}, targets: [{select: {kind: Secret}, fieldPaths: ["stringData.p.q"]}]}]`,
    ],
    ['values of a chart', `helmCharts: [{name: "-x", valuesInline: {password: ${CANARY}}}]`],
    ['the address of a repository', `helmCharts: [{name: x, repo: "https://u:${CANARY}@h/"}]`],
    ['a literal', `secretGenerator: [{name: s, literals: [${CANARY}]}]`],
    [
      'a value that does not fit',
      `patches: [{target: {kind: Secret}, patch: '[{"op":"test","path":"/stringData/p","value":"${CANARY}"}]'}]`,
    ],
    [
      'an operation that does not fit',
      `patches: [{target: {kind: Secret}, patch: '[{"op":"add","path":"/a/b","value":"${CANARY}"}]'}]`,
    ],
    [
      'an unknown operation',
      `patches: [{target: {kind: Secret}, patch: '[{"op":"put","path":"/a","value":"${CANARY}"}]'}]`,
    ],
    [
      'a replaced mapping',
      `patches: [{target: {kind: Secret}, patch: '[{"op":"replace","path":"/stringData/p/q","value":"${CANARY}"}]'}]`,
    ],
    [
      'a patch that does not fit',
      `patches: [{patch: "apiVersion: v1\\nkind: Secret\\nmetadata: {name: s}\\nstringData: [${CANARY}]"}]`,
    ],
    [
      'a patch for nothing',
      `patches: [{patch: "apiVersion: v1\\nkind: Secret\\nmetadata: {name: t}\\nstringData: {p: ${CANARY}}"}]`,
    ],
  ])('keeps secrets to itself: %s', (_, fields) => {
    const message = failureOf(`resources: [s.yaml]\n${fields}\n`);
    expect(message).toContain('Cannot build');
    expect(message).not.toContain(CANARY);
  });

  it('shows what can hold no secret', () => {
    const config = { patch: 'kind: Deployment\na: [', target: { kind: 'Deployment' }, path: 'p.yaml', other: 'x' };
    const { message } = explainConfiguration(new KustomizeError('bad'), 'PatchTransformer', config);
    expect(message).toContain('PatchTransformer');
    expect(message).toContain('path: p.yaml');
    expect(message).toContain('kind: Deployment\n  a: [');
    expect(message).toContain('other: (not shown)');
    expect(message).toMatch(/: bad$/);
  });

  it('shows paths of patches', () => {
    const config = { paths: ['../a/p.yaml', `stringData: {p: ${CANARY}}`] };
    const { message } = explainConfiguration(new KustomizeError('bad'), 'PatchStrategicMergeTransformer', config);
    expect(message).toContain('../a/p.yaml');
    expect(message).not.toContain(CANARY);
  });
});

function failureOf(kustomization: string): string {
  try {
    buildKustomization(memoryTree({ 'kustomization.yaml': kustomization, 's.yaml': SECRET }), '', { enableHelm: true });
  } catch (error) {
    return error instanceof Error ? error.message : '';
  }
  return 'no failure';
}
