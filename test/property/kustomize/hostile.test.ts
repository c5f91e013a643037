import { describe, expect, it } from 'vitest';
import { HoldfastError } from '../../../src/lib/errors.ts';
import { buildKustomization, printManifests } from '../../../src/render/kustomize/index.ts';
import { type MemoryFile, memoryTree } from '../../../src/source/memory-tree.ts';
import type { SourceTree } from '../../../src/source/tree.ts';

const DEEP_LIST = '['.repeat(50_000) + ']'.repeat(50_000);
const DEEP_PATH = '/a'.repeat(50_000);
const DEEP_SCHEMA = `${'{"items":'.repeat(50_000)}{}${'}'.repeat(50_000)}`;

type Files = Readonly<Record<string, MemoryFile>>;

const CONFIG_MAP = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n';
/** Stands for what is not the application's to read. */
const CANARY = 'canary-7f3a';
const SECRET = `apiVersion: v1\nkind: Secret\nmetadata:\n  name: ${CANARY}\nstringData: {${CANARY}: ${CANARY}}\n`;

/** Every field that holds a path of a file. */
const FIELDS: readonly (readonly [field: string, make: (path: string) => unknown])[] = [
  ['resources', (path) => ({ resources: [path] })],
  ['bases', (path) => ({ bases: [path] })],
  ['components', (path) => ({ components: [path] })],
  ['crds', (path) => ({ crds: [path] })],
  ['configurations', (path) => ({ configurations: [path] })],
  ['openapi', (path) => ({ openapi: { path } })],
  ['patches', (path) => ({ patches: [{ path, target: { kind: 'ConfigMap' } }] })],
  ['patchesStrategicMerge', (path) => ({ patchesStrategicMerge: [path] })],
  [
    'patchesJson6902',
    (path) => ({ patchesJson6902: [{ path, target: { version: 'v1', kind: 'ConfigMap', name: 'a' } }] }),
  ],
  ['replacements', (path) => ({ replacements: [{ path }] })],
  ['generators', (path) => ({ generators: [path] })],
  ['transformers', (path) => ({ transformers: [path] })],
  ['validators', (path) => ({ validators: [path] })],
  ['configMapGenerator.files', (path) => ({ configMapGenerator: [{ name: 'g', files: [`key=${path}`] }] })],
  ['configMapGenerator.envs', (path) => ({ configMapGenerator: [{ name: 'g', envs: [path] }] })],
  ['configMapGenerator.env', (path) => ({ configMapGenerator: [{ name: 'g', env: path }] })],
  ['secretGenerator.files', (path) => ({ secretGenerator: [{ name: 'g', files: [path] }] })],
  ['secretGenerator.envs', (path) => ({ secretGenerator: [{ name: 'g', envs: [path] }] })],
];

const PATHS: readonly string[] = [
  '../secret.yaml',
  'sub/../../secret.yaml',
  '../../../../etc/passwd',
  '/secret.yaml',
  '/etc/passwd',
  'file:///etc/passwd',
  '%2e%2e/secret.yaml',
  '..%2fsecret.yaml',
  '..\\secret.yaml',
  'a.yaml\0../secret.yaml',
  'link-file',
  'link-folder/secret.yaml',
  'link-chain',
  'link-loop',
  'link-loop/secret.yaml',
  'link-out',
  'link-absolute',
  'submodule',
  'submodule/secret.yaml',
];

const TREE: Files = {
  'secret.yaml': SECRET,
  'app/a.yaml': CONFIG_MAP,
  'app/link-file': { link: '../secret.yaml' },
  'app/link-folder': { link: '..' },
  'app/link-chain': { link: 'link-2' },
  'app/link-2': { link: 'link-file' },
  'app/link-loop': { link: 'link-pool' },
  'app/link-pool': { link: 'link-loop' },
  'app/link-out': { link: '../../secret.yaml' },
  'app/link-absolute': { link: '/secret.yaml' },
};

describe.each(FIELDS)('advisory class 1: %s', (field, make) => {
  it.each(PATHS)('reads nothing through %j', (path) => {
    const fields = { ...(field === 'resources' ? {} : { resources: ['a.yaml'] }), ...(make(path) as object) };
    const files = { ...TREE, 'app/kustomization.yaml': JSON.stringify(fields) };
    const { code, text } = outcome(withSubmodule(memoryTree(files), 'app/submodule'), 'app');
    expect(text).not.toContain(CANARY);
    // A base may be anywhere: a URL is for others to fetch, or to refuse.
    if (path.startsWith('file://') && code === 'needs') return;
    expect(code, text).toBe('RENDER_KUSTOMIZE');
    expect(text).toContain(path.split(/[\\/\0]/).at(-1));
  });
});

describe('advisory class 7', () => {
  it('ends at a base that includes itself', () => {
    expect(build({ 'kustomization.yaml': 'resources: [.]\n' }).text).toContain('cycle detected');
    expect(build({ 'kustomization.yaml': 'resources: [a/..]\n', 'a/x': '' }).text).toContain('cycle detected');
    expect(build({ 'kustomization.yaml': 'components: [.]\n' }).text).toContain('cycle detected');
  });

  it('ends at bases that include one another', () => {
    const files = { 'a/kustomization.yaml': 'resources: [../b]\n', 'b/kustomization.yaml': 'resources: [../a]\n' };
    expect(build(files, 'a').text).toContain('cycle detected');
  });

  it('ends in a chain of ten thousand bases', () => {
    const texts = Array.from({ length: 10_000 }, (_, index) => `resources: [../b${index + 1}]\n`);
    const files = Object.fromEntries(texts.map((text, index) => [`b${index}/kustomization.yaml`, text]));
    expect(build(files, 'b0')).toMatchObject({ code: 'RENDER_LIMIT' });
  });

  it('refuses a YAML bomb, wherever it is', () => {
    const levels = Array.from(
      { length: 9 },
      (_, index) => `b${index + 1}: &b${index + 1} [${`*b${index},`.repeat(9)}]\n`,
    );
    const bomb = `b0: &b0 [x]\n${levels.join('')}`;
    const resource = `${CONFIG_MAP}data:\n${bomb.replaceAll(/^/gm, '  ')}`;
    for (const [field, make] of FIELDS.filter(([name]) => !name.includes('Generator'))) {
      for (const text of [bomb, resource]) {
        const fields = { ...(field === 'resources' ? {} : { resources: ['a.yaml'] }), ...(make('x.yaml') as object) };
        const files = { 'kustomization.yaml': JSON.stringify(fields), 'a.yaml': CONFIG_MAP, 'x.yaml': text };
        expect(build(files).code, field).toMatch(/^(?:RENDER_KUSTOMIZE|RENDER_LIMIT|built)$/);
      }
    }
  });

  it('refuses a file of 50 MB', () => {
    const files = { 'kustomization.yaml': 'resources: [x.yaml]\n', 'x.yaml': Buffer.alloc(50 * 1024 * 1024, '- a\n') };
    expect(build(files)).toMatchObject({ code: 'RENDER_LIMIT' });
  });

  it('survives a hundred thousand levels', () => {
    const deep = `${CONFIG_MAP}data: ${'['.repeat(100_000)}`;
    expect(build({ 'kustomization.yaml': 'resources: [x.yaml]\n', 'x.yaml': deep }).code).not.toBe('INTERNAL');
    expect(build({ 'kustomization.yaml': `resources: ${'['.repeat(100_000)}` }).code).not.toBe('INTERNAL');
    expect(build({ 'kustomization.yaml': `patches: [{patch: '${'{a: '.repeat(100_000)}'}]` }).code).not.toBe(
      'INTERNAL',
    );
  });

  it.each([
    [
      'a value of an operation',
      { patches: [{ target: { kind: 'ConfigMap' }, patch: `[{"op":"add","path":"/a","value":${DEEP_LIST}}]` }] },
    ],
    [
      'a path of an operation',
      { patches: [{ target: { kind: 'ConfigMap' }, patch: `[{"op":"add","path":"${DEEP_PATH}","value":1}]` }] },
    ],
    ['a field of labels', { labels: [{ pairs: { a: 'b' }, fields: [{ path: `${DEEP_PATH}/b`, create: true }] }] }],
    [
      'a field of a replacement',
      {
        replacements: [
          {
            sourceValue: 'x',
            targets: [{ select: { name: 'a' }, fieldPaths: ['a.'.repeat(50_000)], options: { create: true } }],
          },
        ],
      },
    ],
    ['a pattern', { patches: [{ target: { name: '('.repeat(50_000) }, patch: CONFIG_MAP }] }],
    [
      'a schema',
      {
        openapi: { path: 'x.json' },
        patches: [{ patch: CONFIG_MAP }],
        x: { 'x.json': `{"definitions":{"a":${DEEP_SCHEMA}}}` },
      },
    ],
    [
      'a comment',
      {
        resources: ['x.yaml'],
        patches: [{ patch: CONFIG_MAP }],
        x: { 'x.yaml': `${CONFIG_MAP}data: # ${DEEP_SCHEMA}\n  a: b\n` },
      },
    ],
  ] as readonly (readonly [string, { readonly x?: Files; readonly [field: string]: unknown }])[])(
    'survives depth: %s',
    (_, { x = {}, ...fields }) => {
      const files = {
        'kustomization.yaml': JSON.stringify({ resources: ['a.yaml'], ...fields }),
        'a.yaml': CONFIG_MAP,
        ...x,
      };
      expect(build(files).code).toMatch(/^(?:built|RENDER_KUSTOMIZE|RENDER_LIMIT)$/);
    },
  );

  it('matches selectors in linear time', () => {
    const fields = { resources: ['a.yaml'], patches: [{ target: { name: '(a*)*b' }, patch: CONFIG_MAP }] };
    const name = 'a'.repeat(50_000);
    const files = {
      'kustomization.yaml': JSON.stringify(fields),
      'a.yaml': CONFIG_MAP.replace('name: a', `name: ${name}`),
    };
    expect(build(files).code).toBe('built');
  });
});

describe('advisory class 14', () => {
  const NAMES = ['__proto__', 'constructor', 'prototype', 'hasOwnProperty', 'toString'];
  const POLLUTED = NAMES.map((name) => `${JSON.stringify(name)}: {polluted: "yes"}`).join(', ');
  const TEXTS = NAMES.map((name) => `${JSON.stringify(name)}: polluted`).join(', ');
  const PLACES: readonly (readonly [place: string, kustomization: string, files?: Files])[] = [
    ['resources', 'resources: [x.yaml]', { 'x.yaml': `${CONFIG_MAP}data: {${TEXTS}}\nspec: {${POLLUTED}}\n` }],
    ['patches', `resources: [a.yaml]\npatches: [{patch: '${CONFIG_MAP.replaceAll('\n', '\n\n  ')}data: {${TEXTS}}'}]`],
    [
      'patches of operations',
      `resources: [a.yaml]\npatches: [{target: {name: a}, patch: '[{"op":"add","path":"/__proto__","value":{"polluted":"yes"}}]'}]`,
    ],
    [
      'operations on prototypes',
      `resources: [a.yaml]\npatches: [{target: {name: a}, patch: '[{"op":"add","path":"/constructor/prototype/polluted","value":"yes"}]'}]`,
    ],
    ['literals', `configMapGenerator: [{name: g, literals: [${NAMES.map((name) => `${name}=polluted`).join(', ')}]}]`],
    ['labels', `resources: [a.yaml]\nlabels: [{pairs: {${TEXTS}}}]`],
    ['commonLabels', `resources: [a.yaml]\ncommonLabels: {${TEXTS}}`],
    ['commonAnnotations', `resources: [a.yaml]\ncommonAnnotations: {${TEXTS}}`],
    ['configurations', 'resources: [a.yaml]\nconfigurations: [x.yaml]', { 'x.yaml': `{${POLLUTED}}` }],
    [
      'openapi',
      'resources: [a.yaml]\nopenapi: {path: x.yaml}\npatches: [{patch: "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}"}]',
      { 'x.yaml': `definitions: {${POLLUTED}}` },
    ],
    ['crds', 'resources: [a.yaml]\ncrds: [x.yaml]', { 'x.yaml': `{a: {properties: {${POLLUTED}}}}` }],
    [
      'replacements',
      'resources: [a.yaml]\nreplacements: [{sourceValue: "yes", targets: [{select: {name: a}, fieldPaths: [__proto__.polluted, constructor.prototype.polluted], options: {create: true}}]}]',
    ],
    ['names', 'resources: [x.yaml]\nnamePrefix: p-', { 'x.yaml': CONFIG_MAP.replace('name: a', 'name: __proto__') }],
    ['vars', 'resources: [a.yaml]\nvars: [{name: __proto__, objref: {apiVersion: v1, kind: ConfigMap, name: a}}]'],
    ['the kustomization', `{${POLLUTED}}`],
    ['merge keys', 'resources: [x.yaml]', { 'x.yaml': `${CONFIG_MAP}x: &x {${POLLUTED}}\ny: {<<: *x}\n` }],
  ];

  it.each(PLACES.map(([place]) => place))('takes names of prototypes for names like any other: %s', (wanted) => {
    const [, kustomization = '', more = {}] = PLACES.find(([place]) => place === wanted) ?? [];
    const { code, text } = build({ 'kustomization.yaml': `${kustomization}\n`, 'a.yaml': CONFIG_MAP, ...more });
    expect(code, text).toMatch(/^(?:built|RENDER_KUSTOMIZE)$/);
    expect('polluted' in {}).toBe(false);
    expect(Object.getPrototypeOf({})).toBe(Object.prototype);
    expect(Object.hasOwn(Object, 'polluted')).toBe(false);
  });

  it.each(['resources', 'literals', 'labels', 'commonLabels', 'commonAnnotations', 'patches of operations'])(
    'keeps them: %s',
    (wanted) => {
      const [, kustomization = '', more = {}] = PLACES.find(([place]) => place === wanted) ?? [];
      const { code, text } = build({ 'kustomization.yaml': `${kustomization}\n`, 'a.yaml': CONFIG_MAP, ...more });
      expect(code, text).toBe('built');
      expect(text).toContain('__proto__:');
    },
  );
});

function build(files: Files, path = ''): { code: string; text: string } {
  return outcome(memoryTree(files), path);
}

function outcome(tree: SourceTree, path: string): { code: string; text: string } {
  try {
    const result = buildKustomization(tree, path);
    if ('needs' in result) return { code: 'needs', text: JSON.stringify(result.needs) };
    return { code: 'built', text: printManifests(result.manifests) };
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    return { code: error.code, text: error.message };
  }
}

/** The tree with a submodule, of which Git has no content. */
function withSubmodule(tree: SourceTree, at: string): SourceTree {
  const within = (path: string) => path === at || path.startsWith(`${at}/`);
  return {
    id: tree.id,
    read: (path) => (within(path) ? undefined : tree.read(path)),
    list: (path) => (within(path) ? undefined : tree.list(path)),
    realPath: (path) => (path === at ? at : tree.realPath(path)),
    stat: (path) => (path === at ? { name: 'submodule', kind: 'submodule', oid: 'x' } : tree.stat(path)),
  };
}
