import { describe, expect, it } from 'vitest';

import { maxSatisfying, parseSemverRange } from '../../../src/source/semver-range.ts';

// The rules are those of github.com/Masterminds/semver v3, which Argo CD uses.
const TAGS = [
  '0.0.3',
  '0.2.1',
  '0.3.0',
  'v1.0.0',
  'v1.2.0',
  'v1.2.9',
  'v1.2.10',
  'v1.3.0-rc.1',
  'v1.10.0',
  '2.0.0-alpha',
  '2.0.0-alpha.1',
  '2.0.0-beta.2',
  '2.0.0-beta.11',
  '2.0.0',
  '2.1.0+build.5',
  'v3',
  'release-9',
  'v10.0',
  'latest',
];

function best(range: string, tags: readonly string[] = TAGS): string | undefined {
  const parsed = parseSemverRange(range);
  expect(parsed, `${range} is a range`).toBeDefined();
  return parsed === undefined ? undefined : maxSatisfying(tags, parsed);
}

describe('maxSatisfying()', () => {
  it.each([
    ['*', 'v10.0'],
    ['x', 'v10.0'],
    ['1', 'v1.10.0'],
    ['1.x', 'v1.10.0'],
    ['v1.*', 'v1.10.0'],
    ['1.2', 'v1.2.10'],
    ['1.2.x', 'v1.2.10'],
    ['=1.2.9', 'v1.2.9'],
    ['1.2.9', 'v1.2.9'],
    ['^1.2', 'v1.10.0'],
    ['^1.2.3', 'v1.10.0'],
    ['^0.2', '0.2.1'],
    ['^0.2.1', '0.2.1'],
    ['^0.0.3', '0.0.3'],
    ['^0', '0.3.0'],
    ['~1', 'v1.10.0'],
    ['~1.2', 'v1.2.10'],
    ['~1.2.9', 'v1.2.10'],
    ['~>1.2.9', 'v1.2.10'],
    ['~0', '0.3.0'],
    ['>=1.2 <1.3', 'v1.2.10'],
    ['>=1.2, <1.3', 'v1.2.10'],
    ['>= 1.2.0 < 1.2.10', 'v1.2.9'],
    ['>1.2', 'v10.0'],
    ['>1.2 <2', 'v1.10.0'],
    ['<=1.2', 'v1.2.10'],
    ['<=1', 'v1.10.0'],
    ['<1', '0.3.0'],
    ['=>1 =<1.2.9', 'v1.2.9'],
    ['1.0 - 1.2.9', 'v1.2.9'],
    ['1.0 - 1.2', 'v1.2.10'],
    ['0.2.x || 1.2.x', 'v1.2.10'],
    ['<0.1 || ^2.0.0 <2.1', '2.0.0'],
    ['1.2.x !=1.2.10', 'v1.2.9'],
    ['* !=10 !=3', '2.1.0+build.5'],
    ['3', 'v3'],
    ['>=2.0.0-0 <2.0.0', '2.0.0-beta.11'],
    ['2.0.0-alpha', '2.0.0-alpha'],
    ['~2.0.0-alpha', '2.0.0'],
    ['>=1.3.0-rc.1 <1.3.0', 'v1.3.0-rc.1'],
    ['>=1.3 <1.4', undefined],
    ['4', undefined],
    ['>=2-0 <=2.0.0-beta.2', '2.0.0-beta.2'],
    ['^1-0 <1.10', 'v1.3.0-rc.1'],
    ['^1-0', 'v1.10.0'],
    ['>=2.0.0 <2.0.0', undefined],
  ])('of %j is %j', (range, version) => {
    expect(best(range)).toBe(version);
  });

  it('orders pre-releases as the specification does', () => {
    const order = [
      '1.0.0-alpha',
      '1.0.0-alpha.1',
      '1.0.0-alpha.beta',
      '1.0.0-beta',
      '1.0.0-beta.2',
      '1.0.0-beta.11',
      '1.0.0-rc.1',
      '1.0.0',
    ];
    for (let i = 1; i < order.length; i++) {
      const pair = [order[i] ?? '', order[i - 1] ?? ''];
      expect(best('>=1.0.0-0', pair)).toBe(order[i]);
      expect(best('>=1.0.0-0', pair.toReversed())).toBe(order[i]);
    }
  });
});

describe('parseSemverRange()', () => {
  it.each([
    'main',
    'feature/x',
    'release-1.2',
    'v',
    '',
    ' ',
    '1.2.3.4',
    '>=',
    '>=main',
    '1 || main',
    'HEAD',
    '1..2',
    '^^1',
  ])('takes %j for no range', (text) => {
    expect(parseSemverRange(text)).toBeUndefined();
  });
});
