import { matchGlob } from './glob.ts';
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
  matchGlob(line, 'abc');
  const isNegated = line.startsWith('!');
  const positive = isNegated ? line.slice(1) : line;
  const isForDirectories = positive.endsWith('/');
  const pattern = isForDirectories ? positive.slice(0, -1) : positive;
  if (pattern.startsWith('/')) return { isNegated, isForDirectories, matches: matcher(pattern.slice(1)) };
  const matches = matcher(pattern);
  if (pattern.includes('/')) return { isNegated, isForDirectories, matches };
  return { isNegated, isForDirectories, matches: (path) => matches(path.slice(path.lastIndexOf('/') + 1)) };
}

/** A pattern that turns out to be none matches nothing. */
function matcher(pattern: string): (path: string) => boolean {
  const [start = ''] = pattern.split(SPECIAL, 1);
  const end = ESCAPES.test(pattern) ? '' : (pattern.split(SPECIAL).at(-1) ?? '');
  return (path) => {
    // Settles nearly all: every rule is asked of every file.
    if (!path.startsWith(start) || !path.endsWith(end)) return false;
    try {
      return matchGlob(pattern, path);
    } catch (error) {
      if (error instanceof HelmError) return false;
      throw error;
    }
  };
}

const SPECIAL = /[*?[\\]/;
/** What makes characters after it mean something else. */
const ESCAPES = /[[\\]/;
