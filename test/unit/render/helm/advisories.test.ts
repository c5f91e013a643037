import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildHelm } from '../../../../src/cli/build-helm.ts';
import { HoldfastError } from '../../../../src/lib/errors.ts';
import { RenderBudget } from '../../../../src/render/gotemplate/budget.ts';
import { helmTemplate, printChart } from '../../../../src/render/helm/index.ts';
import type { ValueSources } from '../../../../src/render/helm/merge-value-sources.ts';
import { renderManifests } from '../../../../src/render/render-manifests.ts';
import { folderTree } from '../../../../src/source/folder-tree.ts';
import { type MemoryFile, memoryTree } from '../../../../src/source/memory-tree.ts';
import type { SourceTree } from '../../../../src/source/tree.ts';
import { packTar, type TarMember } from './pack-tar.ts';

// The classes are those of published advisories of Helm, Argo CD and Flux.

/** Stands for what is not the application's to read. */
const CANARY = 'canary-7f3a';
const CHART = 'apiVersion: v2\nname: c\nversion: 1.0.0\n';
const CONFIG_MAP = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n';

let root: string;

beforeAll(() => {
  root = mkdtempSync(path.join(tmpdir(), 'holdfast-advisories-'));
  mkdirSync(path.join(root, 'repo/chart/templates'), { recursive: true });
  mkdirSync(path.join(root, 'repo/other'), { recursive: true });
  const secret = `apiVersion: v1\nkind: Secret\nmetadata: {name: ${CANARY}}\n`;
  for (const file of ['secret.yaml', 'repo/other/secret.yaml']) writeFileSync(path.join(root, file), secret);
  writeFileSync(path.join(root, 'repo/chart/Chart.yaml'), CHART);
  writeFileSync(
    path.join(root, 'repo/chart/templates/x.yaml'),
    `${CONFIG_MAP}data: {v: {{ toJson .Values | quote }}}\n`,
  );
  const link = (target: string, name: string): void => symlinkSync(target, path.join(root, 'repo', name));
  link('../secret.yaml', 'link-out');
  link(path.join(root, 'secret.yaml'), 'link-absolute');
  link('link-out', 'link-chain');
  link('link-loop', 'link-loop');
  link('..', 'link-folder');
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

/** From the chart's folder. */
const OUTSIDE: readonly string[] = [
  '../../secret.yaml',
  'templates/../../../secret.yaml',
  '../../../../../../../../etc/passwd',
  '/../secret.yaml',
  'file:///etc/passwd',
  '%2e%2e/%2e%2e/secret.yaml',
  '..\\..\\secret.yaml',
  'x\0/../../../secret.yaml',
  '../link-out',
  '../link-absolute',
  '../link-chain',
  '../link-loop',
  '../link-folder/secret.yaml',
];

describe('advisory class 1: reading what is not the chart’s', () => {
  it.each(OUTSIDE)('valueFiles and fileParameters refuse %j', (file) => {
    const sources = [{ valueFiles: [file] }, { fileParameters: [{ name: 'v', path: file }] }];
    for (const helm of sources) {
      const failure = failureOf(() => renderManifests(repository(), { source: { path: 'chart', helm }, appName: 'a' }));
      expect(failure.message).not.toContain(CANARY);
      expect(failure.message).toMatch(/valueFiles|fileParameters|values file|secret\.yaml|passwd|link-/);
    }
  });

  it.each(OUTSIDE)('helmCharts of a kustomization refuse %j', (file) => {
    const charts = [
      `helmCharts: [{name: chart, valuesFile: ${JSON.stringify(file)}}]`,
      `helmCharts: [{name: chart, additionalValuesFiles: [${JSON.stringify(file)}]}]`,
      `helmGlobals: {chartHome: ${JSON.stringify(file)}}\nhelmCharts: [{name: chart}]`,
      `helmCharts: [{name: ${JSON.stringify(`../${file}`)}}]`,
    ];
    for (const kustomization of charts) {
      const tree = overlay(repository(), 'chart/kustomization.yaml', kustomization.replace(': chart,', ': ".",'));
      const kustomizeBuildOptions = '--enable-helm --load-restrictor LoadRestrictionsNone';
      const render = () => renderManifests(tree, { source: { path: 'chart', kustomize: {} }, kustomizeBuildOptions });
      expect(failureOf(render).message).not.toContain(CANARY);
    }
  });

  it.each(['../other/secret.yaml', '/other/secret.yaml', 'templates/../../other/secret.yaml', ...OUTSIDE])(
    '.Files finds nothing at %j',
    (file) => {
      const name = JSON.stringify(file);
      const template = `a: {{ .Files.Get ${name} }}{{ .Files.Lines ${name} }}{{ range $p, $_ := .Files.Glob "**" }}{{ $p }} {{ end }}`;
      const tree = overlay(repository(), 'chart/templates/files.yaml', template);
      const text = print(tree, 'chart');
      expect(text).toContain('# Source: c/templates/files.yaml\na: []');
      expect(text).not.toContain(CANARY);
      expect(text).not.toContain('secret.yaml');
    },
  );

  it.each(['link-out', 'link-absolute', 'link-chain', 'link-loop'])(
    'a template that is a link like %s fails',
    (link) => {
      const target = { 'link-loop': 'x.yaml', 'link-out': '../../../secret.yaml', 'link-chain': 'y.yaml' }[link];
      const tree = memoryTree({
        'chart/Chart.yaml': CHART,
        'chart/templates/x.yaml': { link: target ?? '/etc/passwd' },
        'chart/templates/y.yaml': { link: '../../../secret.yaml' },
      });
      expect(['TREE_ESCAPE', 'TREE_LOOP', 'RENDER_HELM']).toContain(failureOf(() => print(tree, 'chart')).code);
    },
  );

  it.each(['file:///etc/passwd', '../other/secret.yaml', 'https://127.0.0.1:1/schema.json', '//127.0.0.1/x'])(
    'values.schema.json follows no $ref to %s',
    (ref) => {
      const tree = overlay(repository(), 'chart/values.schema.json', JSON.stringify({ $ref: ref }));
      const { message, code } = failureOf(() => print(tree, 'chart'));
      expect(code).toBe('RENDER_HELM');
      expect(message).not.toContain(CANARY);
    },
  );

  it('a dependency with file:// is not read: only charts/ counts', () => {
    const chart = `${CHART}dependencies: [{name: other, version: "*", repository: "file://../other"}]\n`;
    const tree = memoryTree({ 'chart/Chart.yaml': chart, 'other/Chart.yaml': CHART.replace('name: c', 'name: other') });
    expect(failureOf(() => print(tree, 'chart')).message).toMatch(/missing in charts\/ directory: other/);
  });
});

describe('advisory class 2: writing what is not the chart’s', () => {
  const MEMBERS: readonly (readonly [what: string, member: TarMember, isRefused?: boolean])[] = [
    ['a name above the chart', { name: 'c/../../x' }, true],
    ['an absolute name', { name: '/etc/x' }],
    ['a drive', { name: 'c:/x' }],
    ['backslashes', { name: 'c\\..\\..\\x' }, true],
    ['a link', { name: 'c/templates/l', type: '2' }],
    ['a hard link', { name: 'c/templates/l', type: '1' }],
    ['a device', { name: 'c/templates/l', type: '3' }],
    ['a pipe', { name: 'c/templates/l', type: '6' }],
    ['another case', { name: 'c/TEMPLATES/X.yaml', content: CONFIG_MAP }],
    ['another form of Unicode', { name: 'c/templates/e\u0301.yaml', content: CONFIG_MAP }],
  ];

  const rows = MEMBERS.map(([what, member, isRefused = false]) => ({ what, member, isRefused }));
  it.each(rows)('an archive with $what leads to nothing outside --output-dir', ({ member, isRefused }) => {
    const members = [
      { name: 'c/Chart.yaml', content: CHART },
      { name: 'c/templates/x.yaml', content: CONFIG_MAP },
      member,
    ];
    expect(written({ 'c.tgz': packTar(members) }, 'c.tgz')).toEqual(isRefused ? ['in'] : ['in', 'out']);
  });

  it.each(['..', '.', '../../x', 'a/b', '/x'])('a chart named %j writes nothing', (name) => {
    const files = {
      'c/Chart.yaml': CHART.replace('name: c', `name: ${JSON.stringify(name)}`),
      'c/templates/x.yaml': CONFIG_MAP,
    };
    expect(written(files, 'c')).toEqual(['in']);
  });
});

describe('advisory class 7: bombs end at a bound', () => {
  const BOMB = `a: &a [x,x,x,x,x,x,x,x,x]\n${Array.from('bcdefghi')
    .map((key, at) => `${key}: &${key} [${`*${'abcdefgh'[at] ?? ''},`.repeat(9)}]\n`)
    .join('')}`;
  const FILES: readonly (readonly [string, Readonly<Record<string, MemoryFile>>])[] = [
    ['values of aliases', { 'values.yaml': BOMB }],
    ['values 100 000 deep', { 'values.yaml': `a: ${'['.repeat(100_000)}${']'.repeat(100_000)}` }],
    ['Chart.yaml of aliases', { 'Chart.yaml': CHART + BOMB }],
    [
      'a schema that is its own $ref',
      { 'values.schema.json': '{"$ref": "#"}', 'templates/x.yaml': '{{ fail "end" }}' },
    ],
    ['a schema 50 000 deep', { 'values.schema.json': `${'{"items":'.repeat(50_000)}{}${'}'.repeat(50_000)}` }],
    ['a long range', { 'templates/x.yaml': '{{ range until 1000000000 }}x{{ end }}' }],
    ['ranges in ranges', { 'templates/x.yaml': `${'{{ range until 1000 }}'.repeat(5)}x${'{{ end }}'.repeat(5)}` }],
    [
      'a template within itself',
      { 'templates/x.yaml': '{{ define "x" }}{{ include "x" . }}{{ end }}{{ include "x" . }}' },
    ],
    ['tpl within itself', { 'templates/x.yaml': '{{ $t := "{{ tpl .t . }}" }}{{ tpl $t (dict "t" $t) }}' }],
    [
      'a text that doubles',
      { 'templates/x.yaml': '{{ $s := "x" }}{{ range until 64 }}{{ $s = print $s $s }}{{ end }}{{ $s }}' },
    ],
    ['repeat', { 'templates/x.yaml': '{{ repeat 2000000000 "x" }}' }],
    [
      'a list that doubles',
      { 'templates/x.yaml': '{{ $l := list 1 }}{{ range until 64 }}{{ $l = concat $l $l }}{{ end }}' },
    ],
    ['keys without end', { 'templates/x.yaml': '{{ range until 100000 }}{{ genPrivateKey "rsa" }}{{ end }}' }],
    ['hashes without end', { 'templates/x.yaml': '{{ range until 100000 }}{{ htpasswd "a" "b" }}{{ end }}' }],
    ['an archive of zeros', { 'charts/z.tgz': packTar([{ name: 'z/a', content: Buffer.alloc(110 * 1024 * 1024) }]) }],
    ['documents of aliases', { 'templates/x.yaml': BOMB }],
    ['toYaml of what holds itself', { 'templates/x.yaml': '{{ $d := dict }}{{ $_ := set $d "d" $d }}{{ toYaml $d }}' }],
  ];

  it.each(FILES)('%s', (_, files) => {
    expect(['RENDER_HELM', 'RENDER_LIMIT']).toContain(failureOf(() => print(chartTree(files), 'c')).code);
  });

  it.each(['a[9000000000]=1', 'a[99999999999999999999]=1', `${'a.'.repeat(100_000)}b=1`, `a${'[0]'.repeat(50_000)}=1`])(
    '--set %.40s',
    (text) => {
      expect(['RENDER_HELM', 'RENDER_LIMIT']).toContain(
        failureOf(() => print(chartTree({}), 'c', { set: [text] })).code,
      );
    },
  );

  it('a regular expression takes time in proportion to the text', () => {
    const template = `a: {{ regexMatch "^(a+)+$" "${'a'.repeat(5000)}b" }}`;
    expect(print(chartTree({ 'templates/x.yaml': template }), 'c')).toContain('a: false');
  });
});

describe('advisory class 8: a poisonous chart fails alone', () => {
  it.each<readonly [string | Uint8Array, string]>([
    ['', 'an empty Chart.yaml'],
    ['[]', 'a list'],
    ['null', 'null'],
    ['apiVersion: [v2]\n', 'a version that is a list'],
    [`${CHART}dependencies: [null]\n`, 'a dependency that is null'],
    [`${CHART}dependencies: [{name: {}, version: []}]\n`, 'a dependency of the wrong types'],
    [`${CHART}dependencies: [{name: a, version: 1}, {name: a, version: 1}]\n`, 'a dependency twice'],
    [`${CHART}maintainers: [null]\n`, 'a maintainer that is null'],
    [`${CHART}version: "\\u0000"\n`, 'a version of NUL'],
    [CHART.replace('1.0.0', 'x'.repeat(10_000)), 'a long version'],
    [`${CHART}kubeVersion: ">=${'9'.repeat(5000)}"\n`, 'a large version'],
    [`${CHART}annotations: {a: 1}\n`, 'an annotation that is a number'],
    ['\u{FEFF}%YAML 9\n---\n&a [*a]', 'an alias within itself'],
    [Buffer.from([0xff, 0xfe, 0x00]), 'bytes that are no text'],
  ])('Chart.yaml %j', (text) => {
    const failure = failureOf(() =>
      print(memoryTree({ 'c/Chart.yaml': text, 'c/templates/x.yaml': '{{ fail "end" }}' }), 'c'),
    );
    expect(['RENDER_HELM', 'RENDER_LIMIT']).toContain(failure.code);
    expect(print(chartTree({}), 'c')).toContain('kind: ConfigMap');
  });
});

describe('advisory class 13: templates reach no machine', () => {
  it.each(['env "HOME"', 'expandenv "$HOME"', 'exec "id"', 'readFile "/etc/passwd"', 'readDir "/"', 'httpGet "x"'])(
    'there is no {{ %s }}',
    (call) => {
      const { message } = failureOf(() => print(chartTree({ 'templates/x.yaml': `{{ ${call} }}` }), 'c'));
      expect(message).toContain(`function "${call.split(' ')[0] ?? ''}" not defined`);
    },
  );

  it('getHostByName and lookup find nothing', () => {
    const template = 'a: "{{ getHostByName "localhost" }}"\nb: {{ lookup "v1" "Secret" "" "" | toJson }}\n';
    expect(print(chartTree({ 'templates/x.yaml': template }), 'c')).toContain('a: ""\nb: {}\n');
  });
});

describe('advisory class 14: names of JavaScript are names like any other', () => {
  const VALUES = '__proto__: {polluted: yes}\nconstructor: {prototype: {polluted: yes}}\nprototype: 1\ntoString: 2\n';
  const TEMPLATE = `${CONFIG_MAP}data: {v: {{ toJson .Values | quote }}, m: {{ mergeOverwrite (dict "__proto__" (dict "polluted" 1)) .Values | keys | len }}}\n`;

  it.each<readonly [string, Readonly<Record<string, MemoryFile>>, ValueSources]>([
    ['values.yaml', { 'values.yaml': VALUES }, {}],
    ['-f', {}, { files: [{ name: 'f', text: VALUES }] }],
    ['-f over values.yaml', { 'values.yaml': VALUES }, { files: [{ name: 'f', text: VALUES }] }],
    ['--set', {}, { set: ['__proto__.polluted=true,constructor.prototype.polluted=true,prototype=1,toString=2'] }],
    [
      '--set-json',
      {},
      {
        json: [
          '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},"prototype":1,"toString":2}',
        ],
      },
    ],
  ])('in %s', (_, files, values) => {
    const text = print(chartTree({ 'templates/x.yaml': TEMPLATE, ...files }), 'c', values);
    expect(text).toContain('\\"__proto__\\":{\\"polluted\\":true}');
    expect(text).toContain('\\"constructor\\":{\\"prototype\\":{\\"polluted\\":true}}');
    expect(text).toContain('m: 4');
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('as names of templates, files, subcharts and annotations', () => {
    const tree = chartTree({
      'Chart.yaml': `${CHART}annotations: {__proto__: x}\n`,
      'templates/x.yaml': `{{ define "__proto__" }}p{{ end }}${CONFIG_MAP}data: {a: {{ include "__proto__" . }}, b: {{ .Files.Get "__proto__" }}, c: {{ index .Chart.Annotations "__proto__" }}}\n`,
      ['__proto__']: 'file',
      'charts/constructor/Chart.yaml': CHART.replace('name: c', 'name: constructor'),
      'charts/constructor/templates/y.yaml': 'a: {{ .Chart.Name }}\n',
    });
    const text = print(tree, 'c');
    expect(text).toContain('data: {a: p, b: file, c: x}');
    expect(text).toContain('# Source: c/charts/constructor/templates/y.yaml\na: constructor\n');
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });
});

function repository(): SourceTree {
  return folderTree(path.join(root, 'repo'));
}

/** The tree with one more file in it. */
function overlay(tree: SourceTree, file: string, content: string): SourceTree {
  const [folder = '', ...names] = file.split('/');
  return {
    ...tree,
    id: tree.id,
    read: (at) => (at === file ? Buffer.from(content) : tree.read(at)),
    list: (at) => {
      const entries = tree.list(at);
      const isParent = at === [folder, ...names.slice(0, -1)].join('/');
      return isParent && entries !== undefined
        ? [...entries, { name: names.at(-1) ?? '', kind: 'file', oid: file }]
        : entries;
    },
    realPath: (at) => (at === file ? file : tree.realPath(at)),
    stat: (at) => (at === file ? { name: names.at(-1) ?? '', kind: 'file', oid: file } : tree.stat(at)),
  };
}

function chartTree(files: Readonly<Record<string, MemoryFile>>): SourceTree {
  const all: [string, MemoryFile][] = [
    ['Chart.yaml', CHART],
    ['templates/x.yaml', CONFIG_MAP],
  ];
  return memoryTree(new Map([...all, ...Object.entries(files)].map(([name, file]) => [`c/${name}`, file])));
}

function print(tree: SourceTree, chart: string, values: ValueSources = {}): string {
  // A tenth of the default, to spare time: bombs have no size of their own.
  const budget = new RenderBudget({ maxWork: 10_000_000 });
  return printChart(helmTemplate(tree, chart, { releaseName: 'r', namespace: 'n', values, budget }));
}

function failureOf(act: () => unknown): HoldfastError {
  try {
    act();
  } catch (error) {
    const failure = HoldfastError.from(error);
    if (failure.code === 'INTERNAL') throw error;
    return failure;
  }
  throw new Error('it did not fail');
}

/** What is in a fresh folder beside itself after the chart was written to `out` in it. */
function written(files: Readonly<Record<string, string | Uint8Array>>, chart: string): string[] {
  const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-written-'));
  try {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(folder, 'a/in', name)), { recursive: true });
      writeFileSync(path.join(folder, 'a/in', name), content);
    }
    const io = { out: () => undefined, error: () => undefined, folder: path.join(folder, 'a/in'), input: () => '' };
    buildHelm([chart, '--output-dir', '../out'], { ...io, variables: {} });
    expect(readdirSync(folder)).toEqual(['a']);
    const out = path.join(folder, 'a/out');
    if (existsSync(out)) expect(readdirSync(out)).toEqual(['c']);
    return readdirSync(path.join(folder, 'a')).sort();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
