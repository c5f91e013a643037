import { describe, expect, it } from 'vitest';
import type { CallContext } from '../../../../src/render/gotemplate/function-table.ts';
import { GoObject, type GoValue } from '../../../../src/render/gotemplate/value.ts';
import { capabilitiesFor } from '../../../../src/render/helm/capabilities.ts';
import { loadChart } from '../../../../src/render/helm/load-chart.ts';
import { type PreparedChart, prepareRender } from '../../../../src/render/helm/render-values.ts';
import { loadValues } from '../../../../src/render/helm/values.ts';
import { memoryTree } from '../../../../src/source/memory-tree.ts';
import { toPlain } from './read-golden.ts';

const RELEASE = { name: 'rel', namespace: 'ns', revision: 1, isUpgrade: false };

interface Case {
  readonly files?: Record<string, string>;
  readonly chart?: string;
  readonly values?: string;
  readonly name?: string;
  readonly kubeVersion?: string;
  readonly warnings?: string[];
}

function prepare({ files = {}, chart = '', values = '', name = 'rel', kubeVersion, warnings }: Case): PreparedChart {
  const tree = memoryTree({ 'Chart.yaml': `apiVersion: v2\nname: web\nversion: 1.0.0\n${chart}`, ...files });
  return prepareRender(loadChart(tree, ''), loadValues(values), {
    release: { ...RELEASE, name },
    capabilities: capabilitiesFor({ ...(kubeVersion !== undefined && { kubeVersion }), apiVersions: ['own/v1'] }),
    warn: (message) => warnings?.push(message),
  });
}

function field(value: GoValue, ...names: string[]): GoValue {
  return names.reduce<GoValue>(
    (at, name) => (at instanceof GoObject ? at.get(name) : (at as Map<string, GoValue>).get(name)),
    value,
  );
}

describe('prepareRender()', () => {
  it('prepareRender() gives templates Chart, Release and the coalesced Values', () => {
    const { top } = prepare({ files: { 'values.yaml': 'a: 1\nb: {c: 2, d: 3}\n' }, values: 'b: {c: null}\n' });
    expect(toPlain(field(top, 'Values'))).toEqual({ a: 1, b: { d: 3 } });
    expect(field(top, 'Chart', 'Name')).toBe('web');
    expect(field(top, 'Release', 'IsInstall')).toBe(true);
    expect(field(top, 'Release', 'Service')).toBe('Helm');
  });

  it('prepareRender() gives templates the capabilities', () => {
    const capabilities = field(prepare({ kubeVersion: '1.33.4-gke.1' }).top, 'Capabilities');
    expect(field(capabilities, 'KubeVersion', 'Version')).toBe('v1.33.4-gke.1');
    expect(field(capabilities, 'KubeVersion', 'Minor')).toBe('33');
    expect((field(capabilities, 'KubeVersion') as GoObject).toGoString()).toBe('v1.33.4');
    expect(field(capabilities, 'HelmVersion', 'Version')).toBe('v4.3');
    const context: CallContext = { charge: () => undefined };
    const has = (field(capabilities, 'APIVersions') as GoObject).typedMethod('Has');
    const asked = ['apps/v1', 'own/v1', 'gone/v1'].map((version) => has?.call([version], context));
    expect(asked).toEqual([true, true, false]);
  });

  it('prepareRender() says that a chart is deprecated', () => {
    const warnings: string[] = [];
    prepare({ chart: 'deprecated: true\n', warnings });
    expect(warnings).toContain('this chart is deprecated');
  });

  it.each<[string, Case, string]>([
    ['a library chart', { chart: 'type: library\n' }, 'library charts are not installable'],
    [
      'a missing dependency',
      { chart: 'dependencies: [{name: db, version: "1"}, {name: mq, version: "1"}]\n' },
      'found in Chart.yaml, but missing in charts/ directory: db, mq',
    ],
    [
      'a bad release name',
      { name: 'Rel' },
      'release name check failed: release name "Rel": invalid release name, must match regex ^[a-z0-9]([-a-z0-9]*[a-z0-9])?',
    ],
    [
      'another Kubernetes',
      { chart: 'kubeVersion: ">=1.40"\n', kubeVersion: '1.33' },
      'chart requires kubeVersion: >=1.40 which is incompatible with Kubernetes v1.33',
    ],
    [
      'values against the schema',
      { files: { 'values.schema.json': '{"required":["a"]}' } },
      "values don't meet the specifications of the schema(s) in the following chart(s):\nweb:\n- at '': missing property 'a'\n",
    ],
    [
      'a schema that is elsewhere',
      { files: { 'values.schema.json': '{"$ref":"https://example.com/s.json"}' } },
      'failing loading "https://example.com/s.json"',
    ],
    [
      'a schema outside the chart',
      { files: { 'values.schema.json': '{"$ref":"file:///etc/passwd"}' } },
      'failing loading "file:///etc/passwd"',
    ],
    [
      'values of a subchart that are no table',
      {
        files: { 'charts/db/Chart.yaml': 'apiVersion: v2\nname: db\nversion: "1"\n' },
        chart: 'dependencies: [{name: db, version: "1"}]\n',
        values: 'db: 1\n',
      },
      'chart dependencies processing failed: type mismatch on db: %!t(float64=1)',
    ],
    [
      'apiVersion v3',
      { files: { 'Chart.yaml': 'apiVersion: v3\nname: web\nversion: 1.0.0\n' } },
      'invalid chart apiVersion',
    ],
  ])('prepareRender() refuses %s', (_name, options, message) => {
    expect(() => prepare(options)).toThrow(message);
  });

  it('prepareRender() ends a schema that takes too much work', () => {
    const defs = Array.from({ length: 40 }, (_, n): [string, unknown] => [
      `d${n}`,
      { allOf: [{ $ref: `#/$defs/d${n + 1}` }, { $ref: `#/$defs/d${n + 1}` }] },
    ]);
    const schema = { $ref: '#/$defs/d0', $defs: Object.fromEntries([...defs, ['d40', true]]) };
    expect(() => prepare({ files: { 'values.schema.json': JSON.stringify(schema) } })).toThrow(
      /takes more than \d+ steps/,
    );
  });
});
