import { createHash } from 'node:crypto';
import { HOLDFAST } from '../api/annotations.ts';
import type { Application } from '../api/types.ts';
import type { ClusterClient } from '../cluster/client.ts';
import type { Discovery, KindInfo } from '../cluster/discovery.ts';
import { collectionPath } from '../cluster/paths.ts';
import type { Settings } from '../config/settings.ts';
import { HoldfastError } from '../lib/errors.ts';
import type { JsonObject } from '../object/kube-object.ts';
import type { LookupAnswer, LookupAnswers, LookupNeed, LookupQuery } from '../render/helm/index.ts';
import { printJson } from '../yaml/json.ts';

/** How far the charts of one application may look, and what reads for them. */
export interface LookupReach {
  /** The only namespace that may be looked into; undefined: all of the cluster, and what has no namespace. */
  readonly namespace: string | undefined;
  readonly client: Pick<ClusterClient, 'request'>;
  readonly discovery: Pick<Discovery, 'lookup' | 'apiVersions'>;
}

/** What a render was told by `lookup`: the query, and the hash of the answer. */
export interface LookupMemory {
  readonly query: LookupQuery;
  readonly hash: string;
}

/**
 * Which part of the cluster charts of an application may look into: none unless both the application's annotation and
 * argocd-cm say so, as a chart could else copy what its author may not read.
 */
export function lookupScope(
  application: Application,
  settings: Pick<Settings, 'helmLookup'>,
): 'none' | 'destination' | 'cluster' {
  return application.metadata.annotations?.[HOLDFAST.helmLookupAnnotation] === 'true' ? settings.helmLookup : 'none';
}

/** How a person switches `lookup` on, as the end of a sentence. */
export const HOW_TO_SWITCH_ON: string = `with the annotation ${HOLDFAST.helmLookupAnnotation}: "true" on the Application and holdfast.helm.lookup in argocd-cm`;

/** How far the charts of an application may look now; undefined: not at all. */
export function lookupReach(application: Application, services: LookingServices): LookupReach | undefined {
  const scope = lookupScope(application, services.settings());
  if (scope === 'none') return undefined;
  const namespace = scope === 'cluster' ? undefined : (application.spec.destination.namespace ?? '');
  return { namespace, client: services.client, discovery: services.discovery };
}

/** What reading for charts takes of the services. */
type LookingServices = Pick<LookupReach, 'client' | 'discovery'> & {
  readonly settings: () => Pick<Settings, 'helmLookup'>;
};

/** The answers for one render, and what adds to them. */
export interface Looking {
  /** Given to the render. */
  readonly options: { readonly lookups: LookupAnswers };
  /** @throws {HoldfastError} RENDER_LIMIT when charts look up without end; CLUSTER_* if the cluster does not answer */
  readonly read: (needs: readonly LookupNeed[]) => Promise<void>;
}

/** Begins a render whose charts may look up; undefined if they may not. What is read is named in `memory`. */
export function lookingFor(
  application: Application,
  services: LookingServices,
  memory: Map<string, LookupMemory>,
): Looking | undefined {
  const reach = lookupReach(application, services);
  if (reach === undefined) return undefined;
  const lookups = new Map<string, LookupAnswer>();
  let length = 0;
  memory.clear();
  const read = async ({ key, query }: LookupNeed): Promise<void> => {
    const answer = await readLookup(query, reach);
    const text = printAnswer(answer);
    length += text.length;
    if (lookups.size >= MAX_LOOKUPS || length > MAX_LENGTH) throw tooMuch();
    lookups.set(key, answer);
    memory.set(key, { query, hash: hashText(text) });
  };
  return {
    options: { lookups },
    read: async (needs) => {
      for (const need of needs) await read(need);
    },
  };
}

const MAX_LOOKUPS = 200;
const MAX_LENGTH = 32 * 1024 * 1024;

function tooMuch(): HoldfastError {
  const limit = `${MAX_LOOKUPS} objects and lists, or ${MAX_LENGTH} characters of them`;
  const message = `Cannot render the chart: it looks up more than ${limit}. Look up single objects by name`;
  return new HoldfastError('RENDER_LIMIT', message, { retry: 'never' });
}

/**
 * Reads what a chart looks up, as Helm's `lookup` does. Nothing is written and no watch is kept.
 * @throws {HoldfastError} CLUSTER_* to be tried again, if the cluster gives no answer
 * @see helm.sh/helm/v4 v4.3.1 pkg/engine/lookup_func.go
 */
export async function readLookup(query: LookupQuery, reach: LookupReach): Promise<LookupAnswer> {
  const kind = kindOf(query, reach.discovery);
  if (kind === undefined) return { absent: true };
  if (typeof kind === 'string') return { error: kind };
  const refusal = refuse(query, kind, reach.namespace);
  if (refusal !== undefined) return { error: refusal };
  const namespace = query.namespace === '' ? undefined : query.namespace;
  const isList = query.name === '';
  const path = isList
    ? collectionPath(kind, namespace)
    : `${collectionPath(kind, namespace)}/${encodeURIComponent(query.name)}`;
  try {
    const { body } = await reach.client.request({ method: 'GET', path });
    const object = body as JsonObject;
    return { object: isList ? withKinds(object, kind) : object };
  } catch (thrown) {
    const error = HoldfastError.from(thrown);
    if (error.code === 'CLUSTER_NOT_FOUND') return { absent: true };
    if (error.httpStatus === 403) return { error: error.message };
    throw error;
  }
}

/** Whether the cluster gives the same answers now. A render that looked nothing up asks nothing. */
export async function lookupsStillHold(
  known: readonly LookupMemory[],
  reach: LookupReach | undefined,
): Promise<boolean> {
  for (const { query, hash } of known) {
    if (reach === undefined || hashText(printAnswer(await readLookup(query, reach))) !== hash) return false;
  }
  return true;
}

function printAnswer(answer: LookupAnswer): string {
  return printJson(answer);
}

/** Names an answer, so that it need not be kept: it may be a Secret. */
function hashText(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}

/** The kind; undefined if its group and version have none of that name; why not, if they are not served. */
function kindOf({ apiVersion, kind }: LookupQuery, discovery: LookupReach['discovery']): KindInfo | string | undefined {
  const slash = apiVersion.indexOf('/');
  const [group, version] = slash < 0 ? ['', apiVersion] : [apiVersion.slice(0, slash), apiVersion.slice(slash + 1)];
  const found = discovery.lookup({ group, version, kind });
  if (typeof found !== 'string') return found;
  if (found === 'unknown') {
    const message = `Cannot look up ${kind} in ${apiVersion} for a chart: the API server behind it does not answer`;
    throw new HoldfastError('CLUSTER_UNREACHABLE', message);
  }
  if (discovery.apiVersions.includes(apiVersion)) return undefined;
  const named = `${group}/${version}, Kind=${kind}`;
  return `unable to get apiresource from unstructured: ${named}: the server could not find the requested resource`;
}

function refuse({ namespace, name }: LookupQuery, kind: KindInfo, allowed: string | undefined): string | undefined {
  if (allowed === undefined || (kind.namespaced && namespace === allowed && allowed !== '')) return undefined;
  const what = name === '' ? kind.resource : `${kind.resource} "${name}"`;
  const where = kind.namespaced && namespace !== '' ? `in the namespace "${namespace}"` : 'of the whole cluster';
  return `${what} is forbidden: charts may look into the destination namespace "${allowed}" only, not at what is ${where}; holdfast.helm.lookup: cluster in argocd-cm lifts that`;
}

/** The items of a list come without their kind, which Go's client puts in. */
function withKinds(list: JsonObject, { group, version, kind }: KindInfo): JsonObject {
  const apiVersion = group === '' ? version : `${group}/${version}`;
  const items = Array.isArray(list['items']) ? list['items'] : [];
  return { ...list, items: items.map((item) => ({ apiVersion, kind, ...(item as JsonObject) })) };
}
