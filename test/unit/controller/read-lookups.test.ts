import { describe, expect, it } from 'vitest';
import type { Application } from '../../../src/api/types.ts';
import type { ApiRequest } from '../../../src/cluster/client.ts';
import type { KindInfo } from '../../../src/cluster/discovery.ts';
import {
  type LookupMemory,
  type LookupReach,
  lookingFor,
  lookupReach,
  lookupScope,
  lookupsStillHold,
  readLookup,
} from '../../../src/controller/read-lookups.ts';
import { HoldfastError } from '../../../src/lib/errors.ts';
import { type LookupNeed, type LookupQuery } from '../../../src/render/helm/index.ts';
import { lookupKey } from '../../../src/render/helm/lookup.ts';

const QUERY: LookupQuery = { apiVersion: 'v1', kind: 'Secret', namespace: 'shop', name: 'web' };

function kind(name: string, namespaced: boolean): KindInfo {
  const resource = `${name.toLowerCase()}s`;
  return {
    group: '',
    version: 'v1',
    kind: name,
    resource,
    namespaced,
    verbs: ['get', 'list'],
    statusSubresource: false,
  };
}

const KINDS = new Map([kind('Secret', true), kind('Node', false)].map((one) => [one.kind, one]));

interface Cluster extends LookupReach {
  readonly asked: string[];
  answer: unknown;
}

/** What answers every request with `answer`, or throws it. */
function cluster(namespace: string | undefined, answer: unknown = {}): Cluster {
  const asked: string[] = [];
  const found: Cluster = {
    namespace,
    asked,
    answer,
    client: {
      async request(this: void, { method, path }: ApiRequest) {
        asked.push(`${method} ${path}`);
        if (found.answer instanceof Error) throw found.answer;
        return { body: found.answer, warnings: [] };
      },
    },
    discovery: {
      apiVersions: ['v1'],
      lookup: ({ group, version, kind: name }) => {
        if (group === 'down') return 'unknown';
        return (group === '' && version === 'v1' ? KINDS.get(name) : undefined) ?? 'unserved';
      },
    },
  };
  return found;
}

function application(annotations: Record<string, string> = {}): Application {
  return { metadata: { annotations }, spec: { destination: { namespace: 'shop' } } } as unknown as Application;
}

const ON = { 'holdfast.dev/helm-lookup': 'true' };
const need = (query: LookupQuery): LookupNeed => ({ kind: 'lookup', key: lookupKey(query), query });

describe('lookupScope()', () => {
  it.each([
    [{}, 'cluster', 'none'],
    [{ 'holdfast.dev/helm-lookup': 'false' }, 'cluster', 'none'],
    [ON, 'none', 'none'],
    [ON, 'destination', 'destination'],
    [ON, 'cluster', 'cluster'],
  ] as const)('lookupScope() of annotations %j and the setting %s is %s', (annotations, helmLookup, scope) => {
    expect(lookupScope(application(annotations), { helmLookup })).toBe(scope);
  });

  it('lookupReach() ends at the destination namespace unless the setting says cluster', () => {
    const { client, discovery } = cluster(undefined);
    const reach = (helmLookup: 'none' | 'destination' | 'cluster') =>
      lookupReach(application(ON), { client, discovery, settings: () => ({ helmLookup }) });
    expect(reach('none')).toBeUndefined();
    expect(reach('destination')?.namespace).toBe('shop');
    expect(reach('cluster')).toMatchObject({ namespace: undefined });
  });
});

describe('readLookup()', () => {
  it('readLookup() reads one object, whole', async () => {
    const object = { kind: 'Secret', metadata: { name: 'web', managedFields: [] }, data: { a: 'Yg==' } };
    const reach = cluster('shop', object);
    expect(await readLookup(QUERY, reach)).toEqual({ object });
    expect(reach.asked).toEqual(['GET /api/v1/namespaces/shop/secrets/web']);
  });

  it('readLookup() gives the items of a list their kind', async () => {
    const reach = cluster('shop', { kind: 'SecretList', items: [{ metadata: { name: 'a' } }] });
    const items = [{ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a' } }];
    expect(await readLookup({ ...QUERY, name: '' }, reach)).toEqual({ object: { kind: 'SecretList', items } });
    expect(reach.asked).toEqual(['GET /api/v1/namespaces/shop/secrets']);
  });

  it('readLookup() writes names so that they cannot lead elsewhere', async () => {
    const reach = cluster(undefined);
    await readLookup({ ...QUERY, namespace: '../x', name: '../../nodes?a=b' }, reach);
    expect(reach.asked).toEqual(['GET /api/v1/namespaces/..%2Fx/secrets/..%2F..%2Fnodes%3Fa%3Db']);
  });

  it.each([
    ['another namespace', { ...QUERY, namespace: 'other' }, 'in the namespace "other"'],
    ['all namespaces', { ...QUERY, namespace: '', name: '' }, 'of the whole cluster'],
    ['what has no namespace', { ...QUERY, kind: 'Node' }, 'of the whole cluster'],
  ])('readLookup() refuses %s beyond the destination namespace, without a request', async (_what, query, where) => {
    const reach = cluster('shop');
    expect(await readLookup(query, reach)).toMatchObject({ error: expect.stringContaining(where) as string });
    expect(reach.asked).toEqual([]);
    const wide = cluster(undefined);
    expect(await readLookup(query, wide)).toHaveProperty('object');
  });

  it('readLookup() allows nothing to an application without a destination namespace', async () => {
    const reach = cluster('');
    expect(await readLookup({ ...QUERY, namespace: '' }, reach)).toHaveProperty('error');
  });

  it('readLookup() finds nothing where there is nothing, of a kind that there is not neither', async () => {
    const gone = new HoldfastError('CLUSTER_NOT_FOUND', 'not found', { httpStatus: 404 });
    expect(await readLookup(QUERY, cluster('shop', gone))).toEqual({ absent: true });
    expect(await readLookup({ ...QUERY, kind: 'Thing' }, cluster('shop'))).toEqual({ absent: true });
  });

  it('readLookup() says as Helm does that a group is not served', async () => {
    expect(await readLookup({ ...QUERY, apiVersion: 'a.b/v1' }, cluster('shop'))).toEqual({
      error:
        'unable to get apiresource from unstructured: a.b/v1, Kind=Secret: the server could not find the requested resource',
    });
  });

  it('readLookup() tells charts what the API server forbids, and is tried again when it does not answer', async () => {
    const forbidden = new HoldfastError('CLUSTER_AUTH', 'secrets "web" is forbidden', { httpStatus: 403 });
    expect(await readLookup(QUERY, cluster('shop', forbidden))).toEqual({ error: 'secrets "web" is forbidden' });
    const silent = new HoldfastError('CLUSTER_UNREACHABLE', 'no answer');
    await expect(readLookup(QUERY, cluster('shop', silent))).rejects.toBe(silent);
    await expect(readLookup({ ...QUERY, apiVersion: 'down/v1' }, cluster('shop'))).rejects.toMatchObject({
      code: 'CLUSTER_UNREACHABLE',
      retry: 'backoff',
    });
  });
});

describe('lookingFor()', () => {
  it('lookingFor() keeps hashes of answers, not the answers, and sees that one is another', async () => {
    const reach = cluster('shop', { data: { a: 'dG9wIHNlY3JldA==' } });
    const memory = new Map<string, LookupMemory>();
    const services = { ...reach, settings: () => ({ helmLookup: 'cluster' as const }) };
    await lookingFor(application(ON), services, memory)?.read([need(QUERY)]);
    expect(JSON.stringify([...memory.values()])).not.toContain('dG9w');
    expect(await lookupsStillHold([...memory.values()], reach)).toBe(true);
    reach.answer = { data: {} };
    expect(await lookupsStillHold([...memory.values()], reach)).toBe(false);
    expect(await lookupsStillHold([...memory.values()], undefined)).toBe(false);
  });

  it('lookupsStillHold() asks nothing of a render that looked nothing up', async () => {
    const reach = cluster('shop');
    expect(await lookupsStillHold([], reach)).toBe(true);
    expect(await lookupsStillHold([], undefined)).toBe(true);
    expect(reach.asked).toEqual([]);
  });

  it('lookingFor() ends charts that look up without end', async () => {
    const services = { ...cluster('shop'), settings: () => ({ helmLookup: 'cluster' as const }) };
    const looking = lookingFor(application(ON), services, new Map());
    const needs = Array.from({ length: 201 }, (_, at) => need({ ...QUERY, name: `x${at}` }));
    await expect(looking?.read(needs)).rejects.toMatchObject({ code: 'RENDER_LIMIT', retry: 'never' });
  });
});
