// All tests. The last line tells how many passed and failed; with CI=true a skipped one counts as failed.
import { globSync } from 'node:fs';
import path from 'node:path';

import { CHECK_STEPS, runSteps, type Step } from './suite/run-steps.ts';

const ROOT = path.dirname(import.meta.dirname);
const hasConformance = globSync('test/conformance/**/*.test.ts', { cwd: ROOT }).length > 0;
const steps: readonly Step[] = [
  ...CHECK_STEPS,
  ...(hasConformance ? [{ name: 'conformance', project: 'conformance' }] : []),
  { name: 'end to end, on a real control plane', project: 'e2e', flags: ['--no-file-parallelism'] },
];

process.exitCode = await runSteps(steps);
