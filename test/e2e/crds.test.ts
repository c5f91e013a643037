import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { load } from 'js-yaml';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { useControlPlane } from '../support/cluster-fixture.ts';
import { kubeRequest } from '../support/controlplane/kube-request.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SEEDS = path.join(process.env['HOLDFAST_SHARED'] ?? path.join(ROOT, '../shared'), 'seeds/applications');
const KINDS = ['applications', 'appprojects', 'applicationsets'];

const cluster = await useControlPlane();
const namespace = await cluster.uniqueNamespace('crds');

/** An Application with a typing mistake: `targetRevison`. */
const MISTYPED = manifest('mistyped', {
  source: { repoURL: 'https://git.example.com/a.git', path: '.', targetRevison: 'x' },
});

beforeAll(async () => {
  // The plain command that users type; it fails for Argo CD's own, larger definitions.
  const applied = await cluster.kubectl(['apply', '-f', path.join(ROOT, 'crds')]);
  expect(applied).toMatchObject({ code: 0 });
  for (const kind of KINDS) {
    await vi.waitFor(async () => {
      expect(await conditions(kind)).toContainEqual(expect.objectContaining({ type: 'Established', status: 'True' }));
    }, 30_000);
  }
  await cluster.kubectl(['create', 'namespace', 'argocd']);
});

describe('crds/', () => {
  it('are structural, with all their names accepted', async () => {
    for (const kind of KINDS) {
      const found = await conditions(kind);
      expect(found.filter((condition) => condition.type === 'NonStructuralSchema')).toEqual([]);
      expect(found).toContainEqual(expect.objectContaining({ type: 'NamesAccepted', status: 'True' }));
    }
  });

  it.each(['app', 'apps', 'appproj', 'appprojs', 'appset', 'appsets'])(
    'are found by the short name %s',
    async (name) => {
      expect(await cluster.kubectl(['get', name, '-n', namespace])).toMatchObject({ code: 0 });
    },
  );

  it('explain their fields', async () => {
    const explained = await cluster.kubectl(['explain', 'application.spec.source.chart']);
    expect(explained.stdout).toContain('Chart in a Helm repository. Not acted on yet.');
  });
});

describe('Application', () => {
  if (!existsSync(SEEDS) && process.env['CI'] !== 'true') {
    console.error(`SKIPPED: no manifests of users in ${SEEDS}; set HOLDFAST_SHARED`);
  }
  it.skipIf(!existsSync(SEEDS) && process.env['CI'] !== 'true')('takes every manifest of users as it is', async () => {
    const files = readdirSync(SEEDS).filter((name) => name.endsWith('.yaml'));
    expect(files.length).toBeGreaterThan(0);
    for (const name of files) {
      const text = readFileSync(path.join(SEEDS, name), 'utf8');
      const args = ['create', '--dry-run=server', '--validate=strict', '-o', 'json', '-f', '-', '-n', 'argocd'];
      const created = await cluster.kubectl(args, { input: text });
      expect(created, name).toMatchObject({ code: 0 });
      const { spec } = load(text) as { spec: object };
      expect(JSON.parse(created.stdout), name).toHaveProperty('spec', { project: 'default', ...spec });
    }
  });

  it('gets the project "default" when it names none', async () => {
    await create(manifest('no-project', {}));
    const got = await cluster.kubectl(['get', 'app', 'no-project', '-n', namespace, '-o', 'jsonpath={.spec.project}']);
    expect(got.stdout).toBe('default');
  });

  it('warns of a mistyped field, or refuses it when asked to', async () => {
    const args = ['create', '--dry-run=server', '-f', '-', '-n', namespace];
    const warned = await cluster.kubectl([...args, '--validate=warn'], { input: JSON.stringify(MISTYPED) });
    expect(warned.code).toBe(0);
    expect(warned.stderr).toContain('unknown field "spec.source.targetRevison"');
    const refused = await cluster.kubectl([...args, '--validate=strict'], { input: JSON.stringify(MISTYPED) });
    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toContain('unknown field "spec.source.targetRevison"');
  });

  it.each<[string, object, string]>([
    ['no destination', { destination: undefined }, 'spec.destination: Required value'],
    ['a source without URL', { source: { path: '.' } }, 'spec.source.repoURL: Required value'],
    ['a list for a text', { source: { repoURL: ['x'] } }, 'spec.source.repoURL'],
  ])('is refused with %s', async (_, spec, message) => {
    const answer = await kubeRequest(cluster, `POST ${collection()}?dryRun=All`, { body: manifest('bad', spec) });
    expect(answer.status).toBe(422);
    expect(JSON.stringify(answer.body)).toContain(message);
  });

  it('keeps free-form values and replica counts in either form', async () => {
    const source = {
      repoURL: 'https://git.example.com/a.git',
      path: '.',
      helm: { valuesObject: { any: { thing: [1, 'two', { three: true }] } } },
      kustomize: {
        replicas: [
          { name: 'a', count: 2 },
          { name: 'b', count: '3' },
        ],
      },
    };
    const answer = await create(manifest('free-form', { source }));
    expect(answer).toHaveProperty('spec.source', source);
  });

  it('stores a whole object with its status, as clients of Argo CD write it', async () => {
    const created = await create(manifest('whole', {}));
    const startedAt = '2026-11-21T10:00:00Z';
    const status = {
      sync: { status: 'OutOfSync', comparedTo: { source: { repoURL: '' }, destination: {} } },
      operationState: { operation: { sync: { revision: 'main' } }, phase: 'Terminating', startedAt },
    };
    const updated = await kubeRequest(cluster, `PUT ${collection()}/whole`, { body: { ...created, status } });
    expect(updated.status).toBe(200);
    expect(updated.body).toHaveProperty('status', status);
    const subresource = await kubeRequest(cluster, `GET ${collection()}/whole/status`);
    expect(subresource.status).toBe(404);
  });

  it('shows its state in columns', async () => {
    const status = { sync: { status: 'Synced', revision: 'abc123' }, health: { status: 'Healthy' } };
    await create({ ...manifest('columns', {}), status });
    const plain = await cluster.kubectl(['get', 'applications', 'columns', '-n', namespace]);
    expect(plain.stdout.split('\n').map((line) => line.split(/ {2,}/))).toEqual([
      ['NAME', 'SYNC STATUS', 'HEALTH STATUS'],
      ['columns', 'Synced', 'Healthy'],
      [''],
    ]);
    const wide = await cluster.kubectl(['get', 'applications', 'columns', '-n', namespace, '-o', 'wide']);
    expect(wide.stdout).toMatch(/REVISION +PROJECT\n.* abc123 +default\n/);
  });
});

describe('AppProject', () => {
  it('takes every field that it documents', async () => {
    const spec = {
      description: 'a team',
      sourceRepos: ['*'],
      sourceNamespaces: ['team-*'],
      destinations: [{ server: '*', namespace: '!kube-system' }],
      clusterResourceWhitelist: [{ group: '', kind: 'Namespace', name: 'team-*' }],
      namespaceResourceBlacklist: [{ group: '', kind: 'ResourceQuota' }],
      roles: [{ name: 'ops', policies: ['p, proj:a:ops, applications, sync, a/*, allow'], jwtTokens: [{ iat: 1 }] }],
      syncWindows: [{ kind: 'deny', schedule: '0 22 * * *', duration: '1h', applications: ['*'], andOperator: true }],
      orphanedResources: { warn: true, ignore: [{ kind: 'Secret' }] },
      sourceIntegrity: { git: { policies: [{ repos: [{ url: '*' }], gpg: { mode: 'head', keys: ['AB'] } }] } },
    };
    const body = { apiVersion: 'argoproj.io/v1alpha1', kind: 'AppProject', metadata: { name: 'team' }, spec };
    const answer = await kubeRequest(cluster, `POST ${collection('appprojects')}?fieldValidation=Strict`, { body });
    expect(answer).toMatchObject({ status: 201, body: { spec } });
  });
});

describe('ApplicationSet', () => {
  it('takes nested generators and a template', async () => {
    const list = { list: { elements: [{ cluster: 'a', nested: { any: 1 } }] } };
    const spec = {
      goTemplate: true,
      generators: [
        { matrix: { generators: [{ git: { repoURL: 'https://git.example.com/a.git', revision: 'main' } }, list] } },
        { merge: { mergeKeys: ['cluster'], generators: [{ matrix: { generators: [list, list] } }, list] } },
      ],
      template: {
        metadata: { name: '{{ .cluster }}' },
        spec: { project: 'default', destination: { name: '{{ .cluster }}' }, source: { repoURL: 'x', path: '.' } },
      },
      strategy: { type: 'RollingSync', rollingSync: { steps: [{ maxUpdate: '10%' }, { maxUpdate: 1 }] } },
    };
    const body = { apiVersion: 'argoproj.io/v1alpha1', kind: 'ApplicationSet', metadata: { name: 'all' }, spec };
    const answer = await kubeRequest(cluster, `POST ${collection('applicationsets')}?fieldValidation=Strict`, { body });
    expect(answer).toMatchObject({ status: 201, body: { spec } });
    expect((await kubeRequest(cluster, `GET ${collection('applicationsets')}/all/status`)).status).toBe(200);
  });
});

async function conditions(plural: string): Promise<{ type: string; status: string }[]> {
  const crdPath = `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${plural}.argoproj.io` as const;
  const { body } = await kubeRequest(cluster, `GET ${crdPath}`);
  return (body as { status?: { conditions?: { type: string; status: string }[] } }).status?.conditions ?? [];
}

function collection(plural = 'applications'): `/apis/${string}` {
  return `/apis/argoproj.io/v1alpha1/namespaces/${namespace}/${plural}`;
}

async function create(body: object): Promise<object> {
  const answer = await kubeRequest(cluster, `POST ${collection()}?fieldValidation=Strict`, { body });
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer.body as object;
}

function manifest(name: string, spec: object): object {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name },
    spec: {
      source: { repoURL: 'https://git.example.com/a.git', path: '.' },
      destination: { server: 'https://kubernetes.default.svc' },
      ...spec,
    },
  };
}
