import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/lib/clock.ts';
import { type ObjectKey, objectKey } from '../../../src/object/kube-object.ts';
import { Intents } from '../../../src/status/intents.ts';
import { type LoopbackApi, startLoopbackApi } from '../cluster/loopback-api.ts';

const key = (name: string): ObjectKey => objectKey({ group: '', kind: 'ConfigMap', namespace: 'shop', name });
const keys = (...names: string[]): ReadonlySet<ObjectKey> => new Set(names.map(key));

interface Store {
  data: Record<string, string> | undefined;
  /** Statuses to answer the next writes with, before the store is touched. */
  failures: number[];
}

/** One ConfigMap behind a loopback server: GET, merge PATCH and POST, as the API server treats them. */
function serve(store: Store): Promise<LoopbackApi> {
  return startLoopbackApi((request, response) => {
    const send = (status: number, body: unknown): void => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    };
    const failure = request.method === 'GET' ? undefined : store.failures.shift();
    if (failure !== undefined) send(failure, { kind: 'Status', message: 'no' });
    else if (request.method === 'POST') {
      store.data = (JSON.parse(request.body) as { data: Record<string, string> }).data;
      send(201, { data: store.data });
    } else if (store.data === undefined) send(404, { kind: 'Status', message: 'not found' });
    else {
      if (request.method === 'PATCH') store.data = merge(store.data, request.body);
      send(200, { data: store.data });
    }
  });
}

function merge(data: Record<string, string>, body: string): Record<string, string> {
  const patch = (JSON.parse(body) as { data: Record<string, string | null> }).data;
  const merged = Object.entries({ ...data, ...patch });
  return Object.fromEntries(merged.filter((entry): entry is [string, string] => entry[1] !== null));
}

function open(api: LoopbackApi): Intents {
  return new Intents({ client: api.client(), clock: systemClock, namespace: 'argocd' });
}

const writes = (api: LoopbackApi): number => api.requests.filter(({ method }) => method !== 'GET').length;

describe('Intents', () => {
  it('declare() has persisted the inventory when it resolves, and another process completes it', async () => {
    const store: Store = { data: undefined, failures: [] };
    const api = await serve(store);
    expect(await open(api).declare('argocd/shop', keys('a', 'b'))).toBe(true);
    const next = open(api);
    await next.load();
    expect(next.complete('argocd/shop', keys('c'))).toEqual(keys('c', 'a', 'b'));
    expect(next.complete('argocd/other', keys('c'))).toEqual(keys('c'));
  });

  it('declare() writes the intents of many applications at once', async () => {
    const store: Store = { data: {}, failures: [] };
    const api = await serve(store);
    const intents = open(api);
    const ids = Array.from({ length: 100 }, (_, index) => `argocd/app-${index}`);
    await Promise.all(ids.map((id) => intents.declare(id, keys(id.slice(7)))));
    expect(Object.keys(store.data ?? {})).toHaveLength(100);
    expect(writes(api)).toBeLessThanOrEqual(2);
  });

  it('declare() takes in one that comes while a write is under way', async () => {
    const store: Store = { data: {}, failures: [] };
    const intents = open(await serve(store));
    const first = intents.declare('argocd/a', keys('a'));
    await new Promise((resolve) => setTimeout(resolve, 26));
    await Promise.all([first, intents.declare('argocd/b', keys('b'))]);
    expect(Object.keys(store.data ?? {})).toHaveLength(2);
  });

  it('declare() rejects when the write fails, and the next write says it again', async () => {
    const store: Store = { data: {}, failures: [403] };
    const intents = open(await serve(store));
    await expect(intents.declare('argocd/a', keys('a'))).rejects.toThrow('no');
    await intents.declare('argocd/b', keys('b'));
    expect(Object.keys(store.data ?? {})).toHaveLength(2);
  });

  it('declare() refuses at once what the ConfigMap has no room for', async () => {
    const api = await serve({ data: {}, failures: [] });
    const intents = open(api);
    const names = Array.from({ length: 60_000 }, (_, index) => `${Math.sin(index)}`.replaceAll(/[^0-9]/g, ''));
    expect(await intents.declare('argocd/huge', keys(...names))).toBe(false);
    expect(intents.has('argocd/huge')).toBe(false);
    expect(writes(api)).toBe(0);
  });

  it('settle() removes the entry with the next write', async () => {
    const store: Store = { data: {}, failures: [] };
    const api = await serve(store);
    const intents = open(api);
    await intents.declare('argocd/a', keys('a'));
    intents.settle('argocd/a');
    expect(intents.has('argocd/a')).toBe(false);
    await intents.flush();
    expect(store.data).toEqual({});
    const before = writes(api);
    await intents.flush();
    expect(writes(api)).toBe(before);
  });

  it('complete() takes a garbled entry for no intent', async () => {
    const store: Store = { data: {}, failures: [] };
    const api = await serve(store);
    await open(api).declare('argocd/a', keys('b'));
    store.data = Object.fromEntries(Object.keys(store.data ?? {}).map((name) => [name, 'argocd/a garbage']));
    const next = open(api);
    await next.load();
    expect(next.complete('argocd/a', keys('a'))).toEqual(keys('a'));
  });
});
