import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildKustomize } from '../../../src/cli/build-kustomize.ts';

const CONFIG_MAP = 'apiVersion: v1\ndata:\n  a: b\nkind: ConfigMap\nmetadata:\n  name: one\n';

let root: string;

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'holdfast-build-'));
  mkdirSync(path.join(root, 'top'));
  writeFileSync(path.join(root, 'map.yaml'), CONFIG_MAP);
  writeFileSync(path.join(root, 'top/kustomization.yaml'), 'resources: [../map.yaml]\nnamePrefix: x-\n');
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

describe('buildKustomize()', () => {
  it('refuses files above the folder, and says so in one line', () => {
    const { status, out, error } = build(path.join(root, 'top'));
    expect({ status, out }).toEqual({ status: 1, out: '' });
    expect(error).toMatch(/^Error: .*security; file '.*map\.yaml' is not in or below '.*top'.*\n$/);
  });

  it('prints the objects when they may be read', () => {
    const result = build(path.join(root, 'top'), '--load-restrictor', 'LoadRestrictionsNone');
    expect(result).toEqual({ status: 0, out: CONFIG_MAP.replace('one', 'x-one'), error: '' });
  });

  it('names files by their paths on the disk', () => {
    const { error } = build(path.join(root, 'top'));
    expect(error).toContain(`security; file '${root}/map.yaml' is not in or below '${root}/top'`);
    expect(build(path.join(root, 'nothing')).error).toContain(`lstat ${root}/nothing: no such file or directory`);
  });

  it('reads absolute paths, in the folder or when all may be read', () => {
    writeFileSync(path.join(root, 'top/kustomization.yaml'), `resources: [${root}/map.yaml]\n`);
    expect(build(path.join(root, 'top')).error).toContain(`security; file '${root}/map.yaml'`);
    const all = build(path.join(root, 'top'), '--load-restrictor', 'LoadRestrictionsNone');
    expect(all).toEqual({ status: 0, out: CONFIG_MAP, error: '' });
    writeFileSync(path.join(root, 'top/kustomization.yaml'), `resources: [${root}/top/map.yaml]\n`);
    writeFileSync(path.join(root, 'top/map.yaml'), CONFIG_MAP);
    expect(build(path.join(root, 'top'))).toEqual({ status: 0, out: CONFIG_MAP, error: '' });
  });

  it('writes to the file that --output names', () => {
    const file = path.join(root, 'out.yaml');
    const result = build('--load-restrictor=LoadRestrictionsNone', '-o', file, path.join(root, 'top'));
    expect(result).toEqual({ status: 0, out: '', error: '' });
    expect(readFileSync(file, 'utf8')).toBe(CONFIG_MAP.replace('one', 'x-one'));
  });

  it('warns of deprecated fields and flags beside the objects', () => {
    writeFileSync(path.join(root, 'top/kustomization.yaml'), 'resources: [map.yaml]\ncommonLabels: {}\n');
    writeFileSync(path.join(root, 'top/map.yaml'), CONFIG_MAP);
    const { status, out, error } = build(path.join(root, 'top'), '--reorder', 'none');
    expect({ status, out }).toEqual({ status: 0, out: CONFIG_MAP });
    expect(error.split('\n')[0]).toMatch(/^Flag --reorder has been deprecated/);
  });

  it.each([
    [['a', 'b'], 'Error: specify one path to kustomization.yaml\n'],
    [['--nonsense'], 'Error: unknown flag: --nonsense\n'],
    [['--load-restrictor', 'some'], /^Error: illegal flag value --load-restrictor some; legal values: .*\n$/],
    [['/nonexistent-folder'], /^Error: .*nonexistent-folder.*\n$/],
  ])('fails for %j', (args, message) => {
    const { status, error } = build(...args);
    expect(status).toBe(1);
    expect(error).toMatch(message);
  });
});

function build(...args: string[]): { status: number; out: string; error: string } {
  let out = '';
  let error = '';
  const status = buildKustomize(args, { out: (text) => (out += text), error: (text) => (error += text) });
  return { status, out, error };
}
