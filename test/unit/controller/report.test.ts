import { describe, expect, it } from 'vitest';
import type { OperationState } from '../../../src/api/types.ts';
import { Reporter } from '../../../src/controller/report.ts';
import { TrackedApplication } from '../../../src/controller/tracked-application.ts';
import type { KubeObject } from '../../../src/object/kube-object.ts';
import { createLog } from '../../../src/telemetry/log.ts';
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts';
import {
  type Answer,
  become,
  type LoopbackApi,
  type ReceivedRequest,
  refusal,
  reply,
  startLoopbackApi,
} from '../cluster/loopback-api.ts';
import { application, applicationObject, resource } from '../status/applications.ts';

interface Run {
  readonly reporter: Reporter;
  readonly app: TrackedApplication;
  readonly clock: FakeClock;
  readonly api: LoopbackApi;
  /** What a turn of the controller would change, so that there is something to write. */
  readonly change: (reconciledAt: string) => void;
  /** `reconciledAt` of every write. */
  readonly written: () => (string | undefined)[];
}

const OPERATION: OperationState = { operation: {}, phase: 'Succeeded', startedAt: '2026-01-01T00:00:00Z' };
const UNOBSERVED = resource({ unobserved: true });

const reconciledAtOf = ({ body }: ReceivedRequest): string | undefined =>
  (JSON.parse(body) as { status?: { reconciledAt?: string } }).status?.reconciledAt;

/** Answers every write with the Application as it then stands, unless a test says otherwise. */
async function start(
  answer: (run: () => Run) => Answer = (run) => accept(run),
  quiet: Promise<void> = Promise.resolve(),
): Promise<Run> {
  const clock = createFakeClock();
  const api = await startLoopbackApi((request, response) => answer(() => run)(request, response));
  const app = new TrackedApplication('argocd/shop', applicationObject());
  app.application = application();
  const reporter = new Reporter({
    client: { ...api.client(clock), quiet: () => quiet },
    clock,
    log: createLog('silent'),
    controlNamespace: 'argocd',
    refusal: () => undefined,
    persisted: () => {},
    observed: (object) => {
      app.object = object;
    },
  });
  const run: Run = {
    reporter,
    app,
    clock,
    api,
    change: (reconciledAt) => {
      app.reconciledAt = reconciledAt;
    },
    written: () => api.requests.filter(({ method }) => method === 'PATCH').map(reconciledAtOf),
  };
  return run;
}

const accept =
  (run: () => Run): Answer =>
  (request, response) => {
    const { status } = JSON.parse(request.body) as { status?: object };
    const before = run().app.object;
    reply(response, 200, { ...before, status: { ...(before['status'] as object), ...status } } satisfies KubeObject);
  };

describe('Reporter', { timeout: 30_000 }, () => {
  it('writes changes that come together once', async () => {
    const { reporter, app, clock, change, written } = await start();
    for (const time of ['1', '2', '3']) {
      change(time);
      reporter.soon(app);
    }
    await clock.advance(1_000);
    await become(() => expect(written()).toEqual(['3']));
  });

  it('writes one application at most once a second', async () => {
    const { reporter, app, clock, change, written } = await start();
    change('1');
    reporter.soon(app);
    await clock.advance(500);
    await become(() => expect(app.object['status']).toMatchObject({ reconciledAt: '1' }));
    change('2');
    reporter.soon(app);
    await clock.advance(400);
    expect(written()).toEqual(['1']);
    await clock.advance(1_000);
    await become(() => expect(written()).toEqual(['1', '2']));
  });

  it('waits longer for controllers the more applications wait for them', async () => {
    const { reporter, app, clock, change, written } = await start();
    const finishedAt = new Date(clock.now()).toISOString();
    const others = Array.from({ length: 100 }, (_, index) => new TrackedApplication(`argocd/${index}`, app.object));
    for (const one of [app, ...others]) {
      one.operationState = { ...OPERATION, finishedAt };
      one.resources.set(UNOBSERVED.key, UNOBSERVED);
    }
    change('1');
    reporter.soon(app);
    for (const other of others) reporter.soon(other);
    await clock.advance(8_900);
    expect(written()).toEqual([]);
    for (const other of others) reporter.forget(other);
    await clock.advance(1_000);
    await become(() => expect(written()).toEqual(['1']));
  });

  it('does not wait for controllers once they have looked', async () => {
    const { reporter, app, clock, change, written } = await start();
    app.operationState = { ...OPERATION, finishedAt: new Date(clock.now()).toISOString() };
    app.resources.set(UNOBSERVED.key, UNOBSERVED);
    change('1');
    reporter.soon(app);
    await clock.advance(1_000);
    expect(written()).toEqual([]);
    app.resources.set(UNOBSERVED.key, { ...UNOBSERVED, unobserved: false });
    reporter.soon(app);
    await clock.advance(100);
    await become(() => expect(written()).toEqual(['1']));
  });

  it('sends nothing where nothing changed', async () => {
    const { reporter, app, clock, change, api } = await start();
    change('1');
    await reporter.now(app);
    reporter.soon(app);
    await clock.advance(5_000);
    await reporter.now(app);
    expect(api.requests).toHaveLength(1);
  });

  it('writes at once when it is told to, one write after the other', async () => {
    const { reporter, app, change, written } = await start();
    change('1');
    const first = reporter.now(app);
    change('2');
    await Promise.all([first, reporter.now(app)]);
    expect(written().at(-1)).toBe('2');
    expect(app.object['status']).toMatchObject({ reconciledAt: '2' });
  });

  it('writes what waits when it is told to finish', async () => {
    const { reporter, app, change, written } = await start();
    change('1');
    reporter.soon(app);
    await reporter.flush();
    expect(written()).toEqual(['1']);
  });

  it('yields to applies, but neither for ever nor when it is told to finish', async () => {
    const never = new Promise<void>(() => {});
    const { reporter, app, clock, change, written } = await start(undefined, never);
    change('1');
    reporter.soon(app);
    await clock.advance(1_000);
    expect(written()).toEqual([]);
    await reporter.flush();
    expect(written()).toEqual(['1']);
    change('2');
    reporter.soon(app);
    await clock.advance(10_000);
    await become(() => expect(written()).toEqual(['1', '2']));
  });

  it('waits for the write under way when it is told to finish', async () => {
    const gate = Promise.withResolvers<void>();
    const { reporter, app, change, api } = await start((run) => async (request, response) => {
      await gate.promise;
      await accept(run)(request, response);
    });
    change('1');
    void reporter.now(app);
    await become(() => expect(api.requests).toHaveLength(1));
    const flushing = reporter.flush();
    gate.resolve();
    await flushing;
    expect(app.object['status']).toMatchObject({ reconciledAt: '1' });
  });

  it('reads the Application again after a conflict, and writes on top of that', async () => {
    let conflicts = 0;
    const theirs = applicationObject({}, { resourceVersion: '8', labels: { by: 'somebody' } });
    const { reporter, app, clock, api, change, written } = await start((run) => async (request, response) => {
      if (request.method === 'GET') reply(response, 200, theirs);
      else if (conflicts++ === 0) reply(response, 409, refusal(409, 'the object has been modified'));
      else await accept(run)(request, response);
    });
    change('1');
    reporter.soon(app);
    await clock.advance(100);
    await become(() => expect(app.object.metadata.resourceVersion).toBe('8'));
    await clock.advance(1_000);
    await become(() => expect(written()).toEqual(['1', '1']));
    expect(api.requests.map(({ method }) => method)).toEqual(['PATCH', 'GET', 'PATCH']);
  });

  it('throws the conflict to who waits for the write', async () => {
    const { reporter, app, change } = await start(() => (request, response) => {
      if (request.method === 'GET') reply(response, 200, applicationObject({}, { resourceVersion: '8' }));
      else reply(response, 409, refusal(409, 'the object has been modified'));
    });
    change('1');
    await expect(reporter.now(app)).rejects.toMatchObject({ code: 'CLUSTER_CONFLICT' });
    expect(app.object.metadata.resourceVersion).toBe('8');
  });

  it('tries again later when the API server does not answer', async () => {
    let down = true;
    const { reporter, app, clock, change, written } = await start((run) => async (request, response) => {
      if (down) reply(response, 503, 'down');
      else await accept(run)(request, response);
    });
    change('1');
    reporter.soon(app);
    await clock.advance(100);
    await become(() => expect(written()).toEqual(['1']));
    down = false;
    await become(() => expect(clock.pending.length).toBeGreaterThan(0));
    await clock.advance(10_000);
    await become(() => expect(app.object['status']).toMatchObject({ reconciledAt: '1' }));
  });

  it.each([
    ['that is gone', 404],
    ['that the API server refuses for good', 422],
  ])('does not try again for an Application %s', async (_title, status) => {
    const { reporter, app, clock, change, api } = await start(() => (_request, response) => {
      reply(response, status, refusal(status, 'no'));
    });
    change('1');
    reporter.soon(app);
    await clock.advance(100);
    await become(() => expect(api.requests).toHaveLength(1));
    await clock.advance(60_000);
    expect(api.requests).toHaveLength(1);
  });

  it('forgets an application that is gone', async () => {
    const { reporter, app, clock, change, api } = await start();
    change('1');
    reporter.soon(app);
    reporter.forget(app);
    await clock.advance(60_000);
    await reporter.flush();
    expect(api.requests).toEqual([]);
  });
});
