import type { ApplicationStatus } from '../api/types.ts';
import type { ClusterClient } from '../cluster/client.ts';
import { withQuery } from '../cluster/paths.ts';
import { deepEqual } from '../diff/deep-equal.ts';
import { HoldfastError } from '../lib/errors.ts';
import type { Priority } from '../lib/limiter.ts';
import type { JsonObject, KubeObject } from '../object/kube-object.ts';
import { printJson } from '../yaml/json.ts';

/** One change of an Application. Only what differs from `current` is sent. */
export interface StatusWrite {
  readonly client: ClusterClient;
  /** Default `normal`. */
  readonly priority?: Priority;
  /** The Application as last seen; its resourceVersion guards operation and operationState. */
  readonly current: KubeObject;
  readonly status: ApplicationStatus;
  /** Annotations to set, or to remove with `null`. */
  readonly annotations?: Readonly<Record<string, string | null>>;
  /** Removes `.operation`: it has been taken over into operationState. */
  readonly clearOperation?: boolean;
  /** The finalizers to leave, when they change. */
  readonly finalizers?: readonly string[];
}

/** Field manager of Application writes, so that they never mix with what is applied from Git. */
const STATUS_MANAGER = 'holdfast-status';
/** The API server refuses objects beyond about 1.5 MiB; the spec and managedFields need room beside the status. */
const MAX_STATUS_BYTES = 900_000;

/**
 * Writes what changed, by merge patch on the main resource: the Application has no status subresource. Returns the
 * Application as it stands then; `current` itself when there was nothing to write.
 * @throws {HoldfastError} CLUSTER_CONFLICT if somebody else changed the operation meanwhile: read again and decide anew
 * @throws {HoldfastError} STATUS_TOO_LARGE if the status cannot be stored
 */
export async function writeStatus(write: StatusWrite): Promise<KubeObject> {
  const patch = statusPatch(write);
  if (patch === undefined) return write.current;
  const { namespace = '', name } = write.current.metadata;
  const path = `/apis/argoproj.io/v1alpha1/namespaces/${namespace}/applications/${name}`;
  const body = printJson(patch as JsonObject);
  const sizeBytes = Buffer.byteLength(body);
  if (sizeBytes > MAX_STATUS_BYTES) {
    throw new HoldfastError(
      'STATUS_TOO_LARGE',
      `Cannot write the status of Application "${namespace}/${name}": it takes ${sizeBytes} bytes. Split the application`,
      { retry: 'never' },
    );
  }
  const answer = await write.client.request({
    method: 'PATCH',
    path: withQuery(path, { fieldManager: STATUS_MANAGER }),
    body,
    priority: write.priority ?? 'normal',
    contentType: 'application/merge-patch+json',
  });
  return answer.body as KubeObject;
}

/** The merge patch that turns `current` into what is wanted; `undefined` when nothing differs. Pure. */
export function statusPatch(write: Omit<StatusWrite, 'client'>): Record<string, unknown> | undefined {
  const { status: before } = write.current;
  const status = changedFields(isPlain(before) ? before : {}, { ...write.status });
  const operation = write.clearOperation === true && write.current['operation'] !== undefined;
  const guarded = operation || Object.hasOwn(status, 'operationState') || write.finalizers !== undefined;
  const annotations = changedAnnotations(write);
  const changes = {
    ...nonEmpty('metadata', {
      ...nonEmpty('annotations', annotations),
      ...(write.finalizers === undefined ? {} : { finalizers: write.finalizers }),
      ...(guarded ? { resourceVersion: write.current.metadata.resourceVersion } : {}),
    }),
    ...nonEmpty('status', status),
    ...(operation ? { operation: null } : {}),
  };
  return Object.keys(changes).length === 0 ? undefined : changes;
}

function nonEmpty(name: string, fields: Record<string, unknown>): Record<string, unknown> {
  return Object.keys(fields).length === 0 ? {} : { [name]: fields };
}

/** What differs, all the way down: a merge patch merges objects, so that what vanished inside is nulled. */
function changedFields(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const own = (fields: Readonly<Record<string, unknown>>, name: string): unknown =>
    Object.hasOwn(fields, name) ? fields[name] : undefined;
  return Object.fromEntries(
    [...new Set([...Object.keys(before), ...Object.keys(after)])]
      .map((name): [string, unknown] => [name, mergeValue(own(before, name), own(after, name))])
      .filter(([, change]) => change !== undefined),
  );
}

/** `undefined` where there is nothing to change. A merge patch cannot write a null, so null counts as absent. */
function mergeValue(before: unknown, after: unknown): unknown {
  if (deepEqual(before, after)) return undefined;
  if (after === undefined || after === null) return before === undefined ? undefined : null;
  if (!isPlain(before) || !isPlain(after)) return after;
  const patch = changedFields(before, after);
  return Object.keys(patch).length === 0 ? undefined : patch;
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function changedAnnotations(write: Omit<StatusWrite, 'client'>): Record<string, string | null> {
  const before = write.current.metadata.annotations ?? {};
  return Object.fromEntries(
    Object.entries(write.annotations ?? {}).filter(([name, value]) => (before[name] ?? null) !== value),
  );
}
