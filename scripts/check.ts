// What must be right before every commit: format, lint, types and the quick tests.
import { CHECK_STEPS, runSteps } from './suite/run-steps.ts';

process.exitCode = await runSteps(CHECK_STEPS);
