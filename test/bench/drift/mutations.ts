import type { JsonObject, JsonValue } from '../../../src/object/kube-object.ts';
import { escapePart, isObject, type PatchOperation, same } from './json.ts';
import type { Random } from './random.ts';
import type { SchemaNode } from './schema.ts';
import { type Site, sitesOf } from './sites.ts';
import { join, keyOf } from './stated.ts';

/** Something that somebody does to an object by hand. */
export interface Mutation {
  readonly what: string;
  readonly operations: readonly PatchOperation[];
  /** Key paths of what it adds or changes beside what Git states: to be left as it is. */
  readonly foreign: readonly string[];
  /** Key paths of entries that it puts in the place of stated ones: to be gone. */
  readonly gone: readonly string[];
}

/** The object whose mutation is wanted. */
export interface Subject {
  readonly node: SchemaNode;
  readonly manifest: JsonObject;
  readonly live: JsonObject;
}

/** A random mutation that changes something; `undefined` when the choice has no such place. */
export function randomMutation(subject: Subject, random: Random, serial: string): Mutation | undefined {
  const sites = sitesOf(subject.node, subject.manifest, subject.live);
  const choice = random.pick(random.next() < 0.75 ? STATED : UNSTATED);
  const mutation = choice?.(sites, random, serial);
  if (mutation === undefined || random.next() < 0.8) return mutation;
  const beside = addToMap(sites, random, `beside-${serial}`);
  return beside === undefined || overlap(mutation, beside) ? mutation : together(mutation, beside);
}

/** What is added to a map that the mutation takes away or replaces would not be there. */
function overlap(a: Mutation, b: Mutation): boolean {
  return a.operations.some(({ path }) => b.operations.some((other) => other.path.startsWith(path)));
}

function together(a: Mutation, b: Mutation): Mutation {
  return {
    what: a.what,
    operations: [...b.operations, ...a.operations],
    foreign: [...a.foreign, ...b.foreign],
    gone: a.gone,
  };
}

type Choice = (sites: readonly Site[], random: Random, serial: string) => Mutation | undefined;

function mutationOf(what: string, operations: readonly PatchOperation[], rest: Partial<Mutation> = {}): Mutation {
  return { what, operations, foreign: [], gone: [], ...rest };
}

/** A value that may be set by itself. */
function isField({ value, entryOf, isKey }: Site): boolean {
  return isScalar(value) && entryOf === undefined && isKey !== true;
}

function isScalar(value: JsonValue): boolean {
  return !isObject(value) && !Array.isArray(value);
}

/** Another value of the same kind, as the place may hold it. */
function otherValue({ value, node }: Site, random: Random, serial: string): JsonValue {
  const others = node.enumeration.filter((item) => item !== value && item !== '');
  if (others.length > 0) return random.pick(others) ?? null;
  if (typeof value === 'boolean') return !value;
  if (typeof value === 'number') return value + 1 + random.below(3);
  if (typeof value !== 'string') return value;
  if (/^\d+(\.\d+)?[a-zA-Z]*$/.test(value)) return value.replace(/^\d+/, (digits) => String(Number(digits) + 1));
  return `${value}${value.endsWith('=') || value.includes(' ') ? '' : `-${serial}`}`;
}

const setStated: Choice = (sites, random, serial) => {
  const site = random.pick(sites.filter((candidate) => candidate.stated !== undefined && isField(candidate)));
  if (site === undefined) return undefined;
  return mutationOf('set', [{ op: 'replace', path: site.pointer, value: otherValue(site, random, serial) }]);
};

/** A number where a name stood, or the other way round. */
const changeType: Choice = (sites, random) => {
  const site = random.pick(
    sites.filter(
      ({ stated, value, path }) =>
        stated !== undefined && isScalar(value) && /ort$|vailable$|urge$|\.free|type$/i.test(path),
    ),
  );
  if (site === undefined) return undefined;
  const value = site.path.endsWith('type')
    ? random.pick(
        ['NodePort', 'LoadBalancer', 'ClusterIP', 'Recreate', 'OnDelete'].filter((type) => type !== site.value),
      )
    : typeof site.value === 'number'
      ? random.pick(['http', '30%'])
      : 4321;
  return mutationOf('type change', [{ op: 'replace', path: site.pointer, value: value ?? null }]);
};

const removeStated: Choice = (sites, random) => {
  const site = random.pick(sites.filter(({ stated, entryOf }) => stated !== undefined && entryOf === undefined));
  return site === undefined ? undefined : mutationOf('delete', [{ op: 'remove', path: site.pointer }]);
};

const emptyStated: Choice = (sites, random) => {
  const site = random.pick(sites.filter(({ stated, value }) => stated !== undefined && !isScalar(value)));
  if (site === undefined) return undefined;
  return mutationOf('empty', [{ op: 'replace', path: site.pointer, value: Array.isArray(site.value) ? [] : {} }]);
};

const removeEntry: Choice = (sites, random) => {
  const site = random.pick(sites.filter(({ stated, entryOf }) => stated !== undefined && entryOf !== undefined));
  return site === undefined ? undefined : mutationOf('list remove', [{ op: 'remove', path: site.pointer }]);
};

const reorderList: Choice = (sites, random) => {
  const lists = sites.filter(({ stated, value }) => stated !== undefined && Array.isArray(value) && value.length > 1);
  const site = random.pick(lists);
  if (site === undefined || !Array.isArray(site.value)) return undefined;
  const [first, ...rest] = site.value;
  const shuffled = random.shuffle(site.value);
  const value = same(shuffled, site.value) && first !== undefined ? [...rest, first] : shuffled;
  return mutationOf('list reorder', [{ op: 'replace', path: site.pointer, value }]);
};

/** Into a list that is replaced as a whole: nobody else's entries have a place there. */
const insertAtomic: Choice = (sites, random, serial) => {
  const atomic = sites.filter(
    ({ stated, value, node }) =>
      stated !== undefined && Array.isArray(value) && value.length > 0 && node.list.type === 'atomic',
  );
  const site = random.pick(atomic);
  if (site === undefined || !Array.isArray(site.value)) return undefined;
  const sample = random.pick(site.value) ?? null;
  const value = isScalar(sample)
    ? otherValue({ ...site, node: site.node.items, value: sample }, random, serial)
    : renamed(sample, serial);
  const index = random.below(site.value.length + 1);
  return mutationOf('list insert', [{ op: 'add', path: `${site.pointer}/${index}`, value }]);
};

/** A copy of an entry under other names. */
function renamed(entry: JsonValue, serial: string): JsonValue {
  if (!isObject(entry)) return entry;
  const fields = Object.entries(entry).map(([name, value]): [string, JsonValue] => {
    if (typeof value === 'string' && /name$|key$|host$/i.test(name)) return [name, `${value.slice(0, 6)}${serial}`];
    return [name, value];
  });
  return Object.fromEntries(fields.filter(([name]) => name !== 'nodePort'));
}

const changeKey: Choice = (sites, random, serial) => {
  const site = random.pick(sites.filter(({ stated, entryOf }) => stated !== undefined && (entryOf?.length ?? 0) > 0));
  if (site === undefined || !isObject(site.value)) return undefined;
  const keys = site.entryOf ?? [];
  const key = random.pick(keys.filter((name) => isObject(site.value) && site.value[name] !== undefined));
  if (key === undefined) return undefined;
  const value = otherKey(site.value[key] ?? null, random, serial);
  const list = site.path.slice(0, site.path.lastIndexOf('['));
  const gone = `${list}[${keyOf({ ...site.value, [key]: value }, keys)}]`;
  if (sites.some(({ path }) => path === gone)) return undefined;
  return mutationOf('key change', [{ op: 'replace', path: `${site.pointer}/${escapePart(key)}`, value }], {
    gone: [gone],
  });
};

function otherKey(value: JsonValue, random: Random, serial: string): JsonValue {
  if (typeof value === 'number') return value + 1 + random.below(500);
  if (value === 'TCP') return 'UDP';
  if (typeof value === 'string' && value.startsWith('/')) return `${value}/${serial}`;
  return `k${serial}`;
}

const addToMap: Choice = (sites, random, serial) => {
  const maps = sites.filter(({ node, value, inAtomic }) => node.open && !node.atomic && isObject(value) && !inAtomic);
  const site = random.pick(random.next() < 0.5 ? maps.filter(({ path }) => path.startsWith('metadata.')) : maps);
  if (site === undefined || !isObject(site.value)) return undefined;
  const sample = Object.values(site.value)[0] ?? 'theirs';
  const name = `theirs-${serial}`;
  const foreign = [join(site.path, name)];
  return mutationOf('add to map', [{ op: 'add', path: `${site.pointer}/${name}`, value: sample }], { foreign });
};

const addEntry: Choice = (sites, random, serial) => {
  const lists = sites.filter(
    ({ node, value, inAtomic }) => Array.isArray(value) && value.length > 0 && node.list.type !== 'atomic' && !inAtomic,
  );
  const site = random.pick(lists);
  if (site === undefined || !Array.isArray(site.value)) return undefined;
  const keys = site.node.list.type === 'map' ? site.node.list.keys : [];
  const sample = random.pick(site.value) ?? null;
  const value = isObject(sample)
    ? withOtherKeys(sample, keys, { random, serial })
    : otherValue({ ...site, value: sample }, random, serial);
  const index = random.next() < 0.7 ? '-' : String(random.below(site.value.length + 1));
  const foreign = [`${site.path}[${keyOf(value, keys)}]`];
  return mutationOf('add entry', [{ op: 'add', path: `${site.pointer}/${index}`, value }], { foreign });
};

function withOtherKeys(
  sample: JsonObject,
  keys: readonly string[],
  { random, serial }: { random: Random; serial: string },
): JsonValue {
  const changed = keys.map((key): [string, JsonValue] => [key, otherKey(sample[key] ?? null, random, serial)]);
  return { ...(renamed(sample, serial) as JsonObject), ...Object.fromEntries(changed.slice(0, 1)) };
}

const setUnstated: Choice = (sites, random, serial) => {
  const site = random.pick(
    sites.filter((candidate) => candidate.stated === undefined && !candidate.inAtomic && isField(candidate)),
  );
  if (site === undefined) return undefined;
  const operation = { op: 'replace', path: site.pointer, value: otherValue(site, random, serial) } as const;
  return mutationOf('set unstated', [operation], { foreign: [site.path] });
};

const removeUnstated: Choice = (sites, random) => {
  const site = random.pick(
    sites.filter(({ stated, inAtomic, path }) => stated === undefined && !inAtomic && /theirs|k\d/.test(path)),
  );
  return site === undefined ? undefined : mutationOf('delete unstated', [{ op: 'remove', path: site.pointer }]);
};

const hold: Choice = (sites, _random, serial) => {
  const there = sites.find(({ path }) => path === 'metadata.finalizers');
  const name = `example.org/held-${serial}`;
  const foreign = [`metadata.finalizers["${name}"]`];
  const path = `/metadata/finalizers${there === undefined ? '' : '/-'}`;
  return mutationOf('add finalizer', [{ op: 'add', path, value: there === undefined ? [name] : name }], { foreign });
};

/** A field that is listed twice is taken twice as often. */
const STATED: readonly Choice[] = [
  setStated,
  setStated,
  removeStated,
  removeStated,
  emptyStated,
  removeEntry,
  reorderList,
  insertAtomic,
  changeKey,
  changeType,
];
const UNSTATED: readonly Choice[] = [addToMap, addEntry, addEntry, setUnstated, removeUnstated, hold];
