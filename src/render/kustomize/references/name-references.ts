import type { FieldSpec } from '../config/field-spec.ts';
import type { NameReference } from '../config/transformer-config.ts';
import { applyFieldSpec } from '../filters/apply-field-specs.ts';
import { wrapError } from '../kustomize-error.ts';
import { formatResId, type Gvk, isGvkSelected } from '../resource/res-id.ts';
import type { ResMap } from '../resource/res-map.ts';
import type { Resource } from '../resource/resource.ts';
import { CandidateIndex } from './candidate-index.ts';
import { Referrer } from './referrer.ts';

/**
 * Rewrites the fields of resources that hold names of others, where those were renamed during the build.
 *
 * Each entry of `references` says which fields of which types hold names of objects of one type; they are applied in
 * order, resource after resource.
 *
 * @throws {KustomizeError} if a name fits several objects that are named differently now, or a field is of no use
 * @see sigs.k8s.io/kustomize/api v0.21.2 internal/accumulator/namereferencetransformer.go
 */
export function fixNameReferences(resources: ResMap, references: readonly NameReference[]): void {
  const rules = flattenRules(references);
  const rulesByType = new Map<string, readonly ReferenceRule[]>();
  const candidates = new CandidateIndex(resources);
  for (const resource of resources.resources()) {
    if (resource.isEmpty()) continue;
    const id = resource.orgId();
    const type = `${id.group}\0${id.version}\0${id.kind}`;
    let own = rulesByType.get(type);
    if (own === undefined) {
      own = rules.filter((rule) => isGvkSelected(id, rule.referrer));
      rulesByType.set(type, own);
    }
    fixReferencesOf(resource, own, candidates);
  }
}

interface ReferenceRule {
  /** The type of the resource that holds the field. */
  readonly referrer: Gvk;
  /** The field, without a type: the type was compared with the original one, which the resource may not have any more. */
  readonly field: FieldSpec;
  /** The type of the object that the field names. */
  readonly target: Gvk;
}

const RULES = new WeakMap<readonly NameReference[], readonly ReferenceRule[]>();

function flattenRules(references: readonly NameReference[]): readonly ReferenceRule[] {
  const known = RULES.get(references);
  if (known !== undefined) return known;
  const rules = references.flatMap((target) =>
    target.fieldSpecs.map((spec) => ({
      referrer: spec,
      field: { group: '', version: '', kind: '', path: spec.path, create: false },
      target,
    })),
  );
  RULES.set(references, rules);
  return rules;
}

function fixReferencesOf(resource: Resource, rules: readonly ReferenceRule[], candidates: CandidateIndex): void {
  const referrer = new Referrer(resource, candidates);
  for (const { field, target } of rules) {
    try {
      applyFieldSpec(resource.root, field, { set: (node) => referrer.fix(node, field.path, target) });
    } catch (error) {
      throw wrapError(error, `updating name reference in '${field.path}' field of '${formatResId(resource.curId())}'`);
    }
  }
}
