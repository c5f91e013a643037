import { ANNOTATIONS } from '../../api/annotations.ts';
import type { HookType } from '../../api/types.ts';
import type { KubeObject } from '../../object/kube-object.ts';

/** A part of a sync, or of the deletion of an application, in which a hook runs. */
export type HookPhase = Exclude<HookType, 'Skip'>;

/** When a hook is deleted. */
export type HookDeletePolicy = 'BeforeHookCreation' | 'HookSucceeded' | 'HookFailed';

/** What the annotations of an object say about running it. */
export interface Hook {
  /** Empty for hooks that never run: Helm's tests and rollbacks, and names that nobody knows. */
  readonly phases: readonly HookPhase[];
  /** Never empty. */
  readonly deletePolicies: readonly HookDeletePolicy[];
  /** Place within its phase, lowest first. */
  readonly wave: number;
}

/**
 * What an object is: a hook, something that is not to be applied at all (`Skip`), or, as `undefined`, an ordinary object.
 * Helm's annotations count where Argo CD's own name no phase that is known; `crd-install` makes no hook. Pure.
 * @see https://github.com/argoproj/argo-cd/blob/v3.5.1/gitops-engine/pkg/sync/hook/hook.go
 * @see https://github.com/argoproj/argo-cd/blob/v3.5.1/controller/hook.go
 */
export function readHook({ metadata }: KubeObject): Hook | 'skip' | undefined {
  // Charts print `annotations:` with nothing below it, which is null.
  const annotations = metadata.annotations ?? {};
  const own = annotations[ANNOTATIONS.hook];
  const helm = annotations[ANNOTATIONS.helmHook];
  if (own === undefined && (helm === undefined || helm === 'crd-install')) return undefined;
  const stated = splitList(own);
  const events = splitList(helm).flatMap((event) => HELM_EVENTS.get(event) ?? []);
  const known = stated.filter((type) => SYNC_TYPES.has(type));
  const syncTypes = known.length > 0 ? known : events.filter((phase) => SYNC_TYPES.has(phase));
  const deletePhases = [...stated, ...events].filter((phase) => DELETE_PHASES.has(phase));
  const phases = new Set([...syncTypes, ...deletePhases].filter((type): type is HookPhase => type !== 'Skip'));
  if (phases.size === 0 && known.length > 0) return 'skip';
  return { phases: [...phases], deletePolicies: deletePoliciesOf(annotations), wave: readWave(annotations) };
}

/**
 * The wave that annotations put an object into: `sync-wave`, else Helm's weight, else 0.
 * @see https://github.com/argoproj/argo-cd/blob/v3.5.1/gitops-engine/pkg/sync/syncwaves/waves.go
 */
export function readWave(annotations: Readonly<Record<string, string>> = {}): number {
  return integerOf(annotations[ANNOTATIONS.syncWave]) ?? integerOf(annotations[ANNOTATIONS.helmHookWeight]) ?? 0;
}

const SYNC_TYPES: ReadonlySet<string> = new Set(['PreSync', 'Sync', 'PostSync', 'SyncFail', 'Skip']);
const DELETE_PHASES: ReadonlySet<string> = new Set(['PreDelete', 'PostDelete']);

/** What Helm's events are in Argo CD. Tests and rollbacks are nothing there. */
const HELM_EVENTS: ReadonlyMap<string, HookPhase> = new Map<string, HookPhase>([
  ['pre-install', 'PreSync'],
  ['pre-upgrade', 'PreSync'],
  ['post-install', 'PostSync'],
  ['post-upgrade', 'PostSync'],
  ['pre-delete', 'PreDelete'],
  ['post-delete', 'PostDelete'],
]);

function deletePoliciesOf(annotations: Readonly<Record<string, string>>): readonly HookDeletePolicy[] {
  const own = splitList(annotations[ANNOTATIONS.hookDeletePolicy]).map((name) => OWN_POLICIES.get(name));
  const helm = splitList(annotations[ANNOTATIONS.helmHookDeletePolicy]).map((name) => HELM_POLICIES.get(name));
  const known = new Set([...own, ...helm].filter((policy) => policy !== undefined));
  return known.size === 0 ? ['BeforeHookCreation'] : [...known];
}

const OWN_POLICIES: ReadonlyMap<string, HookDeletePolicy> = new Map<string, HookDeletePolicy>([
  ['BeforeHookCreation', 'BeforeHookCreation'],
  ['HookSucceeded', 'HookSucceeded'],
  ['HookFailed', 'HookFailed'],
]);

const HELM_POLICIES: ReadonlyMap<string, HookDeletePolicy> = new Map<string, HookDeletePolicy>([
  ['before-hook-creation', 'BeforeHookCreation'],
  ['hook-succeeded', 'HookSucceeded'],
  ['hook-failed', 'HookFailed'],
]);

function integerOf(text: string | undefined): number | undefined {
  return text !== undefined && /^[+-]?\d+$/.test(text) ? Number(text) : undefined;
}

function splitList(text: string | undefined): string[] {
  return (text ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
