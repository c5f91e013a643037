import type { Random } from './random.ts';
import { type Resource, sampleResource } from './sample-resources.ts';

/** A file of resources whose text is written by hand, so to speak, and one resource that it holds. */
export interface OddFile {
  readonly name: string;
  readonly text: string;
  readonly resource: Resource;
}

/** Scalars whose type or text tells YAML readers and writers apart. */
const SCALARS: readonly string[] = String.raw`
  0|-1|+5|007|0o17|0x1F|0b101|1_000|12345678901234567890|-0|1e3|1E+2|.5|5.|1.0|1.10|3.141592653589793238|.inf|-.Inf|.nan
  1:30|190:20:30|0.1e-5|123456789.0|true|True|yes|No|on|OFF|y|n|null|Null|~|NULL|nil|none
  2001-12-14|2001-12-14t21:59:43.10-05:00|2001-12-14 21:59:43.10 -5|12:30|=|!!str 5|!!int "7"
  ''|""|'a ''b'''|"a\tb\u00e9\n"|"\x41"|'true'|"1e3"|' lead'|"trail "|'#'|"- x"
  a b|a:b|a#b|a - b|-x|?x|:x|é|日本|"😀"|'*'|'@x'|'%x'|[]|{}|[a, 1, ~]|{a: 1, "b": [x]}|!custom z
`
  .split(/[|\n]/)
  .map((text) => text.trim());

const BLOCKS: readonly string[] = [
  '|\n    a\n    b\n',
  '|-\n    a\n      b\n',
  '|+\n    a\n\n',
  '>\n    folded\n    text\n\n    more\n',
  '>-\n    a\n    b\n',
  '|2\n      lead\n    less\n',
  '|\n    trailing space \n    tab\there\n',
  '"quoted\n    over lines"\n',
  'plain\n    over lines\n',
  "'single\n\n    over lines'\n",
  '|\n    # no comment\n    key: value\n',
  `"${'long words '.repeat(15)}end"\n`,
  `${'long plain words '.repeat(12)}end\n`,
];

/** A file of a form that ordinary samples do not have: odd scalars, anchors, lists, JSON, several documents. */
export function sampleOddFile(random: Random, index: number): OddFile {
  const make = random.pick([oddScalars, oddScalars, anchors, listOfThem, asJson, documents]);
  return make(random, `odd-${index}`);
}

function oddScalars(random: Random, name: string): OddFile {
  const resource = { apiVersion: 'example.dev/v1', kind: 'Odd', metadata: { name } };
  const fields = Array.from({ length: random.integer(2, 8) }, (_, at) => `  key${at}: ${random.pick(SCALARS)}\n`);
  const text = `apiVersion: example.dev/v1
kind: Odd # trailing
metadata:
  name: ${name}
  annotations:
    a: ${JSON.stringify(random.pick(SCALARS))}
spec:
${fields.join('')}  list: [${random.pick(['1', 'true', '"x"', '~'])}, ${random.pick(['2.50', 'no', "'y'"])}]
  # before a block
  block: ${random.pick(BLOCKS)}  "quoted key": ${random.pick(SCALARS)}
  ${random.chance(0.1) ? random.pick(['1', 'true', '~']) : random.pick(['~x', '"2"', 'a.b/c', "'null'"])}: key
  items:
  - ${random.pick(SCALARS)}
  -   - nested
      - ${random.pick(['5', 'x'])}
`;
  return { name: `${name}.yaml`, text, resource };
}

function anchors(random: Random, name: string): OddFile {
  const resource = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } };
  const text = `apiVersion: v1
kind: ConfigMap
metadata:
  name: ${name}
  labels: &labels
    app: ${random.pick(['web', '"1"'])}
  annotations:
    ${random.pick(['<<: *labels', 'x: y'])}
    note: &note text
data:
  again: *note
  block: |
    a: *note
`;
  return { name: `${name}.yaml`, text, resource };
}

function listOfThem(random: Random, name: string): OddFile {
  const resource = { ...sampleResource(random), metadata: { name } };
  const kind = random.pick(['List', 'ConfigMapList', 'DeploymentList']);
  const list = { apiVersion: 'v1', kind, items: [resource, { ...resource, metadata: { name: `${name}-b` } }] };
  return { name: `${name}.yaml`, text: JSON.stringify(list, undefined, 2), resource };
}

function asJson(random: Random, name: string): OddFile {
  const resource = { ...sampleResource(random), metadata: { name } };
  const text = random.chance(0.5) ? JSON.stringify(resource) : JSON.stringify(resource, undefined, '\t');
  return { name: `${name}.json`, text: random.chance(0.8) ? text : `${text}\n`, resource };
}

function documents(random: Random, name: string): OddFile {
  const resource = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } };
  const one = (suffix: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}${suffix}\n`;
  const between = random.pick([
    '---\n',
    '---\n---\n',
    '--- # comment\n',
    '\n---\n\n# only a comment\n---\n',
    '...\n---\n',
  ]);
  const text = `${random.pick(['', '---\n', '\n\n', '# head\n---\n', '%YAML 1.1\n---\n', '\uFEFF'])}${one('')}${between}${one('-b')}`;
  const end = random.pick(['', '---\n', '\n---', '---\n{}\n', '# tail\n', '---\nnull\n']);
  const ended = `${text}${end}`;
  return { name: `${name}.yaml`, text: random.chance(0.15) ? ended.replaceAll('\n', '\r\n') : ended, resource };
}
