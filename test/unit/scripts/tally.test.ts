import { describe, expect, it } from 'vitest';
import { addTallies, isGreen, summaryLines, tallyOf, type VitestReport } from '../../../scripts/suite/tally.ts';

describe('tallyOf()', () => {
  it('counts passed, failed and skipped tests', () => {
    const report = reportOf('failed', ['passed', 'passed', 'failed', 'pending', 'todo']);
    const tally = tallyOf({ name: 'quick', report, exitCode: 1 });
    expect(tally).toEqual({
      passed: 2,
      failed: ['a.test.ts: case 2'],
      skipped: ['a.test.ts: case 3', 'a.test.ts: case 4'],
    });
  });

  it('counts a file that cannot be loaded', () => {
    const tally = tallyOf({ name: 'quick', report: reportOf('failed', []), exitCode: 1 });
    expect(tally).toEqual({ passed: 0, failed: ['a.test.ts: failed outside of its tests'], skipped: [] });
  });

  it('counts a run without any test as a failure', () => {
    const tally = tallyOf({ name: 'e2e', report: { testResults: [] }, exitCode: 0 });
    expect(tally.failed).toEqual(['e2e: ran no test']);
  });

  it('counts an error outside of all tests', () => {
    const tally = tallyOf({ name: 'e2e', report: reportOf('passed', ['passed']), exitCode: 1 });
    expect(tally).toMatchObject({ passed: 1, failed: ['e2e: an error outside of its tests; see its output'] });
  });

  it('counts a run that wrote no report', () => {
    const tally = tallyOf({ name: 'e2e', report: undefined, exitCode: 0 });
    expect(tally.failed).toEqual(['e2e: ended without a report']);
  });
});

describe('summaryLines()', () => {
  const tally = addTallies([
    { passed: 3, failed: [], skipped: ['b'] },
    { passed: 1, failed: ['c'], skipped: [] },
  ]);

  it('ends with the count', () => {
    expect(summaryLines(tally, false)).toEqual(['SKIPPED b', 'FAILED c', '4 passed, 1 failed']);
  });

  it('counts skipped tests as failed where everything must run', () => {
    expect(summaryLines(tally, true).at(-1)).toBe('4 passed, 2 failed');
  });
});

describe('isGreen()', () => {
  it.each([
    { what: 'all passed', tally: { passed: 1, failed: [], skipped: [] }, here: true, strict: true },
    { what: 'one failed', tally: { passed: 1, failed: ['a'], skipped: [] }, here: false, strict: false },
    { what: 'one was skipped', tally: { passed: 1, failed: [], skipped: ['a'] }, here: true, strict: false },
    { what: 'nothing ran', tally: { passed: 0, failed: [], skipped: [] }, here: false, strict: false },
  ])('is $here, and $strict where everything must run, when $what', ({ tally, here, strict }) => {
    expect([isGreen(tally, false), isGreen(tally, true)]).toEqual([here, strict]);
  });
});

function reportOf(status: string, tests: readonly string[]): VitestReport {
  const assertionResults = tests.map((test, index) => ({ fullName: `case ${index}`, status: test }));
  return { testResults: [{ name: 'a.test.ts', status, assertionResults }] };
}
