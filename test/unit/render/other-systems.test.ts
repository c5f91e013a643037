import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { memoryTree } from '../../../src/source/memory-tree.ts';
import { renderFolder } from '../../support/render-folder.ts';
import { sharedFolder } from './shared-folder.ts';

const folder = sharedFolder('seeds/other-systems');

describe.skipIf(folder === undefined)("renderManifests() on other systems' files", () => {
  const names = folder === undefined ? [] : readdirSync(folder).filter((name) => /\.(ya?ml|json)$/.test(name));
  const files = Object.fromEntries(names.map((name) => [name, readFileSync(join(folder ?? '', name), 'utf8')]));
  const good = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: good}\n';
  const result = renderFolder(memoryTree({ ...files, 'zz-good.yaml': good }), { path: '.' });

  it('accounts for every file and applies the manifest beside them', () => {
    const mentioned = [
      ...result.manifests.map(({ position }) => position.file),
      ...result.problems.map(({ file }) => file),
    ];
    expect(new Set(mentioned)).toEqual(new Set([...names, 'zz-good.yaml']));
    expect(result.manifests.at(-1)?.object.metadata.name).toBe('good');
  });

  it.each(names)('judges %s', (name) => {
    const isObject = name.includes('eksctl');
    const problem = result.problems.find(({ file }) => file === name);
    if (isObject) {
      expect(problem).toBeUndefined();
      expect(result.manifests.find(({ position }) => position.file === name)?.object.kind).toBe('ClusterConfig');
    } else {
      expect(problem).toMatchObject({ severity: 'foreign', reason: 'it has no apiVersion' });
    }
  });
});
