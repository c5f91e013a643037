import { GoFunctionError } from '../function-table.ts';
import { GoObject, type GoValue, goInt } from '../value.ts';

/** What a version is made of. The numbers are unsigned integers of 64 bits. */
export interface VersionParts {
  readonly major: bigint;
  readonly minor: bigint;
  readonly patch: bigint;
  readonly prerelease: string;
  readonly metadata: string;
}

/** A version as `semver` gives it: Masterminds' *semver.Version with its methods. */
export class SemverVersion extends GoObject implements VersionParts {
  override readonly goType: string;
  override readonly goKind: string;
  readonly major: bigint;
  readonly minor: bigint;
  readonly patch: bigint;
  readonly prerelease: string;
  readonly metadata: string;
  /** As it was written. */
  readonly original: string;

  /** @param isPointer false for what methods such as IncMajor return */
  constructor(parts: VersionParts, original: string, isPointer: boolean = true) {
    super();
    this.major = parts.major;
    this.minor = parts.minor;
    this.patch = parts.patch;
    this.prerelease = parts.prerelease;
    this.metadata = parts.metadata;
    this.original = original;
    this.goType = isPointer ? '*semver.Version' : 'semver.Version';
    this.goKind = isPointer ? 'ptr' : 'struct';
  }

  override get(name: string): GoValue {
    return GETTERS.get(name)?.(this);
  }

  override method(name: string): ((args: readonly GoValue[]) => GoValue) | undefined {
    const method = METHODS.get(name);
    return method === undefined ? undefined : (args) => method(this, args[0]);
  }

  override fields(): readonly (readonly [name: string, value: GoValue])[] {
    return [
      ['major', goInt(this.major, 'uint64')],
      ['minor', goInt(this.minor, 'uint64')],
      ['patch', goInt(this.patch, 'uint64')],
      ['pre', this.prerelease],
      ['metadata', this.metadata],
      ['original', this.original],
    ];
  }

  override toGoString(): string {
    return printVersion(this);
  }
}

/**
 * Reads a version as loosely as Masterminds' NewVersion: a `v` before it, numbers left out, leading zeros.
 *
 * @throws {GoFunctionError} with the library's message
 * @see https://github.com/Masterminds/semver/blob/v3.5.0/version.go
 */
export function parseVersion(text: string): SemverVersion {
  if (Buffer.byteLength(text) > MAX_LENGTH) {
    throw new GoFunctionError(`version string is too long (max ${MAX_LENGTH} bytes)`);
  }
  const match = VERSION.exec(text);
  if (match === null) throw new GoFunctionError('invalid semantic version');
  const [, major, minor, patch, prerelease = '', metadata = ''] = match;
  const numbers = { major: parseSegment(major), minor: parseSegment(minor), patch: parseSegment(patch) };
  return new SemverVersion({ ...numbers, prerelease: checkPrerelease(prerelease), metadata }, text);
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
const MAX_UINT64 = 2n ** 64n - 1n;
const VERSION =
  /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?$/;

function parseSegment(text: string = '0'): bigint {
  const value = BigInt(text);
  if (value <= MAX_UINT64) return value;
  throw new GoFunctionError(`error parsing version segment: strconv.ParseUint: parsing "${text}": value out of range`);
}

function checkPrerelease(prerelease: string): string {
  const hasLeadingZero = prerelease.split('.').some((part) => /^0\d+$/.test(part));
  if (hasLeadingZero) throw new GoFunctionError('version segment starts with 0');
  return prerelease;
}

function printVersion({ major, minor, patch, prerelease, metadata }: VersionParts): string {
  const suffix = (prerelease === '' ? '' : `-${prerelease}`) + (metadata === '' ? '' : `+${metadata}`);
  return `${major}.${minor}.${patch}${suffix}`;
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

const GETTERS: ReadonlyMap<string, (version: SemverVersion) => GoValue> = new Map<
  string,
  (version: SemverVersion) => GoValue
>([
  ['Major', ({ major }) => goInt(major, 'uint64')],
  ['Minor', ({ minor }) => goInt(minor, 'uint64')],
  ['Patch', ({ patch }) => goInt(patch, 'uint64')],
  ['Prerelease', ({ prerelease }) => prerelease],
  ['Metadata', ({ metadata }) => metadata],
  ['Original', ({ original }) => original],
  ['String', (version) => version.toGoString()],
  ['IncMajor', (version) => increase(version, 'major')],
  ['IncMinor', (version) => increase(version, 'minor')],
  ['IncPatch', (version) => (version.prerelease === '' ? increase(version, 'patch') : change(version, RELEASE))],
]);

const METHODS: ReadonlyMap<string, (version: SemverVersion, argument: GoValue) => GoValue> = new Map<
  string,
  (version: SemverVersion, argument: GoValue) => GoValue
>([
  ['Compare', (version, other) => goInt(orderOf(version, other))],
  ['Equal', (version, other) => other instanceof SemverVersion && orderOf(version, other) === 0],
  ['LessThan', (version, other) => orderOf(version, other) < 0],
  ['LessThanEqual', (version, other) => orderOf(version, other) <= 0],
  ['GreaterThan', (version, other) => orderOf(version, other) > 0],
  ['GreaterThanEqual', (version, other) => orderOf(version, other) >= 0],
  [
    'SetPrerelease',
    (version, prerelease) => change(version, { prerelease: checkPrerelease(checkParts(prerelease, 'prerelease')) }),
  ],
  ['SetMetadata', (version, metadata) => change(version, { metadata: checkParts(metadata, 'metadata') })],
]);

const RELEASE = { prerelease: '', metadata: '' };

function orderOf(version: SemverVersion, other: GoValue): number {
  if (other instanceof SemverVersion) return Math.sign(compareVersions(version, other));
  throw new GoFunctionError('runtime error: invalid memory address or nil pointer dereference');
}

function increase(version: SemverVersion, part: 'major' | 'minor' | 'patch'): SemverVersion {
  if (version[part] === MAX_UINT64) throw new GoFunctionError(`${part} version increment would overflow uint64`);
  const below = { major: { minor: 0n, patch: 0n }, minor: { patch: 0n }, patch: {} }[part];
  return change(version, { ...RELEASE, ...below, [part]: version[part] + 1n });
}

function change(version: SemverVersion, parts: Partial<VersionParts>): SemverVersion {
  const { major, minor, patch, prerelease, metadata } = version;
  const changed = { major, minor, patch, prerelease, metadata, ...parts };
  const prefix = version.original.startsWith('v') ? 'v' : '';
  return new SemverVersion(changed, prefix + printVersion(changed), false);
}

function checkParts(text: GoValue, name: 'prerelease' | 'metadata'): string {
  const isValid = typeof text === 'string' && /^(?:[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/.test(text);
  if (isValid) return text;
  throw new GoFunctionError(`invalid ${name} string`);
}
