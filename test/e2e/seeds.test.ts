import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadAll } from 'js-yaml';
import { describe, expect, it } from 'vitest';

import type { KubeObject } from '../../src/object/kube-object.ts';
import { countWrites, newWrites } from '../support/api-writes.ts';
import { pause } from '../support/eventually.ts';
import { configMapPath } from '../support/manifests.ts';
import { useOperator } from '../support/operator-fixture.ts';
import { ownControlPlane } from '../support/own-control-plane.ts';

const SHARED = process.env['HOLDFAST_SHARED'] ?? fileURLToPath(new URL('../../../shared', import.meta.url));
const SEEDS = path.join(SHARED, 'seeds');
const present = existsSync(SEEDS);
if (!present) {
  const message = `no seeds at ${SEEDS}: set HOLDFAST_SHARED to the folder that holds them`;
  if (process.env['CI'] === 'true') throw new Error(message);
  console.warn(`SKIPPED: ${message}`);
}

/** Writes of managed objects, but for the ones that another controller fights over. */
const APPLIED = /^APPLY (?!clusterroles$)/;

/** One manifest of the seeds with what INDEX.md says of it. */
interface Seed {
  readonly file: string;
  readonly object: KubeObject;
  /** `undefined` when the API server takes it. */
  readonly refusal: string | undefined;
}

describe.skipIf(!present)('the manifests of the seeds', { timeout: 240_000 }, async () => {
  if (!present) return;
  const cluster = await ownControlPlane();
  const fixture = await useOperator({ cluster });
  const destination = await cluster.uniqueNamespace('seeds');
  const seeds = readSeeds(['crds', 'manifests']);
  const wanted = new Map(seeds.map((seed) => [keyOf(seed.object, destination), seed]));
  // Kubernetes' own controller writes the rules of these, so they are left to it.
  const aggregated = await aggregatedRoles();
  const keys = (accepted: boolean): string[] =>
    [...wanted]
      .filter(([, { refusal }]) => (refusal === undefined) === accepted)
      .map(([key]) => key)
      .sort();

  it('are applied where the API server takes them, and reported by name and reason where not', async () => {
    const repository = await fixture.repository('seeds');
    const files = ['crds', 'manifests'].flatMap((folder) => filesOf(folder));
    const revision = await repository.commit(
      files.map((file): [string, Buffer] => [file, readFileSync(path.join(SEEDS, file))]),
    );
    await fixture.createApplication({
      name: 'seeds',
      repoURL: repository.url,
      destination,
      directory: { recurse: true },
    });
    const { status } = await fixture.waitForApplication('seeds', ({ status: now }) => {
      const synced = now?.resources?.filter((row) => row.status === 'Synced') ?? [];
      return synced.length === keys(true).length;
    });
    expect(status?.sync?.revision).toBe(revision);
    const rows = (code: string): string[] =>
      (status?.resources ?? [])
        .filter((row) => row.status === code)
        .map(keyOfRow)
        .sort();
    expect(rows('Synced')).toEqual(keys(true));
    expect(rows('OutOfSync')).toEqual(keys(false));
    const messages = (status?.conditions ?? []).map(({ message }) => message);
    for (const [key, { file, refusal, object }] of wanted) {
      if (refusal === undefined) continue;
      const named = messages.filter((text) => text.includes(file) && text.includes(object.metadata.name));
      expect(named.join(), key).toContain(refusal);
    }
  });

  it('leave the rules of a ClusterRole that the cluster aggregates to the cluster, and say so', async () => {
    const stated = [...aggregated].filter((role) => wanted.has(role));
    expect(stated).not.toEqual([]);
    const { status } = await fixture.application('seeds');
    for (const key of stated) {
      const named = (status?.conditions ?? []).filter(({ message }) => message.includes(`"${key.split('/').at(-1)}"`));
      expect(named.map(({ message }) => message).join()).toContain('aggregationRule');
    }
  });

  it('are warned about where one object is stated several times; the last one wins', async () => {
    const { status } = await fixture.application('seeds');
    const warnings = (status?.conditions ?? []).filter(({ type }) => type === 'RepeatedResourceWarning');
    const stated = Map.groupBy(seeds, (seed) => keyOf(seed.object, destination));
    const known = (seed: Seed): boolean => !seed.refusal?.includes('no kind');
    const repeated = [...stated].filter(([, all]) => all.length > 1 && all.every(known));
    expect(repeated.length).toBeGreaterThan(0);
    expect(warnings).toHaveLength(repeated.length);
    for (const [, all] of repeated) {
      const text = warnings.find(({ message }) => all.every(({ file }) => message.includes(file)))?.message;
      expect(text).toContain(all[0]?.object.metadata.name);
    }
  });

  it('stay healed beside the ones that are refused', async () => {
    const seed = [...wanted.values()].find(({ object, refusal }) => object.kind === 'ConfigMap' && !refusal);
    const { namespace = destination, name = '' } = seed?.object.metadata ?? {};
    const at = configMapPath(namespace, name);
    const before = await fixture.read(at);
    await fixture.request(`PATCH ${at}`, {
      body: { data: { added: 'by hand' } },
      contentType: 'application/merge-patch+json',
    });
    await fixture.request(`DELETE ${at}`);
    const healed = await fixture.waitForObject(at, ({ metadata }) => metadata.uid !== before?.metadata.uid);
    expect(healed['data']).toEqual(before?.['data']);
  });

  it('I7 cost no write once they stand: not at rest, not for a refresh, not for a restart', async () => {
    await pause(5_000);
    const before = { writes: await countWrites(cluster), objects: await ownFields() };
    await pause(10_000);
    expect(newWrites(before.writes, await countWrites(cluster), APPLIED), 'at rest').toEqual([]);
    await fixture.refresh('seeds', 'hard');
    await pause(2_000);
    expect(newWrites(before.writes, await countWrites(cluster), APPLIED), 'refresh').toEqual([]);
    const beforeRestart = await countWrites(cluster);
    await fixture.restart();
    await pause(5_000);
    expect(newWrites(beforeRestart, await countWrites(cluster), APPLIED), 'restart').toEqual([]);
    expect(await ownFields()).toEqual(before.objects);
    expect((await fixture.application('seeds')).status?.resources?.map(keyOfRow).sort()).toEqual(
      [...wanted.keys()].sort(),
    );
  });

  it('of other systems are each named with the reason why they are none of ours', async () => {
    const repository = await fixture.repository('other-systems');
    const files = filesOf('other-systems');
    expect(files.length).toBeGreaterThan(0);
    await repository.commit(
      files.map((file): [string, Buffer] => [path.basename(file), readFileSync(path.join(SEEDS, file))]),
    );
    await fixture.createApplication({ name: 'other-systems', repoURL: repository.url, destination });
    const { status } = await fixture.waitForApplication(
      'other-systems',
      (application) => (application.status?.conditions ?? []).length >= files.length,
    );
    const messages = (status?.conditions ?? []).map(({ message }) => message);
    for (const file of files) {
      const [message = ''] = messages.filter((text) => text.includes(path.basename(file)));
      expect(message, file).toMatch(/is no Kubernetes object: .{10}|the cluster has no kind .{10}/);
    }
  });

  it('as Applications work unchanged but for the repository', async () => {
    for (const file of filesOf('applications')) {
      const [application] = loadAll(readFileSync(path.join(SEEDS, file), 'utf8')) as ApplicationManifest[];
      if (application === undefined) throw new Error(`${file} is empty`);
      await tryApplication(application, file);
    }
  });

  interface ApplicationManifest extends KubeObject {
    spec: { project?: string; source: { repoURL: string; path: string }; destination: { namespace: string } };
  }

  async function tryApplication(application: ApplicationManifest, file: string): Promise<void> {
    const { name } = application.metadata;
    const { path: folder } = application.spec.source;
    const { namespace } = application.spec.destination;
    const repository = await fixture.repository(name);
    await repository.commit({ [`${folder}/one.json`]: configMapText(name) });
    application.spec.source.repoURL = repository.url;
    const apply = (): ReturnType<typeof cluster.kubectl> =>
      cluster.kubectl(['apply', '-n', 'argocd', '-f', '-'], { input: JSON.stringify(application) });
    await cluster.kubectl(['create', 'namespace', namespace]);
    const applied = await apply();
    expect(applied.code, `${file}: ${applied.stderr}`).toBe(0);
    await fixture.waitForSynced(name);
    expect(await fixture.read(configMapPath(namespace, name))).toBeDefined();
  }

  async function aggregatedRoles(): Promise<Set<string>> {
    const { body } = await fixture.request('GET /apis/rbac.authorization.k8s.io/v1/clusterroles');
    const { items } = body as { items: { metadata: { name: string }; aggregationRule?: object }[] };
    const roles = items.filter(({ aggregationRule }) => aggregationRule !== undefined);
    return new Set(roles.map(({ metadata }) => `rbac.authorization.k8s.io/ClusterRole /${metadata.name}`));
  }

  /** Of every managed object: its uid and when it was applied last. Kubernetes changes the rest of many by itself. */
  async function ownFields(): Promise<Record<string, unknown>> {
    const { status } = await fixture.application('seeds');
    const managed = (status?.resources ?? []).filter((resource) => resource.status === 'Synced');
    const kinds = [...new Set(managed.map(({ kind = '', group = '' }) => (group === '' ? kind : `${kind}.${group}`)))];
    const { stdout } = await cluster.kubectl([
      'get',
      kinds.join(','),
      '-A',
      '-l',
      'holdfast.dev/instance',
      '-o',
      'json',
      '--show-managed-fields',
    ]);
    const { items } = JSON.parse(stdout) as { items: KubeObject[] };
    return Object.fromEntries(
      items.map((object) => {
        const own = object.metadata.managedFields?.find(({ manager }) => manager === 'holdfast');
        return [keyOf(object, ''), { uid: object.metadata.uid, own }];
      }),
    );
  }
});

function filesOf(folder: string): string[] {
  return readdirSync(path.join(SEEDS, folder))
    .sort()
    .map((name) => `${folder}/${name}`);
}

function readSeeds(folders: readonly string[]): Seed[] {
  const read = folders.flatMap((folder) =>
    filesOf(folder).flatMap((file) =>
      (loadAll(readFileSync(path.join(SEEDS, file), 'utf8')) as (KubeObject | null)[])
        .filter((object) => object !== null)
        .map((object) => ({ file, object, refusal: indexOf(file, object.kind) })),
    ),
  );
  const made = new Set(
    read.filter(({ object }) => object.kind === 'Namespace').map(({ object }) => object.metadata.name),
  );
  const kinds = new Set(
    read
      .filter(({ object }) => object.kind === 'CustomResourceDefinition')
      .map(({ object }) => (object['spec'] as { names: { kind: string } }).names.kind),
  );
  return read.map((seed) => ({ ...seed, refusal: refusalHere(seed, made, kinds) }));
}

/** INDEX.md judged each object alone; here the namespaces and kinds of the other seeds are there as well. */
function refusalHere(seed: Seed, namespaces: ReadonlySet<string>, kinds: ReadonlySet<string>): string | undefined {
  const { refusal, object } = seed;
  if (refusal === undefined) return undefined;
  const namespace = /namespace (\S+) not found/.exec(refusal)?.[1];
  if (namespace !== undefined) return namespaces.has(namespace) ? undefined : `namespaces "${namespace}" not found`;
  if (refusal.includes('CRD not installed')) return kinds.has(object.kind) ? undefined : `no kind ${object.kind}`;
  if (refusal.includes('spec.selector')) return 'spec.selector';
  return refusal.includes('base64') ? 'base64' : refusal;
}

/** What INDEX.md says why an object of a file is refused; `undefined` when it is accepted. */
function indexOf(file: string, kind: string): string | undefined {
  const row = readFileSync(path.join(SEEDS, 'INDEX.md'), 'utf8')
    .split('\n')
    .find((line) => line.startsWith(`| ${file} |`));
  if (row === undefined) throw new Error(`INDEX.md does not know ${file}`);
  const verdict = row.split(' | ').at(-1)?.replace(/ \|$/, '') ?? '';
  const own = new RegExp(`(?:^|; )${kind}: (.*?)(?:; [A-Z]\\w+: |$)`).exec(verdict)?.[1] ?? verdict;
  return own.startsWith('yes') ? undefined : own;
}

const CLUSTER_SCOPED = new Set([
  'ClusterRole',
  'ClusterRoleBinding',
  'CustomResourceDefinition',
  'Namespace',
  'PersistentVolume',
  'StorageClass',
]);

function keyOf(object: KubeObject, destination: string): string {
  const group = object.apiVersion.includes('/') ? object.apiVersion.split('/')[0] : '';
  const namespace = CLUSTER_SCOPED.has(object.kind) ? '' : (object.metadata.namespace ?? destination);
  return `${group}/${object.kind} ${namespace}/${object.metadata.name}`;
}

function keyOfRow(row: { group?: string; kind?: string; namespace?: string; name?: string }): string {
  return `${row.group ?? ''}/${row.kind} ${row.namespace ?? ''}/${row.name}`;
}

function configMapText(name: string): string {
  return JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } });
}
