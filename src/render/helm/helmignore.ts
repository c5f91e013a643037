import { compileGoRegexp } from '../../lib/go-regexp.ts';
import { HelmError } from './helm-error.ts';

interface Rule {
  readonly isNegated: boolean;
  readonly isForDirectories: boolean;
  matches(path: string): boolean;
}

/** What `.helmignore` leaves out. */
export interface IgnoreRules {
  /** @param path within the chart, with `/` between names */
  ignores(path: string, isDirectory: boolean): boolean;
}

/**
 * The rules of a `.helmignore` and Helm's own `templates/.?*`. Rules are tried in order; the first that matches ignores.
 * A rule after `!` ignores whatever it does not match, which is Helm's meaning and not Git's.
 * @throws {HelmError} for `**` and patterns that are none
 * @see helm.sh/helm/v4 pkg/ignore/rules.go
 */
export function parseHelmignore(text: string): IgnoreRules {
  const rules: Rule[] = [];
  for (const line of [...text.replace(/^\u{feff}/u, '').split('\n'), 'templates/.?*']) {
    if (line.length > MAX_LINE) throw new HelmError('bufio.Scanner: token too long');
    const rule = parseRule(line.trim());
    if (rule !== undefined) rules.push(rule);
  }
  return { ignores: (path, isDirectory) => rules.some((rule) => ignores(rule, path, isDirectory)) };
}

const MAX_LINE = 64 * 1024;

function ignores(rule: Rule, path: string, isDirectory: boolean): boolean {
  const isWrongKind = rule.isForDirectories && !isDirectory;
  if (rule.isNegated) return isWrongKind || !rule.matches(path);
  return !isWrongKind && rule.matches(path);
}

function parseRule(line: string): Rule | undefined {
  if (line === '' || line.startsWith('#')) return undefined;
  if (line.includes('**')) throw new HelmError('double-star (**) syntax is not supported');
  compileGlob(line);
  const isNegated = line.startsWith('!');
  const positive = isNegated ? line.slice(1) : line;
  const isForDirectories = positive.endsWith('/');
  const pattern = isForDirectories ? positive.slice(0, -1) : positive;
  if (pattern.startsWith('/')) return { isNegated, isForDirectories, matches: compileGlob(pattern.slice(1)) };
  const matches = compileGlob(pattern);
  if (pattern.includes('/')) return { isNegated, isForDirectories, matches };
  return { isNegated, isForDirectories, matches: (path) => matches(path.slice(path.lastIndexOf('/') + 1)) };
}

/**
 * A pattern of Go's `filepath.Match` as a test of whole paths: `*` and `?` do not match `/`.
 * @throws {HelmError} `syntax error in pattern`
 */
export function compileGlob(pattern: string): (path: string) => boolean {
  const tokens = pattern.match(GLOB_TOKEN) ?? [];
  if (tokens.join('') !== pattern) throw new HelmError('syntax error in pattern');
  const expression = compileGoRegexp(`(?s)\\A${tokens.map(toRegexp).join('')}\\z`);
  return (path) => expression.test(path);
}

const CLASS_CHARACTER = String.raw`(?:\\[\s\S]|[^\\\]-])`;
const GLOB_TOKEN = new RegExp(
  String.raw`\*|\?|\\[\s\S]|\[\^?(?:${CLASS_CHARACTER}(?:-${CLASS_CHARACTER})?)+\]|[^*?\\[]`,
  'gu',
);

function toRegexp(token: string): string {
  if (token === '*') return '[^/]*';
  if (token === '?') return '[^/]';
  if (token.startsWith('[') && token.length > 1) return classToRegexp(token);
  return quoteLiteral(token.length > 1 && token.startsWith('\\') ? token.slice(1) : token);
}

function classToRegexp(token: string): string {
  const isNegated = token.startsWith('[^');
  const ranges = token.slice(isNegated ? 2 : 1, -1).match(/(?:\\[\s\S]|[\s\S])(?:-(?:\\[\s\S]|[\s\S]))?/gu) ?? [];
  const items = ranges.map((range) => {
    const [low = '', high = low] = (range.match(/\\[\s\S]|[\s\S]/gu) ?? []).filter(
      (part, index) => index !== 1 || part !== '-',
    );
    return { low: low.replace(/^\\(?=[\s\S])/u, ''), high: high.replace(/^\\(?=[\s\S])/u, '') };
  });
  // A range from high to low matches nothing in Go's patterns.
  const real = items.filter(({ low, high }) => (low.codePointAt(0) ?? 0) <= (high.codePointAt(0) ?? 0));
  if (real.length === 0) return isNegated ? '.' : '[^\\x{0}-\\x{10FFFF}]';
  return `[${isNegated ? '^' : ''}${real.map(({ low, high }) => `${hex(low)}-${hex(high)}`).join('')}]`;
}

function hex(character: string): string {
  return `\\x{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

function quoteLiteral(text: string): string {
  return text.replace(/[.*+?()|[\]{}^$\\]/g, String.raw`\$&`);
}
