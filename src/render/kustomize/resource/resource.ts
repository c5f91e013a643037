import { mergeStrategic } from '../merge/merge-strategic.ts';
import { clearField, fieldValue } from '../node/fields.ts';
import * as metadata from '../node/metadata.ts';
import { copyNode, isEmptyMap, isNilOrEmpty, newNode, STYLE, stringNode, type YamlNode } from '../node/node.ts';
import { lookup, setAtPath } from '../node/path.ts';
import type { Schema } from '../schema/schema.ts';
import { BUILD_ANNOTATION, ENABLED, REMOVED_ANNOTATIONS } from './build-annotations.ts';
import { makePreviousIds } from './make-res-ids.ts';
import { effectiveNamespace, formatResId, type Gvk, makeGvk, parseResId, type ResId } from './res-id.ts';

/** Holds the schema that is in force: one holder a build, for an `openapi:` field on the way changes it for the rest. */
export interface SchemaHolder {
  schema: Schema;
}

/** What a generated resource does to one that is there already; `unspecified` counts as `create`. */
export type GeneratorBehavior = 'unspecified' | 'create' | 'replace' | 'merge';

/** What two resources have in common when they were renamed together. */
export interface NameContext {
  namePrefixes(): readonly string[];
  nameSuffixes(): readonly string[];
}

/**
 * An object of a build with what the build notes about it. Mutable; its node tree is changed by filters from outside,
 * so nothing that is read from it is kept for longer than it holds.
 * @see sigs.k8s.io/kustomize/api v0.21.2 resource/resource.go
 */
export class Resource implements NameContext {
  /** Undefined once a patch has deleted the resource. */
  node: YamlNode | undefined;
  readonly holder: SchemaHolder;
  /** Names of the vars that take their value from this resource. */
  refVarNames: string[] = [];
  private curIdSchema: Schema | undefined;
  private curIdApiVersion = '';
  private curIdValue: ResId | undefined;
  private prevIdSource: unknown[] = [];
  private prevIdValue: readonly ResId[] = [];

  constructor(node: YamlNode, holder: SchemaHolder) {
    this.node = node;
    this.holder = holder;
  }

  /** The schema in force. */
  get schema(): Schema {
    return this.holder.schema;
  }

  /** The node tree, to be changed. A deleted resource is like one with nothing in it, and what is changed there is lost. */
  get root(): YamlNode {
    return this.node ?? newNode('mapping');
  }

  get kind(): string {
    return metadata.getKind(this.readable());
  }

  get apiVersion(): string {
    return metadata.getApiVersion(this.readable());
  }

  get name(): string {
    return metadata.getName(this.readable());
  }

  get namespace(): string {
    return metadata.getNamespace(this.readable());
  }

  /** Deleted, or nothing in it. */
  isEmpty(): boolean {
    return isNilOrEmpty(this.node);
  }

  setName(name: string): void {
    metadata.setName(this.root, name);
  }

  setNamespace(namespace: string): void {
    metadata.setNamespace(this.root, namespace);
  }

  setKind(kind: string): void {
    metadata.setKind(this.root, kind);
  }

  setApiVersion(apiVersion: string): void {
    metadata.setApiVersion(this.root, apiVersion);
  }

  gvk(): Gvk {
    return makeGvk(this.apiVersion, this.kind);
  }

  /** The id that the resource has now; unique in a ResMap. */
  curId(): ResId {
    const { schema, apiVersion, kind, name, namespace } = this;
    const known = this.curIdValue;
    const isKnown =
      known?.name === name &&
      known.namespace === namespace &&
      known.kind === kind &&
      this.curIdApiVersion === apiVersion &&
      this.curIdSchema === schema;
    if (isKnown) return known;
    const isClusterScoped = schema.isNamespaced(apiVersion, kind) === false;
    this.curIdSchema = schema;
    this.curIdApiVersion = apiVersion;
    this.curIdValue = { ...makeGvk(apiVersion, kind), name, namespace, isClusterScoped };
    return this.curIdValue;
  }

  /** The id that the resource was loaded with; several of a ResMap may have the same. */
  orgId(): ResId {
    return this.prevIds()[0] ?? this.curId();
  }

  /** The ids that the resource had, the oldest first, without the current one. */
  prevIds(): readonly ResId[] {
    const names = this.annotation(BUILD_ANNOTATION.previousNames);
    if (names === undefined) return [];
    const namespaces = this.annotation(BUILD_ANNOTATION.previousNamespaces);
    const kinds = this.annotation(BUILD_ANNOTATION.previousKinds);
    const { apiVersion } = this;
    const source = [names, namespaces, kinds, apiVersion];
    if (isSame(this.prevIdSource, source)) return this.prevIdValue;
    this.prevIdSource = source;
    this.prevIdValue = makePreviousIds(apiVersion, names, namespaces, kinds);
    return this.prevIdValue;
  }

  /** Notes the current id among the previous ones, before it is changed. */
  storePreviousId(): void {
    const id = this.curId();
    this.setPreviousId(effectiveNamespace(id), id.name, id.kind);
  }

  /** Adds an id to the previous ones. */
  setPreviousId(namespace: string, name: string, kind: string): void {
    this.appendCsv(BUILD_ANNOTATION.previousNames, name);
    this.appendCsv(BUILD_ANNOTATION.previousNamespaces, namespace);
    this.appendCsv(BUILD_ANNOTATION.previousKinds, kind);
  }

  addNamePrefix(prefix: string): void {
    this.appendCsv(BUILD_ANNOTATION.prefixes, prefix);
  }

  addNameSuffix(suffix: string): void {
    this.appendCsv(BUILD_ANNOTATION.suffixes, suffix);
  }

  /** Prefixes that the name was given, the innermost first. */
  namePrefixes(): readonly string[] {
    return this.csv(BUILD_ANNOTATION.prefixes);
  }

  /** Suffixes that the name was given, the innermost first. */
  nameSuffixes(): readonly string[] {
    return this.csv(BUILD_ANNOTATION.suffixes);
  }

  /** Whether prefixes and suffixes end alike; with `allowEmpty` having none is like any. */
  hasSameNameContext(other: NameContext, allowEmpty: boolean): boolean {
    return (
      isSameEnding(this.namePrefixes(), other.namePrefixes(), allowEmpty) &&
      isSameEnding(this.nameSuffixes(), other.nameSuffixes(), allowEmpty)
    );
  }

  /** Takes away what the build noted. Without any annotation nothing changes, else the rest is written anew. */
  removeBuildAnnotations(): void {
    const annotations = this.annotations();
    if (annotations.size === 0) return;
    for (const name of REMOVED_ANNOTATIONS) annotations.delete(name);
    this.setAnnotations(annotations);
  }

  /** For patches: lets the patch change the name of what it patches. */
  allowNameChange(): void {
    this.enable(BUILD_ANNOTATION.allowNameChange);
  }

  isNameChangeAllowed(): boolean {
    return this.isEnabled(BUILD_ANNOTATION.allowNameChange);
  }

  /** For patches: lets the patch change the kind of what it patches. */
  allowKindChange(): void {
    this.enable(BUILD_ANNOTATION.allowKindChange);
  }

  isKindChangeAllowed(): boolean {
    return this.isEnabled(BUILD_ANNOTATION.allowKindChange);
  }

  behavior(): GeneratorBehavior {
    const text = this.annotation(BUILD_ANNOTATION.generatorBehavior) ?? '';
    return BEHAVIORS.find((behavior) => behavior === text) ?? 'unspecified';
  }

  /** @param behavior any text; what is no behaviour counts as `unspecified` */
  setBehavior(behavior: string): void {
    const known = BEHAVIORS.find((name) => name === behavior) ?? 'unspecified';
    this.setAnnotations(this.annotations().set(BUILD_ANNOTATION.generatorBehavior, known));
  }

  /** Whether the name is to end with a hash of the content. */
  needsHashSuffix(): boolean {
    return this.isEnabled(BUILD_ANNOTATION.needsHashSuffix);
  }

  enableHashSuffix(): void {
    this.enable(BUILD_ANNOTATION.needsHashSuffix);
  }

  /** The ids of the resources that refer to this one. */
  refBy(): ResId[] {
    return this.csv(BUILD_ANNOTATION.refBy).map(parseResId);
  }

  appendRefBy(id: ResId): void {
    this.appendCsv(BUILD_ANNOTATION.refBy, formatResId(id));
  }

  /** A copy. */
  annotations(): Map<string, string> {
    return metadata.getAnnotations(this.readable());
  }

  annotation(name: string): string | undefined {
    return metadata.getAnnotation(this.readable(), name);
  }

  /** Sets one annotation; the others stay as they are. */
  setAnnotation(name: string, value: string): void {
    clearEmptyAnnotations(this.root);
    metadata.setAnnotation(this.root, name, value);
  }

  setAnnotations(annotations: ReadonlyMap<string, string>): void {
    metadata.setAnnotations(this.root, annotations);
  }

  /** A copy. */
  labels(): Map<string, string> {
    return metadata.getLabels(this.readable());
  }

  setLabels(labels: ReadonlyMap<string, string>): void {
    metadata.setLabels(this.root, labels);
  }

  /** A copy that shares nothing with this. */
  copy(): Resource {
    const copied = new Resource(copyNode(this.readable()), this.holder);
    if (this.node === undefined) copied.node = undefined;
    copied.refVarNames = [...this.refVarNames];
    return copied;
  }

  /**
   * Takes over name, namespace and var names of `other`, and its labels and annotations where this has none. What the
   * build noted comes from `other` alone, but the hash suffix is only kept when this wants one too.
   */
  copyMergeMetadataFrom(other: Resource): void {
    this.setLabels(new Map([...other.labels(), ...this.labels()]));
    const own = this.annotations();
    const theirs = other.annotations();
    const merged = new Map([...theirs, ...own]);
    for (const name of REMOVED_ANNOTATIONS) {
      const value = theirs.get(name);
      if (value === undefined) merged.delete(name);
      else merged.set(name, value);
    }
    if (!own.has(BUILD_ANNOTATION.needsHashSuffix)) merged.delete(BUILD_ANNOTATION.needsHashSuffix);
    this.setAnnotations(merged);
    this.setName(other.name);
    this.setNamespace(other.namespace);
    this.refVarNames = [...other.refVarNames];
  }

  /** Adds the entries of `other`'s field (`data`, `binaryData`) that this does not have; keys sorted. */
  mergeTextMapFrom(other: Resource, field: 'data' | 'binaryData'): void {
    const merged = new Map([...textMapOf(other, field), ...textMapOf(this, field)]);
    clearField(this.root, field);
    for (const key of [...merged.keys()].sort(metadata.compareStrings)) {
      setAtPath(this.root, [field, key], stringNode(merged.get(key) ?? ''));
    }
  }

  /**
   * Applies a strategic merge patch, which is used up. Name and kind stay unless the patch may change them, the
   * namespace always stays.
   * @throws {KustomizeError} if the patch does not fit
   */
  applySmPatch(patch: Resource): void {
    const { name, namespace, kind } = this;
    const isKindFree = patch.isKindChangeAllowed();
    const isNameFree = patch.isNameChangeAllowed();
    if (isNameFree || isKindFree) this.storePreviousId();
    if (mergeStrategic(patch.root, this.root, this.schema) === undefined) this.node = undefined;
    if (this.isEmpty()) return;
    if (!isKindFree) this.setKind(kind);
    if (!isNameFree) this.setName(name);
    this.setNamespace(namespace);
  }

  private readable(): YamlNode {
    return this.node ?? NOTHING;
  }

  private csv(name: string): readonly string[] {
    return this.annotation(name)?.split(',') ?? [];
  }

  private appendCsv(name: string, value: string): void {
    if (value === '') return;
    const current = this.annotation(name);
    clearEmptyAnnotations(this.root);
    const node = stringNode(current === undefined ? value : `${current},${value}`);
    node.style = STYLE.singleQuoted;
    setAtPath(this.root, ['metadata', 'annotations', name], node);
  }

  private isEnabled(name: string): boolean {
    return this.annotation(name) === ENABLED;
  }

  private enable(name: string): void {
    this.setAnnotations(this.annotations().set(name, ENABLED));
  }
}

const NOTHING: YamlNode = newNode('none');

const BEHAVIORS: readonly GeneratorBehavior[] = ['create', 'replace', 'merge'];

function isSame(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((value, index) => value === b[index]);
}

/** The shorter list is the end of the longer one. Two empty ones are alike, one empty is not, unless `allowEmpty`. */
function isSameEnding(a: readonly string[], b: readonly string[], allowEmpty: boolean): boolean {
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  if (short.length === 0) return allowEmpty || long.length === 0;
  const offset = long.length - short.length;
  return short.every((text, index) => text === long[offset + index]);
}

/** As kustomize does before it sets a single annotation: a null is replaced, not written into. */
function clearEmptyAnnotations(node: YamlNode): void {
  const annotations = lookup(node, ['metadata', 'annotations']);
  if (annotations !== undefined && isEmptyMap(annotations)) {
    clearField(fieldValue(node, 'metadata'), 'annotations');
  }
}

function textMapOf(resource: Resource, field: string): Map<string, string> {
  const value = resource.node === undefined ? undefined : fieldValue(resource.node, field);
  return value?.kind === 'mapping' ? metadata.getTextMap(resource.root, field) : new Map<string, string>();
}
