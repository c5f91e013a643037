import { describe, expect, it, onTestFinished } from 'vitest';
import { type ClusterClient, createClusterClient } from '../../../src/cluster/client.ts';
import type { Clock } from '../../../src/lib/clock.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { become, type LoopbackApi, refusal, reply, startLoopbackApi } from './loopback-api.ts';

interface Parts {
  readonly clock?: Clock;
  readonly server?: string;
  readonly concurrency?: number;
}

/** A client whose credentials count how often they were asked for and refused. */
function connect(
  api: LoopbackApi,
  parts: Parts = {},
): { client: ClusterClient; refused: () => number; seen: string[] } {
  let refused = 0;
  const seen: string[] = [];
  const client = createClusterClient(
    {
      server: parts.server ?? api.url,
      tls: {},
      headers: () => Promise.resolve({ authorization: `Bearer token-${refused}` }),
      refused: () => {
        refused += 1;
      },
    },
    {
      clock: parts.clock ?? createFakeClock(),
      userAgent: 'holdfast/test',
      observer: { observe: (method, status) => seen.push(`${method} ${status}`) },
      ...(parts.concurrency === undefined ? {} : { concurrency: parts.concurrency }),
    },
  );
  onTestFinished(() => client.close());
  return { client, refused: () => refused, seen };
}

describe('createClusterClient()', () => {
  it.each(['', 'host:6443', 'host', '/path', 'ftp://host'])('refuses the address %j', (server) => {
    const credentials = { server, tls: {}, headers: () => Promise.resolve({}), refused() {} };
    const connecting = (): unknown => createClusterClient(credentials, { clock: createFakeClock(), userAgent: 'x' });
    expect(connecting).toThrow(expect.objectContaining({ code: 'CONFIG_KUBECONFIG', retry: 'never' }));
  });
});

describe('request()', { timeout: 30_000 }, () => {
  it('sends what it is told and returns plain JSON', async () => {
    const api = await startLoopbackApi((_request, response) =>
      reply(response, 201, '{"size":9007199254740993,"__proto__":1}'),
    );
    const { client, seen } = connect(api);
    const answer = await client.request({
      method: 'POST',
      path: '/api/v1/x?a=b',
      body: '{"a":1}',
      contentType: 'text/x',
    });
    expect(answer.body).toHaveProperty('size', 9_007_199_254_740_993n);
    expect(Object.keys(answer.body as object)).toEqual(['size', '__proto__']);
    expect(answer.warnings).toEqual([]);
    expect(seen).toEqual(['POST 201']);
    expect(api.requests).toMatchObject([
      {
        method: 'POST',
        path: '/api/v1/x',
        query: { a: 'b' },
        body: '{"a":1}',
        headers: {
          accept: 'application/json',
          'content-type': 'text/x',
          'user-agent': 'holdfast/test',
          authorization: 'Bearer token-0',
        },
      },
    ]);
  });

  it('finds an API server below a path', async () => {
    const api = await startLoopbackApi((_request, response) => reply(response, 200, {}));
    const { client } = connect(api, { server: `${api.url}/k8s/clusters/c-1` });
    await client.request({ method: 'GET', path: '/api/v1/x?a=b' });
    expect(api.requests[0]).toMatchObject({ path: '/k8s/clusters/c-1/api/v1/x', query: { a: 'b' } });
  });

  it('reads the warnings of an answer', async () => {
    const warning = '299 - "first, with a comma", 299 api "second \\"quoted\\""';
    const api = await startLoopbackApi((_request, response) => reply(response, 200, {}, { warning }));
    const { warnings } = await connect(api).client.request({ method: 'GET', path: '/x' });
    expect(warnings).toEqual(['first, with a comma', 'second \\"quoted\\"']);
  });

  it('throws what the API server says', async () => {
    const api = await startLoopbackApi((_request, response) => reply(response, 403, refusal(403, 'forbidden')));
    await expect(connect(api).client.request({ method: 'GET', path: '/x' })).rejects.toMatchObject({
      code: 'CLUSTER_AUTH',
      message: 'forbidden',
      httpStatus: 403,
    });
  });

  it.each([
    ['GET', 'CLUSTER_UNREACHABLE'],
    ['PATCH', 'CLUSTER_UNKNOWN_OUTCOME'],
  ] as const)('throws when nothing answers a %s', async (method, code) => {
    const api = await startLoopbackApi((_request, response) => void response.destroy());
    const { client, seen } = connect(api);
    await expect(client.request({ method, path: '/x' })).rejects.toMatchObject({ code });
    expect(seen).toEqual([`${method} 0`]);
  });

  it('throws when an answer is cut', async () => {
    const api = await startLoopbackApi((_request, response) => {
      response.writeHead(200);
      response.write('{"kind":', () => response.destroy());
    });
    await expect(connect(api).client.request({ method: 'GET', path: '/x' })).rejects.toMatchObject({
      code: 'CLUSTER_UNREACHABLE',
    });
  });

  it.each(['<html>Sign in</html>', '', '{"kind":', 'null'])('does not take %j for an answer', async (text) => {
    const api = await startLoopbackApi((_request, response) => reply(response, 200, text));
    await expect(connect(api).client.request({ method: 'GET', path: '/x' })).rejects.toMatchObject({
      code: 'CLUSTER_UNREACHABLE',
    });
  });

  it('has the credentials renewed once they are refused', async () => {
    const api = await startLoopbackApi((_request, response) => reply(response, 401, refusal(401, 'Unauthorized')));
    const { client, refused } = connect(api);
    await expect(client.request({ method: 'GET', path: '/x' })).rejects.toMatchObject({ code: 'CLUSTER_AUTH' });
    expect(refused()).toBe(1);
    await expect(client.request({ method: 'GET', path: '/x' })).rejects.toMatchObject({ code: 'CLUSTER_AUTH' });
    expect(api.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer token-0', 'Bearer token-1']);
  });
});

describe('request() of a throttling server', { timeout: 30_000 }, () => {
  it('waits as long as the server says and tries again, writes included', async () => {
    const clock = createFakeClock();
    const api: LoopbackApi = await startLoopbackApi((_request, response) => {
      if (api.requests.length > 1) reply(response, 200, { done: true });
      else reply(response, 429, refusal(429, 'slow down'), { 'retry-after': '7' });
    });
    const { client } = connect(api, { clock });
    const answer = client.request({ method: 'POST', path: '/x', body: '{}' });
    await become(() => expect(clock.pending).toEqual([7_000]));
    await clock.advance(6_999);
    expect(api.requests).toHaveLength(1);
    await clock.advance(1);
    expect((await answer).body).toEqual({ done: true });
  });

  it.each([{}, { 'retry-after': '0' }, { 'retry-after': 'Wed, 21 Oct 2026 07:28:00 GMT' }])(
    'waits a second where the server names no number of seconds: %o',
    async (headers: Record<string, string>) => {
      const clock = createFakeClock();
      const api = await startLoopbackApi((_request, response) => reply(response, 429, '', headers));
      const answer = connect(api, { clock }).client.request({ method: 'GET', path: '/x' });
      answer.catch(() => {});
      await become(() => expect(clock.pending).toEqual([1_000]));
    },
  );

  it.each([
    ['waits as long as a 503 asks', { 'retry-after': '3' }, [3_000]],
    ['does not wait for a 503 that asks for nothing', {}, []],
  ])('%s', async (_title, headers: Record<string, string>, pending) => {
    const clock = createFakeClock();
    const api = await startLoopbackApi((_request, response) => reply(response, 503, '', headers));
    const answer = connect(api, { clock }).client.request({ method: 'GET', path: '/x' });
    let failed = false;
    answer.catch(() => {
      failed = true;
    });
    await become(() => expect(failed || clock.pending.length > 0).toBe(true));
    expect({ failed, pending: clock.pending }).toEqual({ failed: pending.length === 0, pending });
  });

  it('gives up after six tries', async () => {
    const clock = createFakeClock();
    const api = await startLoopbackApi((_request, response) => reply(response, 429, refusal(429, 'slow down')));
    const answer = connect(api, { clock }).client.request({ method: 'GET', path: '/x' });
    const refused = expect(answer).rejects.toMatchObject({ code: 'CLUSTER_THROTTLED', message: 'slow down' });
    for (let tries = 1; tries < 6; tries += 1) {
      await become(() => expect(clock.pending).toHaveLength(1));
      expect(api.requests).toHaveLength(tries);
      await clock.advance(1_000);
    }
    await refused;
    expect(api.requests).toHaveLength(6);
  });

  it('holds no place among the requests under way while it waits', async () => {
    const clock = createFakeClock();
    const api = await startLoopbackApi((request, response) =>
      request.path === '/slow' ? reply(response, 429, '') : reply(response, 200, {}),
    );
    const { client } = connect(api, { clock, concurrency: 1 });
    client.request({ method: 'GET', path: '/slow' }).catch(() => {});
    await become(() => expect(clock.pending).toHaveLength(1));
    expect((await client.request({ method: 'GET', path: '/other' })).body).toEqual({});
  });
});

describe('watch()', { timeout: 30_000 }, () => {
  async function read(client: ClusterClient): Promise<unknown[]> {
    const events: unknown[] = [];
    for await (const event of client.watch('/x?watch=1', new AbortController().signal)) events.push(event);
    return events;
  }

  it('puts lines together wherever they were cut, in the middle of a character too', async () => {
    const text = Buffer.from('{"type":"ADDED","object":{"name":"größe"}}\n{"type":"DELETED","object":{}}\n');
    const api = await startLoopbackApi(async (_request, response) => {
      response.writeHead(200);
      for (const byte of text) {
        response.write(Buffer.of(byte));
        await new Promise((resolve) => setImmediate(resolve));
      }
      response.end();
    });
    expect(await read(connect(api).client)).toEqual([
      { type: 'ADDED', object: { name: 'größe' } },
      { type: 'DELETED', object: {} },
    ]);
  });

  it('has the credentials renewed once they are refused', async () => {
    const api = await startLoopbackApi((_request, response) => reply(response, 401, refusal(401, 'Unauthorized')));
    const { client, refused } = connect(api);
    await expect(read(client)).rejects.toMatchObject({ code: 'CLUSTER_AUTH', message: 'Unauthorized' });
    expect(refused()).toBe(1);
  });

  it('needs no place among the requests under way', async () => {
    const api = await startLoopbackApi((request, response) => {
      if (request.path === '/watch') response.writeHead(200).flushHeaders();
      else reply(response, 200, {});
    });
    const { client } = connect(api, { concurrency: 1 });
    const abort = new AbortController();
    const watch = client.watch('/watch', abort.signal).next();
    await become(() => expect(api.requests).toHaveLength(1));
    expect((await client.request({ method: 'GET', path: '/x' })).body).toEqual({});
    abort.abort();
    await expect(watch).rejects.toMatchObject({ code: 'CLUSTER_UNREACHABLE' });
  });
});
