import { describe, expect, it } from 'vitest';
import { createDiscovery, type Discovery } from '../../../src/cluster/discovery.ts';
import { collectionPath, objectPath, withQuery } from '../../../src/cluster/paths.ts';
import { reply, startLoopbackApi } from './loopback-api.ts';

interface Resource {
  readonly kind?: string;
  readonly resource: string;
  readonly scope?: string;
  readonly verbs?: readonly string[];
  readonly status?: boolean;
}

function resource({ kind, resource: name, scope = 'Namespaced', verbs = ['get', 'list'], status }: Resource): object {
  return {
    resource: name,
    ...(kind === undefined ? {} : { responseKind: { group: '', version: '', kind } }),
    scope,
    verbs,
    ...(status === true ? { subresources: [{ subresource: 'status' }] } : {}),
  };
}

function version(name: string, resources: readonly Resource[], freshness = 'Current'): object {
  return { version: name, freshness, resources: resources.map(resource) };
}

const group = (name: string, ...versions: readonly object[]): object => ({
  ...(name === '' ? {} : { metadata: { name } }),
  versions,
});

const CORE = [
  group(
    '',
    version('v1', [
      { kind: 'ConfigMap', resource: 'configmaps' },
      { kind: 'Pod', resource: 'pods', status: true },
      { kind: 'Namespace', resource: 'namespaces', scope: 'Cluster', status: true },
      { kind: 'Binding', resource: 'bindings', verbs: ['create'] },
      { resource: 'odd' },
    ]),
  ),
];

const APPS = group(
  'apps',
  version('v1', [{ kind: 'Deployment', resource: 'deployments', status: true }]),
  version('v1beta1', [
    { kind: 'Deployment', resource: 'deployments' },
    { kind: 'Old', resource: 'olds' },
  ]),
);

interface Served {
  core: unknown;
  groups: unknown;
  gitVersion?: string;
}

async function discover(served: Served): Promise<{ discovery: Discovery; requests: () => string[] }> {
  const api = await startLoopbackApi((request, response) => {
    if (request.path === '/version') {
      reply(response, 200, { major: '1', minor: '36', gitVersion: served.gitVersion ?? 'v1.36.3' });
      return;
    }
    const document = request.path === '/api' ? served.core : served.groups;
    if (document === undefined) reply(response, 503, 'down');
    else reply(response, 200, document);
  });
  const requests = (): string[] => api.requests.map(({ path }) => path);
  return { discovery: createDiscovery(api.client()), requests };
}

const list = (items: readonly object[]): object => ({ kind: 'APIGroupDiscoveryList', items });

describe('createDiscovery()', () => {
  it('tells kinds by group, version and kind', async () => {
    const { discovery } = await discover({ core: list(CORE), groups: list([APPS]) });
    expect(await discovery.refresh()).toBe(true);
    expect(discovery.lookup({ group: 'apps', version: 'v1', kind: 'Deployment' })).toEqual({
      group: 'apps',
      version: 'v1',
      kind: 'Deployment',
      resource: 'deployments',
      namespaced: true,
      verbs: ['get', 'list'],
      statusSubresource: true,
    });
    expect(discovery.lookup({ group: '', version: 'v1', kind: 'Namespace' })).toMatchObject({ namespaced: false });
    expect(discovery.lookup({ group: '', version: 'v1', kind: 'ConfigMap' })).toMatchObject({
      statusSubresource: false,
    });
  });

  it.each([
    { group: '', version: 'v1', kind: 'Binding' },
    { group: '', version: 'v1', kind: 'Widget' },
    { group: '', version: 'v2', kind: 'Pod' },
    { group: 'apps', version: 'v1', kind: 'Pod' },
    { group: 'example.com', version: 'v1', kind: 'Widget' },
  ])('does not serve $group/$version/$kind', async (gvk) => {
    const { discovery } = await discover({ core: list(CORE), groups: list([APPS]) });
    await discovery.refresh();
    expect(discovery.lookup(gvk)).toBe('unserved');
  });

  it('prefers the first version and finds kinds that only an old one has', async () => {
    const { discovery } = await discover({ core: list(CORE), groups: list([APPS]) });
    await discovery.refresh();
    expect(discovery.preferred('apps', 'Deployment')?.version).toBe('v1');
    expect(discovery.preferred('apps', 'Old')?.version).toBe('v1beta1');
    expect(discovery.preferred('apps', 'Nothing')).toBeUndefined();
    expect(discovery.kinds().map(({ kind }) => kind)).toEqual(['ConfigMap', 'Pod', 'Namespace', 'Deployment', 'Old']);
  });

  it('does not know the kinds of a group whose server is down', async () => {
    const stale = group('metrics.k8s.io', version('v1', [], 'Stale'));
    const { discovery } = await discover({ core: list(CORE), groups: list([APPS, stale]) });
    await discovery.refresh();
    expect(discovery.lookup({ group: 'metrics.k8s.io', version: 'v1', kind: 'PodMetrics' })).toBe('unknown');
    expect(discovery.lookup({ group: 'metrics.k8s.io', version: 'v2', kind: 'PodMetrics' })).toBe('unserved');
  });

  it('says whether anything changed', async () => {
    const served = { core: list(CORE), groups: list([]) };
    const { discovery } = await discover(served);
    expect(await discovery.refresh()).toBe(true);
    expect(await discovery.refresh()).toBe(false);
    served.groups = list([APPS]);
    expect(await discovery.refresh()).toBe(true);
    served.groups = list([]);
    expect(await discovery.refresh()).toBe(true);
    expect(discovery.preferred('apps', 'Deployment')).toBeUndefined();
  });

  it('shares one read among those who ask at the same time', async () => {
    const { discovery, requests } = await discover({ core: list(CORE), groups: list([APPS]) });
    await Promise.all([discovery.refresh(), discovery.refresh(), discovery.refresh()]);
    expect(requests().sort()).toEqual(['/api', '/apis', '/version']);
  });

  it('lists API versions and what can be listed and watched in them, also of a server that is down', async () => {
    const watched = { kind: 'Thing', resource: 'things', verbs: ['get', 'list', 'watch'] };
    const scale = { kind: 'Only', resource: 'onlies', verbs: ['get', 'list'] };
    const groups = list([
      group('example.org', version('v1', [watched, scale]), version('v1alpha1', [scale])),
      group('metrics.k8s.io', version('v1', [], 'Stale')),
    ]);
    const { discovery } = await discover({ core: list([group('', version('v1', [watched]))]), groups });
    await discovery.refresh();
    expect(discovery.apiVersions).toEqual([
      'example.org/v1',
      'example.org/v1/Thing',
      'metrics.k8s.io/v1',
      'v1',
      'v1/Thing',
    ]);
    expect(discovery.isStale('metrics.k8s.io/v1')).toBe(true);
    expect(discovery.isStale('example.org/v1')).toBe(false);
  });

  it('takes a new version of the API server for a change', async () => {
    const served: Served = { core: list(CORE), groups: list([]) };
    const { discovery } = await discover(served);
    await discovery.refresh();
    expect(discovery.serverVersion).toBe('v1.36.3');
    served.gitVersion = 'v1.37.0';
    expect(await discovery.refresh()).toBe(true);
    expect(discovery.serverVersion).toBe('v1.37.0');
  });

  it.each([
    ['when a part of it cannot be read', undefined],
    ['when the answer is no list of groups', { kind: 'APIGroupList', groups: [] }],
    ['when the answer is empty', {}],
  ])('keeps what it knew %s', async (_title, groups) => {
    const served: Served = { core: list(CORE), groups: list([APPS]) };
    const { discovery } = await discover(served);
    await discovery.refresh();
    served.groups = groups;
    await expect(discovery.refresh()).rejects.toMatchObject({ stage: 'cluster' });
    expect(discovery.preferred('apps', 'Deployment')?.version).toBe('v1');
    served.groups = list([]);
    expect(await discovery.refresh()).toBe(true);
  });
});

describe('paths', () => {
  const kind = (namespaced: boolean, of: string) => ({
    group: of,
    version: 'v1',
    kind: 'X',
    resource: 'xs',
    namespaced,
    verbs: [],
    statusSubresource: false,
  });

  it.each([
    [collectionPath(kind(true, '')), '/api/v1/xs'],
    [collectionPath(kind(true, ''), 'prod'), '/api/v1/namespaces/prod/xs'],
    [collectionPath(kind(false, 'apps'), 'prod'), '/apis/apps/v1/xs'],
    [objectPath(kind(true, 'apps'), 'prod', 'web'), '/apis/apps/v1/namespaces/prod/xs/web'],
    [objectPath(kind(false, ''), '', 'system:node'), '/api/v1/xs/system%3Anode'],
    [objectPath(kind(true, ''), '../x', 'a/b?c#d'), '/api/v1/namespaces/..%2Fx/xs/a%2Fb%3Fc%23d'],
    [withQuery('/x', {}), '/x'],
    [withQuery('/x', { a: undefined }), '/x'],
    [withQuery('/x', { a: 'b=c&d', e: '' }), '/x?a=b%3Dc%26d&e='],
  ])('%s', (path, expected) => {
    expect(path).toBe(expected);
  });
});
