// Made-up kustomizations, built by us and by the real kustomize: what differs is printed and kept.
//
//   npm run prove -- kustomize-diff [--from=0] [--count=500] [--keep=DIR]
//
// The seed of each case is its number, so a run can be repeated. Needs the real tool, see real-kustomize.ts.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { findCases } from '../conformance/corpus.ts';
import { writeCase } from '../conformance/generate/generate-case.ts';
import { realKustomize, recordCase } from '../conformance/real-kustomize.ts';
import { runCase } from '../conformance/run-case.ts';

const AT_ONCE = 2;

const { values } = parseArgs({
  options: {
    from: { type: 'string', default: '0' },
    count: { type: 'string', default: '500' },
    keep: { type: 'string' },
  },
});
const binary = realKustomize();
if (binary === undefined) {
  console.error('kustomize-diff: put the real kustomize v5.8.2 at HOLDFAST_KUSTOMIZE, see test/conformance/README.md');
  process.exit(2);
}
process.exitCode = await main(binary, Number(values.from), Number(values.from) + Number(values.count));

async function main(real: string, from: number, end: number): Promise<number> {
  const folder = path.resolve(values.keep ?? mkdtempSync(path.join(tmpdir(), 'holdfast-kustomize-diff-')));
  const tally = { passed: 0, failed: 0, crashed: 0, errors: 0 };
  let next = from;
  const worker = async (): Promise<void> => {
    while (next < end) await judge(writeCase(folder, next++));
  };
  const judge = async (at: string): Promise<void> => {
    const { exitCode } = await recordCase(real, at);
    const [one] = findCases(at);
    if (exitCode > 1 || one === undefined) {
      // A panic of the real tool: there is nothing to be equal to.
      tally.crashed++;
      rmSync(at, { recursive: true });
      return;
    }
    const {
      state,
      reason = 'same objects, other text or warnings',
      isSameText = true,
      isSameWarnings = true,
    } = runCase(one);
    if (exitCode !== 0) tally.errors++;
    if (state === 'passed' && isSameText && isSameWarnings) {
      tally.passed++;
      if (values.keep === undefined) rmSync(at, { recursive: true });
    } else {
      tally.failed++;
      console.log(`FAILED ${at}\n  ${reason}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  if (tally.failed === 0 && values.keep === undefined) rmSync(folder, { recursive: true });
  console.log(`seeds ${from} to ${end - 1}; ${tally.errors} are errors; the real tool crashed ${tally.crashed} times`);
  console.log(`${tally.passed} passed, ${tally.failed} failed`);
  return tally.failed > 0 || tally.passed === 0 ? 1 : 0;
}
