import type { JsonObject, JsonValue } from '../../../src/object/kube-object.ts';
import { canonical, isObject, same } from './json.ts';
import type { SchemaNode } from './schema.ts';

/** What changes by itself, at whatever write. */
const BOOKKEEPING = new Set([
  'metadata.resourceVersion',
  'metadata.managedFields',
  'metadata.generation',
  'metadata.uid',
  'metadata.creationTimestamp',
  'metadata.annotations.deployment.kubernetes.io/revision',
  'metadata.annotations.deprecated.daemonset.template.generation',
  // kube-controller-manager puts it back.
  'metadata.finalizers["kubernetes.io/pvc-protection"]',
  'status',
]);

/** A place, as the schema and the values see it. */
interface Place {
  readonly path: string;
  readonly node: SchemaNode;
}

/**
 * Paths at which a live object is not what the manifest states. Told by the schema alone, and nothing of Holdfast's.
 * @param reference the object as the first apply of the manifest left it: what the API server makes of the values
 */
export function violations(
  node: SchemaNode,
  objects: { readonly manifest: JsonObject; readonly reference: JsonObject; readonly live: JsonObject },
): string[] {
  const found: string[] = [];
  compareStated({ path: '', node }, objects.manifest, [objects.reference, objects.live], found);
  return found;
}

type Two = readonly [reference: JsonValue | undefined, live: JsonValue | undefined];

function compareStated(place: Place, stated: JsonValue, [reference, live]: Two, found: string[]): void {
  const { node, path } = place;
  if (isObject(stated) && isObject(reference) && !node.atomic && Object.keys(stated).length > 0) {
    for (const [name, value] of Object.entries(stated)) {
      const next = [reference[name], isObject(live) ? live[name] : undefined] as const;
      compareStated({ path: join(path, name), node: node.field(name) }, value, next, found);
    }
  } else if (isObject(stated) && isObject(reference) && !node.atomic) {
    if (!isObject(live)) found.push(path);
  } else if (Array.isArray(stated) && Array.isArray(reference) && node.list.type !== 'atomic') {
    compareList(place, stated, [reference, Array.isArray(live) ? live : []], found);
  } else if (!same(reference, live)) found.push(path);
}

function compareList(
  place: Place,
  stated: JsonValue[],
  lists: readonly [JsonValue[], JsonValue[]],
  found: string[],
): void {
  const { node, path } = place;
  const [reference, live] = lists;
  if (node.list.type !== 'map') {
    if (!stated.every((value) => live.some((item) => same(item, value)))) found.push(path);
    return;
  }
  const { keys } = node.list;
  let last = -1;
  for (const item of stated) {
    const expected = reference.find((entry) => statedAs(stated, entry, keys) === item);
    const key = keyOf(expected, keys);
    const at = live.findIndex((entry) => keyOf(entry, keys) === key);
    const next = `${path}[${key}]`;
    if (live.filter((entry) => keyOf(entry, keys) === key).length > 1) found.push(`${next} (twice)`);
    if (at >= 0 && at < last) found.push(`${path} (order)`);
    last = Math.max(last, at);
    if (at < 0) found.push(next);
    else compareStated({ path: next, node: node.items }, item, [expected, live[at]], found);
  }
}

/** The item of a manifest that states an entry: the one with its key, or else the one that leaves keys to their defaults. */
export function statedAs(
  stated: readonly JsonValue[],
  entry: JsonValue,
  keys: readonly string[],
): JsonValue | undefined {
  const exact = stated.find((item) => keyOf(item, keys) === keyOf(entry, keys));
  return exact ?? stated.find((item) => fits(item, entry, keys));
}

function fits(item: JsonValue, entry: JsonValue, keys: readonly string[]): boolean {
  if (keys.length === 0) return same(item, entry);
  return (
    isObject(item) && isObject(entry) && keys.every((key) => item[key] === undefined || same(item[key], entry[key]))
  );
}

/** The key of an entry as text. */
export function keyOf(entry: JsonValue | undefined, keys: readonly string[]): string {
  return isObject(entry) ? keys.map((key) => `${key}=${canonical(entry[key])}`).join(',') : canonical(entry);
}

/** A path with one more field. */
export function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

/** The forms of an object that tell whether a repair has touched what is none of its business. */
export interface Course {
  readonly manifest: JsonObject;
  readonly before: JsonObject;
  readonly mutated: JsonObject;
  readonly after: JsonObject;
  /** Whether what the mutation did to unstated places may not go back to what it was, either. */
  readonly strict: boolean;
  /** Places (and all below) that the mutation wrote on purpose: they must stay as it left them. */
  readonly foreign: readonly string[];
}

/**
 * Unstated paths that are not as the mutation left them. Where the mutation was one of what is stated, its consequences
 * beside (defaults, entries that went with their list) may go back to what they were.
 */
export function touched(node: SchemaNode, course: Course): string[] {
  const found: string[] = [];
  const forms = [course.manifest, course.before, course.mutated, course.after] as const;
  compareForms({ path: '', node }, forms, { course, found });
  return found;
}

type Forms = readonly [
  stated: JsonValue | undefined,
  before: JsonValue | undefined,
  JsonValue | undefined,
  JsonValue | undefined,
];

interface Report {
  readonly course: Course;
  readonly found: string[];
}

function compareForms(place: Place, forms: Forms, report: Report): void {
  const { path, node } = place;
  const [stated, before, mutated, after] = forms;
  if (BOOKKEEPING.has(path) || same(mutated, after)) return;
  const values = [before, mutated, after].filter((value) => value !== undefined);
  if (values.every(isObject) && !node.atomic && (isObject(stated) || stated === undefined)) {
    for (const name of new Set(values.flatMap((value) => Object.keys(value)))) {
      const next = forms.map((form) => (isObject(form) ? form[name] : undefined)) as unknown as Forms;
      compareForms({ path: join(path, name), node: node.field(name) }, next, report);
    }
  } else if (values.every(Array.isArray) && node.list.type !== 'atomic') compareEntries(place, forms, report);
  else if (stated === undefined && !mayGoBack(path, forms, report.course)) report.found.push(path);
}

function compareEntries({ path, node }: Place, forms: Forms, report: Report): void {
  const keys = node.list.type === 'map' ? node.list.keys : [];
  const [stated, ...lists] = forms.map((form) => (Array.isArray(form) ? form : []));
  for (const key of new Set(lists.flat().map((entry) => keyOf(entry, keys)))) {
    const entries = lists.map((list) => list.find((entry) => keyOf(entry, keys) === key));
    const sample = entries.find((entry) => entry !== undefined);
    const ours = sample === undefined ? undefined : statedAs(stated ?? [], sample, keys);
    compareForms({ path: `${path}[${key}]`, node: node.items }, [ours, ...entries] as unknown as Forms, report);
  }
}

function mayGoBack(path: string, [, before, mutated, after]: Forms, course: Course): boolean {
  if (course.strict || course.foreign.some((place) => path.startsWith(place))) return false;
  // What the mutation took away with something stated comes back with its default.
  return same(before, after) || mutated === undefined;
}
