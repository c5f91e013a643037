/** Constraints and versions as Masterminds/semver 3 reads them, as far as Argo CD's `targetRevision` goes. */
interface Version {
  readonly numbers: readonly [number, number, number];
  readonly prerelease: readonly string[];
}

interface Comparator {
  readonly operator: '=' | '!=' | '<' | '<=' | '>' | '>=';
  readonly version: Version;
  /** For `!=` with wildcards: how many numbers count. */
  readonly precision: number;
}

interface Alternative {
  readonly comparators: readonly Comparator[];
  /** Whether one of them names a pre-release as written; only then do pre-releases match. */
  readonly prerelease: boolean;
}

/** A parsed constraint: alternatives of comparators that must all hold. */
export interface SemverRange {
  readonly alternatives: readonly Alternative[];
}

const PARTIAL = String.raw`v?(\d+|[xX*])(?:\.(\d+|[xX*]))?(?:\.(\d+|[xX*]))?(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?`;
const COMPARATOR = new RegExp(String.raw`^(=|==|!=|<|<=|>|>=|=<|=>|~|~>|\^)?\s*${PARTIAL}$`);
const HYPHEN = new RegExp(String.raw`^(${PARTIAL})\s+-\s+(${PARTIAL})$`);
const VERSION = /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/;

/**
 * Parses a constraint such as `1.2.*`, `^1`, `~1.4`, `>=1.2 <2`, `1.2 - 1.4`, `1.x || >=2.5`.
 * @returns `undefined` when the text is none, which includes branch names
 * @see https://github.com/Masterminds/semver/blob/v3.4.0/constraints.go
 */
export function parseSemverRange(text: string): SemverRange | undefined {
  const alternatives: Alternative[] = [];
  for (const part of text.split('||')) {
    const alternative = parseAlternative(part.trim());
    if (alternative === undefined) return undefined;
    alternatives.push(alternative);
  }
  return { alternatives };
}

/** The highest of `candidates` that is a version within the range, as it is written there; `undefined` without one. */
export function maxSatisfying(candidates: Iterable<string>, range: SemverRange): string | undefined {
  let best: { text: string; version: Version } | undefined;
  for (const text of candidates) {
    const version = parseVersion(text);
    if (version === undefined || !range.alternatives.some((alternative) => admits(alternative, version))) continue;
    if (best === undefined || compare(version, best.version) > 0) best = { text, version };
  }
  return best?.text;
}

function admits({ comparators, prerelease }: Alternative, version: Version): boolean {
  if (version.prerelease.length > 0 && !prerelease) return false;
  return comparators.every((comparator) => holds(comparator, version));
}

function parseAlternative(text: string): Alternative | undefined {
  const hyphen = HYPHEN.exec(text);
  const words =
    hyphen === null
      ? text
          // An operator may stand apart from its version.
          .replaceAll(/([=!<>~^])\s+/g, '$1')
          .split(/[\s,]+/)
          .filter((word) => word !== '')
      : [`>=${hyphen[1]}`, `<=${hyphen[6]}`];
  if (words.length === 0) return undefined;
  const comparators: Comparator[] = [];
  let prerelease = false;
  for (const word of words) {
    const match = COMPARATOR.exec(word);
    if (match === null) return undefined;
    comparators.push(...expand(match));
    prerelease ||= match[5] !== undefined;
  }
  return { comparators, prerelease };
}

/** A comparator as it is written, `1`, `1.x` and `1.*` without the numbers that may be any. */
interface Written {
  readonly from: Version;
  /** How many numbers are written. */
  readonly precision: number;
}

/** What the operators stand for. Those that leave numbers out span all that these may be. */
const OPERATORS: Readonly<Record<string, (written: Written) => Comparator[]>> = {
  '=': (written) => (written.precision === 3 ? [make('=', written)] : span(written, written.precision - 1)),
  '~': (written) => span(written, Math.min(written.precision - 1, 1)),
  '^': (written) => span(written, caretKeeps(written)),
  '!=': (written) => [make('!=', written)],
  '<': (written) => [make('<', written)],
  '>=': (written) => [make('>=', written)],
  '>': (written) => (written.precision === 3 ? [make('>', written)] : [make('>=', above(written))]),
  '<=': (written) => {
    if (written.precision === 0) return span(written, -1);
    return written.precision === 3 ? [make('<=', written)] : [make('<', above(written))];
  },
};
const SPELLINGS: Readonly<Record<string, string>> = { '==': '=', '=<': '<=', '=>': '>=', '~>': '~' };

/** One written comparator as plain ones: `^1.2` is `>=1.2.0 <2.0.0`. */
function expand(match: RegExpExecArray): Comparator[] {
  const [, operator = '=', ...parts] = match;
  const wild = parts.slice(0, 3).findIndex((part) => part === undefined || /^[xX*]$/.test(part));
  const precision = wild < 0 ? 3 : wild;
  const number = (i: number) => (i < precision ? Number(parts[i]) : 0);
  const from: Version = { numbers: [number(0), number(1), number(2)], prerelease: parts[3]?.split('.') ?? [] };
  return OPERATORS[SPELLINGS[operator] ?? operator]?.({ from, precision }) ?? [];
}

function make(operator: Comparator['operator'], { from, precision }: Written): Comparator {
  return { operator, version: from, precision };
}

/** From what is written up to the next change of the number at `kept`; without an end when that is negative. */
function span(written: Written, kept: number): Comparator[] {
  const lower = make('>=', written);
  if (kept < 0) return [lower];
  return [lower, make('<', { from: bump(written.from, kept), precision: 3 })];
}

/** The first version above all that begin as written. */
function above({ from, precision }: Written): Written {
  return { from: bump(from, precision - 1), precision: 3 };
}

/** Index of the number that `^` lets no version change: the first that is not zero, among those written. */
function caretKeeps({ from, precision }: Written): number {
  const first = from.numbers.findIndex((number) => number > 0);
  return first < 0 ? precision - 1 : first;
}

/** The lowest version, pre-releases included, that differs from `version` in the number at `index` and is above it. */
function bump(version: Version, index: number): Version {
  const at = Math.max(index, 0);
  const number = (i: number) => (i < at ? (version.numbers[i] ?? 0) : i === at ? (version.numbers[i] ?? 0) + 1 : 0);
  return { numbers: [number(0), number(1), number(2)], prerelease: ['0'] };
}

function parseVersion(text: string): Version | undefined {
  const match = VERSION.exec(text);
  if (match === null) return undefined;
  const [major, minor, patch] = [match[1], match[2], match[3]].map((part) => Number(part ?? 0));
  return { numbers: [major ?? 0, minor ?? 0, patch ?? 0], prerelease: match[4]?.split('.') ?? [] };
}

function holds(comparator: Comparator, version: Version): boolean {
  if (comparator.operator === '!=') return !beginsAs(version, comparator);
  return HOLDS[comparator.operator](compare(version, comparator.version));
}

const HOLDS: Readonly<Record<Exclude<Comparator['operator'], '!='>, (order: number) => boolean>> = {
  '=': (order) => order === 0,
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
};

function beginsAs(version: Version, { version: other, precision }: Comparator): boolean {
  const sameNumbers = other.numbers.slice(0, precision).every((number, i) => number === version.numbers[i]);
  return sameNumbers && (precision < 3 || compare(version, other) === 0);
}

function compare(a: Version, b: Version): number {
  for (let i = 0; i < 3; i++) {
    const difference = (a.numbers[i] ?? 0) - (b.numbers[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return comparePrerelease(a.prerelease, b.prerelease);
}

/** Semantic Versioning 2.0, section 11: numbers before words, fewer before more, none after all. */
function comparePrerelease(a: readonly string[], b: readonly string[]): number {
  if (a.length === 0 || b.length === 0) return b.length - a.length;
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const difference = compareIdentifier(a[i] ?? '', b[i] ?? '');
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

function compareIdentifier(a: string, b: string): number {
  const [aNumeric, bNumeric] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (aNumeric && bNumeric) return Number(a) - Number(b);
  if (aNumeric !== bNumeric) return aNumeric ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}
