import { HoldfastError } from '../lib/errors.ts';
import type { GroupVersionKind } from '../object/kube-object.ts';
import type { ClusterClient } from './client.ts';

/** What the API server says about one kind in one version. */
export interface KindInfo extends GroupVersionKind {
  /** Plural name in URLs. */
  readonly resource: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  /** True when status is written through its own subresource, so that an apply ignores it. */
  readonly statusSubresource: boolean;
}

/**
 * The answer for one kind: `unserved` is certain (the group answered, the kind is not in it), `unknown` is not (the
 * group's own server is down), and must never be taken for absence.
 */
export type KindLookup = KindInfo | 'unserved' | 'unknown';

/** The kinds of a cluster as of the last refresh. */
export interface Discovery {
  lookup(gvk: GroupVersionKind): KindLookup;
  /** The most preferred version in which a kind is served, whatever version is asked for. */
  preferred(group: string, kind: string): KindInfo | undefined;
  /** True while a server behind the group does not answer: it may serve kinds that `preferred` does not know. */
  isUncertain(group: string): boolean;
  /** Version of the API server, as it says it: `v1.33.4-gke.1`. */
  readonly serverVersion: string;
  /**
   * The groups with their versions (`apps/v1`) and what can be listed and watched in them (`apps/v1/Deployment`), sorted.
   * A version counts while its server is down, too.
   */
  readonly apiVersions: readonly string[];
  /** True while the server behind a group's version (`metrics.k8s.io/v1beta1`) is down: its kinds may not all be known. */
  isStale(groupVersion: string): boolean;
  /** True while any group is uncertain. */
  readonly incomplete: boolean;
  /** Every kind once, in its preferred version. */
  kinds(): readonly KindInfo[];
  /** Reads discovery again; true when anything changed. Calls at the same time share one read. */
  refresh(): Promise<boolean>;
}

interface DiscoveryDocument {
  items?: {
    metadata?: { name?: string };
    versions?: { version: string; freshness?: string; resources?: DiscoveryResource[] }[];
  }[];
}

interface DiscoveryResource {
  resource: string;
  responseKind?: { group?: string; version?: string; kind: string };
  scope: string;
  verbs?: string[];
  subresources?: { subresource: string }[];
}

interface Snapshot {
  readonly byGvk: ReadonlyMap<string, KindInfo>;
  readonly preferred: ReadonlyMap<string, KindInfo>;
  /** `group/version` whose server did not answer the aggregator. */
  readonly stale: ReadonlySet<string>;
  readonly apiVersions: readonly string[];
  readonly serverVersion: string;
  readonly fingerprint: string;
}

const ACCEPT = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
const EMPTY: Snapshot = {
  byGvk: new Map(),
  preferred: new Map(),
  stale: new Set(),
  apiVersions: [],
  serverVersion: '',
  fingerprint: '',
};

/** Creates an empty {@link Discovery}: call `refresh` before the first look-up. */
export function createDiscovery(client: ClusterClient): Discovery {
  let snapshot = EMPTY;
  let refreshing: Promise<boolean> | undefined;

  const read = async (): Promise<boolean> => {
    const document = async (path: string): Promise<DiscoveryDocument> =>
      asDocument(path, (await client.request({ method: 'GET', path, accept: ACCEPT })).body as DiscoveryDocument);
    const [version, ...documents] = await Promise.all([readVersion(client), document('/api'), document('/apis')]);
    const next = buildSnapshot(documents, version);
    const changed = next.fingerprint !== snapshot.fingerprint;
    snapshot = next;
    return changed;
  };

  return {
    lookup(gvk) {
      const known = snapshot.byGvk.get(`${gvk.group}/${gvk.version}/${gvk.kind}`);
      if (known !== undefined) return known;
      return snapshot.stale.has(`${gvk.group}/${gvk.version}`) ? 'unknown' : 'unserved';
    },
    preferred: (group, kind) => snapshot.preferred.get(`${group}/${kind}`),
    isUncertain: (group) => [...snapshot.stale].some((version) => version.startsWith(`${group}/`)),
    get serverVersion() {
      return snapshot.serverVersion;
    },
    get apiVersions() {
      return snapshot.apiVersions;
    },
    isStale: (groupVersion) => snapshot.stale.has(groupVersion),
    get incomplete() {
      return snapshot.stale.size > 0;
    },
    kinds: () => [...snapshot.preferred.values()],
    async refresh() {
      refreshing ??= read().finally(() => {
        refreshing = undefined;
      });
      return refreshing;
    },
  };
}

/** An answer of another form, read as a list without groups, would mean that every kind is gone. */
function asDocument(path: string, document: DiscoveryDocument): DiscoveryDocument {
  if (Array.isArray(document.items)) return document;
  const message = `The API server answered ${path} with no list of groups and their kinds; Kubernetes 1.30 or later does`;
  throw new HoldfastError('CLUSTER_UNREACHABLE', message);
}

async function readVersion(client: ClusterClient): Promise<string> {
  const { body } = await client.request({ method: 'GET', path: '/version' });
  const { gitVersion } = (body ?? {}) as { gitVersion?: unknown };
  return typeof gitVersion === 'string' ? gitVersion : '';
}

function buildSnapshot(documents: readonly DiscoveryDocument[], serverVersion: string): Snapshot {
  const byGvk = new Map<string, KindInfo>();
  const preferred = new Map<string, KindInfo>();
  const stale = new Set<string>();
  for (const item of documents.flatMap((document) => document.items ?? [])) {
    const group = item.metadata?.name ?? '';
    for (const version of item.versions ?? []) {
      if (version.freshness === 'Stale') stale.add(`${group}/${version.version}`);
      for (const resource of version.resources ?? []) addKind(group, version.version, resource, { byGvk, preferred });
    }
  }
  const apiVersions = apiVersionsOf([...byGvk.values()], stale);
  const fingerprint = JSON.stringify([serverVersion, [...byGvk.values()], [...stale]]);
  return { byGvk, preferred, stale, apiVersions, serverVersion, fingerprint };
}

/** @see https://github.com/argoproj/argo-cd/blob/v3.5.1/util/argo/argo.go APIResourcesToStrings */
function apiVersionsOf(kinds: readonly KindInfo[], stale: ReadonlySet<string>): string[] {
  const versions = new Set<string>();
  for (const { group, version, kind, verbs } of kinds) {
    if (!verbs.includes('list') || !verbs.includes('watch')) continue;
    const groupVersion = group === '' ? version : `${group}/${version}`;
    versions.add(groupVersion).add(`${groupVersion}/${kind}`);
  }
  for (const groupVersion of stale) versions.add(groupVersion);
  return [...versions].sort();
}

function addKind(
  group: string,
  version: string,
  resource: DiscoveryResource,
  into: { byGvk: Map<string, KindInfo>; preferred: Map<string, KindInfo> },
): void {
  const kind = resource.responseKind?.kind;
  const verbs = resource.verbs ?? [];
  // Reviews and bindings cannot be read back, so they cannot be managed.
  if (kind === undefined || !verbs.includes('get')) return;
  const info: KindInfo = {
    group,
    version,
    kind,
    resource: resource.resource,
    namespaced: resource.scope === 'Namespaced',
    verbs,
    statusSubresource: (resource.subresources ?? []).some((sub) => sub.subresource === 'status'),
  };
  into.byGvk.set(`${group}/${version}/${kind}`, info);
  // Versions come in order of preference.
  if (!into.preferred.has(`${group}/${kind}`)) into.preferred.set(`${group}/${kind}`, info);
}
