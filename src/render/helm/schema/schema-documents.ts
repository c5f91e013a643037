import { parseJson } from '../../../yaml/json.ts';
import { quoteString } from '../../gotemplate/go-string.ts';
import { fromJson } from '../../gotemplate/json-value.ts';
import type { GoMap, GoValue } from '../../gotemplate/value.ts';
import { HelmError } from '../helm-error.ts';
import { draftOf, idOf, subschemasOf, unescapePointer } from './draft.ts';
import { METASCHEMA_TEXTS } from './metaschema-data.ts';
import type { DraftVersion } from './schema-types.ts';

/** A part of a document with an id of its own, or the whole of it. */
export interface SchemaResource {
  readonly pointer: string;
  readonly id: string;
  readonly draft: DraftVersion;
  /** Pointers of the schemas with a name, within the document. */
  readonly anchors: Map<string, string>;
  readonly dynamicAnchors: Set<string>;
}

/** A document with schemas. */
export interface SchemaDocument {
  readonly url: string;
  readonly root: GoValue;
  readonly resources: Map<string, SchemaResource>;
  /** Pointers of the schemas that have been looked at for ids and anchors. */
  readonly visited: Set<string>;
}

/** A schema's place: a document's URL and a JSON pointer. */
export interface SchemaPlace {
  readonly url: string;
  readonly pointer: string;
}

/** Where Helm puts the chart's schema. */
export const VALUES_SCHEMA_URL = 'file:///values.schema.json';

/**
 * The documents that a schema may refer to: itself and the published metaschemas. Others are refused, for a render
 * reads nothing but the chart; a `urn:` allows anything, as in Helm.
 * @see github.com/santhosh-tekuri/jsonschema/v6 v6.0.3 roots.go
 */
export class SchemaDocuments {
  private readonly documents = new Map<string, SchemaDocument>();
  private readonly loaded: Map<string, GoValue>;

  constructor(schema: GoValue) {
    this.loaded = new Map([[VALUES_SCHEMA_URL, schema]]);
  }

  /**
   * The document at a URL.
   * @throws {HelmError} `failing loading "…": …`
   */
  at(url: string): SchemaDocument {
    const known = this.documents.get(url);
    if (known !== undefined) return known;
    const document = { url, root: this.load(url), resources: new Map(), visited: new Set<string>() };
    this.collect(document, document.root, { pointer: '', base: url, fallback: 2020 });
    this.documents.set(url, document);
    return document;
  }

  /** Looks for ids and anchors in a schema at a place where no keyword puts schemas. */
  visit(document: SchemaDocument, pointer: string): void {
    const { id, draft } = resourceAt(document, pointer);
    this.collect(document, lookUp(document, pointer), { pointer, base: id, fallback: draft });
  }

  /**
   * The place that a reference in `resource` of `document` names.
   * @throws {HelmError} if its document cannot be had or has no such anchor
   */
  resolve(reference: string, document: SchemaDocument, resource: SchemaResource): SchemaPlace {
    const [relative = '', ...rest] = reference.split('#');
    const url = joinUrl(resource.id, relative);
    const fragment = decodeFragment(rest.join('#'), reference);
    if (url === document.url) return placeIn(document, rootResource(document), fragment);
    for (const one of document.resources.values()) if (one.id === url) return placeIn(document, one, fragment);
    const other = this.at(url);
    return placeIn(other, rootResource(other), fragment);
  }

  private load(url: string): GoValue {
    const known = this.loaded.get(url);
    if (known !== undefined) return known;
    const text = METASCHEMA_TEXTS.get(
      url.replace(/^(https?:\/\/json-schema\.org)\/schema$/, '$1/draft/2020-12/schema'),
    );
    const metaschema =
      text ?? METASCHEMA_TEXTS.get(url.startsWith('https:') ? `http${url.slice(5)}` : `https${url.slice(4)}`);
    if (metaschema !== undefined) return fromJson(parseJson(metaschema));
    if (url.startsWith('urn:')) return true;
    throw new HelmError(`failing loading ${quoteString(url)}: ${refusal(url)}`);
  }

  private collect(
    document: SchemaDocument,
    schema: GoValue,
    { pointer, base, fallback }: { pointer: string; base: string; fallback: DraftVersion },
  ): void {
    if (document.visited.has(pointer)) return;
    document.visited.add(pointer);
    if (document.visited.size > MAX_SCHEMAS) throw new HelmError(`the schema has more than ${MAX_SCHEMAS} parts`);
    if (pointer === '' && !(schema instanceof Map)) addResource(document, newResource(pointer, base, fallback));
    if (schema instanceof Map) this.collectObject(document, schema, { pointer, base, fallback });
  }

  private collectObject(
    document: SchemaDocument,
    schema: GoMap,
    { pointer, base, fallback }: { pointer: string; base: string; fallback: DraftVersion },
  ): void {
    const stated = this.draftFor(schema, fallback, new Set());
    const isOwn = pointer === '' || idOf(schema, stated) !== '';
    const draft = isOwn ? stated : fallback;
    const id = idOf(schema, draft);
    const ownBase = id === '' ? base : joinUrl(base, id);
    if (id !== '' || pointer === '') addResource(document, newResource(pointer, ownBase, draft));
    const resource = [...document.resources.values()].find((one) => one.id === ownBase) ?? rootResource(document);
    collectAnchors(document, schema, pointer, resource);
    for (const [inner, value] of subschemasOf(schema, pointer, draft)) {
      this.collect(document, value, { pointer: inner, base: ownBase, fallback: resource.draft });
    }
  }

  /** The draft that `$schema` names, through other metaschemas if need be. */
  private draftFor(schema: GoValue, fallback: DraftVersion, seen: Set<string>): DraftVersion {
    const stated = schema instanceof Map ? schema.get('$schema') : undefined;
    if (typeof stated !== 'string') return fallback;
    const draft = draftOf(stated);
    if (draft !== undefined) return draft;
    const url = stated.split('#', 1)[0] ?? '';
    if (seen.has(url)) throw new HelmError(`cycle in resolving $schema in ${quoteString(url)}`);
    return this.draftFor(this.load(url), fallback, seen.add(url));
  }
}

/** Far more than the largest charts have. */
const MAX_SCHEMAS = 200_000;

/** The resource that the schema at a pointer belongs to: the innermost around it. */
export function resourceAt(document: SchemaDocument, pointer: string): SchemaResource {
  for (let at = pointer; ; at = at.slice(0, at.lastIndexOf('/'))) {
    const resource = document.resources.get(at);
    if (resource !== undefined) return resource;
    if (at === '') return rootResource(document);
  }
}

/**
 * What is at a JSON pointer.
 * @throws {HelmError} `json-pointer in "…" not found`
 */
export function lookUp({ url, root }: SchemaDocument, pointer: string): GoValue {
  let value = root;
  for (const token of pointer.split('/').slice(1)) {
    const key = unescapePointer(token);
    if (key === undefined) throw new HelmError(`invalid json-pointer ${quoteString(locationOf({ url, pointer }))}`);
    const next = Array.isArray(value) && /^\d{1,9}$/.test(key) ? value[Number(key)] : undefined;
    const inner = value instanceof Map ? value.get(key) : next;
    if (inner === undefined) {
      throw new HelmError(`json-pointer in ${quoteString(locationOf({ url, pointer }))} not found`);
    }
    value = inner;
  }
  return value;
}

/** A place as one text: `URL#POINTER`. */
export function locationOf({ url, pointer }: SchemaPlace): string {
  return `${url}#${pointer.split('/').map(encodeToken).join('/')}`;
}

/** As Go's `url.PathEscape` writes it. */
function encodeToken(token: string): string {
  return encodeURIComponent(token.toWellFormed())
    .replace(/%(?:24|26|2B|3D|3A|40)/g, decodeURIComponent)
    .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

function rootResource(document: SchemaDocument): SchemaResource {
  return document.resources.get('') ?? newResource('', document.url, 2020);
}

function newResource(pointer: string, id: string, draft: DraftVersion): SchemaResource {
  return { pointer, id, draft, anchors: new Map(), dynamicAnchors: new Set() };
}

function addResource(document: SchemaDocument, resource: SchemaResource): void {
  for (const other of document.resources.values()) {
    if (other.id !== resource.id) continue;
    if (other.pointer === resource.pointer) return;
    const pointers = `${quoteString(resource.pointer)} and ${quoteString(other.pointer)}`;
    throw new HelmError(`duplicate id ${quoteString(resource.id)} in ${quoteString(document.url)} at ${pointers}`);
  }
  document.resources.set(resource.pointer, resource);
}

function collectAnchors(document: SchemaDocument, schema: GoMap, pointer: string, resource: SchemaResource): void {
  for (const name of anchorsOf(schema, resource.draft)) {
    const present = resource.anchors.get(name);
    if (present !== undefined && present !== pointer) {
      const pointers = `${quoteString(present)} and ${quoteString(pointer)}`;
      throw new HelmError(`duplicate anchor ${quoteString(name)} in ${quoteString(document.url)} at ${pointers}`);
    }
    resource.anchors.set(name, pointer);
  }
  const dynamic = schema.get('$dynamicAnchor');
  if (resource.draft >= 2020 && typeof dynamic === 'string') resource.dynamicAnchors.add(dynamic);
}

function anchorsOf(schema: GoMap, draft: DraftVersion): string[] {
  if (draft < 2019) {
    const id = schema.has('$ref') ? undefined : schema.get(draft === 4 ? 'id' : '$id');
    const fragment = typeof id === 'string' ? id.split('#').slice(1).join('#') : '';
    return fragment === '' || fragment.startsWith('/') ? [] : [fragment];
  }
  const names = [schema.get('$anchor'), draft >= 2020 ? schema.get('$dynamicAnchor') : undefined];
  return names.filter((name) => typeof name === 'string');
}

function placeIn(document: SchemaDocument, resource: SchemaResource, fragment: string): SchemaPlace {
  if (fragment === '' || fragment.startsWith('/')) {
    return { url: document.url, pointer: resource.pointer + fragment };
  }
  const pointer = resource.anchors.get(fragment);
  if (pointer !== undefined) return { url: document.url, pointer };
  const reference = quoteString(`${resource.id}#${encodeToken(fragment)}`);
  throw new HelmError(`anchor in ${reference} not found in schema ${quoteString(document.url)}`);
}

function joinUrl(base: string, relative: string): string {
  if (relative === '') return base;
  const url = URL.parse(relative, base);
  if (url === null) throw new HelmError(`error in parsing ${quoteString(relative)}: it is no URL`);
  return url.href;
}

function decodeFragment(fragment: string, reference: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    throw new HelmError(`error in parsing ${quoteString(reference)}: invalid URL escape`);
  }
}

function refusal(url: string): string {
  if (url.startsWith('file:')) return `open ${url.replace(/^file:\/\//, '')}: no such file or directory`;
  if (/^https?:/.test(url)) return 'schemas are not fetched: put it into values.schema.json under $defs';
  return `no URLLoader registered for ${quoteString(url)}`;
}
