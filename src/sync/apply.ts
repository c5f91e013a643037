import { HOLDFAST } from '../api/annotations.ts';
import type { ClusterClient } from '../cluster/client.ts';
import type { KindInfo } from '../cluster/discovery.ts';
import { objectPath, withQuery } from '../cluster/paths.ts';
import type { Desired } from '../diff/prepare-desired.ts';
import { HoldfastError } from '../lib/errors.ts';
import type { Priority } from '../lib/limiter.ts';
import { describeKey, type KubeObject } from '../object/kube-object.ts';
import type { TaskOutcome } from './outcome.ts';

/** Where and how urgently to apply. */
export interface ApplyOptions {
  readonly client: ClusterClient;
  readonly kind: KindInfo;
  readonly priority: Priority;
}

const APPLY_CONTENT_TYPE = 'application/apply-patch+yaml';
/** Tries of a write whose outcome nobody knows: applying again is harmless. */
const TRIES = 3;

/**
 * Applies one manifest server-side, as its owner. Never throws for what the API server says about the object.
 */
export async function applyObject(desired: Desired, options: ApplyOptions): Promise<TaskOutcome> {
  const version = desired.gvk.version;
  try {
    const { object, warnings } = await patch(desired, options, false);
    const message = `${resourceName(desired, options.kind)} serverside-applied`;
    return { key: desired.key, version, code: 'Synced', message, object, warnings, desiredHash: desired.hash };
  } catch (thrown) {
    const error = explain(desired, HoldfastError.from(thrown));
    return { key: desired.key, version, code: 'SyncFailed', message: error.message, error, desiredHash: desired.hash };
  }
}

/**
 * What the live object would become if the manifest were applied; nothing is written.
 * @throws {HoldfastError} CLUSTER_* with a message that names the object
 */
export async function dryRunApply(desired: Desired, options: ApplyOptions): Promise<KubeObject> {
  try {
    return (await patch(desired, options, true)).object;
  } catch (thrown) {
    throw explain(desired, HoldfastError.from(thrown));
  }
}

async function patch(
  desired: Desired,
  options: ApplyOptions,
  dryRun: boolean,
): Promise<{ object: KubeObject; warnings: readonly string[] }> {
  const path = withQuery(objectPath(options.kind, desired.namespace, desired.name), {
    fieldManager: HOLDFAST.fieldManager,
    force: 'true',
    dryRun: dryRun ? 'All' : undefined,
  });
  for (let tries = 1; ; tries += 1) {
    try {
      const answer = await options.client.request({
        method: 'PATCH',
        path,
        body: desired.body,
        contentType: APPLY_CONTENT_TYPE,
        priority: options.priority,
      });
      return { object: answer.body as KubeObject, warnings: answer.warnings };
    } catch (error) {
      if (tries >= TRIES || !(error instanceof HoldfastError) || !worthRepeating(error)) throw error;
    }
  }
}

function worthRepeating(error: HoldfastError): boolean {
  return error.code === 'CLUSTER_UNKNOWN_OUTCOME' || error.code === 'CLUSTER_CONFLICT';
}

function resourceName(desired: Desired, kind: KindInfo): string {
  return `${kind.kind.toLowerCase()}${kind.group === '' ? '' : `.${kind.group}`}/${desired.name}`;
}

/** Puts the object's name and origin before what the server said, and takes values of Secrets out of it. */
function explain(desired: Desired, error: HoldfastError): HoldfastError {
  const said = desired.object.kind === 'Secret' ? redactValues(error.message) : error.message;
  return new HoldfastError(error.code, `Cannot apply ${describeKey(desired.key)} (${desired.origin}): ${said}`, {
    object: describeKey(desired.key),
    retry: error.retry,
    ...(error.httpStatus === undefined ? {} : { httpStatus: error.httpStatus }),
  });
}

/**
 * Messages quote the offending value; for a Secret that may be the secret. Only a quoted value has an end that can be
 * told; of anything else nothing that follows is kept.
 */
function redactValues(message: string): string {
  return message
    .replaceAll(/\b(\w+ value:) "(?:[^"\\]|\\.)*"/g, '$1 (redacted)')
    .replace(/(\b\w+ value: (?!\(redacted\))|, got )[^]*$/, '$1(redacted)');
}
