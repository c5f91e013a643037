import { compileGlob, type GlobMatcher } from '../../lib/glob.ts';
import type { JsonValue } from '../../object/kube-object.ts';
import { parseYamlDocuments } from '../../yaml/parse-documents.ts';
import { type CelRule, celCheck } from './cel-check.ts';
import { luaCheck } from './lua-check.ts';
import { healthStatusOf, type UserCheck } from './user-check.ts';

/** The checks that `argocd-cm` states: of one kind each, or of what a pattern matches. */
export interface UserChecks {
  /** By `group/Kind`, or `Kind` alone in the core group. */
  readonly exact: ReadonlyMap<string, UserCheck>;
  /** In the order in which they are tried. */
  readonly patterns: readonly { readonly matches: GlobMatcher; readonly check: UserCheck }[];
  /** What was not understood, as sentences. */
  readonly problems: readonly string[];
}

// Keys of argocd-cm.
const LUA_PREFIX = 'resource.customizations.health.';
const OPEN_LIBS_PREFIX = 'resource.customizations.useOpenLibs.';
const TOGETHER = 'resource.customizations';
const CEL_PREFIX = 'holdfast.dev.health.';
const CEL_TOGETHER = 'holdfast.dev.health';

/**
 * Reads the checks of `argocd-cm`: Argo CD's Lua (`resource.customizations.health.<group>_<kind>`, and the older
 * `resource.customizations`, whose keys may be patterns) and ours in CEL (`holdfast.dev.health.<group>_<kind>`, and
 * `holdfast.dev.health`, whose keys may be patterns). A check that cannot be read is named in `problems`, and judges
 * what it is meant for as Unknown: to fall back on another rule would hide that it does not work.
 *
 * @see https://github.com/argoproj/argo-cd/blob/v3.5.1/util/settings/settings.go GetResourceOverrides
 */
export function parseUserChecks(argocdCm: Readonly<Record<string, string>>): UserChecks {
  const problems: string[] = [];
  const found = new Map([...luaChecks(argocdCm, problems), ...celChecks(argocdCm, problems)]);
  const exact = new Map([...found].filter(([key]) => !isPattern(key)));
  const patterns = [...found]
    .filter(([key]) => isPattern(key))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([key, check]) => {
      try {
        return [{ matches: compileGlob(key), check }];
      } catch (error) {
        problems.push(`argocd-cm: ${check.name} has no effect: ${messageOf(error)}`);
        return [];
      }
    });
  return { exact, patterns, problems };
}

type Keyed = readonly [key: string, check: UserCheck];

function isPattern(key: string): boolean {
  return /[*?[{]/.test(key);
}

interface LuaText {
  readonly name: string;
  script?: string;
  openLibs?: boolean;
}

function luaChecks(argocdCm: Readonly<Record<string, string>>, problems: string[]): Keyed[] {
  const texts = new Map<string, LuaText>();
  const textOf = (key: string, name: string): LuaText => {
    const text = texts.get(key) ?? { name };
    texts.set(key, text);
    return text;
  };
  for (const [key, stated] of Object.entries(mappingOf(argocdCm, TOGETHER, problems))) {
    if (!isRecord(stated)) continue;
    const { 'health.lua': script, 'health.lua.useOpenLibs': openLibs } = stated;
    const text = textOf(key, `${TOGETHER} ${key}`);
    if (typeof script === 'string') text.script = script;
    text.openLibs = openLibs === true;
  }
  for (const [name, value] of Object.entries(argocdCm)) {
    if (name.startsWith(LUA_PREFIX)) textOf(groupKindOf(name.slice(LUA_PREFIX.length)), name).script = value;
    if (!name.startsWith(OPEN_LIBS_PREFIX)) continue;
    textOf(groupKindOf(name.slice(OPEN_LIBS_PREFIX.length)), name).openLibs = isTrue(value);
  }
  return [...texts].flatMap(([key, { name, script = '', openLibs = false }]): Keyed[] =>
    script === '' ? [] : [[key, luaCheck(name, script, openLibs)]],
  );
}

function celChecks(argocdCm: Readonly<Record<string, string>>, problems: string[]): Keyed[] {
  const together = Object.entries(mappingOf(argocdCm, CEL_TOGETHER, problems)).map(
    ([key, stated]): Keyed => [key, celCheckOf(`${CEL_TOGETHER} ${key}`, () => stated, problems)],
  );
  const single = Object.entries(argocdCm).flatMap(([name, text]): Keyed[] => {
    if (!name.startsWith(CEL_PREFIX)) return [];
    const check = celCheckOf(name, () => parseYamlDocuments(text, { file: name })[0]?.value, problems);
    return [[groupKindOf(name.slice(CEL_PREFIX.length)), check]];
  });
  return [...together, ...single];
}

function celCheckOf(name: string, read: () => unknown, problems: string[]): UserCheck {
  try {
    return celCheck(name, rulesOf(read()));
  } catch (error) {
    const reason = messageOf(error);
    problems.push(`argocd-cm: ${name} cannot be used: ${reason}`);
    return {
      name,
      judge: () => {
        throw new TypeError(reason, { cause: error });
      },
    };
  }
}

function rulesOf(stated: unknown): CelRule[] {
  if (!Array.isArray(stated)) throw new TypeError('it must be a list of rules with status, when and message');
  return stated.map((rule: unknown, index) => {
    if (!isRecord(rule)) throw new TypeError(`rule ${index + 1} is no mapping with status, when and message`);
    const status = healthStatusOf(rule['status']);
    if (status === undefined) throw new TypeError(`rule ${index + 1} has no status of health`);
    const unknown = Object.keys(rule).find((field) => !RULE_FIELDS.has(field));
    if (unknown !== undefined)
      throw new TypeError(`rule ${index + 1} has a field "${unknown}"; known are status, when, message`);
    return { status, when: expressionAt(rule, 'when', index), message: expressionAt(rule, 'message', index) };
  });
}

const RULE_FIELDS: ReadonlySet<string> = new Set(['status', 'when', 'message']);

function expressionAt(rule: Readonly<Record<string, unknown>>, field: string, index: number): string | undefined {
  const value = rule[field];
  if (value === undefined || typeof value === 'string') return value;
  throw new TypeError(`rule ${index + 1}: ${field} must be a text that holds an expression`);
}

/** `group_Kind` as `group/Kind`; ConfigMaps' keys may hold no slash. */
function groupKindOf(text: string): string {
  return text === 'all' ? '*/*' : text.replace('_', '/');
}

function mappingOf(
  argocdCm: Readonly<Record<string, string>>,
  name: string,
  problems: string[],
): Readonly<Record<string, JsonValue>> {
  try {
    const value = parseYamlDocuments(argocdCm[name] ?? '', { file: name })[0]?.value;
    return isRecord(value) ? value : {};
  } catch (error) {
    problems.push(`argocd-cm: ${name} has no effect: ${messageOf(error)}`);
    return {};
  }
}

function isTrue(text: string): boolean {
  return ['1', 't', 'T', 'true', 'TRUE', 'True'].includes(text);
}

function isRecord(value: unknown): value is Readonly<Record<string, JsonValue>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function messageOf(error: unknown): string {
  // CEL's messages show the text in further lines.
  const message = error instanceof Error ? error.message : String(error);
  return message.split('\n')[0] ?? '';
}
