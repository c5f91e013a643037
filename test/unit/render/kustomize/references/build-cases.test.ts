import { describe, expect, it } from 'vitest';
import { missingFromMessage } from '../../../../conformance/missing-from-message.ts';
import { type BuildCase, buildError, buildText, readBuildCases } from '../resource/read-build-cases.ts';

const FILES = ['references/names.jsonl', 'references/vars.jsonl', 'replacements/replacements.jsonl'];

const titled = (cases: BuildCase[]): [string, BuildCase][] => cases.map((one) => [one.name, one]);

describe.each(FILES)('buildKustomization() with %s', (file) => {
  const cases = readBuildCases(file);

  it.each(titled(cases.filter(({ error }) => error === undefined)))('prints what kustomize prints for %s', (_, one) => {
    expect(buildText(one.files)).toBe(one.expected);
  });

  it.each(titled(cases.filter(({ error }) => error !== undefined)))('fails as kustomize does for %s', (_, one) => {
    expect(missingFromMessage(one.error ?? '', buildError(one.files), '/nonexistent')).toEqual([]);
  });
});
