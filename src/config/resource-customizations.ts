import { parseIgnoreRules } from '../api/ignore-rules.ts';
import type { IgnoreDifference, IgnoreRule } from '../api/types.ts';
import { HoldfastError } from '../lib/errors.ts';
import type { JsonValue } from '../object/kube-object.ts';
import { parseYamlDocuments } from '../yaml/parse-documents.ts';

const PREFIX = 'resource.customizations.ignoreDifferences.';
const ALL_IN_ONE = 'resource.customizations';
const COMPARE_OPTIONS = 'resource.compareoptions';

/**
 * The differences that `argocd-cm` says do not count for anybody: `resource.customizations.ignoreDifferences.all` and
 * `.<group>_<kind>`, the older `resource.customizations`, and `ignoreResourceStatusField` of `resource.compareoptions`.
 * What cannot be understood is left out and named.
 * @see https://github.com/argoproj/argo-cd/blob/v3.5.1/util/settings/settings.go GetResourceOverrides
 */
export function ignoreRulesOf(argocdCm: Readonly<Record<string, string>>, problems: string[]): readonly IgnoreRule[] {
  const rules = [...statusRules(argocdCm, problems)];
  const add = (name: string, kind: string, text: unknown): void => {
    const stated = typeof text === 'string' ? parseYaml(text, name, problems) : text;
    if (!isRecord(stated)) return;
    const parsed = parseIgnoreRules([{ ...lists(stated), ...groupAndKind(kind) }], `argocd-cm: ${name}`);
    rules.push(...parsed.rules);
    problems.push(...parsed.problems);
  };
  const together = parseYaml(argocdCm[ALL_IN_ONE] ?? '', ALL_IN_ONE, problems);
  for (const [kind, customization] of Object.entries(isRecord(together) ? together : {})) {
    if (isRecord(customization)) add(`${ALL_IN_ONE} ${kind}`, kind, customization['ignoreDifferences']);
  }
  for (const [name, text] of Object.entries(argocdCm)) {
    if (name.startsWith(PREFIX)) add(name, name.slice(PREFIX.length).replace('_', '/'), text);
  }
  return rules;
}

/** Fields of status that a manifest states, which is of consequence only where status is no subresource. */
function statusRules(argocdCm: Readonly<Record<string, string>>, problems: string[]): IgnoreRule[] {
  const options = parseYaml(argocdCm[COMPARE_OPTIONS] ?? '', COMPARE_OPTIONS, problems);
  const { ignoreResourceStatusField: wanted = 'all' } = isRecord(options) ? options : {};
  if (wanted === 'none' || wanted === 'off' || wanted === 'false' || wanted === false) return [];
  const ofKind = wanted === 'crd' ? 'CustomResourceDefinition' : undefined;
  return [
    {
      appliesTo: (object) => object['status'] !== undefined && (ofKind === undefined || object.kind === ofKind),
      pointers: [['status']],
      managers: [],
    },
  ];
}

function groupAndKind(key: string): { group: string; kind: string } {
  if (key === 'all') return { group: '*', kind: '*' };
  const slash = key.indexOf('/');
  return slash < 0 ? { group: '', kind: key } : { group: key.slice(0, slash), kind: key.slice(slash + 1) };
}

const LISTS = ['jsonPointers', 'jqPathExpressions', 'managedFieldsManagers'] as const;

function lists(stated: Readonly<Record<string, JsonValue>>): Pick<IgnoreDifference, (typeof LISTS)[number]> {
  const texts = (value: JsonValue | undefined): string[] =>
    Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
  return Object.fromEntries(LISTS.map((name) => [name, texts(stated[name])]));
}

function parseYaml(text: string, name: string, problems: string[]): JsonValue | undefined {
  try {
    return parseYamlDocuments(text, { file: name })[0]?.value;
  } catch (error) {
    problems.push(`argocd-cm: ${name} has no effect: ${HoldfastError.from(error).message}`);
    return undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, JsonValue>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
