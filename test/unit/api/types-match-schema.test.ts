import { describe, expect, it } from 'vitest';
import type { AppProject } from '../../../src/api/app-project-types.ts';
import { checkSchema } from '../../../src/api/check-schema.ts';
import { appProjectSpecSchema, appProjectStatusSchema } from '../../../src/api/schema/app-project-schema.ts';
import {
  applicationSpecSchema,
  applicationStatusSchema,
  operationSchema,
} from '../../../src/api/schema/application-schema.ts';
import type { Schema } from '../../../src/api/schema/schema.ts';
import type { ApplicationSource, ApplicationSpec, ApplicationStatus, Operation } from '../../../src/api/types.ts';

/**
 * Every field stated, all the way down. The compiler refuses a sample that lacks a field of the type or has one more,
 * and the tests compare the fields of the sample with those of the schema: so type and schema have the same fields.
 */
type Complete<T> = T extends readonly (infer Item)[]
  ? readonly Complete<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]-?: Complete<Exclude<T[Key], undefined>> }
    : T;

const tools: Complete<Pick<ApplicationSource, 'helm' | 'kustomize' | 'directory' | 'plugin'>> = {
  helm: {
    valueFiles: ['values.yaml'],
    parameters: [{ name: 'a', value: 'b', forceString: true }],
    fileParameters: [{ name: 'a', path: 'b' }],
    releaseName: 'r',
    values: 'a: b',
    valuesObject: { a: 1 },
    version: 'v3',
    namespace: 'n',
    passCredentials: true,
    ignoreMissingValueFiles: true,
    skipCrds: true,
    skipTests: true,
    skipSchemaValidation: true,
    kubeVersion: '1.36',
    apiVersions: ['apps/v1'],
  },
  kustomize: {
    namePrefix: 'a-',
    nameSuffix: '-b',
    images: ['a:b'],
    replicas: [{ name: 'a', count: 1 }],
    commonLabels: { a: 'b' },
    commonAnnotations: { a: 'b' },
    forceCommonLabels: true,
    forceCommonAnnotations: true,
    commonAnnotationsEnvsubst: true,
    labelWithoutSelector: true,
    labelIncludeTemplates: true,
    namespace: 'n',
    patches: [
      {
        path: 'p.yaml',
        patch: 'x',
        target: {
          group: 'apps',
          version: 'v1',
          kind: 'Deployment',
          name: 'a',
          namespace: 'n',
          labelSelector: 'a=b',
          annotationSelector: 'a=b',
        },
        options: { allowNameChange: true },
      },
    ],
    components: ['c'],
    ignoreMissingComponents: true,
    version: 'v5',
    kubeVersion: '1.36',
    apiVersions: ['apps/v1'],
  },
  directory: {
    recurse: true,
    include: '*.yaml',
    exclude: 'x',
    disableExtensionFilter: true,
    jsonnet: {
      extVars: [{ name: 'a', value: 'b', code: true }],
      tlas: [{ name: 'a', value: 'b', code: true }],
      libs: ['lib'],
    },
  },
  plugin: {
    name: 'p',
    env: [{ name: 'a', value: 'b' }],
    parameters: [{ name: 'a', string: 'b', array: ['c'], map: { d: 'e' } }],
  },
};

const source: Complete<ApplicationSource> = {
  repoURL: 'https://git.example.com/a.git',
  path: '.',
  targetRevision: 'main',
  chart: 'c',
  ref: 'r',
  name: 'n',
  tagPrefix: 'v',
  ...tools,
};

const destination = { server: 'https://kubernetes.default.svc', name: 'in-cluster', namespace: 'n' };
const info = [{ name: 'a', value: 'b' }];
const retry = { limit: 5, backoff: { duration: '5s', factor: 2, maxDuration: '3m' }, refresh: true };
const namespaceMetadata = { labels: { a: 'b' }, annotations: { a: 'b' } };
const initiatedBy = { username: 'ann', automated: true };
const ignoreDifferences = [
  {
    group: 'apps',
    kind: 'Deployment',
    name: 'a',
    namespace: 'n',
    jsonPointers: ['/a'],
    jqPathExpressions: ['.a'],
    managedFieldsManagers: ['m'],
  },
];

const spec: Complete<ApplicationSpec> = {
  source,
  sources: [source],
  sourceHydrator: {
    drySource: { repoURL: 'https://git.example.com/a.git', targetRevision: 'main', path: 'p', ...tools },
    syncSource: { targetBranch: 'b', path: 'p', repoURL: 'https://git.example.com/b.git' },
    hydrateTo: { targetBranch: 'b' },
  },
  destination,
  project: 'default',
  syncPolicy: {
    automated: { prune: true, selfHeal: true, allowEmpty: true, enabled: true },
    syncOptions: ['Replace=true'],
    retry,
    managedNamespaceMetadata: namespaceMetadata,
  },
  ignoreDifferences,
  info,
  revisionHistoryLimit: 10,
};

const operation: Complete<Operation> = {
  sync: {
    revision: 'r',
    revisions: ['r'],
    prune: true,
    dryRun: true,
    syncStrategy: { apply: { force: true }, hook: { force: true } },
    resources: [{ group: 'g', kind: 'k', name: 'n', namespace: 's' }],
    source,
    sources: [source],
    manifests: ['m'],
    syncOptions: ['Replace=true'],
    autoHealAttemptsCount: 1,
  },
  initiatedBy,
  info,
  retry,
};

const TIME = '2026-11-21T10:00:00Z';
const health = { status: 'Healthy', message: 'm', lastTransitionTime: TIME } as const;

const status: Complete<ApplicationStatus> = {
  sync: {
    status: 'Synced',
    comparedTo: { source, sources: [source], destination, ignoreDifferences },
    revision: 'r',
    revisions: ['r'],
  },
  health,
  resources: [
    {
      group: 'g',
      version: 'v1',
      kind: 'k',
      namespace: 's',
      name: 'n',
      status: 'Synced',
      health,
      hook: true,
      requiresPruning: true,
      requiresDeletionConfirmation: true,
      syncWave: 1,
    },
  ],
  history: [
    {
      id: 1,
      revision: 'r',
      revisions: ['r'],
      source,
      sources: [source],
      deployStartedAt: TIME,
      deployedAt: TIME,
      initiatedBy,
    },
  ],
  conditions: [{ type: 'SyncError', message: 'm', lastTransitionTime: TIME }],
  reconciledAt: TIME,
  operationState: {
    operation,
    phase: 'Succeeded',
    message: 'm',
    syncResult: {
      resources: [
        {
          group: 'g',
          version: 'v1',
          kind: 'k',
          namespace: 's',
          name: 'n',
          status: 'Synced',
          message: 'm',
          hookType: 'Sync',
          hookPhase: 'Succeeded',
          syncPhase: 'Sync',
          images: ['i'],
        },
      ],
      revision: 'r',
      revisions: ['r'],
      source,
      sources: [source],
      managedNamespaceMetadata: namespaceMetadata,
    },
    startedAt: TIME,
    finishedAt: TIME,
    retryCount: 1,
  },
  observedAt: TIME,
  sourceType: 'Directory',
  sourceTypes: ['Helm'],
  summary: { externalURLs: ['https://a.example.com'], images: ['i'], isAppOfApps: true },
  resourceHealthSource: 'appTree',
  controllerNamespace: 'argocd',
};

const token = { iat: 1, exp: 2, id: 'a' };
const project: Complete<Pick<AppProject, 'spec' | 'status'>> = {
  spec: {
    description: 'd',
    sourceRepos: ['*'],
    sourceNamespaces: ['*'],
    destinations: [destination],
    clusterResourceWhitelist: [{ group: '*', kind: '*', name: '*' }],
    clusterResourceBlacklist: [{ group: '*', kind: '*', name: '*' }],
    namespaceResourceWhitelist: [{ group: '*', kind: '*' }],
    namespaceResourceBlacklist: [{ group: '*', kind: '*' }],
    roles: [{ name: 'r', description: 'd', policies: ['p'], groups: ['g'], jwtTokens: [token] }],
    orphanedResources: { warn: true, ignore: [{ group: 'g', kind: 'k', name: 'n' }] },
    syncWindows: [
      {
        kind: 'allow',
        schedule: '* * * * *',
        duration: '1h',
        timeZone: 'UTC',
        applications: ['a'],
        namespaces: ['n'],
        clusters: ['c'],
        andOperator: true,
        manualSync: true,
        syncOverrun: true,
        description: 'd',
      },
    ],
    signatureKeys: [{ keyID: 'k' }],
    sourceIntegrity: { git: { policies: [{ repos: [{ url: 'u' }], gpg: { mode: 'head', keys: ['k'] } }] } },
    permitOnlyProjectScopedClusters: true,
    destinationServiceAccounts: [{ server: 's', namespace: 'n', defaultServiceAccount: 'd' }],
  },
  status: { jwtTokensByRole: { r: { items: [token] } } },
};

/** In the schema only: state of a feature that Holdfast neither reads nor writes. */
const UNTYPED = ['sourceHydrator'];

describe('the types of src/api', () => {
  it.each<[string, Schema, unknown, readonly string[]]>([
    ['ApplicationSpec', applicationSpecSchema, spec, []],
    ['Operation', operationSchema, operation, []],
    ['ApplicationStatus', applicationStatusSchema, status, UNTYPED],
    ['AppProjectSpec', appProjectSpecSchema, project.spec, []],
    ['AppProjectStatus', appProjectStatusSchema, project.status, []],
  ])('have in %s the fields of the schema', (_, schema, sample, untyped) => {
    const expected = fieldsOf(schema).filter((field) => !untyped.some((name) => field.startsWith(`.${name}`)));
    expect(fieldsIn(schema, sample)).toEqual(expected);
    expect(checkSchema(schema, sample, 'sample')).toEqual([]);
  });
});

/** Paths of all fields that a schema names. */
function fieldsOf(schema: Schema, path = ''): string[] {
  if (schema.items !== undefined) return fieldsOf(schema.items, `${path}[]`);
  if (schema.additionalProperties !== undefined) return fieldsOf(schema.additionalProperties, `${path}{}`);
  if (schema.properties === undefined) return [path];
  return Object.entries(schema.properties)
    .flatMap(([name, field]) => fieldsOf(field, `${path}.${name}`))
    .sort();
}

/** Paths of all fields that a sample states, written as the schema writes them. */
function fieldsIn(schema: Schema | undefined, value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => fieldsIn(schema?.items, item, `${path}[]`));
  const isMap = schema?.additionalProperties !== undefined;
  const isFree = schema?.['x-kubernetes-preserve-unknown-fields'] === true;
  if (typeof value !== 'object' || value === null || isFree) return [path];
  return Object.entries(value)
    .flatMap(([name, item]) =>
      isMap
        ? fieldsIn(schema.additionalProperties, item, `${path}{}`)
        : fieldsIn(schema?.properties?.[name], item, `${path}.${name}`),
    )
    .sort();
}
