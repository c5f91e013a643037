import { KustomizeError } from '../kustomize-error.ts';
import { fieldValue, setField, setScalar } from '../node/fields.ts';
import { isMissingOrNull, scalarNode, type YamlNode } from '../node/node.ts';
import { referableNamespaces } from '../resource/referable-namespaces.ts';
import { effectiveNamespace, formatResId, type Gvk, isGvkSelected, type ResId } from '../resource/res-id.ts';
import type { Resource } from '../resource/resource.ts';
import type { Candidate, CandidateIndex } from './candidate-index.ts';

/**
 * A resource whose fields name others.
 * @see sigs.k8s.io/kustomize/api v0.21.2 filters/nameref/nameref.go
 */
export class Referrer {
  private readonly resource: Resource;
  private readonly candidates: CandidateIndex;
  private readonly id: ResId;
  private readonly namespace: string;
  /** Namespaces beside its own that it may refer to. */
  private readonly otherNamespaces: ReadonlySet<string>;

  /** @throws {KustomizeError} if a subject of a RoleBinding is not valid */
  constructor(resource: Resource, candidates: CandidateIndex) {
    this.resource = resource;
    this.candidates = candidates;
    this.id = resource.curId();
    this.namespace = effectiveNamespace(this.id);
    this.otherNamespaces = referableNamespaces(resource);
  }

  /**
   * Gives the field `node` the new name of what it refers to, if that is found. The field is the name, a mapping with
   * `name` and maybe `namespace`, or a list of such.
   * @param path the field's path, for `roleRef/name` narrows the choice
   * @param target the type of what is referred to
   * @throws {KustomizeError} if several objects are meant that are named differently, or the field is of no use
   */
  fix(node: YamlNode, path: string, target: Gvk): void {
    if (isMissingOrNull(node)) return;
    if (node.kind !== 'sequence') {
      if (node.kind !== 'scalar' && node.kind !== 'mapping') {
        throw new KustomizeError('node must be a scalar, sequence or map');
      }
      this.fixOne(node, path, target);
      return;
    }
    for (const item of node.content) {
      if (isMissingOrNull(item)) continue;
      if (item.kind !== 'scalar' && item.kind !== 'mapping') {
        throw new KustomizeError('an item is expected to be either a string or a map of string');
      }
      this.fixOne(item, path, target);
    }
  }

  private fixOne(node: YamlNode, path: string, target: Gvk): void {
    if (node.kind === 'scalar') this.fixName(node, path, target);
    else this.fixMapping(node, path, target);
  }

  private fixName(node: YamlNode, path: string, target: Gvk): void {
    const named = this.candidates.named(node.value);
    if (named.length === 0) return;
    const referral = this.choose(named, path, target, isSameName);
    if (referral === undefined) return;
    referral.appendRefBy(this.id);
    const { name } = referral;
    if (name !== node.value) setScalar(node, scalarNode(name));
  }

  private fixMapping(node: YamlNode, path: string, target: Gvk): void {
    const nameNode = fieldValue(node, 'name');
    if (nameNode === undefined) throw new KustomizeError("path config error; no 'name' field in node");
    const oldName = nameNode.value;
    const named = this.inNamespace(this.candidates.named(oldName), fieldValue(node, 'namespace'));
    const referral = this.choose(named, path, target, isSameNameAndNamespace);
    if (referral === undefined) return;
    referral.appendRefBy(this.id);
    const { name, namespace } = referral;
    if (name === oldName && namespace === '') return;
    setField(node, 'name', scalarNode(name));
    // An empty namespace stands for any, not for `default`, and must not replace one that is there.
    if (namespace !== '') setField(node, 'namespace', scalarNode(namespace));
  }

  /**
   * Those of the namespace that the reference says: where anything that this may refer to was loaded with it, what was
   * loaded with it, else what is in it now.
   */
  private inNamespace(named: readonly Candidate[], namespaceNode: YamlNode | undefined): readonly Candidate[] {
    if (namespaceNode === undefined || named.length === 0) return named;
    const namespace = namespaceNode.value;
    if (namespace === '') return [];
    const isOriginal = this.candidates.loadedInto(namespace).some((candidate) => this.mayReferTo(candidate));
    return named.filter((candidate) => {
      if (isOriginal) return candidate.originalNamespace === namespace;
      return !candidate.isClusterScoped && candidate.currentNamespace === namespace;
    });
  }

  private mayReferTo(candidate: Candidate): boolean {
    return (
      this.id.isClusterScoped ||
      candidate.isClusterScoped ||
      candidate.currentNamespace === this.namespace ||
      this.otherNamespaces.has(candidate.namespace)
    );
  }

  private choose(
    named: readonly Candidate[],
    path: string,
    target: Gvk,
    isSame: (a: Resource, b: Resource) => boolean,
  ): Resource | undefined {
    const roleRef = path.endsWith('roleRef/name') ? roleRefType(this.resource.node) : undefined;
    const found = named.filter(
      (candidate) =>
        this.mayReferTo(candidate) &&
        candidate.prevIds.some((id) => isGvkSelected(id, target)) &&
        (roleRef === undefined || candidate.prevIds.some((id) => isGvkSelected(id, roleRef))) &&
        this.isInReach(candidate),
    );
    if (found.length <= 1) return found[0]?.resource;
    return this.disambiguate(
      found.map((candidate) => candidate.resource),
      isSame,
    );
  }

  /** Service accounts of other namespaces are, for a RoleBinding may name them. */
  private isInReach(candidate: Candidate): boolean {
    return (
      this.id.isClusterScoped ||
      candidate.isClusterScoped ||
      candidate.isServiceAccount ||
      candidate.currentNamespace === this.namespace
    );
  }

  private disambiguate(
    found: readonly Resource[],
    isSame: (a: Resource, b: Resource) => boolean,
  ): Resource | undefined {
    let rest = found.filter((resource) => resource.hasSameNameContext(this.resource, true));
    if (rest.length > 1) rest = rest.filter((resource) => resource.hasSameNameContext(this.resource, false));
    const [first, ...others] = rest;
    if (first === undefined || others.every((other) => isSame(first, other))) return first;
    throw this.ambiguous(rest);
  }

  private ambiguous(found: readonly Resource[]): KustomizeError {
    const ids = found.map((resource) => formatResId(resource.curId()));
    const details = ids.map((id, index) => `--- possible referral ${index}: ${id}`);
    return new KustomizeError(
      [
        `found multiple possible referrals: ${ids.join(', ')}`,
        `**** Too many possible referral targets to referrer: ${formatResId(this.id)}`,
        ...details,
      ].join('\n'),
    );
  }
}

function isSameName(a: Resource, b: Resource): boolean {
  return a.name === b.name;
}

function isSameNameAndNamespace(a: Resource, b: Resource): boolean {
  return a.name === b.name && a.namespace === b.namespace;
}

/** The type that the `roleRef` of a binding names; undefined if it does not say one. */
function roleRefType(node: YamlNode | undefined): Gvk | undefined {
  const roleRef = fieldValue(node, 'roleRef');
  const group = fieldValue(roleRef, 'apiGroup');
  const kind = fieldValue(roleRef, 'kind');
  return group === undefined || kind === undefined ? undefined : { group: group.value, version: '', kind: kind.value };
}
