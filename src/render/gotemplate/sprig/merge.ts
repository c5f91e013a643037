import { GoFunctionError } from '../function-table.ts';
import { NamedMap } from '../named-map.ts';
import { type GoMap, GoObject, type GoValue } from '../value.ts';
import { isEmpty } from './is-empty.ts';
import { isNil } from './nil-value.ts';

/** How {@link mergeInto} merges. */
export interface MergeOptions {
  /** Whether what the source has wins, empty or not; else only what is empty in the target is filled. */
  readonly overwrite: boolean;
  /** Called with the number of entries of each map that is merged. */
  readonly charge: (amount: number) => void;
}

/**
 * Merges a map into another, which it changes. Maps inside maps are merged; lists and all else are taken whole.
 * The two may share maps and lists afterwards, as they do in Go.
 *
 * @throws {GoFunctionError} where a pointer meets something that is none
 * @see dario.cat/mergo v1.0.1 merge.go deepMerge
 */
export function mergeInto(target: GoMap, source: ReadonlyMap<string, GoValue>, options: MergeOptions): void {
  options.charge(source.size);
  for (const [key, value] of source) {
    if (value === undefined || value === null) {
      if (options.overwrite) target.set(key, null);
    } else {
      mergeEntry(target, key, { value, options });
    }
  }
}

interface Entry {
  readonly value: GoValue;
  readonly options: MergeOptions;
}

function mergeEntry(target: GoMap, key: string, { value, options }: Entry): void {
  const present = target.get(key);
  const [source, inner] = [mapOf(value), mapOf(present)];
  if (source !== undefined) {
    refusePointer(present, options);
    if (inner !== undefined && !isNil(inner)) mergeInto(inner, source, options);
  }
  if (!isEmpty(present) && isKept(present, value)) {
    // A list is always taken whole, so that one that is there wins unless it may be overwritten.
    if (isList(value) && options.overwrite) target.set(key, value);
    return;
  }
  if (options.overwrite || isEmpty(present)) target.set(key, value);
}

/** Whether what is present is not replaced after its contents have been dealt with. */
function isKept(present: GoValue, value: GoValue): boolean {
  return isList(value) || (mapOf(value) !== undefined && mapOf(present) !== undefined);
}

function mapOf(value: GoValue): GoMap | undefined {
  if (value instanceof NamedMap) return value.container();
  return value instanceof Map ? value : undefined;
}

function isList(value: GoValue): boolean {
  return Array.isArray(value) || value instanceof Uint8Array;
}

function refusePointer(present: GoValue, { overwrite }: MergeOptions): void {
  const isPointer = present instanceof GoObject && present.goKind === 'ptr';
  if (isPointer && !overwrite) throw new GoFunctionError('src and dst must be of same type');
}
