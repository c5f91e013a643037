import type { ServerResponse } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startWatch } from '../../../src/cluster/watch.ts';
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts';
import { become, type ReceivedRequest, refusal, reply, startLoopbackApi } from './loopback-api.ts';

const PATH = '/api/v1/configmaps';

function configMap(name: string, resourceVersion: string, annotations?: object): object {
  const metadata = { name, namespace: 'prod', resourceVersion, ...(annotations === undefined ? {} : { annotations }) };
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata };
}

const added = (name: string, rv: string): object => ({ type: 'ADDED', object: configMap(name, rv) });
const modified = (name: string, rv: string): object => ({ type: 'MODIFIED', object: configMap(name, rv) });
const deleted = (name: string, rv: string): object => ({ type: 'DELETED', object: configMap(name, rv) });
const bookmark = (rv: string): object => ({ type: 'BOOKMARK', object: { metadata: { resourceVersion: rv } } });
const listEnd = (rv: string): object => ({
  type: 'BOOKMARK',
  object: { metadata: { resourceVersion: rv, annotations: { 'k8s.io/initial-events-end': 'true' } } },
});
const error = (code: number): object => ({ type: 'ERROR', object: refusal(code, `code ${code}`) });

type Step = (response: ServerResponse, request: ReceivedRequest) => void;

const lines = (events: readonly object[]): string => events.map((event) => `${JSON.stringify(event)}\n`).join('');

/** Sends events and leaves the watch open. */
const open =
  (...events: readonly object[]): Step =>
  (response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
    response.write(lines(events));
  };

/** Sends events and ends the watch as a server does that has reached its timeout. */
const ended =
  (...events: readonly object[]): Step =>
  (response) => {
    response.writeHead(200);
    response.end(lines(events));
  };

/** Sends events and half a line more, then cuts the connection. */
const cut =
  (...events: readonly object[]): Step =>
  (response) => {
    response.writeHead(200);
    const text = `${lines(events)}{"type":"ADDED","object":{"apiVersion":"v1","kind":"ConfigMap","metadata":{"na`;
    response.write(text, () => response.destroy());
  };

const page =
  (names: readonly string[], metadata: object): Step =>
  (response) => {
    const items = names.map((name) => ({ metadata: { name, namespace: 'prod', resourceVersion: '3' } }));
    reply(response, 200, { apiVersion: 'v1', kind: 'ConfigMapList', metadata, items });
  };

const refuse =
  (code: number): Step =>
  (response) =>
    reply(response, code, refusal(code, `code ${code}`));

interface Run {
  readonly said: string[];
  /** Queries in short: `list`, `stream`, `from 7`, with the page token of a list. */
  asked(): string[];
  readonly clock: FakeClock;
  readonly stop: () => void;
}

/** Watches a server that answers request after request as told; the last answer serves all further ones. */
async function watching(...steps: readonly Step[]): Promise<Run> {
  const clock = createFakeClock();
  let index = 0;
  const api = await startLoopbackApi((request, response) => {
    const step = steps[Math.min(index, steps.length - 1)];
    index += 1;
    step?.(response, request);
  });
  const said: string[] = [];
  const watch = startWatch(
    { client: api.client(), clock, path: PATH, labelSelector: 'a=b' },
    {
      upsert: (object) => said.push(`${object.kind} ${object.metadata.name}@${object.metadata.resourceVersion}`),
      gone: (namespace, name, last) => said.push(`gone ${namespace}/${name}${last === undefined ? '' : ' (seen)'}`),
      listed: () => said.push('listed'),
      failed: ({ code, message }) => said.push(`failed ${code}: ${message}`),
    },
  );
  onTestFinished(() => watch.stop());
  return { said, asked: () => api.requests.map(describeRequest), clock, stop: () => watch.stop() };
}

function describeRequest({ query }: ReceivedRequest): string {
  const selected = query['labelSelector'] === 'a=b' ? '' : ' without selector';
  if (query['watch'] === undefined) return `list ${query['continue'] ?? ''}${selected}`.trim();
  const from = query['resourceVersion'];
  if (from !== undefined) return `from ${from}${selected}`;
  const streams = query['sendInitialEvents'] === 'true' && query['resourceVersionMatch'] === 'NotOlderThan';
  return `${streams ? 'stream' : 'nothing'}${selected}`;
}

const settled = (run: Run, said: readonly string[], asked: readonly string[]): Promise<void> =>
  become(() => {
    expect(run.said).toEqual(said);
    expect(run.asked()).toEqual(asked);
  });

describe('startWatch()', { timeout: 30_000 }, () => {
  it('streams the list and goes on from its end', async () => {
    const run = await watching(
      ended(added('a', '5'), added('b', '3'), listEnd('9'), modified('a', '11'), deleted('b', '12')),
      open(),
    );
    const said = ['ConfigMap a@5', 'ConfigMap b@3', 'listed', 'ConfigMap a@11', 'gone prod/b (seen)'];
    await settled(run, said, ['stream', 'from 12']);
  });

  it('goes on from a bookmark', async () => {
    const run = await watching(ended(listEnd('9'), bookmark('20')), open());
    await settled(run, ['listed'], ['stream', 'from 20']);
  });

  it('lists anew when the stream is cut before the list is complete', async () => {
    const run = await watching(cut(added('a', '50')), open(added('a', '50'), added('b', '3'), listEnd('60')));
    await become(() => expect(run.said.at(-1)).toMatch(/^failed CLUSTER_UNREACHABLE/));
    await run.clock.advance(1_000);
    await become(() => expect(run.said.at(-1)).toBe('listed'));
    expect(run.asked()).toEqual(['stream', 'stream']);
    expect(run.said.filter((line) => !line.startsWith('failed'))).toEqual([
      'ConfigMap a@50',
      'ConfigMap a@50',
      'ConfigMap b@3',
      'listed',
    ]);
  });

  it('lists anew when the stream ends in order before the list is complete', async () => {
    const run = await watching(ended(added('a', '50')), open(added('a', '50'), added('b', '3'), listEnd('60')));
    await become(() => expect(run.said).toHaveLength(2));
    await run.clock.advance(1_000);
    await become(() => expect(run.said).toContain('listed'));
    expect(run.asked()).toEqual(['stream', 'stream']);
    expect(run.said).toContain('ConfigMap b@3');
  });

  it('goes on where it was when the connection is cut in the middle of a line', async () => {
    const run = await watching(cut(listEnd('9'), added('a', '10')), open(added('b', '11')));
    await become(() => expect(run.said).toHaveLength(3));
    await run.clock.advance(1_000);
    await become(() => expect(run.said.at(-1)).toBe('ConfigMap b@11'));
    expect(run.asked()).toEqual(['stream', 'from 10']);
    expect(run.said).toHaveLength(4);
    expect(run.said[2]).toMatch(/^failed CLUSTER_UNREACHABLE: No answer from the API server to GET/);
  });

  it.each([
    ['as an answer', refuse(410)],
    ['as an event', ended(error(410))],
  ])('lists anew without a gap when its place is too old, told %s', async (_title, tooOld) => {
    const run = await watching(
      ended(added('a', '5'), added('b', '6'), listEnd('9')),
      tooOld,
      open(added('b', '6'), added('c', '30'), listEnd('40')),
    );
    const first = ['ConfigMap a@5', 'ConfigMap b@6', 'listed'];
    const second = ['ConfigMap b@6', 'ConfigMap c@30', 'gone prod/a', 'listed'];
    await settled(run, [...first, ...second], ['stream', 'from 9', 'stream']);
  });

  it('says when the server breaks off, and goes on where it was', async () => {
    const run = await watching(ended(listEnd('9'), error(500)), open());
    await become(() => expect(run.said).toHaveLength(2));
    expect(run.said).toEqual(['listed', 'failed CLUSTER_UNREACHABLE: The API server ended a watch: code 500']);
    await run.clock.advance(1_000);
    await become(() => expect(run.asked()).toEqual(['stream', 'from 9']));
  });

  it('reads page by page where the server does not stream lists', async () => {
    const run = await watching(
      refuse(422),
      page(['a', 'b'], { resourceVersion: '7', continue: 'next' }),
      page(['c'], { resourceVersion: '7' }),
      open(added('d', '8')),
    );
    const said = ['ConfigMap a@3', 'ConfigMap b@3', 'ConfigMap c@3', 'listed', 'ConfigMap d@8'];
    await settled(run, said, ['stream', 'list', 'list next', 'from 7']);
  });

  it('begins the pages anew when their token is too old, and forgets nothing meanwhile', async () => {
    const run = await watching(
      refuse(400),
      page(['a', 'b'], { resourceVersion: '7', continue: 'next' }),
      refuse(410),
      page(['a', 'c'], { resourceVersion: '9' }),
      open(),
    );
    await become(() => expect(run.said).toHaveLength(3));
    await run.clock.advance(1_000);
    await become(() => expect(run.asked()).toEqual(['stream', 'list', 'list next', 'list', 'from 9']));
    expect(run.said).toEqual([
      'ConfigMap a@3',
      'ConfigMap b@3',
      'failed CLUSTER_CONFLICT: code 410',
      'ConfigMap a@3',
      'ConfigMap c@3',
      'gone prod/b',
      'listed',
    ]);
  });

  it('tells failures and waits longer after each', async () => {
    const run = await watching(refuse(403));
    for (const delayMs of [500, 1_000, 2_000, 4_000]) {
      await become(() => expect(run.clock.pending).toEqual([delayMs]));
      const before = run.asked().length;
      expect(run.said.at(-1)).toBe('failed CLUSTER_AUTH: code 403');
      await run.clock.advance(delayMs);
      await become(() => expect(run.asked()).toHaveLength(before + 1));
    }
  });

  it('waits no longer each time when a watch is cut that has served for a while', async () => {
    const served: ServerResponse[] = [];
    const run = await watching((response, request) => {
      open(listEnd('9'))(response, request);
      served.push(response);
    });
    for (const cuts of [1, 2, 3]) {
      await become(() => expect(served).toHaveLength(cuts));
      await run.clock.advance(10_000);
      served.at(-1)?.destroy();
      await become(() => expect(run.clock.pending).toEqual([500]));
      await run.clock.advance(500);
    }
  });

  it.each([
    ['every watch', [ended(listEnd('9')), ended()], ['stream', 'from 9']],
    ['every list', [ended()], ['stream']],
  ])('does not hammer a server that ends %s at once', async (_title, steps, asked) => {
    const run = await watching(...steps);
    await become(() => expect(run.clock.pending).toEqual([500]));
    expect(run.asked()).toEqual(asked);
    expect(run.said.at(-1)).toMatch(/^failed CLUSTER_UNREACHABLE/);
  });

  it('says nothing of the text of a line that is no JSON', async () => {
    const run = await watching((response) => {
      response.writeHead(200);
      response.write('{"type":"ADDED","object":{"data":{"a":hunter2}}}\n');
    });
    await become(() => expect(run.said).toHaveLength(1));
    expect(run.said[0]).toMatch(/^failed CLUSTER_UNREACHABLE/);
    expect(run.said[0]).not.toContain('hunt');
  });

  it('is silent once it is stopped', async () => {
    const run = await watching(open(listEnd('9')));
    await become(() => expect(run.said).toEqual(['listed']));
    run.stop();
    await run.clock.advance(60_000);
    expect(run.said).toEqual(['listed']);
    expect(run.asked()).toEqual(['stream']);
  });

  it('stops while it waits for the next try', async () => {
    const run = await watching(refuse(403));
    await become(() => expect(run.clock.pending).toHaveLength(1));
    run.stop();
    expect(run.clock.pending).toEqual([]);
    await run.clock.advance(60_000);
    expect(run.asked()).toEqual(['stream']);
  });
});
