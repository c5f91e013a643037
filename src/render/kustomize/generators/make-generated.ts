import { isUtf8 } from 'node:buffer';
import type { GeneratorArgs, GeneratorOptions } from '../kustomization/kustomization.ts';
import { KustomizeError, wrapError } from '../kustomize-error.ts';
import type { Loader } from '../loader/loader.ts';
import { setField } from '../node/fields.ts';
import { compareStrings } from '../node/metadata.ts';
import { mappingNode, newNode, scalarNode, stringNode, TAG, type YamlNode } from '../node/node.ts';
import { lookupCreate, setAtPath } from '../node/path.ts';
import { encodeBase64Lines } from '../resource/encode-base64-lines.ts';
import { type KeyValue, loadKeyValues } from './key-values.ts';

/** The kinds of objects that are generated from files and literals. */
export type GeneratedKind = 'ConfigMap' | 'Secret';

/**
 * The ConfigMap or Secret that `args` ask for. Keys are sorted; what is no UTF-8 goes to a ConfigMap's `binaryData`.
 * @throws {KustomizeError} without a name, with a key that comes twice, or if a source cannot be read
 * @see https://github.com/kubernetes-sigs/kustomize/tree/api/v0.21.2/api/internal/generators
 */
export function makeGenerated(kind: GeneratedKind, args: GeneratorArgs, loader: Loader): YamlNode {
  const node = makeBase(kind, args);
  if (kind === 'Secret') setField(node, 'type', stringNode(args.type || 'Opaque'));
  const entries = sortedEntries(args, loader);
  if (kind === 'Secret') fillSecret(node, entries);
  else fillConfigMap(node, entries);
  addOptions(node, args.options ?? {});
  return node;
}

function makeBase(kind: GeneratedKind, args: GeneratorArgs): YamlNode {
  const { name = '', namespace = '' } = args;
  const text = (value: string) => newNode('scalar', TAG.string, value);
  const node = mappingNode(text('apiVersion'), text('v1'), text('kind'), text(kind));
  node.tag = TAG.map;
  if (name === '') throw new KustomizeError('a configmap must have a name');
  setAtPath(node, ['metadata', 'name'], stringNode(name));
  if (namespace !== '') setAtPath(node, ['metadata', 'namespace'], stringNode(namespace));
  return node;
}

function sortedEntries(args: GeneratorArgs, loader: Loader): KeyValue[] {
  const entries = load(args, loader);
  const keys = new Set<string>();
  for (const { key } of entries) {
    if (keys.has(key)) throw new KustomizeError(`configmap ${args.name} illegally repeats the key \`${key}\``);
    keys.add(key);
  }
  return entries.sort((a, b) => compareStrings(a.key, b.key));
}

function load(args: GeneratorArgs, loader: Loader): KeyValue[] {
  try {
    return loadKeyValues(loader, args);
  } catch (error) {
    throw wrapError(error, 'loading KV pairs');
  }
}

function fillSecret(node: YamlNode, entries: readonly KeyValue[]): void {
  const data = lookupCreate(node, ['data'], 'mapping');
  if (data === undefined) return;
  for (const { key, value } of entries) setField(data, key, stringNode(encodeBase64Lines(value)));
}

function fillConfigMap(node: YamlNode, entries: readonly KeyValue[]): void {
  for (const { key, value } of entries) {
    const text = typeof value === 'string' || isUtf8(value) ? value.toString() : undefined;
    const data = lookupCreate(node, [text === undefined ? 'binaryData' : 'data'], 'mapping');
    if (data !== undefined) setField(data, key, stringNode(text ?? encodeBase64Lines(value)));
  }
}

function addOptions(node: YamlNode, options: GeneratorOptions): void {
  for (const [key, value] of sortedPairs(options.labels))
    setAtPath(node, ['metadata', 'labels', key], stringNode(value));
  for (const [key, value] of sortedPairs(options.annotations)) {
    setAtPath(node, ['metadata', 'annotations', key], stringNode(value));
  }
  if (options.immutable !== true) return;
  const immutable = scalarNode('true');
  immutable.tag = TAG.bool;
  setField(node, 'immutable', immutable);
}

function sortedPairs(map: Readonly<Record<string, string>> = {}): [key: string, value: string][] {
  return Object.entries(map).sort(([a], [b]) => compareStrings(a, b));
}
