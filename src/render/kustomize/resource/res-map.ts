import { KustomizeError } from '../kustomize-error.ts';
import { copyNode, isNilOrEmpty, type YamlNode } from '../node/node.ts';
import { type CompiledSelector, compileSelector, type Selector } from '../selector/selector.ts';
import { absorbResource } from './absorb-resource.ts';
import { addTransformation, clearTransformations, getOrigin, hasOrigin, type Origin, setOrigin } from './origin.ts';
import { referableNamespaces } from './referable-namespaces.ts';
import {
  effectiveNamespace,
  formatResId,
  isGvknEqual,
  isNamespaceEqual,
  isResIdEqual,
  NO_NAMESPACE,
  type ResId,
  resIdKey,
} from './res-id.ts';
import { Resource } from './resource.ts';

/** Says whether an id is meant. */
export type IdMatcher = (id: ResId) => boolean;

/**
 * The resources of a build, in order. No two have equal current ids when they are added.
 * @see sigs.k8s.io/kustomize/api v0.21.2 resmap/reswrangler.go
 */
export class ResMap {
  private list: Resource[] = [];

  /** @throws {KustomizeError} if two have equal current ids */
  static of(resources: readonly Resource[]): ResMap {
    const result = new ResMap();
    result.appendResources(resources);
    return result;
  }

  get size(): number {
    return this.list.length;
  }

  /** The resources; a copy of the list. */
  resources(): Resource[] {
    return [...this.list];
  }

  /** @throws {KustomizeError} if a resource with an equal current id is there already */
  append(resource: Resource): void {
    const id = resource.curId();
    if (this.list.some((other) => isResIdEqual(id, other.curId()))) throw alreadyRegistered(id);
    this.list.push(resource);
  }

  /** Appends the resources of `other`. @throws {KustomizeError} as {@link append} */
  appendAll(other: ResMap | undefined): void {
    if (other !== undefined) this.appendResources(other.list);
  }

  /** Appends, replaces or merges each resource of `other`, as its behaviour says. @throws {KustomizeError} if it can't */
  absorbAll(other: ResMap | undefined): void {
    for (const resource of other?.list ?? []) absorbResource(this, resource);
  }

  /** Puts `resource` in the place of the one with an equal current id. @throws {KustomizeError} if there is none */
  replace(resource: Resource): number {
    const id = resource.curId();
    const index = this.indexOfCurrentId(id);
    if (index < 0) throw new KustomizeError(`cannot find resource with id ${formatResId(id)} to replace`);
    this.list[index] = resource;
    return index;
  }

  /** Takes away the resource with the current id `id`. @throws {KustomizeError} if it is not there once */
  remove(id: ResId): void {
    const rest = this.list.filter((resource) => !isIdentical(resource.curId(), id));
    if (rest.length !== this.list.length - 1) {
      throw new KustomizeError(`id ${formatResId(id)} not found in removal`);
    }
    this.list = rest;
  }

  /** Takes away everything. */
  clear(): void {
    this.list = [];
  }

  /** Takes away deleted resources and those with nothing in them. */
  dropEmpties(): void {
    this.list = this.list.filter((resource) => !resource.isEmpty());
  }

  /** The place of the resource with an equal current id, or -1. @throws {KustomizeError} if there are several */
  indexOfCurrentId(id: ResId): number {
    const matches = this.matchingByCurrentId((other) => isResIdEqual(id, other));
    if (matches.length > 1) throw new KustomizeError(`id matched ${matches.length} resources`);
    return matches[0] === undefined ? -1 : this.list.indexOf(matches[0]);
  }

  /** Those whose current id is meant. */
  matchingByCurrentId(matches: IdMatcher): Resource[] {
    return this.list.filter((resource) => matches(resource.curId()));
  }

  /** Those of which a previous or the current id is meant, but no empty ones. */
  matchingByAnyId(matches: IdMatcher): Resource[] {
    return this.list.filter(
      (resource) => !resource.isEmpty() && (resource.prevIds().some(matches) || matches(resource.curId())),
    );
  }

  /** The one resource with an equal current id. @throws {KustomizeError} if there is none or several */
  getByCurrentId(id: ResId): Resource {
    return demandOne(
      this.matchingByCurrentId((other) => isResIdEqual(id, other)),
      id,
      'Current',
    );
  }

  /** The one resource with an equal current or previous id. @throws {KustomizeError} if there is none or several */
  getById(id: ResId): Resource {
    const matches = this.matchingByAnyId((other) => isResIdEqual(id, other));
    try {
      return demandOne(matches, id, 'Id');
    } catch (error) {
      if (!(error instanceof KustomizeError)) throw error;
      throw new KustomizeError(`${error.message}; failed to find unique target for patch ${formatResId(id)}`);
    }
  }

  /** The current ids, in order. */
  allIds(): ResId[] {
    return this.list.map((resource) => resource.curId());
  }

  /** The resources in namespaces by their current effective namespace. */
  groupedByCurrentNamespace(): Map<string, Resource[]> {
    return withoutClusterScoped(groupBy(this.list, (resource) => resource.curId()));
  }

  /** The resources in namespaces by the effective namespace that they were loaded with. */
  groupedByOriginalNamespace(): Map<string, Resource[]> {
    return withoutClusterScoped(groupBy(this.list, (resource) => resource.orgId()));
  }

  /** Those that the schema knows to be outside of namespaces. */
  clusterScoped(): Resource[] {
    return this.list.filter((resource) => resource.curId().isClusterScoped);
  }

  /**
   * Those that `referrer` may refer to: everything for what is outside of namespaces, else what is outside of them too
   * or in the same one, and what is in the namespaces of a RoleBinding's service accounts.
   * @throws {KustomizeError} if a subject of a RoleBinding is not valid
   */
  subsetThatCouldBeReferencedBy(referrer: Resource): ResMap {
    const referrerId = referrer.curId();
    if (referrerId.isClusterScoped) return this;
    const namespaces = referableNamespaces(referrer);
    const result = new ResMap();
    result.list = this.list.filter((resource) => {
      const id = resource.curId();
      return id.isClusterScoped || isNamespaceEqual(id, referrerId) || namespaces.has(id.namespace);
    });
    return result;
  }

  /**
   * Those that `selector` means: by their original or current name and namespace, their current type and their labels
   * and annotations. Namespaces are the effective ones.
   * @throws {KustomizeError} if the selector is not valid
   */
  select(selector: Selector): Resource[] {
    const compiled = compileSelector(selector);
    return this.list.filter((resource) => isSelectedBy(compiled, resource));
  }

  /**
   * Applies a strategic merge patch to each of `selected`. Resources that are empty afterwards are dropped.
   * @throws {KustomizeError} if the patch does not fit, or two resources have equal ids afterwards
   */
  applySmPatch(selected: Iterable<Resource>, patch: Resource): void {
    const targets = new Set(selected);
    const kept: Resource[] = [];
    for (const resource of this.list) {
      if (targets.has(resource)) resource.applySmPatch(copyForTarget(patch, resource));
      if (!resource.isEmpty()) kept.push(resource);
    }
    this.list = [];
    this.appendResources(kept);
  }

  /** A map with the same resources. */
  shallowCopy(): ResMap {
    const result = new ResMap();
    result.list = [...this.list];
    return result;
  }

  /** A map with copies of the resources. */
  deepCopy(): ResMap {
    const result = new ResMap();
    result.list = this.list.map((resource) => resource.copy());
    return result;
  }

  /** Copies of the nodes. */
  toNodes(): YamlNode[] {
    return this.list.flatMap(({ node }) => (node === undefined ? [] : [copyNode(node)]));
  }

  /** Gives the resources that have no origin one; nothing without `origin`. */
  addOriginAnnotation(origin: Origin | undefined): void {
    if (origin === undefined) return;
    for (const resource of this.list) if (!hasOrigin(resource)) setOrigin(resource, origin);
  }

  removeOriginAnnotations(): void {
    for (const resource of this.list) setOrigin(resource, undefined);
  }

  /** Notes a transformer: as origin of resources without one, among the transformations of the others. */
  addTransformerAnnotation(origin: Origin | undefined): void {
    for (const resource of this.list) {
      if (getOrigin(resource) === undefined) setOrigin(resource, origin);
      else addTransformation(resource, origin);
    }
  }

  removeTransformerAnnotations(): void {
    for (const resource of this.list) clearTransformations(resource);
  }

  /** Sets an annotation of every resource. */
  annotateAll(name: string, value: string): void {
    for (const resource of this.list) resource.setAnnotation(name, value);
  }

  removeBuildAnnotations(): void {
    for (const resource of this.list) resource.removeBuildAnnotations();
  }

  /**
   * Lets `filter` change the nodes of all resources. Nodes that it leaves out or empties are dropped, new ones become
   * resources of the same build.
   */
  applyFilter(filter: (nodes: YamlNode[]) => YamlNode[]): void {
    const byNode = new Map(
      this.list.flatMap((resource) => (resource.node === undefined ? [] : [[resource.node, resource] as const])),
    );
    const holder = this.list[0]?.holder;
    this.list = filter([...byNode.keys()])
      .filter((node) => !isNilOrEmpty(node))
      .flatMap((node) => byNode.get(node) ?? (holder === undefined ? [] : [new Resource(node, holder)]));
  }

  private appendResources(resources: readonly Resource[]): void {
    const keys = new Set(this.list.map((resource) => resIdKey(resource.curId())));
    for (const resource of resources) {
      const id = resource.curId();
      const key = resIdKey(id);
      if (keys.has(key)) throw alreadyRegistered(id);
      keys.add(key);
      this.list.push(resource);
    }
  }
}

function isSelectedBy(selector: CompiledSelector, resource: Resource): boolean {
  const current = resource.curId();
  const original = resource.orgId();
  return (
    (selector.matchesNamespace(effectiveNamespace(original)) ||
      selector.matchesNamespace(effectiveNamespace(current))) &&
    (selector.matchesName(original.name) || selector.matchesName(current.name)) &&
    selector.matchesGvk(current) &&
    selector.matchesLabels(resource.labels()) &&
    selector.matchesAnnotations(resource.annotations())
  );
}

/** A patch of its own for each target, for merging takes it apart. */
function copyForTarget(patch: Resource, target: Resource): Resource {
  const copied = patch.copy();
  copied.copyMergeMetadataFrom(patch);
  copied.setApiVersion(target.apiVersion);
  copied.setKind(patch.kind);
  return copied;
}

function demandOne(matches: readonly Resource[], id: ResId, what: string): Resource {
  const [match, ...others] = matches;
  if (others.length > 0) throw new KustomizeError(`multiple matches for ${what} ${formatResId(id)}`);
  if (match === undefined) throw new KustomizeError(`no matches for ${what} ${formatResId(id)}`);
  return match;
}

function alreadyRegistered(id: ResId): KustomizeError {
  return new KustomizeError(`may not add resource with an already registered id: ${formatResId(id)}`);
}

/** Equal in every part as written, unlike {@link isResIdEqual}. */
function isIdentical(a: ResId, b: ResId): boolean {
  return isGvknEqual(a, b) && a.namespace === b.namespace && a.isClusterScoped === b.isClusterScoped;
}

function groupBy(resources: readonly Resource[], idOf: (resource: Resource) => ResId): Map<string, Resource[]> {
  return Map.groupBy(resources, (resource) => effectiveNamespace(idOf(resource)));
}

function withoutClusterScoped(groups: Map<string, Resource[]>): Map<string, Resource[]> {
  groups.delete(NO_NAMESPACE);
  return groups;
}
