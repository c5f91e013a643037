import { KustomizeError } from '../kustomize-error.ts';
import { decodeNode } from '../node/decode-node.ts';
import type { YamlNode } from '../node/node.ts';
import { nodeFromJson } from '../node/node-from-json.ts';
import { jsonTypeOf, type PatchOperation } from './decode-json-patch.ts';
import { addTo, describeIndexError, getFrom, removeFrom, setIn } from './patch-container.ts';
import {
  copyPatchValue,
  fromPatchValue,
  isPatchValueEqual,
  type PatchContainer,
  type PatchValue,
  toPatchValue,
  WrittenScalar,
} from './patch-document.ts';

/**
 * A new tree: that of `node` with the operations of a JSON patch applied, keys sorted and, as in kustomize, all numbers
 * turned into floats, which takes digits from integers beyond 2^53.
 * @throws {KustomizeError} if an operation cannot be applied or a test fails
 * @see sigs.k8s.io/kustomize/api v0.21.2 filters/patchjson6902/patchjson6902.go
 */
export function applyJsonPatch(node: YamlNode, operations: readonly PatchOperation[]): YamlNode {
  const decoded = toPatchValue(decodeNode(node));
  if (!isContainer(decoded)) throw new KustomizeError(`json: cannot unmarshal ${jsonTypeOf(decoded)} into Go value`);
  const patched = applyOperations(decoded, operations);
  if (Array.isArray(patched)) {
    throw new KustomizeError('json: cannot unmarshal array into Go value of type map[string]interface {}');
  }
  return nodeFromJson(fromPatchValue(patched));
}

/**
 * The document after all operations; it is changed in place but where it is replaced as a whole.
 * @throws {KustomizeError} if an operation cannot be applied or a test fails
 * @see gopkg.in/evanphx/json-patch.v4 v4.13.0 patch.go
 */
export function applyOperations(document: PatchContainer, operations: readonly PatchOperation[]): PatchContainer {
  let root = document;
  for (const operation of operations) {
    const kind = textOf(operation.get('op')) ?? 'unknown';
    const apply = OPERATIONS.get(kind);
    if (apply === undefined) throw new KustomizeError(`Unexpected kind: ${kind}`);
    root = apply(root, operation);
  }
  return root;
}

type Apply = (root: PatchContainer, operation: PatchOperation) => PatchContainer;

const OPERATIONS: ReadonlyMap<string, Apply> = new Map<string, Apply>([
  ['add', add],
  ['remove', remove],
  ['replace', replace],
  ['move', move],
  ['test', test],
  ['copy', copy],
]);

function add(root: PatchContainer, operation: PatchOperation): PatchContainer {
  const path = readPath(operation, 'add');
  const place = find(root, path);
  if (place === undefined) throw missing(`add operation does not apply: doc is missing path: "${path}"`);
  wrapping(`error in add for path: '${path}'`, () => addTo(place.container, place.key, valueOf(operation)));
  return root;
}

function remove(root: PatchContainer, operation: PatchOperation): PatchContainer {
  const path = readPath(operation, 'remove');
  const place = find(root, path);
  if (place === undefined) throw missing(`remove operation does not apply: doc is missing path: "${path}"`);
  wrapping(`error in remove for path: '${path}'`, () => removeFrom(place.container, place.key));
  return root;
}

/** A field need not be there, an item must. */
function replace(root: PatchContainer, operation: PatchOperation): PatchContainer {
  const path = readPath(operation, 'replace');
  if (path === '') {
    const value = valueOf(operation);
    if (isContainer(value)) return value;
    throw new KustomizeError('replace operation value must be object or array');
  }
  const place = find(root, path);
  if (place === undefined) throw missing(`replace operation does not apply: doc is missing path: ${path}`);
  const { container, key } = place;
  if (Array.isArray(container) && describeIndexError(container, key) !== undefined) {
    throw missing(`replace operation does not apply: doc is missing key: ${path}`);
  }
  setIn(container, key, valueOf(operation));
  return root;
}

function move(root: PatchContainer, operation: PatchOperation): PatchContainer {
  const from = readFrom(operation, 'move');
  const source = find(root, from);
  if (source === undefined) throw missing(`move operation does not apply: doc is missing from path: ${from}`);
  const value = wrapping(`error in move for path: '${source.key}'`, () => {
    const found = getFrom(source.container, source.key);
    removeFrom(source.container, source.key);
    return found;
  });
  const path = readPath(operation, 'move');
  const place = find(root, path);
  if (place === undefined) throw missing(`move operation does not apply: doc is missing destination path: ${path}`);
  wrapping(`error in move for path: '${path}'`, () => addTo(place.container, place.key, value ?? null));
  return root;
}

/** A field that is not there counts as null. */
function test(root: PatchContainer, operation: PatchOperation): PatchContainer {
  const path = readPath(operation, 'test');
  const place = path === '' ? undefined : find(root, path);
  if (path !== '' && place === undefined) throw missing(`test operation does not apply: is missing path: ${path}`);
  const actual = wrapping(`error in test for path: '${path}'`, () =>
    place === undefined ? root : (getFrom(place.container, place.key) ?? null),
  );
  if (!isPatchValueEqual(actual, operation.get('value') ?? null)) {
    throw new KustomizeError(`testing value ${path} failed: test failed`);
  }
  return root;
}

/** A field that is not there is copied as null. */
function copy(root: PatchContainer, operation: PatchOperation): PatchContainer {
  const from = readFrom(operation, 'copy');
  const source = find(root, from);
  if (source === undefined) throw missing(`copy operation does not apply: doc is missing from path: ${from}`);
  const value = wrapping(`error in copy for from: '${from}'`, () => getFrom(source.container, source.key));
  const path = readPath(operation, 'copy');
  const place = find(root, path);
  if (place === undefined) throw missing(`copy operation does not apply: doc is missing destination path: ${path}`);
  wrapping('error while adding value during copy', () => {
    addTo(place.container, place.key, copyPatchValue(value ?? null));
  });
  return root;
}

/** The container that the last part of a path is in, and that part. What is before the first slash is ignored. */
function find(root: PatchContainer, path: string): { container: PatchContainer; key: string } | undefined {
  const [, ...parts] = path.split('/').map(unescapePart);
  const key = parts.pop();
  if (key === undefined) return undefined;
  let container = root;
  for (const part of parts) {
    if (Array.isArray(container) && describeIndexError(container, part) !== undefined) return undefined;
    const next = getFrom(container, part);
    if (next === undefined || !isContainer(next)) return undefined;
    container = next;
  }
  return { container, key };
}

function unescapePart(part: string): string {
  return part.replaceAll(/~[01]/g, (escaped) => (escaped === '~1' ? '/' : '~'));
}

function isContainer(value: PatchValue): value is PatchContainer {
  return value instanceof Map || Array.isArray(value);
}

/** A copy, for a patch may be applied to many documents. */
function valueOf(operation: PatchOperation): PatchValue {
  return copyPatchValue(operation.get('value') ?? null);
}

function readPath(operation: PatchOperation, kind: string): string {
  const value = operation.get('path');
  const isShort = kind === 'add' || kind === 'remove' || kind === 'copy';
  return readText(value, `${kind} operation failed to decode path`, isShort ? '' : 'operation missing path field: ');
}

function readFrom(operation: PatchOperation, kind: string): string {
  const value = operation.get('from');
  return readText(value, `${kind} operation failed to decode from`, 'operation, missing from field: ');
}

function readText(value: PatchValue | undefined, problem: string, detail: string): string {
  const text = textOf(value);
  if (text !== undefined) return text;
  if (value === undefined || value === null || detail === '') throw missing(`${problem}: ${detail}`.replace(/: $/, ''));
  throw new KustomizeError(`${problem}: json: cannot unmarshal ${jsonTypeOf(value)} into Go value of type string`);
}

function textOf(value: PatchValue | undefined): string | undefined {
  const plain = value instanceof WrittenScalar ? value.value : value;
  return typeof plain === 'string' ? plain : undefined;
}

function missing(message: string): KustomizeError {
  return new KustomizeError(`${message}: missing value`);
}

function wrapping<T>(prefix: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof KustomizeError)) throw error;
    throw new KustomizeError(`${prefix}: ${error.message}`, { cause: error });
  }
}
