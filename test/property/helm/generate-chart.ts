import { Random } from '../../conformance/generate/random.ts';
import { generateDocument } from './generate-document.ts';
import { Expressions } from './generate-expression.ts';
import { Statements } from './generate-statement.ts';

/** Texts of a chart's files by their paths. */
export type ChartFiles = ReadonlyMap<string, string>;

const CHART_YAML = `apiVersion: v2
name: c
version: 1.2.3
appVersion: "4.5"
annotations: {a: b}
maintainers: [{name: m, email: e@x}]
`;

const HELPERS = `{{- define "h.name" -}}{{ .Chart.Name | default "x" }}-n{{- end -}}
{{- define "h.list" }}{{ range $i, $e := . }}{{ $i }}={{ $e }};{{ end }}{{ end -}}
{{- define "h.fail" }}{{ fail "asked for" }}{{ end -}}
{{- define "h.echo" }}[{{ . }}]{{ end -}}
`;

const VALUES = `s: some text
text: "multi\\nline\\n"
two: 2
f: 2.5
big: 9007199254740993
huge: 12345678901234567890123
neg: -7
epoch: 1700000000
t: true
nothing: null
list: [a, b, c]
mixed: [1, "2", 3.5, null, true, {a: 1}, [x]]
empty: []
emptyMap: {}
map: {a: 1, b: x, c: {d: [1, 2, {e: f}]}, "1": one, "a b": sp}
deep: {a: {b: {c: {d: end}}}, list: [{name: x, v: 1}, {name: y, v: 2}]}
`;

/** What differs from one chart to the next. */
export interface MadeChart {
  readonly template: string;
  /** `.Values.rnd`, in YAML on one line. */
  readonly document: string;
}

/** What a seed alone decides. */
export function generateChart(seed: number): MadeChart {
  const random = new Random(seed);
  return { document: generateDocument(random, 3), template: generateTemplate(random) };
}

/** The files of a chart: what was made beside helpers and values that are always the same. */
export function chartFiles({ template, document }: MadeChart): ChartFiles {
  return new Map([
    ['Chart.yaml', CHART_YAML],
    ['values.yaml', `${VALUES}rnd: ${document}\n`],
    ['templates/_helpers.tpl', HELPERS],
    ['templates/a.txt', template],
  ]);
}

function generateTemplate(random: Random): string {
  const expressions = new Expressions(random);
  const statements = new Statements(random, expressions);
  const kind = random.next();
  if (kind < 0.45) return `{{ ${expressions.shown(expressions.functionCall(0))} }}`;
  if (kind < 0.6) return `{{ ${expressions.shown(expressions.functionCall(2))} }}`;
  if (kind < 0.65) return `{{ ${expressions.printf()} }}`;
  if (kind < 0.72) return roundTrip(random);
  const template = statements.template(3);
  return kind < 0.92 ? template : damaged(random, template);
}

function roundTrip(random: Random): string {
  const write = random.pick(['toYaml', 'toJson', 'toToml', 'toYamlPretty', 'toPrettyJson', 'toRawJson']);
  const value = random.pick(['.Values.rnd', '(list .Values.rnd)', '.Values', '(dict "a" .Values.rnd "b" (list))']);
  const read = random.pick(['fromYaml', 'fromJson', 'fromToml', 'fromYamlArray', 'fromJsonArray', 'mustFromJson']);
  const then = random.pick([
    '',
    ` | ${read} | toYaml`,
    ` | ${read} | toJson`,
    ` | ${read} | toToml`,
    ' | quote',
    ' | nindent 2',
  ]);
  return `{{ ${write} ${value}${then} }}`;
}

const SOUP = [
  '{{',
  '}}',
  '{{-',
  '-}}',
  'end',
  'else',
  'if',
  'range',
  '(',
  ')',
  '|',
  ':=',
  '=',
  '$',
  '.',
  '"',
  '`',
  "'",
  ',',
  '/*',
  '*/',
  'nil',
  '1',
  '0x',
  '\n',
  'break',
  'define "z"',
  'template',
  '\\',
  'é',
  '\t',
  '&',
  '..',
  '$x',
  '1e',
  '- ',
  ' ',
];

/** The template with a few characters taken out or put in. */
function damaged(random: Random, template: string): string {
  let text = template;
  for (let count = random.integer(1, 3); count > 0; count--) {
    const at = random.integer(0, text.length);
    text = text.slice(0, at) + (random.chance(0.6) ? random.pick(SOUP) : '') + text.slice(at + random.integer(0, 3));
  }
  return text.isWellFormed() ? text : template;
}
