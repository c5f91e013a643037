import { comparePrereleases, compareVersions, parseVersion, SemverError, type VersionParts } from './semver.ts';

/** A parsed constraint. */
export interface SemverConstraint {
  /** Whether a version satisfies it. Pre-releases satisfy only what names a pre-release itself. */
  admits(version: VersionParts): boolean;
}

/**
 * Parses a constraint such as `>=1.2, <2`, `~1.4 || ^2`, `1.2 - 1.4`.
 *
 * @throws {SemverError} with the library's message
 * @see https://github.com/Masterminds/semver/blob/v3.5.0/constraints.go
 */
export function parseConstraint(text: string): SemverConstraint {
  if (Buffer.byteLength(text) > MAX_LENGTH) {
    throw new SemverError(`constraint string is too long (max ${MAX_LENGTH} bytes)`);
  }
  const groups = rewriteRanges(text).split('||');
  if (groups.length > MAX_GROUPS) throw new SemverError(`too many constraint groups (max ${MAX_GROUPS})`);
  const alternatives = groups.map(parseAlternative);
  return { admits: (version) => alternatives.some((alternative) => admitsAll(alternative, version)) };
}

/** Comparisons that must all hold. */
interface Alternative {
  readonly comparisons: readonly Comparison[];
  readonly namesPrerelease: boolean;
}

/** An operator and the version beside it, of which numbers may be left open. */
interface Comparison {
  readonly operator: string;
  readonly version: VersionParts;
  /** How many numbers are written; 3 for the empty constraint too, which is open all the same. */
  readonly open: 'none' | 'patch' | 'minor' | 'major';
}

const MAX_LENGTH = 512;
const MAX_GROUPS = 32;

const PART = '[0-9|xX*]+';
const IDENTIFIERS = String.raw`[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*`;
const VERSION = String.raw`v?(${PART})(\.${PART})?(\.${PART})?(-${IDENTIFIERS})?(?:\+${IDENTIFIERS})?`;
const UNCAPTURED = VERSION.replaceAll(/\((?!\?)/g, '(?:');
const OPERATOR = String.raw`=||!=|>|<|>=|=>|<=|=<|~|~>|\^`;
/** Go's \s. */
const SPACE = String.raw`[\t\n\f\r ]`;
const COMPARISON = new RegExp(`^${SPACE}*(${OPERATOR})${SPACE}*${VERSION}${SPACE}*$`);
/** One comparison within others. */
const NEXT = new RegExp(`(?:${OPERATOR})${SPACE}*${UNCAPTURED}`, 'y');
const SPACES = new RegExp(`${SPACE}*`, 'y');
const RANGE = new RegExp(`${SPACE}*(${UNCAPTURED})${SPACE}+-${SPACE}+(${UNCAPTURED})${SPACE}*`, 'g');

function rewriteRanges(text: string): string {
  return text.replaceAll(RANGE, (_, low: string, high: string) => `>= ${low}, <= ${high} `);
}

function parseAlternative(text: string): Alternative {
  const comparisons = cutComparisons(text).map(parseComparison);
  return { comparisons, namesPrerelease: comparisons.some(({ version }) => version.prerelease !== '') };
}

/**
 * The comparisons, which spaces, a comma or both set apart. Step by step: one expression for them all has so many ways
 * to share the spaces out that it may never end.
 */
function cutComparisons(text: string): string[] {
  const pieces: string[] = [];
  for (let at = matchLength(SPACES, text, 0); ; ) {
    const length = matchLength(NEXT, text, at);
    if (length === 0) throw new SemverError('improper constraint', text);
    pieces.push(text.slice(at, at + length));
    const gap = matchLength(SPACES, text, at + length);
    at += length + gap;
    if (text[at] === ',') at += 1 + matchLength(SPACES, text, at + 1);
    else if (gap === 0 && at < text.length) throw new SemverError('improper constraint', text);
    else if (at === text.length) return pieces;
  }
}

function matchLength(expression: RegExp, text: string, at: number): number {
  expression.lastIndex = at;
  return expression.exec(text)?.[0].length ?? 0;
}

function parseComparison(text: string): Comparison {
  const match = COMPARISON.exec(text);
  if (match === null) throw new SemverError('improper constraint', text);
  const [, operator = '', major = '', minor = '', patch = '', prerelease = ''] = match;
  if (isOpen(major)) return { operator, version: parsePlain(`0.0.0${prerelease}`), open: 'major' };
  if (isOpen(minor)) return { operator, version: parsePlain(`${major}.0.0${prerelease}`), open: 'minor' };
  if (isOpen(patch)) return { operator, version: parsePlain(`${major}${minor}.0${prerelease}`), open: 'patch' };
  return { operator, version: parsePlain(`${major}${minor}${patch}${prerelease}`), open: 'none' };
}

function isOpen(part: string): boolean {
  return /^\.?[xX*]?$/.test(part);
}

function parsePlain(text: string): VersionParts {
  try {
    return parseVersion(text);
  } catch (error) {
    if (error instanceof SemverError) throw new SemverError('constraint parser error');
    throw error;
  }
}

function admitsAll({ comparisons, namesPrerelease }: Alternative, version: VersionParts): boolean {
  if (version.prerelease !== '' && !namesPrerelease) return false;
  return comparisons.every((comparison) => OPERATORS.get(comparison.operator)?.(version, comparison) === true);
}

type Holds = (version: VersionParts, comparison: Comparison) => boolean;

const OPERATORS: ReadonlyMap<string, Holds> = new Map([
  ['', isSame],
  ['=', isSame],
  ['!=', isDifferent],
  ['>', isAbove],
  ['<', (version, comparison) => compareVersions(version, comparison.version) < 0],
  ['>=', isAtLeast],
  ['=>', isAtLeast],
  ['<=', isAtMost],
  ['=<', isAtMost],
  ['~', isNear],
  ['~>', isNear],
  ['^', isCompatible],
] satisfies [string, Holds][]);

function isSame(version: VersionParts, comparison: Comparison): boolean {
  if (comparison.open !== 'none') return isNear(version, comparison);
  return compareVersions(version, comparison.version) === 0;
}

function isDifferent(version: VersionParts, { version: other, open }: Comparison): boolean {
  if (open === 'none') return compareVersions(version, other) !== 0;
  if (version.major !== other.major) return true;
  if (open === 'minor') return false;
  if (version.minor !== other.minor) return true;
  // `!=*` compares like a whole version.
  if (open === 'major') return version.patch !== other.patch || compareVersions(version, other) !== 0;
  const names = version.prerelease !== '' || other.prerelease !== '';
  return names && comparePrereleases(version.prerelease, other.prerelease) !== 0;
}

function isAbove(version: VersionParts, { version: other, open }: Comparison): boolean {
  if (open === 'none' || version.major !== other.major) return compareVersions(version, other) > 0;
  if (open === 'minor') return false;
  return open === 'patch' ? version.minor > other.minor : compareVersions(version, other) > 0;
}

function isAtLeast(version: VersionParts, comparison: Comparison): boolean {
  return compareVersions(version, comparison.version) >= 0;
}

function isAtMost(version: VersionParts, { version: other, open }: Comparison): boolean {
  if (open === 'none') return compareVersions(version, other) <= 0;
  if (version.major !== other.major) return version.major < other.major;
  return open === 'minor' || version.minor <= other.minor;
}

/** `~1.2.3`: not below, and the same minor version; the same major one where the minor is open. */
function isNear(version: VersionParts, { version: other, open }: Comparison): boolean {
  if (compareVersions(version, other) < 0) return false;
  const isZero = other.major === 0n && other.minor === 0n && other.patch === 0n;
  if (isZero && (open === 'none' || open === 'major')) return true;
  return version.major === other.major && (open === 'minor' || version.minor === other.minor);
}

/** `^1.2.3`: not below, and the same in the first number that is not zero. */
function isCompatible(version: VersionParts, { version: other, open }: Comparison): boolean {
  if (compareVersions(version, other) < 0) return false;
  if (other.major > 0n || open === 'minor') return version.major === other.major;
  if (version.major > 0n) return false;
  if (other.minor > 0n || open === 'patch') return version.minor === other.minor;
  return version.minor === 0n && version.patch === other.patch;
}
