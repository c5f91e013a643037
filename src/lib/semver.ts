/** What a version is made of. The numbers are unsigned integers of 64 bits. */
export interface VersionParts {
  readonly major: bigint;
  readonly minor: bigint;
  readonly patch: bigint;
  readonly prerelease: string;
  readonly metadata: string;
}

/** A version or constraint that cannot be read; the message is the library's, `subject` what it quotes. */
export class SemverError extends Error {
  override readonly name = 'SemverError';
  readonly reason: string;
  readonly subject: string | undefined;

  constructor(reason: string, subject?: string) {
    super(subject === undefined ? reason : `${reason}: ${JSON.stringify(subject)}`);
    this.reason = reason;
    this.subject = subject;
  }
}

/**
 * Reads a version as loosely as Masterminds' NewVersion: a `v` before it, numbers left out, leading zeros.
 *
 * @throws {SemverError} with the library's message
 * @see https://github.com/Masterminds/semver/blob/v3.5.0/version.go
 */
export function parseVersion(text: string): VersionParts {
  if (Buffer.byteLength(text) > MAX_LENGTH) {
    throw new SemverError(`version string is too long (max ${MAX_LENGTH} bytes)`);
  }
  const match = VERSION.exec(text);
  if (match === null) throw new SemverError('invalid semantic version');
  const [, major, minor, patch, prerelease = '', metadata = ''] = match;
  const numbers = { major: parseSegment(major), minor: parseSegment(minor), patch: parseSegment(patch) };
  return { ...numbers, prerelease: checkPrerelease(prerelease), metadata };
}

/** Order of two versions by precedence: negative, 0 or positive; metadata do not count. */
export function compareVersions(a: VersionParts, b: VersionParts): number {
  for (const part of ['major', 'minor', 'patch'] as const) {
    if (a[part] !== b[part]) return a[part] < b[part] ? -1 : 1;
  }
  if (a.prerelease === '' || b.prerelease === '') return Number(a.prerelease === '') - Number(b.prerelease === '');
  return comparePrereleases(a.prerelease, b.prerelease);
}

/** Order of two pre-releases: numbers before words, fewer parts before more. */
export function comparePrereleases(a: string, b: string): number {
  const [parts, others] = [a.split('.'), b.split('.')];
  for (let i = 0; i < Math.max(parts.length, others.length); i++) {
    const order = compareParts(parts[i] ?? '', others[i] ?? '');
    if (order !== 0) return order;
  }
  return 0;
}

const MAX_LENGTH = 256;
/** The largest number that a version may have. */
export const MAX_UINT64: bigint = 2n ** 64n - 1n;
const VERSION =
  /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?$/;

function parseSegment(text: string = '0'): bigint {
  const value = BigInt(text);
  if (value <= MAX_UINT64) return value;
  throw new SemverError(`error parsing version segment: strconv.ParseUint: parsing "${text}": value out of range`);
}

/**
 * A pre-release as it is.
 * @throws {SemverError} if one of its numbers starts with 0
 */
export function checkPrerelease(prerelease: string): string {
  const hasLeadingZero = prerelease.split('.').some((part) => /^0\d+$/.test(part));
  if (hasLeadingZero) throw new SemverError('version segment starts with 0');
  return prerelease;
}

function compareParts(a: string, b: string): number {
  if (a === b) return 0;
  const [number, other] = [parsePart(a), parsePart(b)];
  if (number !== undefined && other !== undefined) return number > other ? 1 : -1;
  if (a !== '' && b !== '' && number !== other) return number === undefined ? 1 : -1;
  // Words, or the end of the shorter one.
  return a < b ? -1 : 1;
}

/** A part that is a number which Go can hold. */
function parsePart(part: string): bigint | undefined {
  if (!/^\d+$/.test(part)) return undefined;
  const value = BigInt(part);
  return value <= MAX_UINT64 ? value : undefined;
}
