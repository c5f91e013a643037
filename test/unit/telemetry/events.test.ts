import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../src/object/kube-object.ts';
import { type ApplicationEvent, EventRecorder } from '../../../src/telemetry/events.ts';
import { createLog } from '../../../src/telemetry/log.ts';
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts';
import { type LoopbackApi, reply, startLoopbackApi } from '../cluster/loopback-api.ts';

interface Written {
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly reason: string;
  readonly type: string;
  readonly message: string;
  readonly involvedObject: object;
}

interface Run {
  readonly recorder: EventRecorder;
  readonly clock: FakeClock;
  readonly counts: string[];
  readonly written: () => Written[];
}

async function start(status = 201): Promise<Run> {
  const api: LoopbackApi = await startLoopbackApi((_request, response) => reply(response, status, {}));
  const clock = createFakeClock();
  const counts: string[] = [];
  const log = createLog('silent');
  const recorder = new EventRecorder({ client: api.client(), clock, log, count: (result) => void counts.push(result) });
  return { recorder, clock, counts, written: () => api.requests.map(({ body }) => JSON.parse(body) as Written) };
}

function app(name: string): KubeObject {
  const metadata = { name, namespace: 'argocd', uid: `uid-${name}`, resourceVersion: '7' };
  return { apiVersion: 'argoproj.io/v1alpha1', kind: 'Application', metadata };
}

function event(reason: ApplicationEvent['reason'], message = 'Synced'): ApplicationEvent {
  return { type: 'Normal', reason, message };
}

const FLOOD = 100;

describe('EventRecorder', () => {
  it('writes an event about its Application', async () => {
    const { recorder, counts, written } = await start();
    recorder.record(app('shop'), event('OperationCompleted'));
    await recorder.flush();
    expect(written()).toMatchObject([
      {
        kind: 'Event',
        metadata: { namespace: 'argocd' },
        involvedObject: {
          apiVersion: 'argoproj.io/v1alpha1',
          kind: 'Application',
          name: 'shop',
          namespace: 'argocd',
          uid: 'uid-shop',
          resourceVersion: '7',
        },
        type: 'Normal',
        reason: 'OperationCompleted',
        message: 'Synced',
        firstTimestamp: '2026-01-01T00:00:00Z',
        count: 1,
      },
    ]);
    expect(counts).toEqual(['written']);
  });

  it('writes a flood as one event a reason that names every Application', async () => {
    const { recorder, clock, counts, written } = await start();
    for (let i = 0; i < FLOOD; i += 1) recorder.record(app(`app-${i}`), event('OperationCompleted', `Synced ${i}`));
    recorder.record(app('sad'), event('OperationFailed', 'Failed'));
    await clock.advance(60_000);
    await recorder.flush();
    const aggregated = written().filter(({ message }) => message.includes('such events'));
    expect(aggregated).toHaveLength(1);
    expect(counts.filter((result) => result === 'aggregated')).toHaveLength(1);
    expect(written().length).toBeLessThan(FLOOD / 2);
    const named = written()
      .map(({ message, metadata }) => `${metadata.name} ${message}`)
      .join(' ');
    for (let i = 0; i < FLOOD; i += 1) expect(named).toMatch(new RegExp(`\\bapp-${i}\\b`));
    expect(
      written()
        .filter(({ reason }) => reason === 'OperationFailed')
        .map(({ message }) => message),
    ).toEqual(['Failed']);
  });

  it('writes single events again once the flood is over', async () => {
    const { recorder, clock, written } = await start();
    for (let i = 0; i < FLOOD; i += 1) recorder.record(app('shop'), event('OperationCompleted'));
    await clock.advance(60_000);
    await recorder.flush();
    const before = written().length;
    recorder.record(app('shop'), event('OperationCompleted', 'again'));
    await recorder.flush();
    expect(
      written()
        .slice(before)
        .map(({ message }) => message),
    ).toEqual(['again']);
  });

  it('writes what is gathered when it is told to finish', async () => {
    const { recorder, clock, written } = await start();
    for (let i = 0; i < FLOOD; i += 1) recorder.record(app(`app-${i}`), event('OperationCompleted'));
    await recorder.flush();
    expect(written().some(({ message }) => message.includes('such events'))).toBe(true);
    const count = written().length;
    await clock.advance(60_000);
    await recorder.flush();
    expect(written()).toHaveLength(count);
  });

  it('gives every event a name of its own', async () => {
    const { recorder, written } = await start();
    for (let i = 0; i < 5; i += 1) recorder.record(app('shop'), event('OperationCompleted'));
    await recorder.flush();
    expect(new Set(written().map(({ metadata }) => metadata.name)).size).toBe(5);
  });

  it('shortens what the API server would refuse', async () => {
    const { recorder, written } = await start();
    recorder.record(app('shop'), event('OperationFailed', 'x'.repeat(5_000)));
    await recorder.flush();
    expect(written()[0]?.message).toHaveLength(1_024);
  });

  it('counts what could not be written and goes on', async () => {
    const { recorder, counts } = await start(403);
    recorder.record(app('shop'), event('OperationCompleted'));
    await recorder.flush();
    expect(counts).toEqual(['failed']);
  });
});
