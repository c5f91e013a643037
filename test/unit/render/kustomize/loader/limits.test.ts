import { describe, expect, it } from 'vitest';
import { buildKustomization } from '../../../../../src/render/kustomize/index.ts';
import { type MemoryFile, memoryTree } from '../../../../../src/source/memory-tree.ts';

const CONFIG_MAP = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n';

describe('buildKustomization() under attack', () => {
  it('ends a long chain of bases', () => {
    const files = Array.from({ length: 1000 }, (_, index) => `resources: [../b${index + 1}]\n`);
    const tree = Object.fromEntries(files.map((text, index) => [`b${index}/kustomization.yaml`, text]));
    expect(failure(tree, 'b0')).toMatchObject({
      code: 'RENDER_LIMIT',
      message: expect.stringContaining('200') as unknown,
    });
  });

  it('refuses huge files', () => {
    const tree = { 'kustomization.yaml': 'resources: [x.yaml]\n', 'x.yaml': Buffer.alloc(33 * 1024 * 1024, 'a') };
    expect(failure(tree)).toMatchObject({
      code: 'RENDER_LIMIT',
      message: expect.stringContaining("'x.yaml'") as unknown,
    });
  });

  it('refuses a huge kustomization file', () => {
    const tree = { 'kustomization.yaml': Buffer.alloc(33 * 1024 * 1024, '#') };
    expect(failure(tree)).toMatchObject({
      code: 'RENDER_LIMIT',
      message: expect.stringContaining('kustomization.yaml') as unknown,
    });
  });

  it('refuses aliases that expand without end, also where keys come twice', () => {
    const levels = Array.from(
      { length: 9 },
      (_, index) => `a${index + 1}: &a${index + 1} [${`*a${index},`.repeat(9)}]\n`,
    );
    const bomb = `a0: &a0 [x]\n${levels.join('')}`;
    expect(failure({ 'kustomization.yaml': bomb })).toMatchObject({ code: 'RENDER_LIMIT' });
    expect(failure({ 'kustomization.yaml': `b: 1\nb: 2\n${bomb}` })).toMatchObject({ code: 'RENDER_LIMIT' });
    const resource = `${CONFIG_MAP}data:\n${bomb.replaceAll(/^/gm, '  ')}`;
    const tree = { 'kustomization.yaml': 'resources: [x.yaml]\n', 'x.yaml': resource };
    expect(failure(tree)).toMatchObject({ message: expect.stringContaining('x.yaml') as unknown });
  });

  it('refuses links out of the tree', () => {
    const tree = { 'kustomization.yaml': 'resources: [x.yaml]\n', 'x.yaml': { link: '../secret' } };
    expect(failure(tree)).toMatchObject({
      code: 'RENDER_KUSTOMIZE',
      message: expect.stringContaining("'x.yaml'") as unknown,
    });
  });

  it.each(['../out', '/etc/hostname', '..', '../../..'])('reads nothing outside of the tree: %s', (path) => {
    const tree = { 'kustomization.yaml': `configMapGenerator: [{name: a, files: ["k=${path}"]}]\n` };
    expect(failure(tree)).toMatchObject({
      code: 'RENDER_KUSTOMIZE',
      message: expect.stringContaining(path) as unknown,
    });
  });

  it('never shows what a Secret holds', () => {
    const literal = { 'kustomization.yaml': 'secretGenerator: [{name: s, literals: [hunter2]}]\n' };
    expect(messageOf(literal)).toContain('literal source number 1');
    expect(messageOf(literal)).not.toContain('hunter2');
    const patch = 'kind: Secret\\nmetadata: {name: s}\\nstringData: {p: hunter2';
    const inline = {
      'kustomization.yaml': `resources: [a.yaml]\npatches: [{patch: "${patch}"}]\n`,
      'a.yaml': CONFIG_MAP,
    };
    expect(messageOf(inline)).toContain('PatchTransformer');
    expect(messageOf(inline)).not.toContain('hunter2');
    const printed = 'apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {hunter2: "a\\x7f"}\n';
    const controls = { 'kustomization.yaml': 'resources: [s.yaml]\n', 's.yaml': printed };
    expect(messageOf(controls)).toContain('control characters are not allowed');
    expect(messageOf(controls)).not.toContain('hunter2');
  });
});

function failure(files: Readonly<Record<string, MemoryFile>>, path = ''): unknown {
  try {
    return buildKustomization(memoryTree(files), path);
  } catch (error) {
    return error;
  }
}

function messageOf(files: Readonly<Record<string, MemoryFile>>): string {
  const error = failure(files);
  return error instanceof Error ? error.message : '';
}
