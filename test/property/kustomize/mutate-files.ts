import type { Random } from '../../conformance/generate/random.ts';

/** Texts of files by their paths. */
export type Files = ReadonlyMap<string, string>;

/** What tends to be handled badly: null in all its forms, odd keys, directives, numbers at their limits, bad bytes. */
const FRAGMENTS: readonly string[] = [
  'null',
  '~',
  '',
  '""',
  '[]',
  '{}',
  '[{}]',
  '[null]',
  '{a: }',
  '-',
  '---',
  '...',
  '? a',
  ': b',
  '!!binary x',
  '!x y',

  '&a [*a]',
  '*b',
  '<<: {a: b}',
  '<<: [{a: b}]',
  '<<: 1',
  '|',
  '>-',
  "'",
  '"',
  '# c',
  '\t',
  '\0',
  '\u0085',
  '\ud800',
  '\ufeff',

  '__proto__',
  '__proto__: {polluted: true}',
  'constructor: {prototype: {polluted: true}}',
  'toString',
  'hasOwnProperty: 1',

  '$patch: delete',
  '$patch: replace',
  '$patch: merge',
  '$patch: x',
  '$deleteFromPrimitiveList/a: [b]',
  '$retainKeys: [a]',

  '$setElementOrder/containers: [{name: a}]',
  '$(VAR)',
  '$$(A)',
  '$(',
  'kind: List',
  'items: [a, {}]',
  'kind: ',
  'kind: 1',

  'apiVersion: ',
  'metadata: ',
  'metadata: {name: }',
  'name: ',
  'namespace: ',
  'annotations: []',
  'labels: x',
  'data: []',

  '1e999',
  '-0',
  '0x1f',
  '9223372036854775808',
  '1_000',
  '.inf',
  '2020-01-01',
  'yes',
  'a.b.[c=d].*',
  'spec.*.0.-',
  '[=]',

  'op: add',
  'path: /',
  'path: /-/0/~2',
  'value: ',
  '[{"op":"remove","path":""}]',
  '[{"op":"replace","path":"","value":[]}]',

  '..',
  '../..',
  '/',
  '.',
  'https://',
  'file:///etc/passwd',
  'github.com/a/b',
  '%2e%2e/',
  'a/../..',
  'a\\..\\b',
  '~/',

  'buildMetadata: [originAnnotations, transformerAnnotations, managedByLabel]',
  'allowNameChange: true',
  'behavior: merge',

  'config.kubernetes.io/origin: "["',
  'internal.config.kubernetes.io/previousNames: a,b',
  'config.kubernetes.io/local-config: "true"',

  'internal.config.kubernetes.io/previousKinds: a',
  'alpha.config.kubernetes.io/transformations: "{"',
  '(',
  'a{9999}',
  '[[:x:]]',
];

/** Some of the files with something broken in them; all choices are by `random`. */
export function mutateFiles(random: Random, files: Files): Map<string, string> {
  const mutated = new Map(files);
  const paths = [...files.keys()];
  for (let count = random.chance(0.7) ? 1 : 3; count > 0; count--) {
    const path = random.pick(paths);
    const lines = (mutated.get(path) ?? '').split('\n');
    const change = random.pick(CHANGES);
    change(lines, random, mutated);
    mutated.set(path, lines.join('\n'));
  }
  return mutated;
}

type Change = (lines: string[], random: Random, files: Files) => void;

const CHANGES: readonly Change[] = [
  (lines, random) => void lines.splice(below(random, lines.length), 1 + below(random, 3)),
  (lines, random) => void lines.splice(below(random, lines.length), 0, indentedFragment(lines, random)),
  (lines, random) => duplicateLines(lines, random),
  (lines, random) =>
    rewriteLine(lines, random, (line) =>
      line.replace(/([:-] +).*$/, (_, head: string) => head + random.pick(FRAGMENTS)),
    ),
  (lines, random) =>
    rewriteLine(lines, random, (line) => line.replace(/[^\s:-][^:]*(?=:)/, () => random.pick(FRAGMENTS))),
  (lines, random) =>
    rewriteLine(lines, random, (line) => (below(random, 2) === 0 ? `  ${line}` : line.replace(/^ {1,2}/, ''))),
  (lines, random) => rewriteLine(lines, random, (line) => cutText(line, random) + random.pick(FRAGMENTS)),
  (lines, random, files) => lines.push('---', ...(random.pick([...files.values()]) ?? '').split('\n')),
  (lines, random) => void lines.splice(1 + below(random, lines.length)),
];

function indentedFragment(lines: readonly string[], random: Random): string {
  const indent = /^[ -]*/.exec(random.pick(lines))?.[0] ?? '';
  return indent + random.pick(FRAGMENTS);
}

function duplicateLines(lines: string[], random: Random): void {
  const from = below(random, lines.length);
  lines.splice(below(random, lines.length), 0, ...lines.slice(from, from + 1 + below(random, 4)));
}

function rewriteLine(lines: string[], random: Random, rewrite: (line: string) => string): void {
  const at = below(random, lines.length);
  lines[at] = rewrite(lines[at] ?? '');
}

function cutText(line: string, random: Random): string {
  return line.slice(0, below(random, line.length + 1));
}

/** An index below `length`, or 0. */
function below(random: Random, length: number): number {
  return random.integer(0, Math.max(length - 1, 0));
}
