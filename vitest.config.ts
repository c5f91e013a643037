import { defineConfig } from 'vitest/config';

// Limits for what hangs, not for what is slow: machines are busy with other things as well.
const QUICK_TIMEOUT_MS = 60_000;
const E2E_TIMEOUT_MS = 120_000;

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'quick',
          include: ['test/{unit,golden,property}/**/*.test.ts'],
          testTimeout: QUICK_TIMEOUT_MS,
          hookTimeout: QUICK_TIMEOUT_MS,
        },
      },
      {
        test: { name: 'conformance', include: ['test/conformance/**/*.test.ts'], testTimeout: E2E_TIMEOUT_MS },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: ['test/support/controlplane/global-setup.ts'],
          // One after the other: they share a control plane and the machine, and each starts an operator.
          fileParallelism: false,
          testTimeout: E2E_TIMEOUT_MS,
          hookTimeout: E2E_TIMEOUT_MS,
        },
      },
    ],
  },
});
