import type { GroupVersionKind } from '../../../object/kube-object.ts';
import { KustomizeError } from '../kustomize-error.ts';
import { isGvkSelected } from '../resource/res-id.ts';
import { memoizePair } from './memoize-pair.ts';
import type { StructReader } from './struct-reader.ts';

/** Names fields that a transformer changes. Empty parts of the type stand for all types. */
export interface FieldSpec extends GroupVersionKind {
  /** Field names with `/` between them, `\/` for a slash in a name; `[]` after a name says that it is a list. */
  readonly path: string;
  /** Whether the field is made where it is missing. */
  readonly create: boolean;
}

/** The fields that hold names of objects of one type. */
export interface NameReference extends GroupVersionKind {
  readonly fieldSpecs: readonly FieldSpec[];
}

/** The Go struct that {@link readFieldSpec} reads, as errors name it. */
export const FIELD_SPEC_TYPE = 'types.FieldSpec';

/** A field spec of a configuration. @throws {KustomizeError} if a field has the wrong type */
export function readFieldSpec(fields: StructReader): FieldSpec {
  return { ...readGvk(fields), path: fields.text('path'), create: fields.flag('create') };
}

/** The group, version and kind that a struct embeds. @throws {KustomizeError} if one has the wrong type */
export function readGvk(fields: StructReader, embedded = 'Gvk'): GroupVersionKind {
  return {
    group: fields.embeddedText('group', embedded),
    version: fields.embeddedText('version', embedded),
    kind: fields.embeddedText('kind', embedded),
  };
}

/**
 * The field `fieldSpecs` of a configuration; undefined where it is missing. Lists of the builtin configuration come again
 * and again, so what they hold is remembered.
 * @throws {KustomizeError} if a field has the wrong type
 */
export function readFieldSpecs(fields: StructReader): readonly FieldSpec[] | undefined {
  const list = fields.value('fieldSpecs');
  const known = Array.isArray(list) ? READ.get(list) : undefined;
  if (known !== undefined) return known;
  const specs = fields.list('fieldSpecs', FIELD_SPEC_TYPE, readFieldSpec);
  if (Array.isArray(list) && specs !== undefined) READ.set(list, specs);
  return specs;
}

const READ = new WeakMap<object, readonly FieldSpec[]>();

/**
 * `specs` and those of `more` that are not among them. Neither they nor the result may be changed.
 * @throws {KustomizeError} if two name the same field and only one of them creates it
 */
export const mergeFieldSpecs: (specs: readonly FieldSpec[], more: readonly FieldSpec[]) => readonly FieldSpec[] =
  memoizePair((specs, more) => {
    const merged = [...specs];
    for (const spec of more) {
      const same = merged.find((other) => other.path === spec.path && isGvkSelected(other, spec));
      if (same === undefined) merged.push(spec);
      else if (same.create !== spec.create) throw new KustomizeError('conflicting fieldspecs');
    }
    return merged;
  });
