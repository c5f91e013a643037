import { describe, expect, it } from 'vitest';
import { buildKustomization, printManifests, type Remotes } from '../../../../../src/render/kustomize/index.ts';
import { memoryTree } from '../../../../../src/source/memory-tree.ts';

const CONFIG_MAP = (name: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n`;
const BASE_URL = 'git@git.example:acme/shop.git//deploy?ref=v1';
const BASE_KEY = 'git git@git.example:acme/shop.git v1 true';
const FILE_URL = 'https://files.example/x.yaml';
const FILE_KEY = `file ${FILE_URL}`;

describe('buildKustomization() with references to other places', () => {
  it('asks for everything that it needs at once', () => {
    const kustomization = `resources: ["${BASE_URL}", "${FILE_URL}", a.yaml]\ncomponents: ["ssh://git.example/acme/parts"]\n`;
    const result = build(kustomization);
    const needs = 'needs' in result ? result.needs : [];
    expect(needs.map(({ key }) => key)).toEqual([BASE_KEY, FILE_KEY, 'git ssh://git.example/acme/parts  true']);
  });

  it('tells what to fetch of a repository', () => {
    expect(build(`resources: ["${BASE_URL}"]\n`)).toEqual({
      needs: [
        {
          kind: 'git',
          key: BASE_KEY,
          url: 'git@git.example:acme/shop.git',
          ref: 'v1',
          path: 'deploy',
          submodules: true,
          timeoutMs: 27_000,
        },
      ],
    });
  });

  it('builds a base in a repository, and its origin', () => {
    const tree = memoryTree({
      'deploy/kustomization.yaml': 'resources: [a.yaml]\n',
      'deploy/a.yaml': CONFIG_MAP('far'),
    });
    const kustomization = `resources: ["${BASE_URL}"]\nbuildMetadata: [originAnnotations]\n`;
    const text = printed(kustomization, new Map([[BASE_KEY, { tree }]]));
    expect(text).toContain('name: far');
    expect(text).toContain('path: deploy/a.yaml\n      repo: git@git.example:acme/shop.git\n      ref: v1');
  });

  it('restricts what a repository holds to its folder, whatever the build allows', () => {
    const tree = memoryTree({ 'deploy/kustomization.yaml': 'resources: [../a.yaml]\n', 'a.yaml': CONFIG_MAP('far') });
    const remotes = new Map([[BASE_KEY, { tree }]]);
    const run = () => build(`resources: ["${BASE_URL}"]\n`, remotes, { loadRestrictor: 'none' });
    expect(run).toThrow("security; file 'a.yaml' is not in or below 'deploy'");
  });

  it('keeps bases of a repository inside of it', () => {
    const tree = memoryTree({ 'deploy/kustomization.yaml': 'resources: [../../x]\n' });
    const remotes = new Map([[BASE_KEY, { tree }]]);
    expect(() => build(`resources: ["${BASE_URL}"]\n`, remotes)).toThrow('must be within the repo');
  });

  it('ends when a repository refers to itself', () => {
    const tree = memoryTree({ 'deploy/kustomization.yaml': `resources: ["${BASE_URL}"]\n` });
    const remotes = new Map([[BASE_KEY, { tree }]]);
    expect(() => build(`resources: ["${BASE_URL}"]\n`, remotes)).toThrow(`cycle detected: URI '${BASE_URL}'`);
  });

  it('says why a repository could not be fetched', () => {
    const remotes = new Map([[BASE_KEY, { error: 'host unknown' }]]);
    expect(() => build(`resources: ["${BASE_URL}"]\n`, remotes)).toThrow(`failed to fetch '${BASE_URL}': host unknown`);
  });

  it('reads files behind URLs', () => {
    const content = Buffer.from(CONFIG_MAP('near'));
    expect(printed(`resources: ["${FILE_URL}"]\n`, new Map([[FILE_KEY, { content }]]))).toBe(CONFIG_MAP('near'));
  });

  it('asks for a repository when its URL is no file', () => {
    const url = 'https://git.example/acme/shop';
    const remotes = new Map([[`file ${url}`, { error: 'Not Found', httpStatus: 404 }]]);
    expect(build(`resources: ["${url}"]\n`, remotes)).toMatchObject({ needs: [{ kind: 'git', url }] });
  });

  it('ends when the server refuses a file that can be no repository', () => {
    const remotes = new Map([[FILE_KEY, { error: 'Forbidden', httpStatus: 403 }]]);
    const run = () => build(`resources: ["${FILE_URL}"]\n`, remotes);
    expect(run).toThrow('HTTP Error: status code 403 (Forbidden)');
  });

  it('warns of a prefix that has no effect', () => {
    const tree = memoryTree({ 'kustomization.yaml': 'resources: [a.yaml]\n', 'a.yaml': CONFIG_MAP('far') });
    const remotes = new Map([['git https://git.example/acme/shop  true', { tree }]]);
    const result = build('resources: ["git::https://git.example/acme/shop"]\n', remotes);
    expect('warnings' in result && result.warnings[0]).toContain("using the 'git::' URL prefix is not supported");
  });
});

function build(
  kustomization: string,
  remotes: Remotes = new Map(),
  options: { loadRestrictor?: 'none' } = {},
): ReturnType<typeof buildKustomization> {
  const tree = memoryTree({ 'kustomization.yaml': kustomization, 'a.yaml': CONFIG_MAP('a') });
  return buildKustomization(tree, '.', { remotes, ...options });
}

function printed(kustomization: string, remotes: Remotes): string {
  const result = build(kustomization, remotes);
  if ('needs' in result) throw new Error('nothing more is to be fetched');
  return printManifests(result.manifests);
}
