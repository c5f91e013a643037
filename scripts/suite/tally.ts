/** What came of some tests. */
export interface Tally {
  readonly passed: number;
  /** What failed, by name; nothing is counted that is not named. */
  readonly failed: readonly string[];
  readonly skipped: readonly string[];
}

/** The parts of Vitest's JSON report that are read. */
export interface VitestReport {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

/** How a run of Vitest went. */
export interface VitestRun {
  readonly name: string;
  /** Undefined when Vitest ended without writing one. */
  readonly report: VitestReport | undefined;
  readonly exitCode: number;
}

/**
 * Counts the tests of a run. A file that cannot be loaded, a run without any test and an error outside of all tests
 * count as one failure each, because nothing else would tell of them. Pure.
 */
export function tallyOf({ name, report, exitCode }: VitestRun): Tally {
  if (report === undefined) return { passed: 0, failed: [`${name}: ended without a report`], skipped: [] };
  const tests = report.testResults.flatMap((file) =>
    file.assertionResults.map((test) => ({ ...test, file: file.name })),
  );
  const named = (status: (text: string) => boolean): string[] =>
    tests.filter((test) => status(test.status)).map((test) => `${test.file}: ${test.fullName}`);
  const failed = [...named((status) => status === 'failed'), ...brokenFiles(report)];
  if (tests.length === 0 && failed.length === 0) failed.push(`${name}: ran no test`);
  if (exitCode !== 0 && failed.length === 0) failed.push(`${name}: an error outside of its tests; see its output`);
  return {
    passed: tests.filter((test) => test.status === 'passed').length,
    failed,
    skipped: named((status) => status !== 'passed' && status !== 'failed'),
  };
}

/** Files that failed though none of their tests did: they did not load, or a hook of theirs failed. */
function brokenFiles(report: VitestReport): string[] {
  return report.testResults
    .filter(({ status, assertionResults }) => {
      return status === 'failed' && !assertionResults.some((test) => test.status === 'failed');
    })
    .map(({ name }) => `${name}: failed outside of its tests`);
}

/** Sums tallies. */
export function addTallies(tallies: readonly Tally[]): Tally {
  return {
    passed: tallies.reduce((sum, tally) => sum + tally.passed, 0),
    failed: tallies.flatMap((tally) => tally.failed),
    skipped: tallies.flatMap((tally) => tally.skipped),
  };
}

/**
 * The lines at the end of a run, the count in the last one.
 * @param strict a skipped test counts as failed: where everything must have run
 */
export function summaryLines(tally: Tally, strict: boolean): string[] {
  const failed = tally.failed.length + (strict ? tally.skipped.length : 0);
  return [
    ...tally.skipped.map((name) => `SKIPPED ${name}${strict ? ' (counts as failed, because CI=true)' : ''}`),
    ...tally.failed.map((name) => `FAILED ${name}`),
    `${tally.passed} passed, ${failed} failed`,
  ];
}

/** Whether a run with this tally is a success. */
export function isGreen(tally: Tally, strict: boolean): boolean {
  return tally.passed > 0 && tally.failed.length === 0 && (!strict || tally.skipped.length === 0);
}
