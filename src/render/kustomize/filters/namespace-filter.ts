import type { FieldSpec } from '../config/field-spec.ts';
import { KustomizeError, wrapError } from '../kustomize-error.ts';
import { elementsOf, requireKind } from '../node/fields.ts';
import { getApiVersion, getKind } from '../node/metadata.ts';
import { isMissingOrNull, TAG, valueOf, type YamlNode } from '../node/node.ts';
import { lookup, lookupCreate } from '../node/path.ts';
import type { Schema } from '../schema/schema.ts';
import { applyFieldSpecs, type SetNode } from './apply-field-specs.ts';
import { setEntry, setEntryIfEmpty } from './set-entry.ts';

/** Which subjects of role bindings get the namespace: those named `default`, all service accounts, or none. */
export const SUBJECT_MODES = ['defaultOnly', 'none', 'allServiceAccounts'] as const;

/** One of {@link SUBJECT_MODES}. */
export type SubjectMode = (typeof SUBJECT_MODES)[number];

/** What {@link makeNamespaceFilter} is to set. */
export interface NamespaceOptions {
  readonly namespace: string;
  readonly fieldSpecs: readonly FieldSpec[];
  /** Leaves the namespaces that are there. */
  readonly unsetOnly: boolean;
  readonly subjects: SubjectMode;
}

/** The field that all objects in namespaces have, which no field spec has a say in. */
export const NAMESPACE_PATH = 'metadata/namespace';

/**
 * A filter that sets the namespace of an object, of the subjects of a role binding, and of what the field specs name.
 * Objects that the schema knows to be outside of namespaces get none.
 * @returns a function that throws a KustomizeError if a field is no scalar
 * @see sigs.k8s.io/kustomize/api v0.21.2 filters/namespace
 */
export function makeNamespaceFilter(options: NamespaceOptions): (node: YamlNode, schema: Schema) => void {
  const others = options.fieldSpecs.filter(({ path }) => path !== NAMESPACE_PATH);
  const specsOf = memoizeSpecs(others);
  return (node, schema) => {
    const apiVersion = getApiVersion(node);
    const kind = getKind(node);
    const isBinding = isRoleBinding(kind);
    if (schema.isNamespaced(apiVersion, kind) !== false) {
      applyFieldSpecs(node, OWN_NAMESPACE, { set: setter(options), createKind: 'scalar' });
    }
    if (isBinding) setSubjects(node, options);
    try {
      const specs = specsOf(apiVersion === NAMESPACE_API_VERSION, isBinding);
      applyFieldSpecs(node, specs, { set: setter(options), createKind: 'scalar', createTag: TAG.string });
    } catch (error) {
      throw wrapError(
        error,
        isWrongKind(error) ? 'namespace field specs must target scalar nodes' : 'namespace transformation failed',
      );
    }
  };
}

const OWN_NAMESPACE: readonly FieldSpec[] = [{ group: '', version: '', kind: '', path: NAMESPACE_PATH, create: true }];
/** Only in objects of this version a field spec may rename; that is meant for Namespace objects. */
const NAMESPACE_API_VERSION = 'v1';
const NAME_PATH = 'metadata/name';
const SUBJECT_NAMESPACE_PATH = 'subjects/namespace';

/** The specs that count for an object. The subjects of role bindings are {@link setSubjects}'s alone. */
function memoizeSpecs(specs: readonly FieldSpec[]): (isCore: boolean, isBinding: boolean) => readonly FieldSpec[] {
  const unlessNames = specs.filter(({ path }) => path !== NAME_PATH);
  const forBinding = (list: readonly FieldSpec[]): readonly FieldSpec[] =>
    list.filter(({ kind, path }) => !isRoleBinding(kind) || path !== SUBJECT_NAMESPACE_PATH);
  const [core, other] = [specs, unlessNames].map((list) => ({ plain: list, binding: forBinding(list) }));
  return (isCore, isBinding) => {
    const lists = isCore ? core : other;
    return (isBinding ? lists?.binding : lists?.plain) ?? [];
  };
}

function isRoleBinding(kind: string): boolean {
  return kind === 'RoleBinding' || kind === 'ClusterRoleBinding';
}

function setter({ namespace, unsetOnly }: NamespaceOptions): SetNode {
  return (unsetOnly ? setEntryIfEmpty : setEntry)('', namespace, TAG.string);
}

function setSubjects(node: YamlNode, options: NamespaceOptions): void {
  if (options.subjects === 'none') return;
  const subjects = lookup(node, ['subjects']);
  if (isMissingOrNull(subjects)) return;
  const [field, wanted] = options.subjects === 'defaultOnly' ? ['name', 'default'] : ['kind', 'ServiceAccount'];
  try {
    for (const subject of elementsOf(subjects)) {
      if (hasText(subject, field, wanted)) setSubject(subject, setter(options));
    }
  } catch (error) {
    throw wrapError(error, 'setting namespace on (cluster)role binding subjects');
  }
}

function hasText(subject: YamlNode, field: string, wanted: string): boolean {
  try {
    const value = lookup(subject, [field]);
    requireKind(value, 'scalar');
    return valueOf(value) === wanted;
  } catch (error) {
    throw wrapError(error, `looking up ${field} on (cluster)role binding subject`);
  }
}

function setSubject(subject: YamlNode, set: SetNode): void {
  const field = lookupCreate(subject, ['namespace'], 'scalar');
  if (field !== undefined) set(field);
}

/** Whether a mapping or a list was found where a scalar, or the like, was wanted. */
function isWrongKind(error: unknown): boolean {
  return error instanceof KustomizeError && /wrong node kind: expected \w+ but got (?!ScalarNode)/.test(error.message);
}
