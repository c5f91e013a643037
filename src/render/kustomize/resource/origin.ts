import { composeNodes } from '../node/compose-nodes.ts';
import { encodeNode } from '../node/encode-node.ts';
import { fieldPairs, fieldValue } from '../node/fields.ts';
import { mappingNode, scalarNode, sequenceNode, valueOf, type YamlNode } from '../node/node.ts';
import { nodeFromJson } from '../node/node-from-json.ts';
import { ORIGIN_ANNOTATION, TRANSFORMATIONS_ANNOTATION } from './build-annotations.ts';
import type { Resource } from './resource.ts';

/** What made a resource, where no file holds it. */
export interface OriginConfiguration {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly name?: string;
  readonly namespace?: string;
}

/**
 * Where a resource or the configuration of a transformer comes from.
 * @see sigs.k8s.io/kustomize/api v0.21.2 resource/origin.go
 */
export interface Origin {
  /** From the folder that is built; of what is remote, from the root of its repository. */
  readonly path?: string;
  readonly repo?: string;
  readonly ref?: string;
  /** File that configures the generator or transformer. */
  readonly configuredIn?: string;
  readonly configuredBy?: OriginConfiguration;
}

/** The origin as the annotation says it; undefined without one. @throws {KustomizeError} if it is no YAML mapping */
export function getOrigin(resource: Resource): Origin | undefined {
  const text = resource.annotation(ORIGIN_ANNOTATION);
  return text === undefined ? undefined : readOrigin(composeNodes(text, ORIGIN_ANNOTATION)[0]);
}

/** Whether there is an origin, or an annotation that was to be one. */
export function hasOrigin(resource: Resource): boolean {
  return resource.annotation(ORIGIN_ANNOTATION) !== undefined;
}

/** Sets the annotation; undefined takes it away. */
export function setOrigin(resource: Resource, origin: Origin | undefined): void {
  const annotations = resource.annotations();
  if (origin === undefined) annotations.delete(ORIGIN_ANNOTATION);
  else annotations.set(ORIGIN_ANNOTATION, formatOrigin(origin));
  resource.setAnnotations(annotations);
}

/** Notes that what `origin` names has changed the resource. @throws {KustomizeError} if the annotation is no list */
export function addTransformation(resource: Resource, origin: Origin | undefined): void {
  const text = resource.annotation(TRANSFORMATIONS_ANNOTATION);
  const present = text === undefined ? [] : (composeNodes(text, TRANSFORMATIONS_ANNOTATION)[0]?.content ?? []);
  const origins = [...present.map(readOrigin), origin ?? {}];
  const list = encodeNode(sequenceNode(...origins.map(originNode)));
  resource.setAnnotations(resource.annotations().set(TRANSFORMATIONS_ANNOTATION, list));
}

/** Takes away what {@link addTransformation} noted. */
export function clearTransformations(resource: Resource): void {
  const annotations = resource.annotations();
  annotations.delete(TRANSFORMATIONS_ANNOTATION);
  resource.setAnnotations(annotations);
}

/** The YAML of the annotation. */
export function formatOrigin(origin: Origin): string {
  return encodeNode(originNode(origin));
}

/** The origin of what the plugin that `resource` configures makes; undefined if the resource has no origin itself. */
export function originFromPlugin(resource: Resource): Origin | undefined {
  const origin = getOrigin(resource);
  if (origin === undefined) return undefined;
  const { repo = '', ref = '', path = '' } = origin;
  const { apiVersion, kind, name, namespace } = resource;
  return { repo, ref, configuredIn: path, configuredBy: { apiVersion, kind, name, namespace } };
}

const TEXT_FIELDS = ['path', 'repo', 'ref', 'configuredIn'] as const;
const CONFIGURATION_FIELDS = ['apiVersion', 'kind', 'name', 'namespace'] as const;

function readOrigin(node: YamlNode | undefined): Origin {
  return {
    ...readTexts(node, TEXT_FIELDS),
    configuredBy: readTexts(fieldValue(node, 'configuredBy'), CONFIGURATION_FIELDS),
  };
}

function readTexts<T extends string>(node: YamlNode | undefined, fields: readonly T[]): Partial<Record<T, string>> {
  const texts: Partial<Record<T, string>> = {};
  for (const field of fields) {
    const text = valueOf(fieldValue(node, field));
    if (text !== '') texts[field] = text;
  }
  return texts;
}

function originNode(origin: Origin): YamlNode {
  const node = textsNode(origin, TEXT_FIELDS);
  const configuredBy = textsNode(origin.configuredBy ?? {}, CONFIGURATION_FIELDS);
  if (fieldPairs(configuredBy).length > 0) node.content.push(scalarNode('configuredBy'), configuredBy);
  return node;
}

function textsNode<T extends string>(texts: Partial<Record<T, unknown>>, fields: readonly T[]): YamlNode {
  const node = mappingNode();
  for (const field of fields) {
    const text = texts[field];
    if (typeof text === 'string' && text !== '') node.content.push(scalarNode(field), nodeFromJson(text));
  }
  return node;
}
