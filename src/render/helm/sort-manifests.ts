import type { JsonValue } from '../../object/kube-object.ts';
import { compareStrings } from '../gotemplate/go-string.ts';
import { type DecodedStruct, decodeStruct, type FieldType, type StructType } from './decode-struct.ts';
import { HelmError, wrapHelmError } from './helm-error.ts';
import type { Warn } from './log-entry.ts';
import { readYaml } from './read-yaml.ts';

/** One document that a template gave. */
export interface ChartManifest {
  /** The template, from the chart's name on: `web/templates/service.yaml`. */
  readonly source: string;
  /** As rendered, without the space before it. */
  readonly content: string;
  readonly kind: string;
  /** What `content` says, as JSON; null where it holds nothing but comments. */
  readonly document: JsonValue;
}

/** When a hook runs. */
export type HookEvent =
  | 'pre-install'
  | 'post-install'
  | 'pre-delete'
  | 'post-delete'
  | 'pre-upgrade'
  | 'post-upgrade'
  | 'pre-rollback'
  | 'post-rollback'
  | 'test';

/** A document with `helm.sh/hook`. */
export interface ChartHook extends ChartManifest {
  readonly events: readonly HookEvent[];
  readonly weight: number;
}

/** What the templates of a chart gave, in the order of installation. */
export interface SortedManifests {
  readonly manifests: readonly ChartManifest[];
  readonly hooks: readonly ChartHook[];
}

/**
 * Splits what templates printed into documents and sorts them by kind; what is of one kind stays in the order of the
 * files' names. Partials and empty documents are left out, and so are hooks of an event that Helm does not know.
 * @param files text by template name
 * @param warn is told of such hooks
 * @throws {HelmError} `YAML parse error on FILE: …` for a document that is no YAML, or whose head is no object's
 * @see helm.sh/helm/v4 pkg/release/v1/util SortManifests
 */
export function sortManifests(files: ReadonlyMap<string, string>, warn?: Warn): SortedManifests {
  const manifests: ChartManifest[] = [];
  const hooks: ChartHook[] = [];
  for (const source of [...files.keys()].sort(compareStrings)) {
    if (source.slice(source.lastIndexOf('/') + 1).startsWith('_')) continue;
    for (const content of splitManifests(files.get(source) ?? '')) {
      const { document, head } = readHead(source, content);
      const kind = textOf(head, 'kind');
      const hook = hookOf(head);
      if (hook === undefined) manifests.push({ source, content, kind, document });
      else if (hook.events === undefined) warn?.(...unknownHooks(hook.stated));
      else hooks.push({ source, content, kind, document, events: hook.events, weight: hook.weight });
    }
  }
  return { manifests: sortByKind(manifests), hooks: sortByKind(hooks) };
}

/** The documents of a text: wherever a line begins with `---`, whatever follows on it. */
export function splitManifests(text: string): string[] {
  return text
    .replace(LEADING_SPACE, '')
    .split(/^---[ \t]*/m)
    .filter((document) => document.trim() !== '')
    .map((document) => document.replace(LEADING_SPACE, ''));
}

const LEADING_SPACE = /^[\s\u0085]+/;

const HEAD: StructType = {
  name: 'SimpleHead',
  goType: 'util.SimpleHead',
  fields: new Map<string, FieldType>([
    ['apiVersion', 'string'],
    ['kind', 'string'],
    [
      'metadata',
      {
        struct: {
          name: 'SimpleHead',
          goType: '',
          fields: new Map<string, FieldType>([
            ['name', 'string'],
            ['annotations', 'string map'],
          ]),
        },
      },
    ],
  ]),
};

function readHead(source: string, content: string): { document: JsonValue; head: DecodedStruct } {
  try {
    const document = readYaml(content);
    return { document, head: decodeStruct(document, HEAD) };
  } catch (error) {
    if (error instanceof HelmError) throw wrapHelmError(error, `YAML parse error on ${source}`);
    throw error;
  }
}

function textOf(fields: DecodedStruct, name: string): string {
  const value = fields.get(name);
  return typeof value === 'string' ? value : '';
}

/** `events` is undefined where one of them is unknown; the whole is undefined for what is no hook. */
function hookOf(head: DecodedStruct): Hook | undefined {
  const annotations = mapOf(mapOf(head.get('metadata')).get('annotations'));
  const stated = annotations.get('helm.sh/hook');
  if (typeof stated !== 'string') return undefined;
  const events = stated.split(',').map((event) => EVENTS.get(event.trim().toLowerCase()));
  const known = events.filter((event) => event !== undefined);
  const weight = annotations.get('helm.sh/hook-weight');
  const isNumber = typeof weight === 'string' && /^[+-]?\d+$/.test(weight);
  return {
    stated,
    events: known.length === events.length ? known : undefined,
    weight: isNumber ? Number(weight) : 0,
  };
}

interface Hook {
  /** The annotation as it is. */
  readonly stated: string;
  readonly events: readonly HookEvent[] | undefined;
  readonly weight: number;
}

function unknownHooks(hookTypes: string): Parameters<Warn> {
  const message = 'skipping unknown hooks';
  return [`${message} hookTypes=${hookTypes}`, { level: 'INFO', message, attributes: { hookTypes } }];
}

function mapOf(value: unknown): ReadonlyMap<string, unknown> {
  return value instanceof Map ? (value as ReadonlyMap<string, unknown>) : new Map();
}

const EVENTS: ReadonlyMap<string, HookEvent> = new Map<string, HookEvent>([
  ['pre-install', 'pre-install'],
  ['post-install', 'post-install'],
  ['pre-delete', 'pre-delete'],
  ['post-delete', 'post-delete'],
  ['pre-upgrade', 'pre-upgrade'],
  ['post-upgrade', 'post-upgrade'],
  ['pre-rollback', 'pre-rollback'],
  ['post-rollback', 'post-rollback'],
  ['test', 'test'],
  ['test-success', 'test'],
]);

/** Stable. Kinds that are not in the list come last, by name. */
function sortByKind<T extends ChartManifest>(manifests: readonly T[]): T[] {
  return manifests.toSorted((a, b) => {
    const byOrder = (RANKS.get(a.kind) ?? RANKS.size) - (RANKS.get(b.kind) ?? RANKS.size);
    return byOrder !== 0 || RANKS.has(a.kind) ? byOrder : compareStrings(a.kind, b.kind);
  });
}

/** The order in which Helm installs kinds. */
const INSTALL_ORDER = [
  'PriorityClass Namespace NetworkPolicy ResourceQuota LimitRange PodSecurityPolicy PodDisruptionBudget ServiceAccount',
  'Secret SecretList ConfigMap StorageClass PersistentVolume PersistentVolumeClaim CustomResourceDefinition',
  'ClusterRole ClusterRoleList ClusterRoleBinding ClusterRoleBindingList Role RoleList RoleBinding RoleBindingList',
  'Service DaemonSet Pod ReplicationController ReplicaSet Deployment HorizontalPodAutoscaler StatefulSet Job CronJob',
  'IngressClass Ingress APIService MutatingWebhookConfiguration ValidatingWebhookConfiguration',
];
const RANKS: ReadonlyMap<string, number> = new Map(
  INSTALL_ORDER.join(' ')
    .split(' ')
    .map((kind, rank) => [kind, rank]),
);
