import type { Outcome } from './render-generated.ts';

interface Result {
  readonly kind: string;
  readonly bytes: Uint8Array;
}

/**
 * Why a difference from Helm is as it should be; undefined if there is none or it is not. Each reason is told in
 * docs/helm-differences.md, under that heading.
 */
export function explainedDifference(template: string, helm: Result, ours: Outcome): string | undefined {
  if (helm.kind !== 'output' && helm.kind !== 'error') return undefined;
  const [theirs, own] = [textOf(helm.bytes), textOf(ours.bytes)];
  if (theirs === own && helm.kind === ours.kind) return undefined;
  return REASONS.find(({ explains }) => explains(template, theirs, own))?.heading;
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}

interface Reason {
  readonly heading: string;
  readonly explains: (template: string, theirs: string, own: string) => boolean;
}

const REASONS: readonly Reason[] = [
  {
    heading: 'Times under verbs that are not for texts',
    explains: (template, _, own) =>
      /printf/.test(template) &&
      (/time\.Time=/.test(own) || /printf[^}]*%[^ }"]*#/.test(template)) &&
      TIMES.test(template),
  },
  {
    heading: 'Structs as TOML and through toYamlPretty',
    explains: (template, _, own) =>
      /to(?:Toml|YamlPretty)/i.test(template) &&
      (template.includes('.Capabilities') || own.includes('{v1.37.0 v1.37.0')),
  },
  {
    heading: 'A version of Kubernetes that went through a function',
    explains: (template, theirs, own) =>
      theirs.replaceAll(VERSION, '$1') === own.replaceAll(VERSION, '$1') || /deepCopy \.Capabilities/i.test(template),
  },
  {
    heading: 'Order of what a map holds',
    explains: (template) => /\b(?:keys|values)\b/.test(template),
  },
  {
    heading: 'Parts of a list beyond its length',
    explains: (template, _, own) => /\b(?:mustS|s)lice\b/.test(template) && own.includes('slice index out of bounds'),
  },
  {
    heading: 'Line breaks of YAML 1.1',
    explains: (template, theirs, own) => /fromYaml/.test(template) && own.replaceAll('\xc2\x85', ' ') === theirs,
  },
  {
    heading: 'Where things are in memory',
    // An address has more digits or fewer.
    explains: (template, theirs, own) => /\blen\b/.test(template) && Math.abs(Number(theirs) - Number(own)) <= 4,
  },
  {
    heading: 'Text behind the end of a YAML document',
    explains: (template, theirs, own) =>
      (/fromYaml/.test(template) && /cannot unmarshal string\s+into/.test(theirs) && own.includes('to JSON: yaml: ')) ||
      // The head of a table in TOML, `["a"]`, is a list in YAML.
      (/to(?:Must)?Toml .*fromYamlArray/i.test(template) && own.includes('did not find expected key')),
  },
  {
    heading: 'Words for what is no YAML',
    explains: (template, theirs, own) => /fromYaml/.test(template) && MISTAKE.test(theirs) && MISTAKE.test(own),
  },
  {
    heading: 'Names of Unicode classes in patterns',
    explains: (_, __, own) => own.includes('invalid character class range: `\\p'),
  },
  {
    heading: 'Bytes that are no UTF-8 in snakecase and kebabcase',
    explains: (template) => /(?:snake|kebab)case/.test(template) && /\\x|b64dec/.test(template),
  },
  {
    heading: 'Bytes that are no UTF-8 in mistakes of JSON',
    explains: (_, theirs, own) => /invalid character '\xc3\xaf'/.test(own) && /invalid character '/.test(theirs),
  },
];

const TIMES = /toDate|mustToDate|date_?modify|fromToml/i;
const MISTAKE = /converting\s+YAML\s+to\s+JSON:\s+yaml:|cannot\s+unmarshal/;
const VERSION = /\{(v1\.\d+\.0) (?:v1\.\d+\.0)? 1 \d+\}/g;
