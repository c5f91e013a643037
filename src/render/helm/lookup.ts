import type { JsonObject, JsonValue } from '../../object/kube-object.ts';
import { GoFunctionError } from '../gotemplate/function-table.ts';
import { type GoMap, type GoValue, goInt } from '../gotemplate/value.ts';

/** What a template asks of the cluster; an empty `name` asks for a list, an empty `namespace` for all or none. */
export interface LookupQuery {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** Answers a query: the object, or a List; an empty map where there is none. Throws GoFunctionError for an error. */
export type Lookup = (query: LookupQuery) => GoMap;

/** An object or list that must be read from the cluster before the chart can be rendered. */
export interface LookupNeed {
  readonly kind: 'lookup';
  /** Under which the answer is given. */
  readonly key: string;
  readonly query: LookupQuery;
}

/** What the cluster holds: the object or list whole, nothing, or why it cannot be told, without any of its data. */
export type LookupAnswer = { readonly object: JsonObject } | { readonly absent: true } | { readonly error: string };

/** Answers by {@link LookupNeed.key}. */
export type LookupAnswers = ReadonlyMap<string, LookupAnswer>;

/** Names a query, for {@link LookupAnswers}. */
export function lookupKey({ apiVersion, kind, namespace, name }: LookupQuery): string {
  return JSON.stringify([apiVersion, kind, namespace, name]);
}

/** A {@link Lookup} from answers that are at hand, and the queries that had none: those find nothing. */
export function answerLookups(answers: LookupAnswers): { readonly lookup: Lookup; readonly needs: () => LookupNeed[] } {
  const needs = new Map<string, LookupNeed>();
  const lookup = (query: LookupQuery): GoMap => {
    const key = lookupKey(query);
    const answer = answers.get(key);
    if (answer === undefined) needs.set(key, { kind: 'lookup', key, query });
    else if ('error' in answer) throw new GoFunctionError(answer.error);
    return answer !== undefined && 'object' in answer ? toGoObject(answer.object) : new Map();
  };
  return { lookup, needs: () => [...needs.values()] };
}

/** An object of the API server as Go's client decodes it: whole numbers are int64. A copy, which templates may change. */
export function toGoObject(object: JsonObject): GoMap {
  const map: GoMap = new Map();
  for (const [key, value] of Object.entries(object)) map.set(key, toGoValue(value));
  return map;
}

function toGoValue(value: JsonValue): GoValue {
  if (typeof value === 'bigint' || Number.isSafeInteger(value)) return goInt(value as bigint | number, 'int64');
  if (value === null || typeof value !== 'object') return value;
  return Array.isArray(value) ? value.map(toGoValue) : toGoObject(value);
}

/**
 * A text, of an error say, without what Secrets among the answers hold, encoded or not: templates may quote what they
 * were given.
 */
export function withoutSecrets(text: string, answers: LookupAnswers): string {
  let result = text;
  for (const value of secretValues(answers)) result = result.replaceAll(value, '********');
  return result;
}

/** The longest first, so that none is left in part. Shorter ones tell nothing, and would maim the text. */
function secretValues(answers: LookupAnswers): string[] {
  const values = new Set<string>();
  for (const answer of answers.values()) {
    if (!('object' in answer)) continue;
    for (const object of [answer.object, ...itemsOf(answer.object)]) {
      if (isSecret(object, answer.object)) addValues(object, values);
    }
  }
  return [...values].filter((value) => value.length >= MIN_SECRET).sort((a, b) => b.length - a.length);
}

const MIN_SECRET = 3;

function itemsOf(object: JsonObject): JsonObject[] {
  const items = object['items'];
  return Array.isArray(items) ? items.filter(isObject) : [];
}

function isSecret(object: JsonObject, within: JsonObject): boolean {
  return object['kind'] === 'Secret' || within['kind'] === 'SecretList';
}

function addValues(secret: JsonObject, values: Set<string>): void {
  const data = secret['data'];
  if (!isObject(data ?? null)) return;
  for (const encoded of Object.values(data as JsonObject)) {
    if (typeof encoded !== 'string') continue;
    const decoded = Buffer.from(encoded, 'base64').toString();
    for (const value of [encoded, decoded]) values.add(value).add(JSON.stringify(value).slice(1, -1));
    for (const line of decoded.split('\n')) values.add(line.trim());
  }
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
