import { isDeepStrictEqual } from 'node:util';
import { HoldfastError } from '../../lib/errors.ts';
import type { JsonObject, JsonValue } from '../../object/kube-object.ts';
import type { GoMap } from '../gotemplate/value.ts';
import { type LookupQuery, toGoObject } from './lookup.ts';
import { isObject, readYaml } from './read-yaml.ts';
import type { RenderedChart } from './render-chart.ts';
import type { ChartRandomCall } from './render-templates.ts';
import type { ChartManifest } from './sort-manifests.ts';
import type { World } from './template-functions.ts';

/** An object that a chart renders otherwise each time, so that it would never be in sync for long. */
export interface UnstableObject {
  readonly kind: string;
  readonly name: string;
  /** The template that it comes from. */
  readonly source: string;
  /** The calls of functions of chance that were made for that template. */
  readonly calls: readonly ChartRandomCall[];
  /** Whether it would stay as it is, once applied, if `lookup` were switched on: the chart looks for what is there. */
  readonly isGuarded: boolean;
}

/** How a chart is rendered once more. */
export interface RenderAgain {
  /** Of the release. */
  readonly namespace: string;
  /** In which the first render was made. */
  readonly world: World;
  readonly render: (world: World) => RenderedChart;
}

/**
 * The objects of a chart that another render, a day later, would give otherwise. Which results reach the output is seen
 * from the output, not guessed from the calls: it is rendered a second time. What differs is rendered a third time in a
 * world that holds what the first render gave, for charts that keep what they find with `lookup`.
 */
export function findUnstable(first: RenderedChart, again: RenderAgain): readonly UnstableObject[] {
  if (first.randomCalls.length === 0) return [];
  const { world, namespace } = again;
  const later = { ...world, clock: { now: () => Date.now() + LATER_MS } };
  const second = attempt(() => again.render(later));
  const differing = differences(first, second);
  if (differing.length === 0 || first.lookups.length === 0) return differing.map((one) => describe(one, first, false));
  const applied = { ...later, lookup: lookupIn(first, namespace, world.lookup) };
  const unsettled = new Set(
    differences(
      first,
      attempt(() => again.render(applied)),
    ),
  );
  const isOn = world.lookup !== undefined;
  return differing.filter((one) => unsettled.has(one) || !isOn).map((one) => describe(one, first, !unsettled.has(one)));
}

/** A day and a bit: other seconds, minutes, hours and days. */
const LATER_MS = (24 * 3600 + 3600 + 60 + 1) * 1000;

/** A render that fails, of which nothing can be told. */
function attempt(render: () => RenderedChart): RenderedChart | undefined {
  try {
    return render();
  } catch (error) {
    if (error instanceof HoldfastError) return undefined;
    throw error;
  }
}

/** The manifests of `first` that `other` has otherwise, or not at all. */
function differences(first: RenderedChart, other: RenderedChart | undefined): ChartManifest[] {
  if (other === undefined) {
    const suspects = new Set(first.randomCalls.map(({ source }) => source));
    return first.manifests.filter(({ source }) => suspects.has(source));
  }
  const others = Map.groupBy(other.manifests, ({ source }) => source);
  const counts = new Map<string, number>();
  return first.manifests.filter(({ source, content }) => {
    const index = counts.get(source) ?? 0;
    counts.set(source, index + 1);
    const same = others.get(source)?.[index];
    return same === undefined || !isSame(content, same.content);
  });
}

/** A comment may differ. */
function isSame(content: string, other: string): boolean {
  return content === other || isDeepStrictEqual(readYaml(content), readYaml(other));
}

function describe({ kind, source, content }: ChartManifest, first: RenderedChart, isGuarded: boolean): UnstableObject {
  const calls = first.randomCalls.filter((call) => call.source === source);
  const metadata = metadataOf(readYaml(content));
  return { kind, name: textOf(metadata, 'name'), source, calls, isGuarded };
}

/** `lookup` in the cluster as it would be with the objects of `chart` applied. */
function lookupIn(chart: RenderedChart, namespace: string, real: World['lookup']): NonNullable<World['lookup']> {
  const objects = [...chart.manifests, ...chart.hooks].flatMap(({ content }) => {
    const object = readYaml(content);
    return isObject(object) ? [asStored(object, namespace)] : [];
  });
  return (query) => {
    const found = real?.(query) ?? new Map();
    const matching = objects.filter((object) => matches(object, query));
    if (query.name === '') return withItems(found, matching, query);
    const [object] = matching;
    return found.size > 0 || object === undefined ? found : toGoObject(object);
  };
}

/** As the API server would give it: in the release's namespace if it names none, and with `data` of a Secret only. */
function asStored(object: JsonObject, namespace: string): JsonObject {
  const stored = { ...object, metadata: { namespace, ...metadataOf(object) } };
  const text = object['stringData'] ?? null;
  if (object['kind'] !== 'Secret' || !isObject(text)) return stored;
  const data = object['data'] ?? null;
  const encoded = Object.entries(text).map(([key, value]) => [key, encode(value)] as const);
  return { ...stored, data: { ...(isObject(data) ? data : {}), ...Object.fromEntries(encoded) } };
}

function encode(value: JsonValue): string {
  return Buffer.from(typeof value === 'string' ? value : '').toString('base64');
}

function matches(object: JsonObject, query: LookupQuery): boolean {
  const metadata = metadataOf(object);
  const isKind = object['apiVersion'] === query.apiVersion && object['kind'] === query.kind;
  const isNamed = query.name === '' || textOf(metadata, 'name') === query.name;
  return isKind && isNamed && (query.namespace === '' || textOf(metadata, 'namespace') === query.namespace);
}

function withItems(found: GoMap, more: readonly JsonObject[], query: LookupQuery): GoMap {
  const items = found.get('items');
  const known = Array.isArray(items) ? items : [];
  const names = new Set(known.map((item) => nameOf(item)));
  const added = more.map(toGoObject).filter((item) => !names.has(nameOf(item)));
  return new Map([
    ['apiVersion', query.apiVersion],
    ['kind', `${query.kind}List`],
    ...found,
    ['items', [...known, ...added]],
  ]);
}

function nameOf(item: unknown): unknown {
  const metadata: unknown = item instanceof Map ? item.get('metadata') : undefined;
  return metadata instanceof Map ? metadata.get('name') : undefined;
}

function metadataOf(object: JsonValue): JsonObject {
  const metadata = isObject(object) ? (object['metadata'] ?? null) : null;
  return isObject(metadata) ? metadata : {};
}

function textOf(object: JsonObject, name: string): string {
  const value = object[name];
  return typeof value === 'string' ? value : '';
}

/**
 * One sentence on objects that are others in each render, for a person: which, through which calls, and what to do.
 * @param howToSwitchOn says how `lookup` is switched on, as `with the annotation …`
 */
export function describeUnstable(
  { kind, name, source, calls, isGuarded }: UnstableObject,
  howToSwitchOn: string,
): string {
  const places = calls.map((call) => `${call.function} (${call.template}:${call.line})`).slice(0, MAX_PLACES);
  const more = calls.length > MAX_PLACES ? ` and ${calls.length - MAX_PLACES} more` : '';
  const through = places.length === 0 ? '' : `: ${places.join(', ')}${more}`;
  const cure = isGuarded
    ? `The chart keeps what it finds with lookup: switch that on ${howToSwitchOn}`
    : 'State the value in the values of the Application, or take the object out of the chart';
  return `${kind} "${name}" (${source}) is another one in every render${through}. ${cure}`;
}

const MAX_PLACES = 5;
