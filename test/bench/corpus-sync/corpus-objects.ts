import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { gvkOf, type KubeObject, keyOf, type ObjectKey, parseApiVersion } from '../../../src/object/kube-object.ts';
import { parseYamlDocuments } from '../../../src/yaml/parse-documents.ts';
import { findCases } from '../../conformance/corpus.ts';
import { seeded } from '../../support/kill-rig.ts';

/** The objects of one corpus case, as one Application states them. */
export interface CorpusApp {
  /** `c` and a number; the Application, its namespace and the prefix of its cluster-wide names. */
  readonly name: string;
  /** The case's path below the corpus. */
  readonly title: string;
  readonly objects: readonly KubeObject[];
}

/** Objects that are not applied, or not as they stand, by the reason why. */
export class Tally {
  readonly #counts = new Map<string, number>();

  add(reason: string): void {
    this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + 1);
  }

  /** `3 with one reason, 2 with another`, the commonest first. */
  toString(): string {
    const sorted = [...this.#counts].sort(([, a], [, b]) => b - a);
    return sorted.map(([reason, count]) => `${count} ${reason}`).join(', ') || 'none';
  }

  get total(): number {
    return [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
  }
}

/** Reads the expected output of every case with one, or of so many cases drawn by a seed. */
export function readCorpus(shared: string, sample: number | undefined, seed: number): CorpusApp[] {
  const cases = ['helm', 'kustomize'].flatMap((tool) => findCases(path.join(shared, 'corpus', tool)));
  const rendered = cases.filter(({ exitCode, folder }) => exitCode === 0 && existsSync(`${folder}/expected.yaml`));
  return draw(rendered, sample ?? rendered.length, seed).map(({ folder }, index) => ({
    name: `c${index}`,
    title: path.relative(path.join(shared, 'corpus'), folder),
    objects: readObjects(path.join(folder, 'expected.yaml')),
  }));
}

function draw<Item>(items: readonly Item[], count: number, seed: number): Item[] {
  const random = seeded(seed);
  const keyed = items.map((item) => ({ item, at: random() }));
  return keyed
    .sort((a, b) => a.at - b.at)
    .slice(0, count)
    .map(({ item }) => item);
}

function readObjects(file: string): KubeObject[] {
  const documents = parseYamlDocuments(readFileSync(file, 'utf8'), { file });
  return documents.flatMap(({ value }) => flatten(value as unknown as KubeObject | null));
}

function flatten(value: KubeObject | null): KubeObject[] {
  if (value === null) return [];
  const { items } = value;
  return value.kind.endsWith('List') && Array.isArray(items) ? (items as KubeObject[]).flatMap(flatten) : [value];
}

/** The CustomResourceDefinitions of all cases, each as the first case states it; the others share it. */
export function takeDefinitions(apps: readonly CorpusApp[], leftOut: Tally): KubeObject[] {
  const found = new Map<string, KubeObject>();
  for (const object of apps.flatMap((app) => app.objects)) {
    if (object.kind !== 'CustomResourceDefinition') continue;
    const { name } = object.metadata;
    if (OWN_DEFINITIONS.has(name)) leftOut.add('CRDs that are installed for Holdfast itself');
    else if (found.has(name)) leftOut.add('CRDs that another case states');
    else found.set(name, withoutConversion(object));
  }
  return [...found.values()];
}

const OWN_DEFINITIONS = new Set(['applications.argoproj.io', 'appprojects.argoproj.io']);

/** Nobody serves the webhook: with it, objects could be neither listed nor written in versions that are not stored. */
function withoutConversion(definition: KubeObject): KubeObject {
  const { conversion, ...spec } = definition['spec'] as { conversion?: { strategy?: string } };
  return conversion?.strategy === 'Webhook' ? { ...definition, spec } : definition;
}

/** What discovery says of a kind. */
export interface ServedKind {
  readonly plural: string;
  readonly namespaced: boolean;
  /** Whether its status is a subresource. */
  readonly hasStatus: boolean;
}

/** Served kinds by {@link kindKey}. */
export type Kinds = ReadonlyMap<string, ServedKind>;

/** Key of {@link Kinds}. */
export function kindKey({ apiVersion, kind }: Pick<KubeObject, 'apiVersion' | 'kind'>): string {
  return `${apiVersion}/${kind}`;
}

/**
 * Gives the cases names that do not collide in one cluster, and leaves out what the cluster does not serve or what
 * would harm the other cases.
 */
export function separate(app: CorpusApp, kinds: Kinds, leftOut: Tally): CorpusApp {
  const found = new Map<ObjectKey, KubeObject>();
  for (const stated of app.objects) {
    if (stated.kind === 'CustomResourceDefinition') continue;
    const kind = kinds.get(kindKey(stated));
    const reason = kind === undefined ? 'of kinds that are not served' : reasonToLeaveOut(stated);
    if (kind === undefined || reason !== undefined) leftOut.add(reason ?? '');
    else {
      const object = renamed(withoutHook(narrowed(stated)), app.name, kind.namespaced);
      if (found.has(keyOf(object))) leftOut.add('stated twice by their case');
      else found.set(keyOf(object), object);
    }
  }
  return { ...app, objects: [...found.values()] };
}

function reasonToLeaveOut(object: KubeObject): string | undefined {
  if ((object.metadata.name ?? '') === '') return 'without a name';
  // The API server would ask a server that is not there for a whole group, and lists of kinds would be incomplete.
  if (gvkOf(object).kind === 'APIService') return 'APIServices, whose servers are not there';
  // Restoring it whenever the cluster has removed it is right, and never rests.
  const { ttlSecondsAfterFinished } = (object['spec'] ?? {}) as { ttlSecondsAfterFinished?: unknown };
  if (object.kind === 'Job' && typeof ttlSecondsAfterFinished === 'number') return 'Jobs that the cluster deletes';
  return undefined;
}

/** A webhook without a server would refuse other cases' objects: it is made to match nothing. */
function narrowed(object: KubeObject): KubeObject {
  const { webhooks } = object;
  if (!object.kind.endsWith('WebhookConfiguration') || !Array.isArray(webhooks)) return object;
  const objectSelector = { matchLabels: { 'corpus-sync': 'none' } };
  return { ...object, webhooks: webhooks.map((webhook: object) => ({ ...webhook, objectSelector })) };
}

/** Hooks are run and not compared; without the annotation their manifests are compared like any other. */
function withoutHook(object: KubeObject): KubeObject {
  const { annotations, ...metadata } = object.metadata;
  if (annotations === undefined || annotations === null) return object;
  const kept = Object.entries(annotations).filter(([name]) => !/^(?:helm\.sh|argocd\.argoproj\.io)\/hook/.test(name));
  return { ...object, metadata: { ...metadata, annotations: Object.fromEntries(kept) } };
}

function renamed(object: KubeObject, prefix: string, namespaced: boolean): KubeObject {
  const { namespace: _namespace, ...metadata } = object.metadata;
  if (!namespaced) return { ...object, metadata: { ...metadata, name: `${prefix}-${metadata.name}` } };
  return { ...object, metadata: { ...object.metadata, namespace: namespaceFor(object, prefix) } };
}

function namespaceFor({ metadata: { namespace = '' } }: KubeObject, prefix: string): string {
  return namespace === '' || namespace === null ? prefix : `${prefix}-${namespace}`;
}

/** Every namespace that the objects are in. */
export function namespacesOf(apps: readonly CorpusApp[]): Set<string> {
  const named = apps.flatMap(({ objects }) => objects.map(({ metadata }) => metadata.namespace ?? ''));
  return new Set([...apps.map(({ name }) => name), ...named].filter((name) => name !== ''));
}

/** Path of the object, or of its kind's collection, in the API. */
export function apiPathOf(object: KubeObject, kinds: Kinds): `/${string}` {
  const { group } = parseApiVersion(object.apiVersion);
  const { namespace = '', name } = object.metadata;
  const plural = kinds.get(kindKey(object))?.plural ?? '';
  const scope = namespace === '' ? '' : `/namespaces/${namespace}`;
  return `/${group === '' ? 'api' : 'apis'}/${object.apiVersion}${scope}/${plural}/${encodeURIComponent(name)}`;
}
