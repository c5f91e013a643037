import { describe, expect, it } from 'vitest';
import { statusPatch, writeStatus } from '../../../src/status/write.ts';
import { reply, startLoopbackApi } from '../cluster/loopback-api.ts';
import { applicationObject } from './applications.ts';

type Parts = Partial<Parameters<typeof statusPatch>[0]>;

function patch(before: object, after: object, parts: Parts = {}): unknown {
  return statusPatch({ current: applicationObject(before), status: after, ...parts });
}

describe('statusPatch()', () => {
  it.each<readonly [title: string, before: object, after: object, status: object | undefined]>([
    ['nothing where nothing changed', { sync: { status: 'Synced' } }, { sync: { status: 'Synced' } }, undefined],
    ['only what changed', { a: 1, b: { c: 1, d: 2 } }, { a: 1, b: { c: 1, d: 3 } }, { b: { d: 3 } }],
    ['null for what vanished', { a: 1, b: { c: 1, d: 2 } }, { b: { d: 2 } }, { a: null, b: { c: null } }],
    ['a list as a whole', { a: [1, 2] }, { a: [1] }, { a: [1] }],
    ['what is new', {}, { a: { b: 1 } }, { a: { b: 1 } }],
    ['what took the place of a scalar', { a: 1 }, { a: { b: 1 } }, { a: { b: 1 } }],
    ['nothing where the values are undefined', {}, { a: undefined }, undefined],
    ['null where a value became undefined', { a: 1 }, { a: undefined }, { a: null }],
    ['nothing for a null, which no merge patch can write', { a: { b: 1 } }, { a: { b: 1, c: null } }, undefined],
    [
      'null for an inherited name',
      JSON.parse('{"a":{"constructor":1,"toString":2}}') as object,
      { a: {} },
      { a: { constructor: null, toString: null } },
    ],
  ])('sends %s', (_title, before, after, status) => {
    expect(patch(before, after)).toEqual(status === undefined ? undefined : { status });
  });

  it.each([undefined, null, 'text'])('starts from nothing when the status is %s', (status) => {
    const current = { ...applicationObject(), status };
    expect(statusPatch({ current, status: { sync: { status: 'Synced' } } })).toEqual({
      status: { sync: { status: 'Synced' } },
    });
  });

  const running = { operationState: { operation: {}, phase: 'Running', startedAt: 'x' } } as const;
  it.each<readonly [title: string, before: object, parts: Parts, guarded: boolean]>([
    ['a plain change', {}, { status: { reconciledAt: 'x' } }, false],
    ['an annotation', {}, { annotations: { a: 'b' } }, false],
    ['operationState', {}, { status: running }, true],
    ['the end of operationState', running, { status: {} }, true],
    ['finalizers', {}, { finalizers: [] }, true],
  ])('guards by resourceVersion: %s → %s', (_title, before, parts, guarded) => {
    const result = statusPatch({ current: applicationObject(before), status: {}, ...parts });
    expect(result?.['metadata'] ?? {}).toEqual({
      ...(parts.annotations === undefined ? {} : { annotations: parts.annotations }),
      ...(parts.finalizers === undefined ? {} : { finalizers: parts.finalizers }),
      ...(guarded ? { resourceVersion: '7' } : {}),
    });
  });

  it('removes .operation only where there is one, and guards that', () => {
    const current = { ...applicationObject(), operation: { sync: {} } };
    expect(statusPatch({ current, status: {}, clearOperation: true })).toEqual({
      metadata: { resourceVersion: '7' },
      operation: null,
    });
    expect(statusPatch({ current, status: {}, clearOperation: false })).toBeUndefined();
    expect(statusPatch({ current: applicationObject(), status: {}, clearOperation: true })).toBeUndefined();
  });

  it('sends annotations that differ, and null only for those that are there', () => {
    const current = applicationObject({}, { annotations: { keep: 'x', change: 'x', drop: 'x' } });
    const annotations = { keep: 'x', change: 'y', drop: null, absent: null, fresh: 'z' };
    expect(statusPatch({ current, status: {}, annotations })).toEqual({
      metadata: { annotations: { change: 'y', drop: null, fresh: 'z' } },
    });
  });
});

describe('writeStatus()', () => {
  it('sends nothing when there is nothing to write', async () => {
    const api = await startLoopbackApi((_request, response) => reply(response, 500, ''));
    const current = applicationObject();
    expect(await writeStatus({ client: api.client(), current, status: {} })).toBe(current);
    expect(api.requests).toEqual([]);
  });

  it('sends a merge patch and returns the Application as it stands', async () => {
    const written = applicationObject({ reconciledAt: 'x' });
    const api = await startLoopbackApi((_request, response) => reply(response, 200, written));
    const status = { reconciledAt: 'x' };
    expect(await writeStatus({ client: api.client(), current: applicationObject(), status })).toEqual(written);
    expect(api.requests).toMatchObject([
      {
        method: 'PATCH',
        path: '/apis/argoproj.io/v1alpha1/namespaces/argocd/applications/shop',
        query: { fieldManager: 'holdfast-status' },
        headers: { 'content-type': 'application/merge-patch+json' },
        body: '{"status":{"reconciledAt":"x"}}',
      },
    ]);
  });

  it('writes integers that a number cannot hold', async () => {
    const api = await startLoopbackApi((_request, response) => reply(response, 200, applicationObject()));
    const valuesObject = { id: 9_007_199_254_740_993n };
    const status = { sync: { status: 'Synced', comparedTo: { source: { helm: { valuesObject } } } } } as never;
    await writeStatus({ client: api.client(), current: applicationObject(), status });
    expect(api.requests[0]?.body).toContain('"id":9007199254740993');
  });

  it('refuses what the API server could not store, counted in bytes', async () => {
    const api = await startLoopbackApi((_request, response) => reply(response, 200, {}));
    const write = (length: number): Promise<unknown> =>
      writeStatus({ client: api.client(), current: applicationObject(), status: { reconciledAt: 'ü'.repeat(length) } });
    await expect(write(460_000)).rejects.toMatchObject({ code: 'STATUS_TOO_LARGE', retry: 'never' });
    expect(api.requests).toEqual([]);
    await write(440_000);
    expect(api.requests).toHaveLength(1);
  });

  it('throws the conflict when somebody else was faster', async () => {
    const api = await startLoopbackApi((_request, response) => reply(response, 409, { message: 'modified' }));
    const write = writeStatus({ client: api.client(), current: applicationObject(), status: { reconciledAt: 'x' } });
    await expect(write).rejects.toMatchObject({ code: 'CLUSTER_CONFLICT' });
  });
});
