import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../../src/object/kube-object.ts';
import { parseJson, printJson } from '../../../src/yaml/json.ts';
import { parseYamlDocuments } from '../../../src/yaml/parse-documents.ts';
import { printYaml } from '../../../src/yaml/print.ts';

const folder = resolve(import.meta.dirname, '../../golden/yaml');

interface Line {
  readonly in?: JsonValue;
  readonly yaml?: string;
  readonly out: string;
  readonly error?: boolean;
}

function readLines(name: string): Line[] {
  const text = readFileSync(resolve(folder, name), 'utf8').trim();
  return text.split('\n').map((line) => parseJson(line) as unknown as Line);
}

describe('printYaml() writes what Go writes', () => {
  const lines = readLines('print.jsonl');

  it.each(lines.map((line, index) => [index + 1, line] as const))('print.jsonl:%i', (_number, line) => {
    expect(line.error).toBeUndefined();
    expect(printYaml(line.in ?? null)).toBe(line.out);
  });

  it('in all of at least 600 cases', () => {
    expect(lines.length).toBeGreaterThanOrEqual(600);
  });
});

describe('parseYamlDocuments() reads what Go reads', () => {
  const lines = readLines('parse.jsonl');

  it.each(lines.map((line, index) => [index + 1, line] as const))('parse.jsonl:%i', (_number, line) => {
    const text = line.yaml ?? '';
    const parse = () => parseYamlDocuments(text, { file: 'case.yaml' }).map(({ value }) => value);
    if (line.error === true) expect(parse).toThrow('Cannot parse case.yaml');
    // By way of JSON, where Go's floats beyond 2^53 look like integers. The sign of a zero is not kept here.
    else expect(parseJson(printJson(parse()))).toEqual(parseJson(line.out.replaceAll(/-0(?=[,\]}])/g, '0')));
  });
});
