import type { JsonObject, JsonValue, KubeObject } from '../object/kube-object.ts';
import type { YamlDocument } from '../yaml/parse-documents.ts';
import type { RenderedManifest, RenderProblem } from './rendered.ts';

/** What one file gives. */
export interface FileManifests {
  readonly manifests: readonly RenderedManifest[];
  readonly problems: readonly RenderProblem[];
}

/**
 * The Kubernetes objects in a file's documents. Empty documents are skipped and lists (`List`, `ConfigMapList`,
 * anything with `items`) replaced by their items; what is no object comes as a problem. Pure; inputs untouched.
 *
 * @see https://github.com/argoproj/argo-cd/blob/v3.5.1/reposerver/repository/repository.go GenerateManifests
 */
export function toManifests(documents: readonly YamlDocument[], file: string): FileManifests {
  const manifests: RenderedManifest[] = [];
  const problems: RenderProblem[] = [];
  for (const { value, line } of documents) {
    for (const item of expandLists(value)) {
      const fault = findFault(item);
      if (fault === undefined) manifests.push({ object: item as KubeObject, position: { file, line } });
      else problems.push(renderProblem({ file, line, ...fault }));
    }
  }
  return { manifests, problems };
}

/** Builds a problem with its sentence. */
export function renderProblem(parts: Omit<RenderProblem, 'message'>): RenderProblem {
  const where = parts.line === undefined ? parts.file : `${parts.file}:${parts.line}`;
  const kind = parts.severity === 'foreign' ? 'is no Kubernetes object' : 'is no valid Kubernetes object';
  return { ...parts, message: `${where} ${kind}: ${parts.reason}` };
}

interface Fault {
  readonly severity: 'foreign' | 'invalid';
  readonly reason: string;
}

function expandLists(value: JsonValue): JsonValue[] {
  if (value === null) return [];
  if (!isObject(value) || typeof value.kind !== 'string' || !Object.hasOwn(value, 'items')) return [value];
  const { items } = value;
  // `items: null` is an empty list, if the rest does not make it another kind of object.
  if (items === null && value.spec === undefined && value.status === undefined) return [];
  if (!Array.isArray(items)) return [value];
  return items.flatMap((item) => expandLists(nameKind(item, value)));
}

/** Items of a typed list may leave out their kind, which the list's own then tells. */
function nameKind(item: JsonValue, list: JsonObject): JsonValue {
  const kind = typeof list.kind === 'string' ? list.kind.replace(/List$/, '') : '';
  if (!isObject(item) || kind === '' || typeof list.apiVersion !== 'string') return item;
  if (item.kind !== undefined && item.apiVersion !== undefined) return item;
  return Object.freeze({ ...item, kind: item.kind ?? kind, apiVersion: item.apiVersion ?? list.apiVersion });
}

function findFault(value: JsonValue): Fault | undefined {
  if (!isObject(value)) return describeNonObject(value);
  const present = ['apiVersion', 'kind', 'metadata'].filter((field) => Object.hasOwn(value, field));
  const severity = present.length >= 2 ? 'invalid' : 'foreign';
  const reason = faultOfType(value) ?? faultOfMetadata(value.metadata);
  return reason === undefined ? undefined : { severity, reason };
}

function describeNonObject(value: JsonValue): Fault {
  if (!Array.isArray(value)) {
    const isPointer = typeof value === 'string' && value.startsWith('version https://git-lfs.');
    return isPointer
      ? { severity: 'invalid', reason: 'it is a Git LFS pointer, and Holdfast does not fetch LFS objects' }
      : { severity: 'foreign', reason: 'it holds a single value, not a mapping' };
  }
  const holdsObjects = value.some((item) => isObject(item) && Object.hasOwn(item, 'apiVersion'));
  return {
    severity: holdsObjects ? 'invalid' : 'foreign',
    reason: 'it holds a list, not a mapping: write objects as documents of their own or as items of a List',
  };
}

function faultOfType(object: JsonObject): string | undefined {
  return faultOfText(object.apiVersion, 'apiVersion') ?? faultOfText(object.kind, 'kind');
}

function faultOfText(value: JsonValue | undefined, field: string): string | undefined {
  if (value === undefined || value === null || value === '') return `it has no ${field}`;
  return typeof value === 'string' ? undefined : `its ${field} is not a text but ${typeName(value)}`;
}

function faultOfMetadata(metadata: JsonValue | undefined): string | undefined {
  if (metadata === undefined || metadata === null) return 'it has no metadata.name';
  if (!isObject(metadata)) return `its metadata is not a mapping but ${typeName(metadata)}`;
  return (
    faultOfName(metadata) ??
    faultOfOptionalText(metadata.namespace, 'metadata.namespace') ??
    faultOfTexts(metadata.labels, 'metadata.labels') ??
    faultOfTexts(metadata.annotations, 'metadata.annotations')
  );
}

function faultOfName(metadata: JsonObject): string | undefined {
  const field = metadata.name === undefined || metadata.name === null ? 'generateName' : 'name';
  const fault = faultOfText(metadata[field], `metadata.${field}`);
  return field === 'generateName' && fault !== undefined
    ? (faultOfOptionalText(metadata.generateName, 'metadata.generateName') ?? 'it has no metadata.name')
    : fault;
}

function faultOfOptionalText(value: JsonValue | undefined, field: string): string | undefined {
  return value === undefined || value === null || typeof value === 'string'
    ? undefined
    : `its ${field} is not a text but ${typeName(value)}: quote it`;
}

function faultOfTexts(value: JsonValue | undefined, field: string): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isObject(value)) return `its ${field} is not a mapping but ${typeName(value)}`;
  for (const [key, text] of Object.entries(value)) {
    const fault = text === null ? undefined : faultOfOptionalText(text, `${field}[${JSON.stringify(key)}]`);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function typeName(value: JsonValue): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  return typeof value === 'boolean' ? 'a boolean' : typeof value === 'string' ? 'a text' : 'a number';
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
