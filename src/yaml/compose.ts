import { CHOMPING_MODE, EVENT_ID, type Event, getScalarValue, SCALAR_STYLE } from 'js-yaml';
import type { JsonObject, JsonValue } from '../object/kube-object.ts';
import { formatGoFloat } from './go-float.ts';
import { isExcessiveAliasing, type YamlLimits } from './limits.ts';
import { isFloatText, resolvePlain, resolveTagged, type ScalarValue, UNRESOLVED } from './scalar.ts';

/** One document of a stream and the offset in the source at which its content starts. */
export interface ComposedDocument {
  readonly value: JsonValue;
  readonly offset: number;
}

/** How documents are built. */
export interface ComposeOptions {
  /** Of equal keys in one mapping: `refuse` them (the default), or let the `last` one count, as Go does when not strict. */
  readonly repeatedKeys?: 'refuse' | 'last';
  /** `bigint`: every integer comes as one, so that a number is a float, if a whole one; absent: the large ones only. */
  readonly integers?: 'bigint';
}

/** What is wrong in a stream that is well-formed YAML, and the offset where. */
export class ComposeError extends Error {
  override readonly name = 'ComposeError';
  readonly offset: number;
  readonly isLimit: boolean;

  constructor(message: string, offset: number, isLimit = false) {
    super(message);
    this.offset = offset;
    this.isLimit = isLimit;
  }
}

/**
 * Builds JSON values from the parser's events with the rules of Go's yaml.v2 and sigs.k8s.io/yaml. Aliases are
 * copied, so that no two places of a result share an object.
 *
 * @throws {ComposeError} on duplicate keys, keys that JSON cannot have, unknown or recursive aliases, bad tags, .inf
 * and .nan, and when a limit is passed
 */
export function composeDocuments(
  source: string,
  events: readonly Event[],
  limits: YamlLimits,
  options: ComposeOptions = {},
): ComposedDocument[] {
  const documents: ComposedDocument[] = [];
  let at = 0;
  while (at < events.length) {
    const event = events[at];
    if (event?.type !== EVENT_ID.DOCUMENT) {
      at += 1;
      continue;
    }
    const composer = new Composer({ source, events, limits, options }, readTagHandles(event.directives));
    documents.push(composer.document(at + 1));
    at = composer.at;
  }
  return documents;
}

type SomeEvent<Id extends Event['type']> = Extract<Event, { type: Id }>;
type NodeEvent = Exclude<Event, { type: typeof EVENT_ID.DOCUMENT } | { type: typeof EVENT_ID.POP }>;
type Properties = Exclude<NodeEvent, { type: typeof EVENT_ID.ALIAS }>;

/** What an anchor names; `value` is undefined while the node is still being built. */
interface Anchor {
  value: JsonValue | undefined;
  readonly isMapping: boolean;
  nodes: number;
  length: number;
  height: number;
}

const DEFAULT_HANDLES: ReadonlyMap<string, string> = new Map([
  ['!', '!'],
  ['!!', 'tag:yaml.org,2002:'],
]);

/** What the handles of tags stand for in a document with these directives. */
export function readTagHandles(
  directives: SomeEvent<typeof EVENT_ID.DOCUMENT>['directives'],
): ReadonlyMap<string, string> {
  const own = directives.flatMap((one): [string, string][] => (one.kind === 'tag' ? [[one.handle, one.prefix]] : []));
  return own.length === 0 ? DEFAULT_HANDLES : new Map([...DEFAULT_HANDLES, ...own]);
}

interface Composition {
  readonly source: string;
  readonly events: readonly Event[];
  readonly limits: YamlLimits;
  readonly options: ComposeOptions;
}

class Composer {
  at = 0;
  private position = 0;
  private depth = 0;
  private deepest = 0;
  private nodes = 0;
  private aliased = 0;
  private length = 0;
  private readonly anchors = new Map<string, Anchor>();
  private readonly source: string;
  private readonly events: readonly Event[];
  private readonly limits: YamlLimits;
  private readonly lastKeyCounts: boolean;
  private readonly integersAreBig: boolean;
  private readonly handles: ReadonlyMap<string, string>;

  constructor({ source, events, limits, options }: Composition, handles: ReadonlyMap<string, string>) {
    this.source = source;
    this.events = events;
    this.limits = limits;
    this.lastKeyCounts = options.repeatedKeys === 'last';
    this.integersAreBig = options.integers === 'bigint';
    this.handles = handles;
  }

  document(at: number): ComposedDocument {
    this.at = at;
    const first = this.peek();
    const offset = first === undefined ? -1 : startOf(first);
    const value = this.node();
    return { value, offset };
  }

  private peek(): NodeEvent | undefined {
    const event = this.events[this.at];
    return event === undefined || event.type === EVENT_ID.POP || event.type === EVENT_ID.DOCUMENT ? undefined : event;
  }

  private node(): JsonValue {
    const event = this.peek();
    // A document always holds a node, so this is only for the type.
    if (event === undefined) return null;
    this.begin(event);
    if (event.type === EVENT_ID.ALIAS) return this.alias(event);
    this.nodes += 1;
    if (event.anchorStart < 0) return this.content(event);
    return this.anchored(event);
  }

  private begin(event: NodeEvent): void {
    this.at += 1;
    const start = startOf(event);
    if (start >= 0) this.position = start;
  }

  private content(event: Properties): JsonValue {
    if (event.type === EVENT_ID.SCALAR) return this.scalar(event);
    this.depth += 1;
    if (this.depth > this.deepest) this.deepest = this.depth;
    const value = event.type === EVENT_ID.MAPPING ? this.mapping() : this.sequence();
    this.depth -= 1;
    return value;
  }

  private anchored(event: Properties): JsonValue {
    const name = this.source.slice(event.anchorStart, event.anchorEnd);
    const isMapping = event.type === EVENT_ID.MAPPING;
    const anchor: Anchor = { value: undefined, isMapping, nodes: this.nodes - 1, length: this.length, height: 0 };
    this.anchors.set(name, anchor);
    const outer = this.deepest;
    this.deepest = this.depth;
    const value = this.content(event);
    anchor.value = value;
    anchor.nodes = this.nodes - anchor.nodes;
    anchor.length = this.length - anchor.length;
    anchor.height = this.deepest - this.depth;
    this.deepest = Math.max(outer, this.deepest);
    return value;
  }

  private alias(event: SomeEvent<typeof EVENT_ID.ALIAS>): JsonValue {
    const name = this.source.slice(event.anchorStart, event.anchorEnd);
    const anchor = this.anchors.get(name);
    if (anchor === undefined) return this.fail(`the alias *${name} has no anchor &${name} before it`);
    if (anchor.value === undefined) return this.fail(`the anchor &${name} contains itself`);
    this.nodes += anchor.nodes + 1;
    this.aliased += anchor.nodes;
    this.charge(anchor.length);
    if (isExcessiveAliasing(this.aliased, this.nodes)) this.exceed('its aliases expand to too much');
    this.deepest = Math.max(this.deepest, this.depth + anchor.height);
    if (this.depth + anchor.height > this.limits.maxDepth) this.exceedDepth();
    return copy(anchor.value);
  }

  private scalar(event: SomeEvent<typeof EVENT_ID.SCALAR>): JsonValue {
    const text = this.text(event);
    const value = this.resolve(event, text);
    if (typeof value === 'number' && !Number.isFinite(value)) {
      return this.fail(`${text} is no JSON number: quote it if a text is meant`);
    }
    return this.integersAreBig && typeof value === 'number' && !this.isFloat(event, text) ? BigInt(value) : value;
  }

  private isFloat({ tagStart, tagEnd }: SomeEvent<typeof EVENT_ID.SCALAR>, text: string): boolean {
    return isFloatText(text) || (tagStart >= 0 && this.longTag(this.source.slice(tagStart, tagEnd)).endsWith(':float'));
  }

  /** The parser ends a block scalar at the end of the file with a line break that libyaml does not add. */
  private text(event: SomeEvent<typeof EVENT_ID.SCALAR>): string {
    const text = getScalarValue(this.source, event);
    this.charge(text.length);
    const isBlock = event.style === SCALAR_STYLE.LITERAL_BLOCK || event.style === SCALAR_STYLE.FOLDED_BLOCK;
    if (!isBlock || event.valueEnd < this.source.length || !text.endsWith('\n')) return text;
    const lastLine = this.source.length - 1 - Math.max(this.source.lastIndexOf('\n'), this.source.lastIndexOf('\r'));
    const isAdded = lastLine > (event.chomping === CHOMPING_MODE.KEEP ? 0 : event.indent);
    return isAdded ? text.slice(0, -1) : text;
  }

  private resolve(event: SomeEvent<typeof EVENT_ID.SCALAR>, text: string): ScalarValue {
    if (event.tagStart < 0) return event.style === SCALAR_STYLE.PLAIN ? resolvePlain(text) : text;
    const tag = this.source.slice(event.tagStart, event.tagEnd);
    if (tag === '!') return text;
    const value = resolveTagged(this.longTag(tag), text);
    return value === UNRESOLVED ? this.fail(`the value is not of the type that its tag ${tag} says`) : value;
  }

  private longTag(tag: string): string {
    if (tag.startsWith('!<')) return tag.slice(2, -1);
    const end = tag.indexOf('!', 1) + 1;
    const handle = end === 0 ? '!' : tag.slice(0, end);
    const prefix = this.handles.get(handle);
    return prefix === undefined
      ? this.fail(`the tag handle ${handle} is not declared`)
      : prefix + tag.slice(handle.length);
  }

  private sequence(): JsonValue[] {
    const items: JsonValue[] = [];
    while (this.peek() !== undefined) items.push(this.node());
    this.at += 1;
    return items;
  }

  private mapping(): JsonObject {
    const object: JsonObject = {};
    let merged: Set<string> | undefined;
    for (let event = this.peek(); event !== undefined; event = this.peek()) {
      if (this.isMerge(event)) {
        merged ??= new Set();
        this.merge(object, merged);
        continue;
      }
      const key = this.key(event);
      if (Object.hasOwn(object, key) && merged?.delete(key) !== true && !this.lastKeyCounts) {
        return this.fail(`the key ${JSON.stringify(key)} is there twice in one mapping: remove one of the two`);
      }
      setField(object, key, this.node());
    }
    this.at += 1;
    return object;
  }

  /** JSON's keys are strings; numbers and booleans become strings as sigs.k8s.io/yaml writes them. */
  private key(event: NodeEvent): string {
    if (event.type !== EVENT_ID.SCALAR) return this.keyText(this.node());
    // Unlike a value, a key may be .inf.
    this.begin(event);
    this.nodes += 1;
    const text = this.text(event);
    const key = this.resolve(event, text);
    if (event.anchorStart >= 0) this.anchorKey(event, key);
    if (typeof key === 'number' && isFloatText(text)) return floatKey(key);
    return this.keyText(key);
  }

  private anchorKey(event: SomeEvent<typeof EVENT_ID.SCALAR>, value: ScalarValue): void {
    const name = this.source.slice(event.anchorStart, event.anchorEnd);
    this.anchors.set(name, { value, isMapping: false, nodes: 1, length: String(value).length, height: 0 });
  }

  private keyText(key: JsonValue): string {
    if (typeof key === 'string') return key;
    if (typeof key === 'boolean' || typeof key === 'number') return String(key);
    if (typeof key === 'bigint' && key < 2n ** 63n) return String(key);
    return this.fail('a key must be a text, a number or a boolean: quote it');
  }

  private isMerge(event: NodeEvent): boolean {
    return (
      event.type === EVENT_ID.SCALAR &&
      event.style === SCALAR_STYLE.PLAIN &&
      event.valueEnd - event.valueStart === 2 &&
      this.source.startsWith('<<', event.valueStart)
    );
  }

  /** Later keys win over merged ones and, as in Go's yaml.v2, a merge wins over the keys before it. */
  private merge(object: JsonObject, merged: Set<string>): void {
    this.at += 1;
    const event = this.peek();
    const sources: JsonObject[] = [];
    if (event?.type === EVENT_ID.SEQUENCE) {
      this.at += 1;
      while (this.peek() !== undefined) sources.unshift(this.mergeSource());
      this.at += 1;
    } else {
      sources.push(this.mergeSource());
    }
    for (const [key, value] of sources.flatMap((one) => Object.entries(one))) {
      if (!Object.hasOwn(object, key)) merged.add(key);
      setField(object, key, value);
    }
  }

  private mergeSource(): JsonObject {
    const event = this.peek();
    const isMapping =
      event?.type === EVENT_ID.MAPPING || (event?.type === EVENT_ID.ALIAS && this.aliasNamesMapping(event));
    if (event !== undefined) this.position = Math.max(startOf(event), this.position);
    if (!isMapping) return this.fail('<< takes a mapping or a list of mappings');
    return this.node() as JsonObject;
  }

  private aliasNamesMapping(event: SomeEvent<typeof EVENT_ID.ALIAS>): boolean {
    return this.anchors.get(this.source.slice(event.anchorStart, event.anchorEnd))?.isMapping !== false;
  }

  private charge(length: number): void {
    this.length += length;
    if (this.length > this.limits.maxExpandedLength) {
      this.exceed(`its strings are longer than ${this.limits.maxExpandedLength} characters with aliases expanded`);
    }
  }

  private exceedDepth(): never {
    return this.exceed(`collections are nested more than ${this.limits.maxDepth} deep`);
  }

  private exceed(message: string): never {
    throw new ComposeError(message, this.position, true);
  }

  private fail(message: string): never {
    throw new ComposeError(message, this.position);
  }
}

/** Offset of a node with its properties; -1 for an empty scalar. */
function startOf(event: NodeEvent): number {
  // An anchor's name starts after its mark.
  if (event.type === EVENT_ID.ALIAS) return event.anchorStart - 1;
  const start = event.type === EVENT_ID.SCALAR ? event.valueStart : event.start;
  return firstOf(event.tagStart, firstOf(event.anchorStart - 1, start));
}

/** The lesser of two offsets, of which a negative one is none. */
function firstOf(a: number, b: number): number {
  return a < 0 || (b >= 0 && b < a) ? b : a;
}

function floatKey(key: number): string {
  if (Number.isFinite(key)) return formatGoFloat(key, 32);
  if (Number.isNaN(key)) return '.nan';
  return key > 0 ? '.inf' : '-.inf';
}

function setField(object: JsonObject, key: string, value: JsonValue): void {
  if (key === '__proto__') {
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  } else {
    object[key] = value;
  }
}

function copy(value: JsonValue): JsonValue {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copy);
  const object: JsonObject = {};
  for (const [key, field] of Object.entries(value)) setField(object, key, field === undefined ? null : copy(field));
  return object;
}
