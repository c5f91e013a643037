import { describe, expect, it } from 'vitest';
import { crdFiles, isLibraryChart } from '../../../../src/render/helm/chart.ts';
import { HelmError } from '../../../../src/render/helm/helm-error.ts';
import { loadChart } from '../../../../src/render/helm/load-chart.ts';
import { loadChartFiles } from '../../../../src/render/helm/load-chart-files.ts';
import { memoryTree } from '../../../../src/source/memory-tree.ts';
import { packTar } from './pack-tar.ts';

const CHART = 'apiVersion: v2\nname: web\nversion: 1.2.3\n';
const BOM = '\u{feff}';

function names(files: readonly { readonly name: string }[]): string[] {
  return files.map(({ name }) => name);
}

describe('loadChart()', () => {
  it('loadChart() sorts the files of a folder into templates, crds and others', () => {
    const tree = memoryTree({
      'c/Chart.yaml': `${BOM}${CHART}`,
      'c/values.yaml': `${BOM}a: 1\n`,
      'c/templates/b.yaml': `${BOM}x`,
      'c/templates/a/z.yaml': '',
      'c/templates/.hidden': '',
      'c/crds/one.yaml': '',
      'c/crds/README.md': '',
      'c/a.txt': '',
      'c/values.schema.json': '{}',
    });
    const chart = loadChart(tree, 'c');
    expect(names(chart.templates)).toEqual(['templates/a/z.yaml', 'templates/b.yaml']);
    expect(Buffer.from(chart.templates[1]?.data ?? '').toString()).toBe('x');
    expect(names(chart.files)).toEqual(['a.txt', 'crds/README.md', 'crds/one.yaml']);
    expect(crdFiles(chart).map(({ path }) => path)).toEqual(['web/crds/one.yaml']);
    expect([...chart.values]).toEqual([['a', 1]]);
    expect(chart.schema).toEqual(Buffer.from('{}'));
  });

  it('loadChart() leaves out what .helmignore names, folders as a whole', () => {
    const tree = memoryTree({
      'Chart.yaml': CHART,
      '.helmignore': '# comment\n*.md\n/docs/\nci/*.yaml\n',
      'README.md': '',
      'docs/a.txt': '',
      'x/docs/a.txt': '',
      'ci/a.yaml': '',
      'ci/a.txt': '',
    });
    expect(names(loadChart(tree, '').files)).toEqual(['.helmignore', 'ci/a.txt', 'x/docs/a.txt']);
  });

  it('loadChart() loads subcharts from folders and archives and skips names with a dot or underscore first', () => {
    const tree = memoryTree({
      'Chart.yaml': CHART,
      'charts/one/Chart.yaml': 'apiVersion: v1\nname: one\nversion: "1"\ntype: library\n',
      'charts/two-2.tgz': packTar([{ name: 'two/Chart.yaml', content: 'apiVersion: v1\nname: two\nversion: "2"\n' }]),
      'charts/_off/Chart.yaml': 'broken: [',
      'charts/.off/Chart.yaml': 'broken: [',
      'charts/two-2.tgz.prov': 'signature',
    });
    const chart = loadChart(tree, '.');
    expect(chart.dependencies.map(({ metadata }) => metadata.name)).toEqual(['one', 'two']);
    expect(chart.dependencies.map(isLibraryChart)).toEqual([true, false]);
    expect(names(chart.files)).toEqual(['charts/two-2.tgz.prov']);
  });

  it('loadChart() follows links that stay in the tree, and refuses those that leave it', () => {
    const inside = memoryTree({
      'c/Chart.yaml': CHART,
      'shared/a.yaml': 'x',
      'c/templates/a.yaml': { link: '../../shared/a.yaml' },
    });
    expect(Buffer.from(loadChart(inside, 'c').templates[0]?.data ?? '').toString()).toBe('x');
    const outside = memoryTree({ 'c/Chart.yaml': CHART, 'c/templates/a.yaml': { link: '../../../etc/passwd' } });
    expect(() => loadChart(outside, 'c')).toThrow(expect.objectContaining({ code: 'TREE_ESCAPE' }));
    const broken = memoryTree({ 'c/Chart.yaml': CHART, 'c/templates/a.yaml': { link: 'gone' } });
    expect(() => loadChart(broken, 'c')).toThrow(/error evaluating symlink c\/templates\/a\.yaml/);
  });

  it('loadChart() ends when links form a loop of folders', () => {
    const tree = memoryTree({ 'c/Chart.yaml': CHART, 'c/templates/again': { link: '..' } });
    expect(() => loadChart(tree, 'c')).toThrow(expect.objectContaining({ code: 'TREE_LOOP' }));
  });

  it.each([
    [
      'no chart',
      { 'x/values.yaml': '' },
      'unable to detect chart at x/Chart.yaml: open x/Chart.yaml: no such file or directory',
    ],
    ['an unknown version', { 'x/Chart.yaml': 'apiVersion: v9\n' }, 'unsupported chart version'],
    ['no name', { 'x/Chart.yaml': 'apiVersion: v2\n' }, 'validation: chart.metadata.name is required'],
    [
      'a version that is a float',
      { 'x/Chart.yaml': 'apiVersion: v2\nname: y\nversion: 72445e2\n' },
      'validation: chart.metadata.version "7.2445e+06" is invalid',
    ],
    [
      'a name that is a path',
      { 'x/Chart.yaml': 'apiVersion: v2\nname: ../y\nversion: "1"\n' },
      'validation: chart.metadata.name "../y" is invalid',
    ],
    [
      'an ignore file with **',
      { 'x/Chart.yaml': CHART, 'x/.helmignore': 'a/**' },
      'double-star (**) syntax is not supported',
    ],
    [
      'values that are a list',
      { 'x/Chart.yaml': CHART, 'x/values.yaml': '- a' },
      'cannot load values.yaml: cannot unmarshal yaml document: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go value of type map[string]interface {}',
    ],
    [
      'a broken subchart',
      { 'x/Chart.yaml': CHART, 'x/charts/sub/values.yaml': '' },
      'error unpacking subchart sub in web: Chart.yaml file is missing',
    ],
  ])('loadChart() refuses %s', (_name, files, message) => {
    expect(() => loadChart(memoryTree(files), 'x')).toThrow(new HelmError(message));
  });

  it('loadChart() takes numbers of Chart.yaml as texts the way Helm prints them', () => {
    const chart = [
      'apiVersion: v2\nname: web\nversion: 1.0\nappVersion: 72445e2\ndescription: 20261121',
      'home: 20261121.0\nicon: 0x10\ncondition: 1_000_000\ntags: 12345678901234567890123',
      'keywords: [1.5e9, 16777217.0, true, !!float 7000000, !!int 7000000, 9007199254740993]',
    ];
    const { metadata } = loadChart(memoryTree({ 'Chart.yaml': chart.join('\n') }), '');
    // What helm v4.3.1 prints of the same Chart.yaml with `{{ toJson .Chart }}`.
    expect(metadata).toMatchObject({
      version: '1',
      appVersion: '7.2445e+06',
      description: '20261121',
      home: '2.026112e+07',
      icon: '16',
      condition: '1000000',
      tags: '1.2345679e+22',
      keywords: ['1.5e+09', '1.6777216e+07', 'true', '7e+06', '7000000', '9007199254740993'],
    });
  });

  it('loadChart() keeps keys of JavaScript objects as data', () => {
    const text = '__proto__: {polluted: 1}\nconstructor: {prototype: {polluted: 1}}\n';
    const chart = loadChart(
      memoryTree({ 'Chart.yaml': `${CHART}annotations: {__proto__: x}\n`, 'values.yaml': text }),
      '',
    );
    expect([...chart.values.keys()]).toEqual(['__proto__', 'constructor']);
    expect(chart.metadata.annotations.get('__proto__')).toBe('x');
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });

  it('loadChart() ends charts in charts in charts', () => {
    const files = Array.from({ length: 60 }, (_, depth) => ({
      name: `${'charts/a/'.repeat(depth)}Chart.yaml`,
      data: Buffer.from(CHART),
    }));
    expect(() => loadChartFiles(files)).toThrow(/more than 50 deep/);
  });
});
