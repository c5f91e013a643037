import { HOLDFAST } from '../api/annotations.ts';
import type { ClusterClient } from '../cluster/client.ts';
import type { KindInfo } from '../cluster/discovery.ts';
import { objectPath, withQuery } from '../cluster/paths.ts';
import { introducedParts } from '../diff/introduced-parts.ts';
import { malformedEntry } from '../diff/malformed-entry.ts';
import type { Desired } from '../diff/prepare-desired.ts';
import {
  blamedEntries,
  claimEntries,
  displacingEntries,
  type StrayEntry,
  strayEntries,
} from '../diff/stray-entries.ts';
import { HoldfastError } from '../lib/errors.ts';
import type { Priority } from '../lib/limiter.ts';
import { describeKey, type KubeObject } from '../object/kube-object.ts';
import type { TaskOutcome } from './outcome.ts';

/** Where and how urgently to apply. */
export interface ApplyOptions {
  readonly client: ClusterClient;
  readonly kind: KindInfo;
  readonly priority: Priority;
  /** The object as it stands, if it is known. */
  readonly live?: KubeObject;
  /** The object as the last apply of this very manifest left it, if that is known. */
  readonly before?: KubeObject;
}

const APPLY_CONTENT_TYPE = 'application/apply-patch+yaml';
const JSON_PATCH = 'application/json-patch+json';
/** Tries of a write whose outcome nobody knows: applying again is harmless. */
const TRIES = 3;

/**
 * Applies one manifest server-side, as its owner. An apply leaves alone what others put into lists. Where that stands in
 * the place of an entry of ours, or makes the object invalid together with ours, it is claimed first, so that one apply
 * swaps one for the other. Never throws for what the API server says about the object.
 */
export async function applyObject(desired: Desired, options: ApplyOptions): Promise<TaskOutcome> {
  const version = desired.gvk.version;
  try {
    const { object, warnings } = await applyOverStrays(desired, options);
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

async function applyOverStrays(desired: Desired, options: ApplyOptions): Promise<Answer> {
  const { live } = options;
  if (live === undefined) return patch(desired, options, false);
  const before = options.before?.metadata.uid === live.metadata.uid ? options.before : undefined;
  const introduced = before === undefined ? [] : introducedParts(live, before, HOLDFAST.fieldManager);
  const displacing = before === undefined ? [] : displacingEntries(introduced, live, before, HOLDFAST.fieldManager);
  if (displacing.length > 0) await claim(live, displacing, options);
  try {
    return await patch(desired, options, false);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const known = introduced.filter((part) => !displacing.includes(part));
    if (!(await clearTheWay(desired, options, { live, introduced: known, said: error.message }))) throw error;
    return patch(desired, options, false);
  }
}

/** What stands in the way of an apply: the live object, what has come to it since the last one, and the refusal. */
interface Obstacle {
  readonly live: KubeObject;
  readonly introduced: readonly StrayEntry[];
  readonly said: string;
}

/** Whether something was found that others wrote and that makes the object invalid together with what we state. */
async function clearTheWay(desired: Desired, options: ApplyOptions, obstacle: Obstacle): Promise<boolean> {
  const { live, introduced, said } = obstacle;
  if (malformedEntry(said, live) !== undefined) {
    await rewrite(live, options, (current) => {
      const path = malformedEntry(said, current);
      return path === undefined ? [] : [{ op: 'remove', path }];
    });
    return true;
  }
  // What has come since we last applied this manifest is to blame before what was there then.
  const suspects = [introduced, strayEntries(desired.object, live)];
  const blamed = suspects.map((parts) => blamedEntries(parts, said)).find((parts) => parts.length > 0);
  if (blamed !== undefined) await claim(live, blamed, options);
  return blamed !== undefined;
}

function isRefusal(error: unknown): error is HoldfastError {
  return error instanceof HoldfastError && error.code === 'CLUSTER_INVALID';
}

/** Changes nothing but the record of who owns the entries. */
async function claim(live: KubeObject, strays: readonly StrayEntry[], options: ApplyOptions): Promise<void> {
  await rewrite(live, options, (current) => {
    const managedFields = claimEntries(current, strays, HOLDFAST.fieldManager);
    // Where there is no record at all, there is nothing to replace.
    return [{ op: 'add', path: '/metadata/managedFields', value: managedFields }];
  });
}

/** Changes the live object by hand; on a version that is not the latest it starts over. */
async function rewrite(
  live: KubeObject,
  { client, kind, priority }: ApplyOptions,
  operations: (current: KubeObject) => readonly unknown[],
): Promise<void> {
  const { namespace = '', name } = live.metadata;
  const path = objectPath(kind, namespace, name);
  let current = live;
  for (let tries = 1; ; tries += 1) {
    const test = { op: 'test', path: '/metadata/resourceVersion', value: current.metadata.resourceVersion };
    const body = JSON.stringify([test, ...operations(current)]);
    const query = { fieldManager: HOLDFAST.fieldManager };
    try {
      await client.request({ method: 'PATCH', path: withQuery(path, query), body, contentType: JSON_PATCH, priority });
      return;
    } catch (error) {
      // The API server answers 422 to a test that fails.
      if (tries >= TRIES || !(isRefusal(error) || isConflict(error))) throw error;
      current = (await client.request({ method: 'GET', path, priority })).body as KubeObject;
    }
  }
}

function isConflict(error: unknown): boolean {
  return error instanceof HoldfastError && error.code === 'CLUSTER_CONFLICT';
}

interface Answer {
  readonly object: KubeObject;
  readonly warnings: readonly string[];
}

async function patch(desired: Desired, options: ApplyOptions, dryRun: boolean): Promise<Answer> {
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
