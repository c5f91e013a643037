import type { JsonObject, JsonValue } from '../../../src/object/kube-object.ts';
import { escapePart, isObject } from './json.ts';
import type { SchemaNode } from './schema.ts';
import { join, keyOf, statedAs } from './stated.ts';

/** One place of a live object that a mutation may change. */
export interface Site {
  /** JSON pointer into the object. */
  readonly pointer: string;
  /** The same with the keys of list entries: `spec.ports[port=80,protocol="TCP"].name`. */
  readonly path: string;
  readonly node: SchemaNode;
  readonly value: JsonValue;
  /** What the manifest states here; `undefined` for what it leaves to others. */
  readonly stated: JsonValue | undefined;
  /** The key fields of the list whose entry this is. */
  readonly entryOf?: readonly string[];
  /** True for a key field of an entry: to set it is to put another entry in its place. */
  readonly isKey?: boolean;
  /** True for an entry of a list that is replaced as a whole, and all below it. */
  readonly inAtomic: boolean;
}

/** Of metadata only these are anybody's to change. */
const METADATA = new Set(['labels', 'annotations', 'finalizers']);
const UNTOUCHED = new Set(['apiVersion', 'kind', 'status']);

/** Every place of a live object that may be changed by hand, the object itself excepted. */
export function sitesOf(node: SchemaNode, manifest: JsonObject, live: JsonObject): Site[] {
  const sites: Site[] = [];
  for (const [name, value] of Object.entries(live)) {
    if (UNTOUCHED.has(name)) continue;
    const site = { pointer: `/${escapePart(name)}`, path: name, node: node.field(name), value, inAtomic: false };
    visit({ ...site, stated: manifest[name] }, sites);
  }
  return sites.filter(({ path }) => path !== 'metadata');
}

/** The key paths of all that an object holds. */
export function pathsOf(node: SchemaNode, object: JsonObject): ReadonlySet<string> {
  return new Set(sitesOf(node, {}, object).map(({ path }) => path));
}

function visit(site: Site, sites: Site[]): void {
  sites.push(site);
  const { value } = site;
  if (Array.isArray(value)) value.forEach((entry, index) => visit(entrySite(site, entry, index), sites));
  if (!isObject(value)) return;
  for (const [name, field] of Object.entries(value)) {
    if (site.path === 'metadata' && !METADATA.has(name)) continue;
    visit(
      {
        pointer: `${site.pointer}/${escapePart(name)}`,
        path: join(site.path, name),
        node: site.node.field(name),
        value: field,
        stated: isObject(site.stated) ? site.stated[name] : undefined,
        isKey: site.entryOf?.includes(name) === true,
        inAtomic: site.inAtomic || site.node.atomic,
      },
      sites,
    );
  }
}

function entrySite(list: Site, entry: JsonValue, index: number): Site {
  const { list: type, items } = list.node;
  const keys = type.type === 'map' ? type.keys : [];
  const stated = Array.isArray(list.stated) ? list.stated : [];
  const ours = type.type === 'atomic' ? stated[index] : statedAs(stated, entry, keys);
  return {
    pointer: `${list.pointer}/${index}`,
    path: `${list.path}[${type.type === 'atomic' ? index : keyOf(entry, keys)}]`,
    node: items,
    value: entry,
    stated: ours,
    entryOf: keys,
    inAtomic: list.inAtomic || type.type === 'atomic',
  };
}
