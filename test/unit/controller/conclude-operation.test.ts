import { describe, expect, it } from 'vitest';
import type { OperationState } from '../../../src/api/types.ts';
import { finish } from '../../../src/controller/conclude-operation.ts';
import type { Services } from '../../../src/controller/services.ts';
import { TrackedApplication } from '../../../src/controller/tracked-application.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { applicationObject } from '../status/applications.ts';

function run(app: TrackedApplication, path: string): OperationState | undefined {
  const services = {
    clock: createFakeClock(),
    metrics: { syncs: { inc: () => undefined } },
    recordEvent: () => undefined,
  } as unknown as Services;
  const syncResult = { revision: 'abc', source: { repoURL: 'https://git.test/shop.git', path } };
  const state: OperationState = { operation: {}, phase: 'Running', startedAt: '2026-01-01T00:00:00Z', syncResult };
  finish(app, state, { phase: 'Failed', message: 'refused' }, services);
  return app.operationState;
}

describe('finish()', () => {
  it('records a failure that repeats with another source, which would else be deployed again and again', () => {
    const app = new TrackedApplication('argocd/shop', applicationObject());
    const first = run(app, 'a');
    expect(run(app, 'a')).toBe(first);
    expect(run(app, 'b')?.syncResult?.source?.path).toBe('b');
  });
});
