import type { ServerResponse } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { isNewer, LiveCache } from '../../../src/cluster/live-cache.ts';
import type { KubeObject } from '../../../src/object/kube-object.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { KINDS } from '../sync/desired-objects.ts';
import { become, refusal, reply, startLoopbackApi } from './loopback-api.ts';

const KIND = KINDS.configMap;

function configMap(name: string, resourceVersion: string, parts: { owner?: string; uid?: string } = {}): KubeObject {
  const { owner = 'shop', uid = `uid-${name}` } = parts;
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: 'prod', uid, resourceVersion, labels: { owner } },
  };
}

interface Run {
  readonly cache: LiveCache;
  readonly changes: string[];
  readonly health: string[];
  /** Sends a line of the watch. */
  readonly send: (type: string, object: object) => void;
}

const LIST_END = { metadata: { resourceVersion: '1', annotations: { 'k8s.io/initial-events-end': 'true' } } };

/** A cache on a server that watches as told; `status` other than 200 refuses. */
async function start(status = 200): Promise<Run> {
  let watch: ServerResponse | undefined;
  const api = await startLoopbackApi((_request, response) => {
    if (status !== 200) reply(response, status, refusal(status, 'no'));
    else {
      response.writeHead(200).flushHeaders();
      watch = response;
    }
  });
  const changes: string[] = [];
  const health: string[] = [];
  const cache = new LiveCache({
    client: api.client(),
    clock: createFakeClock(),
    labelSelector: 'a=b',
    ownerOf: (object) => object.metadata.labels?.['owner'],
    onChange: ({ name, object, previous }) => {
      const version = (one: KubeObject | undefined): string => one?.metadata.resourceVersion ?? 'none';
      changes.push(`${name} ${version(previous)} -> ${version(object)}`);
    },
    onHealth: (_kind, error) => health.push(error?.code ?? 'ok'),
  });
  onTestFinished(() => cache.close());
  const send: Run['send'] = (type, object) => void watch?.write(`${JSON.stringify({ type, object })}\n`);
  if (status === 200) {
    void cache.ensure(KIND);
    await become(() => expect(watch).toBeDefined());
  }
  return { cache, changes, health, send };
}

const names = (objects: Iterable<KubeObject>): string[] => [...objects].map(({ metadata }) => metadata.name).sort();

describe('LiveCache', { timeout: 30_000 }, () => {
  it('knows a kind once its list is complete', async () => {
    const { cache, health, send } = await start();
    send('ADDED', configMap('a', '5'));
    expect(cache.isListed(KIND)).toBe(false);
    const listed = cache.ensure(KIND);
    send('BOOKMARK', LIST_END);
    expect(await listed).toBeUndefined();
    expect(cache.isListed(KIND)).toBe(true);
    expect(cache.get(KIND, 'prod', 'a')?.metadata.resourceVersion).toBe('5');
    expect(cache.get(KIND, 'prod', 'b')).toBeUndefined();
    expect({ size: cache.size, kinds: cache.kinds, health }).toEqual({ size: 1, kinds: 1, health: ['ok'] });
  });

  it('says that nothing is known of a kind whose watch fails', async () => {
    const { cache, health } = await start(403);
    expect(await cache.ensure(KIND)).toMatchObject({ code: 'CLUSTER_AUTH' });
    expect(cache.isListed(KIND)).toBe(false);
    expect(health).toEqual(['CLUSTER_AUTH']);
  });

  it('tells every change and finds objects by their owner', async () => {
    const { cache, changes, send } = await start();
    send('ADDED', configMap('a', '5'));
    send('ADDED', configMap('b', '6'));
    send('MODIFIED', configMap('a', '7', { owner: 'bank' }));
    send('DELETED', configMap('b', '8'));
    await become(() => expect(changes).toHaveLength(4));
    expect(changes).toEqual(['a none -> 5', 'b none -> 6', 'a 5 -> 7', 'b 6 -> none']);
    expect(names(cache.ownedBy('shop'))).toEqual([]);
    expect(names(cache.ownedBy('bank'))).toEqual(['a']);
  });

  it('takes in what we wrote ourselves, and tells no change when the watch repeats it', async () => {
    const { cache, changes, send } = await start();
    cache.put(KIND, configMap('a', '9'));
    send('ADDED', configMap('a', '9'));
    send('MODIFIED', configMap('a', '8'));
    send('MODIFIED', configMap('a', '10'));
    await become(() => expect(changes).toEqual(['a 9 -> 10']));
    cache.put(KIND, configMap('a', '9'));
    expect(cache.get(KIND, 'prod', 'a')?.metadata.resourceVersion).toBe('10');
  });

  it('keeps an object that was made anew before the news of the old one’s end came', async () => {
    const { cache, changes, send } = await start();
    send('ADDED', configMap('a', '5'));
    await become(() => expect(changes).toHaveLength(1));
    cache.put(KIND, configMap('a', '20', { uid: 'new' }));
    send('DELETED', configMap('a', '19'));
    send('ADDED', configMap('b', '21'));
    await become(() => expect(changes).toHaveLength(2));
    expect(names(cache.ownedBy('shop'))).toEqual(['a', 'b']);
  });

  it('drops what a read proved to be gone, unless it is another object by now', async () => {
    const { cache } = await start();
    cache.put(KIND, configMap('a', '5'));
    cache.drop(KIND, 'prod', 'a', 'another');
    expect(cache.size).toBe(1);
    cache.drop(KIND, 'prod', 'a', 'uid-a');
    expect(cache.size).toBe(0);
    expect(names(cache.ownedBy('shop'))).toEqual([]);
    cache.put(KIND, configMap('b', '6'));
    cache.drop(KIND, 'prod', 'b', undefined);
    expect(cache.size).toBe(0);
  });

  it('forgets a kind that is released', async () => {
    const { cache } = await start();
    cache.put(KIND, configMap('a', '5'));
    cache.release(KIND);
    expect({ size: cache.size, kinds: cache.kinds, owned: names(cache.ownedBy('shop')) }).toEqual({
      size: 0,
      kinds: 0,
      owned: [],
    });
    cache.put(KIND, configMap('a', '6'));
    expect(cache.size).toBe(0);
  });
});

describe('isNewer()', () => {
  it.each([
    ['10', '9', true],
    ['9', '10', false],
    ['9', '9', false],
    ['18446744073709551616', '18446744073709551615', true],
    ['9007199254740993', '9007199254740992', true],
    ['abc', 'abd', true],
    ['abc', 'abc', false],
  ])('of %s after %s is %s', (after, before, expected) => {
    expect(isNewer(configMap('a', after), configMap('a', before))).toBe(expected);
  });

  it('is true of what is new', () => {
    expect(isNewer(configMap('a', '1'), undefined)).toBe(true);
  });
});
