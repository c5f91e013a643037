import { describe, expect, it } from 'vitest';
import type { GoMap } from '../../../../src/render/gotemplate/value.ts';
import { HelmError } from '../../../../src/render/helm/helm-error.ts';
import { mergeValueSources } from '../../../../src/render/helm/merge-value-sources.ts';
import { parseSet } from '../../../../src/render/helm/strvals.ts';
import { loadValues, mergeMaps } from '../../../../src/render/helm/values.ts';
import { toPlain } from './read-golden.ts';

describe('values', () => {
  it('mergeValueSources() puts later kinds over earlier ones', () => {
    const values = mergeValueSources({
      files: [
        { name: 'a.yaml', text: 'a: {x: 1, o: 1}\nb: 1\nc: [1, 2]\n' },
        { name: 'b.yaml', text: 'a: {x: 2}\nb: null\n' },
      ],
      json: ['{"a":{"j":1},"c":[3]}', 'd={"k":[true]}'],
      set: ['c[1]=5,a.s=true'],
      strings: ['a.s=true'],
      setFiles: ['f=path'],
      literals: ['l=a,b={x}'],
      readFile: (path) => `content of ${path}`,
    });
    expect(toPlain(values)).toEqual({
      a: { x: 2, o: 1, j: 1, s: 'true' },
      b: null,
      c: [3, { $int64: '5' }],
      d: { k: [true] },
      f: 'content of path',
      l: 'a,b={x}',
    });
  });

  it('mergeValueSources() names the file or flag, and never quotes JSON', () => {
    const file = { files: [{ name: 'secret.yaml', text: 'a: [' }] };
    expect(() => mergeValueSources(file)).toThrow(/^failed to parse secret\.yaml: /);
    expect(() => mergeValueSources({ set: ['a'] })).toThrow('failed parsing --set data: key "a" has no value');
    expect(() => mergeValueSources({ json: ['a={"password": hunter2'] })).toThrow(
      new HelmError('failed parsing --set-json data for a'),
    );
  });

  it('mergeMaps() leaves its arguments as they are', () => {
    const a = loadValues('a: {x: 1}');
    const b = loadValues('a: {o: 2}');
    expect(toPlain(mergeMaps(a, b))).toEqual({ a: { x: 1, o: 2 } });
    expect(toPlain(a)).toEqual({ a: { x: 1 } });
    expect(toPlain(b)).toEqual({ a: { o: 2 } });
  });

  it('loadValues() lets the last of repeated keys win, in nested and flow mappings too', () => {
    const text = 'a: {k: 1, "k": 2}\nb:\n  - x: &one {y: [1]}\n    x: 2\na:\n  z: 3\n';
    expect(toPlain(loadValues(text))).toEqual({ a: { z: 3 }, b: [{ x: 2 }] });
  });

  it('parseSet() bounds indexes, nesting and lists', () => {
    const set = (text: string): void => parseSet(text, new Map(), { kind: 'set' });
    expect(() => set('a[9000000000]=1')).toThrow(
      'index of 9000000000 is greater than maximum supported index of 65536',
    );
    expect(() => set(`${'a.'.repeat(31)}b=1`)).toThrow(/maximum supported nested level of 30/);
    expect(() => set(`a${'[0]'.repeat(20_000)}=1`)).toThrow(/nested more than 500 deep/);
    const many = Array.from({ length: 100 }, (_, index) => `k${index}[65536]=1`).join(',');
    expect(() => set(many)).toThrow(/more than 4000000 items/);
  });

  it('parseSet() keeps keys of JavaScript objects as data', () => {
    const values: GoMap = new Map();
    parseSet('__proto__.polluted=1,constructor.prototype.polluted=1', values, { kind: 'set' });
    expect([...values.keys()]).toEqual(['__proto__', 'constructor']);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });
});

describe('loadValues() of a template that nothing has rendered', () => {
  // Recorded from loader.LoadValues of helm.sh/helm/v4@v4.3.1.
  it.each([
    ['a: {{ .Values.x }}', 'yaml: invalid map key: map[interface {}]interface {}{".Values.x":interface {}(nil)}'],
    ['a: {{- .x }}', 'yaml: did not find expected node content'],
    ['a:\n  {{- toYaml .x | nindent 2 }}\nb: 2', 'yaml: line 1: did not find expected node content'],
    ['a: 1\n{{- if .x }}\nb: 1\n{{- end }}\n', "yaml: line 3: could not find expected ':'"],
    ['a: 1\n{{ include "x" . }}\n', "yaml: line 3: could not find expected ':'"],
  ])('loadValues() refuses %j in the words of libyaml', (text, message) => {
    expect(() => loadValues(text)).toThrow(
      new HelmError(`cannot unmarshal yaml document: error converting YAML to JSON: ${message}`),
    );
  });
});
