import { anything, assert as check, constantFrom, dictionary, nat, oneof, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ParsedApplication, parseApplication } from '../../../src/api/parse-application.ts';
import type { Application } from '../../../src/api/types.ts';

const SERVER = 'https://kubernetes.default.svc';
const SOURCE = { repoURL: 'https://git.example.com/shop.git', path: 'deploy' };
const FULL = {
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'Application',
  metadata: { name: 'shop', namespace: 'argocd', labels: { a: 'b' }, annotations: { c: 'd' }, finalizers: ['e/f'] },
  spec: {
    source: { ...SOURCE, directory: { recurse: true, include: '*.yaml' } },
    destination: { server: SERVER, namespace: 'shop' },
    project: 'default',
    syncPolicy: {
      automated: { prune: true, selfHeal: true },
      syncOptions: ['CreateNamespace=true'],
      retry: { limit: 5, backoff: { duration: '5s', factor: 2 } },
    },
    revisionHistoryLimit: 3,
  },
  status: {
    sync: { status: 'Synced', revision: 'abc', comparedTo: { source: SOURCE, destination: { server: SERVER } } },
    resources: [{ kind: 'ConfigMap', name: 'a', health: { status: 'Healthy' } }],
    operationState: { operation: { sync: {} }, phase: 'Succeeded', startedAt: '2026-11-21T10:00:00Z' },
  },
  operation: { sync: { resources: [{ kind: 'ConfigMap', name: 'a' }] }, initiatedBy: { username: 'ann' } },
};
const fieldName = oneof(
  string(),
  constantFrom('source', 'sources', 'destination', 'syncPolicy', 'automated', 'syncOptions', '__proto__'),
);

describe('parseApplication()', () => {
  it('keeps what is stated and fills in what is not', () => {
    const { application, warnings } = accepted({ source: SOURCE, destination: { server: SERVER, namespace: 'shop' } });
    expect(warnings).toEqual([]);
    expect(application.spec).toEqual({
      source: SOURCE,
      destination: { server: SERVER, namespace: 'shop' },
      project: 'default',
    });
    expect(application.settings).toMatchObject({
      sources: [SOURCE],
      multiSource: false,
      automation: undefined,
      historyLimit: 10,
    });
    expect(application.status).toEqual({});
    expect(application).not.toHaveProperty('operation');
  });

  it.each([
    ['absent', {}, 'default'],
    ['empty', { project: '' }, 'default'],
    ['stated', { project: 'team-a' }, 'team-a'],
  ])('takes a project that is %s', (_, spec, expected) => {
    expect(accepted({ source: SOURCE, destination: { server: SERVER }, ...spec }).application.spec.project).toBe(
      expected,
    );
  });

  it.each([
    ['an empty block', {}, { prune: false, selfHeal: false, allowEmpty: false }],
    [
      'everything on',
      { prune: true, selfHeal: true, allowEmpty: true, enabled: true },
      { prune: true, selfHeal: true, allowEmpty: true },
    ],
    ['enabled: false', { prune: true, enabled: false }, undefined],
  ])('turns automated sync on or off for %s', (_, automated, expected) => {
    const { application } = accepted({ source: SOURCE, destination: { server: SERVER }, syncPolicy: { automated } });
    expect(application.settings.automation).toEqual(expected);
  });

  it('warns of a sync option that it does not know and reads the others', () => {
    const { application, warnings } = accepted({
      source: SOURCE,
      destination: { server: SERVER },
      syncPolicy: { syncOptions: ['CreateNamespace=true', 'Nonsense=1'] },
    });
    expect(application.settings.syncOptions.createNamespace).toBe(true);
    expect(warnings).toEqual(['spec.syncPolicy.syncOptions: sync option "Nonsense=1" is unknown and has no effect']);
  });

  it('lets sources win over source, and the hydrator over both', () => {
    const other = { repoURL: 'https://git.example.com/base.git', path: '.' };
    const spec = { source: SOURCE, sources: [other], destination: { server: SERVER } };
    expect(accepted(spec).application.settings).toMatchObject({ sources: [other], multiSource: true });
    const sourceHydrator = {
      drySource: { repoURL: 'https://git.example.com/dry.git', targetRevision: 'main', path: 'app' },
      syncSource: { targetBranch: 'rendered', path: 'out' },
    };
    expect(accepted({ ...spec, sourceHydrator }).application.settings).toMatchObject({
      sources: [{ repoURL: 'https://git.example.com/dry.git', path: 'out', targetRevision: 'rendered' }],
      multiSource: false,
    });
  });

  it('syncs from the dry repository when the hydrator names no other, be it absent or empty', () => {
    const drySource = { repoURL: 'https://git.example.com/dry.git', targetRevision: 'main', path: 'app' };
    for (const repoURL of [{}, { repoURL: '' }]) {
      const sourceHydrator = { drySource, syncSource: { targetBranch: 'rendered', path: 'out', ...repoURL } };
      const { settings } = accepted({ sourceHydrator, destination: { server: SERVER } }).application;
      expect(settings.sources).toEqual([{ repoURL: drySource.repoURL, path: 'out', targetRevision: 'rendered' }]);
    }
  });

  it.each([
    [undefined, 10],
    [0, 0],
    [-1, 0],
    [25, 25],
  ])('keeps of a history limit of %s the entries that it means', (limit, expected) => {
    const stated = limit === undefined ? {} : { revisionHistoryLimit: limit };
    const { settings } = accepted({ source: SOURCE, destination: { server: SERVER }, ...stated }).application;
    expect(settings.historyLimit).toBe(expected);
  });

  it.each<[string, unknown, string[]]>([
    ['no spec', undefined, ['spec must be an object, not nothing']],
    ['no destination', { source: SOURCE }, ['spec.destination is missing']],
    [
      'no cluster',
      { source: SOURCE, destination: { namespace: 'shop' } },
      ['spec.destination names no cluster: state server (https://kubernetes.default.svc is this one) or name'],
    ],
    [
      'two clusters',
      { source: SOURCE, destination: { server: SERVER, name: 'in-cluster' } },
      ['spec.destination names a cluster twice: state server or name, not both'],
    ],
    ['no source', { destination: { server: SERVER } }, ['spec has no source: state source.repoURL and source.path']],
    [
      'a source without a path',
      { source: { repoURL: 'https://git.example.com/x' }, destination: { server: SERVER } },
      ['spec.source needs one of path or chart; the root of the repository is path "."'],
    ],
    [
      'a source without a URL',
      { source: { repoURL: '', path: '.' }, destination: { server: SERVER } },
      ['spec.source.repoURL is empty'],
    ],
    [
      'a chart without a version',
      { sources: [SOURCE, { repoURL: 'https://charts.example.com', chart: 'web' }], destination: { server: SERVER } },
      ['spec.sources[1].targetRevision is missing: a chart needs its version'],
    ],
    [
      'wrong types',
      { source: { ...SOURCE, path: ['a'], directory: { recurse: 'yes' } }, destination: 'here' },
      [
        'spec.destination must be an object, not a string',
        'spec.source.directory.recurse must be true or false, not a string',
        'spec.source.path must be a string, not a list',
      ],
    ],
  ])('refuses %s', (_, spec, problems) => {
    expect(parseApplication(manifest(spec))).toEqual({ problems });
  });

  it('never repeats a value, which may be a secret', () => {
    const spec = { source: { ...SOURCE, helm: 'hunter2' }, destination: { server: SERVER, namespace: ['hunter2'] } };
    expect(JSON.stringify(parseApplication(manifest(spec)))).not.toContain('hunter2');
  });

  it.each<[string, unknown]>([
    ['another kind', { ...manifest({}), kind: 'AppProject' }],
    ['another version', { ...manifest({}), apiVersion: 'argoproj.io/v1' }],
    ['no metadata', { apiVersion: 'argoproj.io/v1alpha1', kind: 'Application', spec: {} }],
    ['a list', []],
    ['null', null],
  ])('refuses %s', (_, value) => {
    expect(parseApplication(value)).toHaveProperty('problems');
  });

  it('leaves out the broken parts of a status and keeps the others', () => {
    const parsed = parseApplication({
      ...manifest({ source: SOURCE, destination: { server: SERVER } }),
      status: { sync: { status: 'Synced' }, history: [{ id: 'one' }], health: 'fine', madeUp: 1 },
    });
    expect(parsed).toHaveProperty('application.status', { sync: { status: 'Synced' } });
    expect(parsed).toHaveProperty('warnings', [
      'status.health was left out: status.health must be an object, not a string',
      'status.history was left out: status.history[0].deployedAt is missing',
    ]);
  });

  it('takes over an operation, or leaves out a broken one with a warning', () => {
    const object = manifest({ source: SOURCE, destination: { server: SERVER } });
    const operation = { sync: { revision: 'main', prune: true }, initiatedBy: { username: 'ann' } };
    expect(parseApplication({ ...object, operation })).toMatchObject({ application: { operation }, warnings: [] });
    const broken = parseApplication({ ...object, operation: { sync: { prune: 'yes' } } });
    expect(broken).not.toHaveProperty('application.operation');
    expect(broken).toHaveProperty('warnings', [
      'operation was left out: operation.sync.prune must be true or false, not a string',
    ]);
  });

  it('keeps keys that would touch a prototype as data', () => {
    const labels = JSON.parse('{"__proto__": "x", "constructor": "y"}') as Record<string, string>;
    const object = { ...manifest({ source: SOURCE, destination: { server: SERVER } }) };
    const parsed = parseApplication({ ...object, metadata: { name: 'shop', labels } });
    expect(parsed).toHaveProperty('application');
    expect(Object.prototype).not.toHaveProperty('x');
    expect({}.constructor).toBe(Object);
  });

  it('answers poison with problems or an application that is whole', () => {
    const poison = oneof(anything({ withNullPrototype: true }), dictionary(fieldName, anything({ maxDepth: 4 })));
    check(
      property(poison, poison, poison, (spec, status, operation) => {
        expectWhole(parseApplication({ ...manifest(spec), status, operation }));
      }),
      { seed: 20261121, numRuns: 2000 },
    );
  });

  it('answers an object with one poisoned field with problems or an application that is whole', () => {
    const paths = pathsOf(FULL);
    check(
      property(nat(paths.length - 1), anything({ withNullPrototype: true }), (index, value) => {
        expectWhole(parseApplication(replaced(FULL, paths[index] ?? [], value)));
      }),
      { seed: 20261121, numRuns: 2000 },
    );
  });

  it('limits what it says about an object with endless mistakes', () => {
    const sources = Array.from({ length: 10_000 }, () => 0);
    const parsed = parseApplication(manifest({ sources, destination: { server: SERVER } }));
    expect('problems' in parsed && parsed.problems.length).toBe(20);
  });

  it('survives an object that cannot be read', () => {
    const object = Object.defineProperty({}, 'apiVersion', {
      get: () => {
        throw new Error('no');
      },
    });
    expect(parseApplication(object)).toEqual({ problems: ['the object cannot be read'] });
  });
});

function manifest(spec: unknown): Record<string, unknown> {
  return { apiVersion: 'argoproj.io/v1alpha1', kind: 'Application', metadata: { name: 'shop' }, spec };
}

function accepted(spec: unknown): { application: Application; warnings: readonly string[] } {
  const parsed = parseApplication(manifest(spec));
  if ('problems' in parsed) throw new Error(parsed.problems.join('; '));
  return parsed;
}

/** Fails where a guard let something through that a later stage would trip over, or an exception was swallowed. */
function expectWhole(parsed: ParsedApplication): void {
  if ('problems' in parsed) {
    expect(parsed.problems.length).toBeGreaterThan(0);
    expect(parsed.problems).not.toContain('the object cannot be read');
    return;
  }
  const { spec, settings } = parsed.application;
  expect(settings.sources.length).toBeGreaterThan(0);
  expect(settings.sources.every((source) => source.repoURL.length > 0)).toBe(true);
  expect(spec.project).not.toBe('');
  expect(Boolean(spec.destination.server) !== Boolean(spec.destination.name)).toBe(true);
  expect(Number.isInteger(settings.historyLimit)).toBe(true);
}

function pathsOf(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, child]) => pathsOf(child, [...path, key]))];
}

function replaced(value: unknown, path: readonly string[], replacement: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return replacement;
  const copy: unknown = structuredClone(value);
  const parent = copy as Record<string, unknown>;
  parent[key] = replaced(parent[key], rest, replacement);
  return copy;
}
