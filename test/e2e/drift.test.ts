import { afterAll, describe, expect, it } from 'vitest';

import type { KubeObject } from '../../src/object/kube-object.ts';
import { DRIFT_KINDS, type DriftKind, driftManifest, driftPath, valueAt } from '../support/drift-kinds.ts';
import { eventually } from '../support/eventually.ts';
import { useOperator } from '../support/operator-fixture.ts';

const fixture = await useOperator();
const { cluster } = fixture;
const namespace = await cluster.uniqueNamespace('drift');
/** Cluster-scoped objects need a name that no other file has. */
const name = namespace;
const WIDGETS = definitionOf(`${namespace}.example.org`);
const WIDGET: DriftKind = {
  kind: 'Widget',
  apiVersion: `${namespace}.example.org/v1`,
  collection: `/apis/${namespace}.example.org/v1/namespaces/NS/widgets`,
  body: { spec: { size: 1, color: 'red' } },
  change: ['/spec/size', 2],
  remove: '/spec/color',
};
const KINDS: readonly DriftKind[] = [...DRIFT_KINDS, WIDGET, WIDGETS];

const repository = await fixture.repository('drift');
await repository.commit(
  KINDS.map((kind) => [`${kind.kind}.json`, JSON.stringify(driftManifest(kind, nameOf(kind)))] as const),
);
await fixture.createApplication({ name: 'drift', repoURL: repository.url, destination: namespace });
await fixture.waitForSynced('drift');
afterAll(async () => {
  for (const kind of KINDS) if (kind.cluster === true) await fixture.request(`DELETE ${pathOf(kind)}`);
});

describe.each(KINDS)('drift of a $kind', { timeout: 120_000 }, (kind) => {
  it('is repaired when a field was changed', async () => {
    const [pointer, value] = kind.change;
    const stated = valueAt(await read(kind), pointer);
    await patch(kind, [{ op: 'replace', path: pointer, value }]);
    await repaired(kind, pointer, stated);
  });

  it('is repaired when a field was removed', async () => {
    const stated = valueAt(await read(kind), kind.remove);
    expect(stated).toBeDefined();
    await patch(kind, [{ op: 'remove', path: kind.remove }]);
    await repaired(kind, kind.remove, stated);
  });

  it('is repaired when a label was removed', async () => {
    await patch(kind, [{ op: 'remove', path: '/metadata/labels/team' }]);
    await repaired(kind, '/metadata/labels/team', 'drift');
  });

  it('is repaired when the object was deleted', async () => {
    const before = await read(kind);
    await fixture.request(`DELETE ${pathOf(kind)}?propagationPolicy=Background`);
    await fixture.waitForObject(pathOf(kind), ({ metadata }) => {
      return metadata.uid !== before.metadata.uid && metadata.deletionTimestamp === undefined;
    });
  });
});

describe('drift', { timeout: 120_000 }, () => {
  it('of the marks by which an object is known to be ours is repaired', async () => {
    const kind = kindNamed('ConfigMap');
    const { metadata } = await read(kind);
    const label = '/metadata/labels/holdfast.dev~1instance';
    await patch(kind, [{ op: 'remove', path: label }]);
    await repaired(kind, label, metadata.labels?.['holdfast.dev/instance']);
    const tracking = '/metadata/annotations/argocd.argoproj.io~1tracking-id';
    await patch(kind, [{ op: 'replace', path: tracking, value: 'somebody:/ConfigMap:else/entirely' }]);
    await repaired(kind, tracking, metadata.annotations?.['argocd.argoproj.io/tracking-id']);
  });

  it('leaves alone what others add', async () => {
    const kind = kindNamed('Secret');
    await patch(kind, [
      { op: 'add', path: '/metadata/annotations/theirs', value: 'kept' },
      { op: 'add', path: '/metadata/labels/theirs', value: 'kept' },
      { op: 'replace', path: '/data/a', value: 'aGVyZQ==' },
    ]);
    await repaired(kind, '/data/a', 'MQ==');
    const { metadata } = await read(kind);
    expect(metadata.annotations?.['theirs']).toBe('kept');
    expect(metadata.labels?.['theirs']).toBe('kept');
  });

  it('is reported with what was changed and by whom', async () => {
    const kind = kindNamed('Lease');
    const body = { spec: { holderIdentity: 'by-hand' } };
    await fixture.request(`PATCH ${pathOf(kind)}?fieldManager=eve`, {
      body,
      contentType: 'application/merge-patch+json',
    });
    await repaired(kind, '/spec/holderIdentity', 'ada');
    const line = await fixture.operator.waitForLog(({ msg, by }) => msg === 'repaired drift' && by === 'eve');
    expect(line['change']).toContain('spec.holderIdentity');
    await eventually(
      async () => {
        const { body: events } = await fixture.request(`GET /api/v1/namespaces/${fixture.controlNamespace}/events`);
        const { items } = events as { items: { reason: string; message: string }[] };
        return items.find(({ reason, message }) => reason === 'ResourceRepaired' && message.includes('eve'));
      },
      () => 'no Event names the author of the drift',
    );
    expect(await fixture.operator.metrics()).toMatch(/^holdfast_repairs_total\{kind="Lease",result="repaired"\} \d+$/m);
  });

  it('is not repaired without selfHeal, but reported', async () => {
    await fixture.patchApplication('drift', { spec: { syncPolicy: { automated: { selfHeal: false } } } });
    const kind = kindNamed('ConfigMap');
    await patch(kind, [{ op: 'replace', path: '/data/a', value: 'unhealed' }]);
    await fixture.waitForApplication('drift', ({ status }) => status?.sync?.status === 'OutOfSync');
    expect(valueAt(await read(kind), '/data/a')).toBe('unhealed');
    await fixture.patchApplication('drift', { spec: { syncPolicy: { automated: { selfHeal: true } } } });
    await repaired(kind, '/data/a', '1');
    await fixture.waitForApplication('drift', ({ status }) => status?.sync?.status === 'Synced');
  });
});

async function read(kind: DriftKind): Promise<KubeObject> {
  return fixture.waitForObject(pathOf(kind), ({ metadata }) => metadata.deletionTimestamp === undefined);
}

async function patch(kind: DriftKind, body: readonly unknown[]): Promise<void> {
  const answer = await fixture.request(`PATCH ${pathOf(kind)}`, { body, contentType: 'application/json-patch+json' });
  if (answer.status !== 200) throw new Error(`cannot patch ${pathOf(kind)}: ${JSON.stringify(answer.body)}`);
}

async function repaired(kind: DriftKind, pointer: string, stated: unknown): Promise<void> {
  await fixture.waitForObject(pathOf(kind), (object) => {
    return JSON.stringify(valueAt(object, pointer)) === JSON.stringify(stated);
  });
}

function kindNamed(wanted: string): DriftKind {
  const kind = KINDS.find((candidate) => candidate.kind === wanted);
  if (kind === undefined) throw new Error(`no kind ${wanted}`);
  return kind;
}

function pathOf(kind: DriftKind): `/${string}` {
  return driftPath(kind, namespace, nameOf(kind));
}

function nameOf(kind: DriftKind): string {
  return kind === WIDGETS ? `widgets.${namespace}.example.org` : name;
}

function definitionOf(group: string): DriftKind {
  const columns = [{ name: 'Size', type: 'integer', jsonPath: '.spec.size' }];
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  return {
    kind: 'CustomResourceDefinition',
    apiVersion: 'apiextensions.k8s.io/v1',
    collection: '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
    cluster: true,
    body: {
      spec: {
        group,
        names: { kind: 'Widget', plural: 'widgets' },
        scope: 'Namespaced',
        versions: [{ name: 'v1', served: true, storage: true, schema, additionalPrinterColumns: columns }],
      },
    },
    change: ['/spec/versions/0/additionalPrinterColumns/0/jsonPath', '.spec.color'],
    remove: '/spec/versions/0/additionalPrinterColumns',
  };
}
