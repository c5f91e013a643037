import type { Random } from '../../conformance/generate/random.ts';
import { mutateFiles } from '../kustomize/mutate-files.ts';
import { generateDocument } from './generate-document.ts';
import { Expressions } from './generate-expression.ts';
import type { Files } from './judge-render.ts';

/**
 * What is put into templates: the beginnings and ends of everything, loops, escapes, and names that must mean nothing.
 */
export const FRAGMENTS: readonly string[] = [
  '{{',
  '}}',
  '{{-',
  '-}}',
  '{{ end }}',
  '{{ else }}',
  '{{ range . }}',
  '{{ if',
  '{{ with .Values }}',
  '{{ define "x" }}',
  '{{ template "x" . }}',
  '{{ include "x" . }}',
  '{{/*',
  '*/}}',
  '{{ range until 100000 }}x{{ end }}',
  '{{ define "loop" }}{{ include "loop" . }}{{ end }}{{ include "loop" . }}',
  '{{ define "t" }}{{ template "t" . }}{{ end }}{{ template "t" . }}',
  '{{ $x := "a" }}{{ range until 40 }}{{ $x = printf "%s%s" $x $x }}{{ end }}{{ $x }}',
  '{{ repeat 1000000000 "x" }}',
  '{{ until 2000000000 }}',
  '{{ tpl "{{ tpl . . }}" "{{ tpl . . }}" }}',
  '{{ .Values.__proto__ }}',
  '{{ .Values.constructor.prototype }}',
  '{{ set .Values "__proto__" (dict "polluted" true) }}',
  '{{ $_ := merge .Values (fromYaml "__proto__: {polluted: true}") }}',
  '{{ (fromJson "{\\"constructor\\":{\\"prototype\\":{\\"polluted\\":true}}}") | mergeOverwrite .Values }}',
  '{{ $_ := set . "Values" . }}{{ .Values.Values.Values.Chart.Name }}',
  '{{ $_ := set .Values "self" .Values }}{{ toYaml .Values }}',
  '{{ $_ := set .Values "self" .Values }}{{ .Values }}',
  '{{ $_ := set .Values "self" .Values }}{{ deepCopy .Values }}',
  '{{ $_ := set .Values "self" .Values }}{{ merge .Values .Values }}',
  '{{ $_ := set .Values "self" .Values }}{{ deepEqual .Values (dict "self" .Values) }}',
  '{{ .Files.Get "../../etc/passwd" }}',
  '{{ .Files.Glob "../**" }}',
  '{{ (.Files.Glob "**").AsConfig }}',
  '{{ regexMatch "(a*)*b" (repeat 5000 "a") }}',
  '{{ regexReplaceAll "(.*)(.*)(.*)" (repeat 500 "ab") "$3$2$1" }}',
  '{{ printf "%1000000d%1000000d" 1 2 }}',
  '{{ range $i := untilStep 0 100000 0 }}{{ end }}',
  '{{ seq 1 1000000 | len }}',
  '{{ genCA "x" 1 }}',
  '{{ toYaml . }}',
  '{{ toJson . }}',
  '{{ toToml . }}',
  '{{ fromYaml "a: &a [x,x,x]\\nb: &b [*a,*a,*a]\\nc: &c [*b,*b,*b]\\nd: [*c,*c,*c]" }}',
  '{{ lookup "v1" "Secret" "" "" }}',
  '{{ .Capabilities.Nope.X }}',
  '{{ $.Release.Name | nindent 999999 }}',
  '---\n',
  'kind: List\nitems: [{}]\n',
  'metadata: {annotations: {helm.sh/hook: "pre-install,x", helm.sh/hook-weight: "a"}}\n',
  '\0',
  '\t',
];

/** Lines of Chart.yaml and values files. */
const SETTINGS: readonly string[] = [
  'dependencies: [{name: x, repository: "file://../x", version: "*"}]',
  'dependencies: [{name: ../../x, version: 1.x}]',
  'dependencies: [null]',
  'type: library',
  'apiVersion: v3',
  'name: ../x',
  'name: __proto__',
  'version: "1"',
  'kubeVersion: ">= 99"',
  'kubeVersion: "("',
  'global: 1',
  'global: {__proto__: {polluted: true}}',
  '__proto__: {polluted: true}',
  'import-values: [{child: a.b, parent: .}]',
  'tags: [a]',
  'condition: a.b.c',
  'alias: ../x',
];

/** A chart with something broken in it; all choices are by `random`. */
export function mutateChart(random: Random, files: Files): Files {
  const texts = new Map([...files].filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
  const broken = random.chance(0.4) ? mutateFiles(random, texts) : mutateTexts(random, texts);
  return new Map([...files, ...[...broken].map(([path, text]) => [path, text.toWellFormed()] as const)]);
}

function mutateTexts(random: Random, texts: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const mutated = new Map(texts);
  const paths = [...texts.keys()];
  const templates = paths.filter((path) => path.includes('templates/'));
  for (let count = random.chance(0.7) ? 1 : 3; count > 0; count--) {
    const path = random.chance(0.75) && templates.length > 0 ? random.pick(templates) : random.pick(paths);
    const isTemplate = path.includes('templates/');
    const text = mutated.get(path) ?? '';
    mutated.set(path, isTemplate ? mutateTemplate(random, text) : mutateSettings(random, text));
  }
  return mutated;
}

function mutateTemplate(random: Random, text: string): string {
  const actions = [...text.matchAll(/\{\{-? *[^{}]*\}\}/g)];
  const kind = random.next();
  if (kind < 0.3 && actions.length > 0) {
    const { index, 0: action } = random.pick(actions);
    const replacement = random.pick([
      '',
      '{{ end }}',
      `{{ ${new Expressions(random).functionCall(1)} }}`,
      action.slice(0, -1),
    ]);
    return text.slice(0, index) + replacement + text.slice(index + action.length);
  }
  const starts = [...text.matchAll(/\{\{|^/gm)].map(({ index }) => index);
  const at = random.chance(0.7) ? random.pick(starts) : random.integer(0, text.length);
  if (kind < 0.7) return text.slice(0, at) + random.pick(FRAGMENTS) + text.slice(at);
  if (kind < 0.85) return text.slice(0, at) + text.slice(at + random.integer(1, 8));
  // Swaps two pieces.
  const other = random.integer(at, text.length);
  return text.slice(0, at) + text.slice(other) + text.slice(at, other);
}

function mutateSettings(random: Random, text: string): string {
  if (random.chance(0.3)) return `${text}\n${random.pick(SETTINGS)}\n`;
  const lines = text.split('\n');
  const at = random.integer(0, lines.length - 1);
  const line = lines[at] ?? '';
  lines[at] = random.pick([
    line.replace(/:.*/, () => `: ${generateDocument(random, 2)}`),
    line.replace(/^\s*/, ''),
    `  ${line}`,
    random.pick(SETTINGS),
    '',
  ]);
  return lines.join('\n');
}
