import { describe, expect, it } from 'vitest';
import { HoldfastError } from '../../../src/lib/errors.ts';
import { FileCache } from '../../../src/render/file-cache.ts';
import { type MemoryFile, memoryTree } from '../../../src/source/memory-tree.ts';
import { type RenderFolderOptions, renderFolder } from '../../support/render-folder.ts';

type Files = Readonly<Record<string, MemoryFile>>;

function render(files: Files, options: Partial<RenderFolderOptions> = {}) {
  return renderFolder(memoryTree(files), { path: '.', ...options });
}

function names(files: Files, options: Partial<RenderFolderOptions> = {}): string[] {
  return render(files, options).manifests.map(({ object }) => object.metadata.name);
}

function failure(files: Files, options: Partial<RenderFolderOptions> = {}): HoldfastError {
  try {
    render(files, options);
  } catch (error) {
    if (error instanceof HoldfastError) return error;
    throw error;
  }
  throw new Error('the render did not fail');
}

function configMap(name: string, extra = ''): string {
  return `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n${extra}`;
}

describe('renderManifests() on a folder', () => {
  it('reads yaml, yml and json and leaves other files alone', () => {
    const files = {
      'a.yaml': configMap('a'),
      'b.yml': configMap('b'),
      'c.json': '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c"}}',
      'd.txt': configMap('d'),
      'README.md': '# hello',
      YAML: configMap('e'),
    };
    expect(names(files)).toEqual(['a', 'b', 'c']);
  });

  it('gives files in lexical order of each folder and documents in theirs, with positions', () => {
    const files = {
      'b.yaml': configMap('b'),
      'a/z.yaml': `# first\n---\n${configMap('z1')}---\n\n${configMap('z2')}`,
      'a-b.yaml': configMap('a-b'),
      'c/a.yaml': configMap('c'),
    };
    const { manifests, sourceType } = render(files, { directory: { recurse: true } });
    expect(manifests.map(({ object, position }) => [object.metadata.name, position.file, position.line])).toEqual([
      ['z1', 'a/z.yaml', 3],
      ['z2', 'a/z.yaml', 9],
      ['a-b', 'a-b.yaml', 1],
      ['b', 'b.yaml', 1],
      ['c', 'c/a.yaml', 1],
    ]);
    expect(sourceType).toBe('Directory');
  });

  it('stays in the folder without recurse', () => {
    const files = { 'app/a.yaml': configMap('a'), 'app/sub/b.yaml': configMap('b'), 'c.yaml': configMap('c') };
    expect(names(files, { path: 'app' })).toEqual(['a']);
    expect(names(files, { path: 'app/', directory: { recurse: true } })).toEqual(['a', 'b']);
    expect(names(files, { path: './x/../app/sub' })).toEqual(['b']);
  });

  it('counts hidden files, but not its own parameter files', () => {
    const files = {
      '.hidden.yaml': configMap('hidden'),
      '.argocd-source.yaml': 'directory: {}',
      '.argocd-source-web.yaml': 'helm: {}',
    };
    expect(names(files)).toEqual(['hidden']);
    expect(render(files).problems).toEqual([]);
  });

  it.each([
    ['exclude', { exclude: 'b.yaml' }, ['a', 'c']],
    ['include', { include: '{a,b}.yaml' }, ['a', 'b']],
    ['both, exclude winning', { include: '*.yaml', exclude: '{a.yaml,sub/*}' }, ['b']],
    ['a star that crosses folders', { include: '*c.yaml' }, ['c']],
    ['a path from the folder on', { include: 'sub/c.yaml' }, ['c']],
  ])('applies %s', (_title, globs, expected) => {
    const files = { 'app/a.yaml': configMap('a'), 'app/b.yaml': configMap('b'), 'app/sub/c.yaml': configMap('c') };
    expect(names(files, { path: 'app', directory: { recurse: true, ...globs } })).toEqual(expected);
  });

  it('takes any extension when the filter is off', () => {
    const files = { 'a.yaml': configMap('a'), 'b.tpl': configMap('b') };
    expect(names(files, { directory: { disableExtensionFilter: true, include: '*.tpl' } })).toEqual(['b']);
  });

  it('passes over a file that carries the skip mark', () => {
    const files = { 'a.yaml': `# +argocd:skip-file-rendering\n{{ not yaml`, 'b.yaml': configMap('b') };
    expect(render(files).problems).toEqual([]);
    expect(names(files)).toEqual(['b']);
  });

  it('follows links to files and warns of links to nothing', () => {
    const files = {
      'app/a.yaml': { link: '../base/a.yaml' },
      'app/b.yaml': { link: 'gone' },
      'base/a.yaml': configMap('a'),
    };
    const result = render(files, { path: 'app' });
    expect(result.manifests.map(({ position }) => position.file)).toEqual(['app/a.yaml']);
    expect(result.warnings).toEqual([expect.stringContaining('app/b.yaml')]);
  });

  it('takes no folder for a file, and follows a link to the folder that it renders', () => {
    const files = { 'base/a.yaml': configMap('a'), 'app/b.yaml': { link: '../base' }, link: { link: 'base' } };
    expect(render(files, { path: 'app' })).toMatchObject({
      manifests: [],
      warnings: [expect.stringContaining('b.yaml')],
    });
    expect(render(files, { path: 'app', directory: { recurse: true } }).manifests).toEqual([]);
    expect(names(files, { path: 'link' })).toEqual(['a']);
  });

  it('reads UTF-8 and UTF-16 with a byte order mark', () => {
    const text = configMap('ä');
    const files = { 'a.yaml': `\uFEFF${text}`, 'b.yaml': Buffer.from(`\uFEFF${text}`, 'utf16le') };
    expect(names(files)).toEqual(['ä', 'ä']);
  });

  it('skips empty files and documents', () => {
    const files = { 'a.yaml': '', 'b.yaml': '---\n# nothing\n---\nnull\n---\n', 'c.yaml': '# only a comment' };
    expect(render(files)).toEqual({ manifests: [], problems: [], sourceType: 'Directory', warnings: [] });
  });

  it('expands lists, typed ones too, and lists in lists', () => {
    const list = `apiVersion: v1
kind: List
items:
  - {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}
  - apiVersion: v1
    kind: ConfigMapList
    items:
      - metadata: {name: b}
---
apiVersion: v1
kind: SecretList
items: null
---
apiVersion: v1
kind: List
items: []
`;
    const { manifests, problems } = render({ 'a.yaml': list });
    expect(manifests.map(({ object }) => [object.apiVersion, object.kind, object.metadata.name])).toEqual([
      ['v1', 'ConfigMap', 'a'],
      ['v1', 'ConfigMap', 'b'],
    ]);
    expect(problems).toEqual([]);
  });

  it('takes an object with empty items for an object, if it has a spec or status', () => {
    const text = `${configMap('a')}items: null\nspec: {}\n---\n${configMap('b')}items: null\nstatus: {}\n`;
    expect(names({ 'a.yaml': text })).toEqual(['a', 'b']);
  });

  it('keeps a generateName and a __proto__ key', () => {
    const text = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {generateName: a-}\ndata: {__proto__: x}\n';
    const object = render({ 'a.yaml': text }).manifests[0]?.object;
    expect(object?.metadata.generateName).toBe('a-');
    expect(Object.keys(object?.['data'] ?? {})).toEqual(['__proto__']);
    expect(Object.hasOwn(Object.prototype, 'x')).toBe(false);
  });

  it('gives frozen objects', () => {
    const object = render({ 'a.yaml': configMap('a') }).manifests[0]?.object;
    expect(() => {
      if (object !== undefined) object.metadata.name = 'b';
    }).toThrow(TypeError);
  });
});

describe('renderManifests() names what is no usable object', () => {
  it.each([
    ['a mapping of another tool', 'services: {web: {image: nginx}}', 'foreign', 'it has no apiVersion'],
    ['a mapping with a kind of its own', 'kind: pipeline\nname: build', 'foreign', 'it has no apiVersion'],
    ['a list', '- a\n- b', 'foreign', 'it holds a list'],
    ['a text', 'hello', 'foreign', 'it holds a single value'],
    ['a list of objects', '- apiVersion: v1\n', 'invalid', 'it holds a list'],
    ['no kind', 'apiVersion: v1\nmetadata: {name: a}', 'invalid', 'it has no kind'],
    ['no metadata', 'apiVersion: v1\nkind: ConfigMap', 'invalid', 'it has no metadata.name'],
    ['no name', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {namespace: a}', 'invalid', 'it has no metadata.name'],
    [
      'a number as apiVersion',
      'apiVersion: 1\nkind: ConfigMap\nmetadata: {name: a}',
      'invalid',
      'its apiVersion is not a text but a number',
    ],
    [
      'a number as name',
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: 1}',
      'invalid',
      'its metadata.name is not a text but a number',
    ],
    [
      'a list as metadata',
      'apiVersion: v1\nkind: ConfigMap\nmetadata: [a]',
      'invalid',
      'its metadata is not a mapping but a list',
    ],
    [
      'a number as label',
      configMap('a', '  labels: {version: 1.0}'),
      'invalid',
      'its metadata.labels["version"] is not a text but a number: quote it',
    ],
    [
      'a boolean as annotation',
      configMap('a', '  annotations: {on: yes}'),
      'invalid',
      'its metadata.annotations["true"] is not a text but a boolean: quote it',
    ],
    [
      'a Git LFS pointer',
      'version https://git-lfs.github.com/spec/v1\noid sha256:abc\nsize 12\n',
      'invalid',
      'it is a Git LFS pointer',
    ],
  ])('%s', (_title, text, severity, reason) => {
    const { manifests, problems } = render({ 'bad.yaml': `---\n${text}`, 'good.yaml': configMap('good') });
    expect(manifests.map(({ object }) => object.metadata.name)).toEqual(['good']);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ severity, file: 'bad.yaml', line: 2 });
    expect(problems[0]?.reason).toContain(reason);
    expect(problems[0]?.message).toContain('bad.yaml:2');
  });

  it('does not stop at a broken file that cannot have held objects', () => {
    const { manifests, problems } = render({
      'a.yaml': 'x: {{ y }}: z',
      'b.json': '// comment\n{}',
      'c.yaml': configMap('c'),
    });
    expect(manifests).toHaveLength(1);
    expect(problems.map(({ severity, file }) => [severity, file])).toEqual([
      ['foreign', 'a.yaml'],
      ['foreign', 'b.json'],
    ]);
  });
});

describe('renderManifests() fails as a whole', () => {
  it('on broken YAML that was meant as a manifest, with file and line and without its content', () => {
    const secret = `${configMap('a')}data:\n  password: hunter2: x\n`;
    const error = failure({ 'app/a.yaml': secret, 'app/b.yaml': configMap('b') }, { path: 'app' });
    expect(error.code).toBe('RENDER_YAML');
    expect(error.position).toMatchObject({ file: 'app/a.yaml', line: 6 });
    expect(error.message).toContain('app/a.yaml:6');
    expect(`${error.message} ${String(error.cause)}`).not.toContain('hunter2');
    expect(error.retry).toBe('never');
  });

  it('on broken JSON that was meant as a manifest', () => {
    const text = '{"apiVersion":"v1",\n"kind":"Secret",\n"metadata":{"name":"a"} "data":{"p":"hunter2"}}';
    const error = failure({ 'a.json': text });
    expect(error.code).toBe('RENDER_YAML');
    expect(error.message).toContain('a.json:3');
    expect(error.message).not.toContain('hunter2');
  });

  it('on two JSON objects in one file', () => {
    const one = '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"}}';
    expect(failure({ 'a.json': `${one}\n${one}` }).code).toBe('RENDER_YAML');
  });

  it('on a manifest that is not UTF-8', () => {
    const bytes = Buffer.concat([Buffer.from(configMap('a')), Buffer.from([0x23, 0xff, 0xfe])]);
    expect(failure({ 'a.yaml': bytes })).toMatchObject({ code: 'RENDER_YAML', position: { file: 'a.yaml' } });
  });

  it.each([
    ['nested YAML', { 'a.yaml': '['.repeat(100_000) }],
    ['nested JSON', { 'a.json': '['.repeat(100_000) + ']'.repeat(100_000) }],
  ])('on %s that is too deep', (_title, files) => {
    expect(failure(files).code).toBe('RENDER_LIMIT');
  });

  it('when the files together are too large', () => {
    const files = { 'a.yaml': configMap('a'), 'b.yaml': configMap('b') };
    expect(failure(files, { maxCombinedBytes: 60 })).toMatchObject({ code: 'RENDER_LIMIT' });
    expect(names(files, { maxCombinedBytes: 60, directory: { include: 'a.yaml' } })).toEqual(['a']);
  });

  it('on a link that leaves the tree', () => {
    expect(failure({ 'a.yaml': { link: '../../etc/passwd' }, 'b.yaml': configMap('b') }).code).toBe('TREE_ESCAPE');
    expect(failure({ 'a.yaml': { link: 'a.yaml' } }).code).toBe('TREE_LOOP');
  });

  it('on a Jsonnet file that is not excluded', () => {
    const files = { 'a.jsonnet': '{}', 'b.yaml': configMap('b') };
    expect(failure(files)).toMatchObject({ code: 'RENDER_UNSUPPORTED', position: { file: 'a.jsonnet' } });
    expect(names(files, { directory: { exclude: '*.jsonnet' } })).toEqual(['b']);
  });

  it('on a malformed glob', () => {
    const error = failure({ 'a.yaml': configMap('a') }, { directory: { include: '[a' } });
    expect(error).toMatchObject({ code: 'APPLICATION_INVALID' });
    expect(error.message).toContain('spec.source.directory.include');
  });

  it.each([
    ['/etc', 'absolute'],
    ['..', 'leads out'],
    ['apps/../../x', 'leads out'],
    ['apps/web/a.yaml', 'it is a file'],
    ['apps/gone/deep', 'only apps does'],
    ['gone', 'does not exist'],
  ])('on the path %s', (path, reason) => {
    const error = failure({ 'apps/web/a.yaml': configMap('a') }, { path });
    expect(error.code).toBe('RENDER_PATH');
    expect(error.message).toContain(JSON.stringify(path));
    expect(error.message).toContain(reason);
  });

  it('on a chart at the path, but not below it', () => {
    const error = failure({ 'app/Chart.yaml': '{}' }, { path: 'app' });
    expect(error.code).toBe('RENDER_HELM');
    expect(error.message).toContain('Cannot render chart app: validation: chart.metadata');
    expect(names({ 'app/Chart.yaml': '{}', 'a.yaml': configMap('a') })).toEqual(['a']);
    expect(render({ 'app/Chart.yaml': '{}' }, { path: 'app', directory: { recurse: true } }).manifests).toEqual([]);
  });
});

describe('FileCache', () => {
  it('makes two renders share a file, also under another name, but not across formats', () => {
    const cache = new FileCache();
    const text = '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"}}';
    const [first] = render({ 'a.yaml': text }, { cache }).manifests;
    const [second] = render({ 'x/b.yaml': text }, { cache, path: 'x' }).manifests;
    const [third] = render({ 'a.json': text }, { cache }).manifests;
    expect(second?.object).toBe(first?.object);
    expect(second?.position.file).toBe('x/b.yaml');
    expect(third?.object).not.toBe(first?.object);
    expect(third?.object).toEqual(first?.object);
  });
});
