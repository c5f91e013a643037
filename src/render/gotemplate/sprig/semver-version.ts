import {
  checkPrerelease,
  compareVersions,
  MAX_UINT64,
  parseVersion,
  SemverError,
  type VersionParts,
} from '../../../lib/semver.ts';
import { GoFunctionError } from '../function-table.ts';
import { quoteString } from '../go-string.ts';
import { GoObject, type GoValue, goInt } from '../value.ts';

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
 */
export function readVersion(text: string): SemverVersion {
  return new SemverVersion(
    asGoError(() => parseVersion(text)),
    text,
  );
}

/** What `read` gives; a {@link SemverError} becomes what a function of a template returns. */
export function asGoError<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof SemverError)) throw error;
    const { reason, subject } = error;
    throw new GoFunctionError(subject === undefined ? reason : `${reason}: ${quoteString(subject)}`);
  }
}

function printVersion({ major, minor, patch, prerelease, metadata }: VersionParts): string {
  const suffix = (prerelease === '' ? '' : `-${prerelease}`) + (metadata === '' ? '' : `+${metadata}`);
  return `${major}.${minor}.${patch}${suffix}`;
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
    (version, prerelease) =>
      change(version, { prerelease: asGoError(() => checkPrerelease(checkParts(prerelease, 'prerelease'))) }),
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
