import { describe, expect, it } from 'vitest';
import { DEFAULT_SYNC_OPTIONS, type SyncOptions } from '../../../src/api/sync-options.ts';
import { type KubeObject, keyOf, type ObjectKey } from '../../../src/object/kube-object.ts';
import { pruneObject, refuseReason } from '../../../src/sync/prune.ts';
import { type Answer, type LoopbackApi, refusal, reply, startLoopbackApi } from '../cluster/loopback-api.ts';
import { KINDS } from './desired-objects.ts';

const NAMESPACES = { prod: { apiVersion: 'v1', kind: 'Namespace' } } as const;

interface Parts {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly labels?: Record<string, string>;
  readonly annotations?: Record<string, string>;
}

/** An object of application "shop", marked as its own unless told otherwise. */
function owned(parts: Parts = {}): KubeObject {
  const { apiVersion = 'v1', kind = 'ConfigMap', name = 'web', labels = { 'holdfast.dev/instance': 'inst-1' } } = parts;
  const group = apiVersion.includes('/') ? apiVersion.split('/')[0] : '';
  const namespace =
    kind === 'Namespace' || kind === 'CustomResourceDefinition' ? undefined : (parts.namespace ?? 'prod');
  const id = `shop:${group}/${kind}:${namespace ?? 'prod'}/${name}`;
  return {
    apiVersion,
    kind,
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      uid: 'u-1',
      resourceVersion: '7',
      labels,
      annotations: { 'argocd.argoproj.io/tracking-id': id, ...parts.annotations },
    },
  };
}

interface How {
  readonly inventory?: readonly ObjectKey[];
  readonly reason?: 'prune' | 'cascade';
  readonly syncOptions?: Partial<SyncOptions>;
}

function refuse(live: KubeObject, how: How = {}): string | undefined {
  return refuseReason(keyOf(live), live, optionsFor(live, how));
}

function optionsFor(live: KubeObject, how: How): Parameters<typeof refuseReason>[2] {
  return {
    instanceName: 'shop',
    installationId: 'inst-1',
    inventory: new Set(how.inventory ?? [keyOf(live)]),
    syncOptions: { ...DEFAULT_SYNC_OPTIONS, ...how.syncOptions },
    reason: how.reason ?? 'prune',
    controlNamespace: 'argocd',
  };
}

const NAMESPACE = { ...NAMESPACES.prod, name: 'prod' };
const CRD = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', name: 'widgets.example.com' };

function options(annotation: string): Parts {
  return { annotations: { 'argocd.argoproj.io/sync-options': annotation } };
}

const tracking = (id: string): Parts => ({ annotations: { 'argocd.argoproj.io/tracking-id': id } });

type Row = readonly [title: string, live: KubeObject, how: How, said: string];

const REFUSED: readonly Row[] = [
  ['is in no inventory', owned(), { inventory: [] }, 'inventory'],
  ['is in the inventory under another name', owned(), { inventory: [keyOf(owned({ name: 'other' }))] }, 'inventory'],
  ['carries no tracking id', owned(tracking('')), {}, 'tracking id'],
  ['belongs to another application', owned(tracking('bank:/ConfigMap:prod/web')), {}, 'tracking id'],
  ['carries the id of another object', owned(tracking('shop:/ConfigMap:prod/other')), {}, 'tracking id'],
  ['carries the id of another kind', owned(tracking('shop:/Secret:prod/web')), {}, 'tracking id'],
  ['carries the id of another namespace', owned(tracking('shop:/ConfigMap:test/web')), {}, 'tracking id'],
  [
    'is labelled for another installation',
    owned({ labels: { 'holdfast.dev/instance': 'inst-2' } }),
    {},
    'installation',
  ],
  ['is a CustomResourceDefinition', owned(CRD), {}, 'CustomResourceDefinition'],
  [
    'is a CustomResourceDefinition of a deleted application',
    owned(CRD),
    { reason: 'cascade' },
    'CustomResourceDefinition',
  ],
  ['is a Namespace', owned(NAMESPACE), {}, 'Namespace'],
  ['says Prune=false', owned(options('Prune=false')), {}, 'no prune'],
  ['says Prune=confirm', owned(options('Prune=confirm')), {}, 'confirmation'],
  ['says Delete=false', owned(options('Delete=false')), { reason: 'cascade' }, 'no prune'],
  ['says Delete=confirm', owned(options('Delete=confirm')), { reason: 'cascade' }, 'confirmation'],
  [
    'is a Namespace that says Delete=false',
    owned({ ...NAMESPACE, ...options('Delete=false') }),
    { reason: 'cascade' },
    'no prune',
  ],
  [
    'is a Helm resource to keep',
    owned({ annotations: { 'helm.sh/resource-policy': 'keep' } }),
    { reason: 'cascade' },
    'no prune',
  ],
  ['is of an application that says Prune=false', owned(), { syncOptions: { prune: 'never' } }, 'no prune'],
  [
    'is of an application that says Delete=false',
    owned(),
    { syncOptions: { delete: 'never' }, reason: 'cascade' },
    'no prune',
  ],
  ...['default', 'kube-system', 'kube-public', 'kube-node-lease', 'argocd'].map(
    (name): Row => [`is the namespace ${name}`, owned({ ...NAMESPACE, name }), { reason: 'cascade' }, 'protected'],
  ),
];

const ALLOWED: readonly (readonly [title: string, live: KubeObject, how: How])[] = [
  ['is ours', owned(), {}],
  ['lost its label', owned({ labels: {} }), {}],
  ['is the Namespace of a deleted application', owned(NAMESPACE), { reason: 'cascade' }],
  ['is named like a protected namespace', owned({ name: 'kube-system' }), {}],
  ['is a custom resource called Namespace', owned({ apiVersion: 'example.com/v1', kind: 'Namespace' }), {}],
  ['says Delete=false when it left Git', owned(options('Delete=false')), {}],
  ['says Prune=false when its application is deleted', owned(options('Prune=false')), { reason: 'cascade' }],
  ['overrides its application', owned(options('Prune=true')), { syncOptions: { prune: 'never' } }],
];

describe('refuseReason()', () => {
  it.each(REFUSED)('keeps what %s', (_title, live, how, said) => {
    expect(refuse(live, how)).toMatch(/^ignored \(/);
    expect(refuse(live, how)).toContain(said);
  });

  it.each(ALLOWED)('lets go what %s', (_title, live, how) => {
    expect(refuse(live, how)).toBeUndefined();
  });
});

async function start(answer: Answer): Promise<{ api: LoopbackApi; prune: () => ReturnType<typeof pruneObject> }> {
  const api = await startLoopbackApi(answer);
  const client = api.client();
  const prune = (): ReturnType<typeof pruneObject> =>
    pruneObject(keyOf(owned()), {
      ...optionsFor(owned(), {}),
      client,
      kind: KINDS.configMap,
      propagationPolicy: 'background',
    });
  return { api, prune };
}

describe('pruneObject()', () => {
  const serve =
    (live: KubeObject, deletion: Answer): Answer =>
    (request, response) =>
      request.method === 'GET' ? reply(response, 200, live) : deletion(request, response);

  it('deletes exactly what it has just read', async () => {
    const { api, prune } = await start(serve(owned(), (_request, response) => reply(response, 200, {})));
    expect(await prune()).toEqual({ key: keyOf(owned()), version: 'v1', code: 'Pruned', message: 'pruned' });
    expect(api.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /api/v1/namespaces/prod/configmaps/web',
      'DELETE /api/v1/namespaces/prod/configmaps/web',
    ]);
    expect(JSON.parse(api.requests[1]?.body ?? '')).toEqual({
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      propagationPolicy: 'Background',
      preconditions: { uid: 'u-1', resourceVersion: '7' },
    });
  });

  it('sends no delete for what must stay', async () => {
    const live = owned(tracking('bank:/ConfigMap:prod/web'));
    const { api, prune } = await start(serve(live, (_request, response) => reply(response, 200, {})));
    expect((await prune()).code).toBe('PruneSkipped');
    expect(api.requests.map(({ method }) => method)).toEqual(['GET']);
  });

  it('sends no second delete for what is being deleted', async () => {
    const live = owned();
    live.metadata.deletionTimestamp = '2026-01-01T00:00:00Z';
    const { api, prune } = await start(serve(live, (_request, response) => reply(response, 200, {})));
    expect((await prune()).code).toBe('Pruned');
    expect(api.requests.map(({ method }) => method)).toEqual(['GET']);
  });

  it('takes what is gone for pruned, before and after the read', async () => {
    const gone: Answer = (_request, response) => reply(response, 404, refusal(404, 'not found'));
    expect((await (await start(gone)).prune()).code).toBe('Pruned');
    expect((await (await start(serve(owned(), gone))).prune()).code).toBe('Pruned');
  });

  it.each([
    [409, 'CLUSTER_CONFLICT'],
    [403, 'CLUSTER_AUTH'],
    [500, 'CLUSTER_UNKNOWN_OUTCOME'],
  ])('reports a delete refused with %d as data', async (status, code) => {
    const { prune } = await start(
      serve(owned(), (_request, response) => reply(response, status, refusal(status, 'no'))),
    );
    expect(await prune()).toMatchObject({
      code: 'SyncFailed',
      message: 'Cannot prune ConfigMap "prod/web": no',
      error: { code },
    });
  });

  it.each([409, 500])('reads and decides again after a delete answered with %d', async (status) => {
    const lives = [owned(), owned(tracking('bank:/ConfigMap:prod/web'))];
    const { api, prune } = await start((request, response) => {
      if (request.method === 'GET') reply(response, 200, lives.shift());
      else reply(response, status, refusal(status, 'no'));
    });
    expect((await prune()).code).toBe('PruneSkipped');
    expect(api.requests.map(({ method }) => method)).toEqual(['GET', 'DELETE', 'GET']);
  });

  it('deletes nothing when the read does not tell', async () => {
    const { api, prune } = await start((_request, response) => reply(response, 500, refusal(500, 'no')));
    expect((await prune()).code).toBe('SyncFailed');
    expect(api.requests.map(({ method }) => method)).toEqual(['GET']);
  });
});
