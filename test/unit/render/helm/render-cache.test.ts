import { describe, expect, it } from 'vitest';
import { FileCache } from '../../../../src/render/file-cache.ts';
import { type HelmTemplateOptions, helmTemplate, printChart } from '../../../../src/render/helm/index.ts';
import { loadChart } from '../../../../src/render/helm/load-chart.ts';
import { memoryTree } from '../../../../src/source/memory-tree.ts';
import { packTar } from './pack-tar.ts';

const CHART = 'apiVersion: v2\nname: web\nversion: 1.0.0\n';
const IMPORTING = `${CHART}dependencies: [{name: sub, version: 1.0.0, import-values: [{child: a, parent: b}]}]\n`;
const PRINT_ALL = 'values: {{ .Values | toJson }}\nchart: {{ .Chart | toJson }}\n';

describe('helmTemplate() with a cache', () => {
  it.each([
    ['values', '{{ $_ := set .Values.map "x" 1 }}{{ $_ := set (index .Values.list 0) "x" 1 }}'],
    ['what is imported', '{{ range .Chart.Dependencies }}{{ $_ := set (first .ImportValues) "child" "x" }}{{ end }}'],
    ['globals', '{{ $_ := set .Values.global.map "x" 1 }}'],
  ])('keeps changes of %s by a template out of the next render', (_, change) => {
    const files = {
      'Chart.yaml': IMPORTING,
      'values.yaml': 'map: {a: 1}\nlist: [{a: 1}]\nglobal: {map: {a: 1}}\n',
      'templates/a.yaml': PRINT_ALL + change,
      'charts/sub/Chart.yaml': CHART.replace('web', 'sub'),
      'charts/sub/values.yaml': 'a: {map: {b: 2}}\n',
    };
    expectSame(files, {});
  });

  it('keeps flags out of the values of a file', () => {
    const files = { 'Chart.yaml': CHART, 'templates/a.yaml': PRINT_ALL };
    const cache = new FileCache();
    const file = { name: 'v.yaml', text: 'a: {b: 1, c: [{d: 1}]}\n' };
    const before = render(files, { values: { files: [file] } }, cache);
    render(files, { values: { files: [file], set: ['a.b=2', 'a.c[0].d=2'] } }, cache);
    expect(render(files, { values: { files: [file] } }, cache)).toBe(before);
    expect(before).toContain('"b":1');
  });

  it('keeps a template that adds to what tpl reads out of the next render', () => {
    const values = 'text: \'{{ define "x" }}{{ .Values.n }}{{ end }}{{ include "x" . }}\'\nn: 1\n';
    expectSame({ 'Chart.yaml': CHART, 'values.yaml': values, 'templates/a.yaml': 'x: {{ tpl .Values.text . }}' }, {});
  });
});

describe('loadChart() with a cache', () => {
  it('parses files again only where they differ', () => {
    const cache = new FileCache();
    const load = (values: string) =>
      loadChart(memoryTree({ 'Chart.yaml': CHART, 'values.yaml': values }), '', { cache }).values;
    expect(load('a: 1\n')).toBe(load('a: 1\n'));
    expect(load('a: 2\n').get('a')).toBe(2);
  });

  it('counts an archive by what is in it', () => {
    const archive = packTar([
      { name: 'sub/Chart.yaml', content: CHART.replace('web', 'sub') },
      { name: 'sub/a.txt', content: 'a'.repeat(20_000) },
    ]);
    const load = (cache: FileCache) =>
      loadChart(memoryTree({ 'Chart.yaml': CHART, 'charts/sub.tgz': archive }), '', { cache }).dependencies[0]?.files;
    const small = new FileCache(10_000);
    expect(archive.length).toBeLessThan(10_000);
    expect(load(small)?.[0]).not.toBe(load(small)?.[0]);
    const large = new FileCache(100_000);
    expect(load(large)?.[0]).toBe(load(large)?.[0]);
  });
});

describe('tpl', () => {
  it.each([
    ['gives a text without actions as it is', '{{ tpl "a: }} <no value>b" . }}', 'a: }} b'],
    [
      'lets what a text defines be seen in what it includes, and nowhere else',
      '{{ tpl "{{ define \\"x\\" }}new{{ end }}{{ include \\"y\\" . }}" . }} {{ include "y" . }}',
      'new old',
    ],
    [
      'goes back to the outer text after an inner one',
      '{{ tpl "{{ define \\"x\\" }}1{{ end }}{{ tpl `{{ define \\"x\\" }}2{{ end }}{{ include \\"y\\" . }}` . }}{{ include \\"y\\" . }}" . }}',
      '21',
    ],
  ])('%s', (_, template, expected) => {
    const helpers = '{{ define "x" }}old{{ end }}{{ define "y" }}{{ include "x" . }}{{ end }}';
    const files = { 'Chart.yaml': CHART, 'templates/_h.tpl': helpers, 'templates/a.yaml': `x: |\n  ${template}` };
    expect(render(files, {}, undefined)).toContain(`x: |\n  ${expected}\n`);
  });
});

type Files = Readonly<Record<string, string>>;
type Options = Pick<HelmTemplateOptions, 'values'>;

function expectSame(files: Files, options: Options): void {
  const cache = new FileCache();
  const first = render(files, options, cache);
  expect(render(files, options, cache)).toBe(first);
  expect(render(files, options, undefined)).toBe(first);
}

function render(files: Files, options: Options, cache: FileCache | undefined): string {
  const caches = cache === undefined ? {} : { cache };
  return printChart(helmTemplate(memoryTree(files), '', { releaseName: 'r', namespace: 'n', ...options, ...caches }));
}
