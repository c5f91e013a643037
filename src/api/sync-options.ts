import { ANNOTATIONS } from './annotations.ts';

/** Deletion propagation of pruned objects. */
export type PropagationPolicy = 'foreground' | 'background' | 'orphan';
/** Whether something is deleted: at once, never, or once a person has confirmed it. */
export type DeletionPolicy = 'auto' | 'never' | 'confirm';

/** `syncOptions` of an application or an operation, parsed. Frozen. */
export interface SyncOptions {
  /** `Validate=false` turns off client-side validation; the API server's cannot be turned off. */
  readonly validate: boolean;
  readonly createNamespace: boolean;
  readonly pruneLast: boolean;
  readonly prunePropagationPolicy: PropagationPolicy;
  readonly replace: boolean;
  /** Delete and create again what cannot be changed. Per object only in Argo CD. */
  readonly force: boolean;
  /** `undefined` when not stated: Holdfast then applies server-side, Argo CD client-side. */
  readonly serverSideApply: boolean | undefined;
  readonly clientSideApplyMigration: boolean;
  readonly applyOutOfSyncOnly: boolean;
  readonly respectIgnoreDifferences: boolean;
  readonly failOnSharedResource: boolean;
  readonly skipDryRunOnMissingResource: boolean;
  readonly prune: DeletionPolicy;
  readonly delete: DeletionPolicy;
}

/** Options and what was not understood in them, as sentences. */
export interface ParsedSyncOptions {
  readonly options: SyncOptions;
  /** Stated options that are unknown or have an unknown value; kept out of `options`. */
  readonly unknown: readonly string[];
  readonly problems: readonly string[];
}

/** What holds when nothing is stated. */
export const DEFAULT_SYNC_OPTIONS: SyncOptions = Object.freeze({
  validate: true,
  createNamespace: false,
  pruneLast: false,
  prunePropagationPolicy: 'foreground',
  replace: false,
  force: false,
  serverSideApply: undefined,
  clientSideApplyMigration: true,
  applyOutOfSyncOnly: false,
  respectIgnoreDifferences: false,
  failOnSharedResource: false,
  skipDryRunOnMissingResource: false,
  prune: 'auto',
  delete: 'auto',
});

type Values = Readonly<Record<string, Partial<SyncOptions>>>;

const KNOWN: ReadonlyMap<string, Values> = new Map<string, Values>([
  ['Validate', { true: { validate: true }, false: { validate: false } }],
  ['CreateNamespace', { true: { createNamespace: true }, false: { createNamespace: false } }],
  ['PruneLast', { true: { pruneLast: true }, false: { pruneLast: false } }],
  [
    'PrunePropagationPolicy',
    {
      foreground: { prunePropagationPolicy: 'foreground' },
      background: { prunePropagationPolicy: 'background' },
      orphan: { prunePropagationPolicy: 'orphan' },
    },
  ],
  ['Replace', { true: { replace: true }, false: { replace: false } }],
  ['Force', { true: { force: true }, false: { force: false } }],
  ['ServerSideApply', { true: { serverSideApply: true }, false: { serverSideApply: false } }],
  [
    'ClientSideApplyMigration',
    { true: { clientSideApplyMigration: true }, false: { clientSideApplyMigration: false } },
  ],
  ['ApplyOutOfSyncOnly', { true: { applyOutOfSyncOnly: true }, false: { applyOutOfSyncOnly: false } }],
  [
    'RespectIgnoreDifferences',
    { true: { respectIgnoreDifferences: true }, false: { respectIgnoreDifferences: false } },
  ],
  ['FailOnSharedResource', { true: { failOnSharedResource: true }, false: { failOnSharedResource: false } }],
  [
    'SkipDryRunOnMissingResource',
    { true: { skipDryRunOnMissingResource: true }, false: { skipDryRunOnMissingResource: false } },
  ],
  ['Prune', { true: { prune: 'auto' }, false: { prune: 'never' }, confirm: { prune: 'confirm' } }],
  ['Delete', { true: { delete: 'auto' }, false: { delete: 'never' }, confirm: { delete: 'confirm' } }],
]);

/**
 * Parses `syncOptions`. Of an option stated twice the last counts. Names and values are case-sensitive, as in
 * Argo CD, which ignores what it does not know; here that is a problem to show, not an error.
 * @param base what holds where nothing is stated
 */
export function parseSyncOptions(
  list: readonly string[] = [],
  base: SyncOptions = DEFAULT_SYNC_OPTIONS,
): ParsedSyncOptions {
  const options: { -readonly [K in keyof SyncOptions]: SyncOptions[K] } = { ...base };
  const unknown: string[] = [];
  const problems: string[] = [];
  for (const text of list) {
    const { known, problem } = lookUp(text.trim());
    if (known !== undefined) Object.assign(options, known);
    if (problem === undefined) continue;
    unknown.push(text);
    problems.push(problem);
  }
  return { options: Object.freeze(options), unknown, problems };
}

/**
 * The options for one object: the application's with those of the object's annotations on top.
 * `helm.sh/resource-policy: keep` counts as `Delete=false` where the annotation says nothing about deletion.
 */
export function resourceSyncOptions(
  application: SyncOptions,
  annotations: Readonly<Record<string, string>> = {},
): ParsedSyncOptions {
  const keep = splitList(annotations[ANNOTATIONS.helmResourcePolicy]).includes('keep');
  const base: SyncOptions = keep ? { ...application, delete: 'never' } : application;
  return parseSyncOptions(splitList(annotations[ANNOTATIONS.syncOptions]), base);
}

function lookUp(text: string): { known?: Partial<SyncOptions>; problem?: string } {
  const equals = text.indexOf('=');
  const name = equals < 0 ? text : text.slice(0, equals);
  const value = equals < 0 ? '' : text.slice(equals + 1);
  const values = KNOWN.get(name);
  if (values === undefined) return { problem: `sync option ${JSON.stringify(text)} is unknown and has no effect` };
  const known = Object.hasOwn(values, value) ? values[value] : undefined;
  if (known !== undefined) return { known };
  const allowed = Object.keys(values).join(', ');
  return { problem: `sync option ${JSON.stringify(text)} has no effect: ${name} takes ${allowed}` };
}

function splitList(text: string | undefined): string[] {
  if (text === undefined) return [];
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
