import { describe, expect, it } from 'vitest';
import { SEMVER_FUNCTIONS } from '../../../../../src/render/gotemplate/sprig/semver.ts';
import { readVersion } from '../../../../../src/render/gotemplate/sprig/semver-version.ts';
import { goInt } from '../../../../../src/render/gotemplate/value.ts';
import { callFunction, findDifferences, readCalls } from './recorded-calls.ts';

describe('SEMVER_FUNCTIONS', () => {
  it('give what Sprig gives', () => {
    expect(findDifferences(readCalls('semver'), SEMVER_FUNCTIONS)).toEqual([]);
  });
});

describe('semverCompare', () => {
  it.each(['1, '.repeat(160), `${'1   '.repeat(120)}!`, '1 - '.repeat(120), '-a'.repeat(250)])(
    'refuses %j',
    (constraint) => {
      expect(() => callFunction(SEMVER_FUNCTIONS, 'semverCompare', [constraint, '1.0.0'])).toThrow(
        'improper constraint',
      );
    },
  );

  it('refuses what is too long', () => {
    expect(() => callFunction(SEMVER_FUNCTIONS, 'semverCompare', ['1 '.repeat(300), '1.0.0'])).toThrow('max 512 bytes');
    expect(() => callFunction(SEMVER_FUNCTIONS, 'semverCompare', ['1||'.repeat(33), '1.0.0'])).toThrow('max 32');
    expect(() => callFunction(SEMVER_FUNCTIONS, 'semverCompare', ['1', `1.0.0-${'a'.repeat(300)}`])).toThrow('max 256');
  });
});

describe('SemverVersion', () => {
  const version = readVersion('v1.2.3-rc.1+build');

  it.each([
    ['Major', goInt(1, 'uint64')],
    ['Patch', goInt(3, 'uint64')],
    ['Prerelease', 'rc.1'],
    ['Metadata', 'build'],
    ['Original', 'v1.2.3-rc.1+build'],
    ['String', '1.2.3-rc.1+build'],
    ['nope', undefined],
  ])('has %s', (name, expected) => {
    expect(version.get(name)).toEqual(expected);
  });

  it('increases as the library does: a pre-release of a patch becomes the patch', () => {
    expect(readVersion('1.2.3-rc.1').get('IncPatch')).toMatchObject({ original: '1.2.3' });
    expect(readVersion('v1.2.3').get('IncMinor')).toMatchObject({ original: 'v1.3.0', goType: 'semver.Version' });
  });

  it('compares with another version only', () => {
    expect(version.method('Compare')?.([readVersion('1.2.3')])).toEqual(goInt(-1));
    expect(version.method('LessThan')?.([readVersion('1.2.3')])).toBe(true);
    expect(() => version.method('Compare')?.([null])).toThrow('nil pointer');
  });
});
