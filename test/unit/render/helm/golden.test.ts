import { describe, expect, it } from 'vitest';
import { fromJson } from '../../../../src/render/gotemplate/json-value.ts';
import type { GoMap } from '../../../../src/render/gotemplate/value.ts';
import { parseKubeVersion } from '../../../../src/render/helm/capabilities.ts';
import { isCompatibleRange } from '../../../../src/render/helm/compatible-range.ts';
import { parseHelmignore } from '../../../../src/render/helm/helmignore.ts';
import { validateValues } from '../../../../src/render/helm/schema/validate-values.ts';
import { parseSet, type SetKind } from '../../../../src/render/helm/strvals.ts';
import { loadValues } from '../../../../src/render/helm/values.ts';
import { outcome, readGolden, toPlain } from './read-golden.ts';

type Json = Parameters<typeof fromJson>[0];

describe('what the packages of Helm answer', () => {
  it('parseSet() sets and refuses what Helm does', () => {
    for (const { input, ...recorded } of readGolden<{ Kind: SetKind; Text: string; Dest: Json }>('strvals')) {
      const values = fromJson(input.Dest) as GoMap;
      const readFile = (path: string): string => {
        if (path === 'missing') throw new Error('open missing: no such file or directory');
        return `<${path}>`;
      };
      const ours = outcome(() => {
        parseSet(input.Text, values, { kind: input.Kind, readFile });
        return toPlain(values);
      });
      // Helm does not show why a value is no JSON, and neither do we.
      const isJsonError = input.Kind === 'json' && recorded.error !== undefined;
      if (isJsonError) expect(ours.error, input.Text).toBeDefined();
      else expect(ours, `${input.Kind} ${input.Text}`).toEqual(recorded);
    }
  });

  it('parseHelmignore() ignores what Helm ignores', () => {
    for (const { input, ...recorded } of readGolden<{ Text: string; Paths: string[] }>('helmignore')) {
      const ours = outcome(() => {
        const rules = parseHelmignore(input.Text);
        return input.Paths.map((path) => rules.ignores(path.replace(/\/$/, ''), path.endsWith('/')));
      });
      expect(ours, input.Text).toEqual(recorded);
    }
  });

  it('parseKubeVersion() reads what Helm reads', () => {
    for (const { input, ...recorded } of readGolden<{ Text: string }>('kube-version')) {
      const ours = outcome(() => {
        const { version, normalized, major, minor } = parseKubeVersion(input.Text);
        return [version, normalized, major, minor];
      });
      expect(ours, input.Text).toEqual(recorded);
    }
  });

  it('isCompatibleRange() agrees with Helm', () => {
    for (const { input, out } of readGolden<{ Kind: string; Text: string }>('compatible')) {
      expect(isCompatibleRange(input.Kind, input.Text), `${input.Kind} ${input.Text}`).toBe(out);
    }
  });

  it('loadValues() reads values as Helm does', () => {
    for (const { input, ...recorded } of readGolden<{ Text: string }>('values')) {
      expect(
        outcome(() => toPlain(loadValues(input.Text))),
        input.Text,
      ).toEqual(recorded);
    }
  });

  it('validateValues() words problems as the library of Helm does', () => {
    for (const { input, error = '' } of readGolden<{ Schema: string; Vals: Json }>('schema')) {
      const ours = validateValues(Buffer.from(input.Schema), fromJson(input.Vals) as GoMap);
      // Helm goes through properties in a random order.
      expect(ours.split('\n').toSorted(), input.Schema).toEqual(error.split('\n').toSorted());
    }
  });
});
