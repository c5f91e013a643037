import { formatValue } from './print-value.ts';
import { type GoMap, type GoMethod, GoObject, type GoValue } from './value.ts';

/** A named type of Go whose values are maps with string keys. */
export interface NamedMapType {
  /** As `%T` names it. */
  readonly name: string;
  /** What each method does with the map. */
  readonly methods: ReadonlyMap<string, (entries: GoMap) => GoMethod>;
}

/**
 * A map of a type with a name of its own, and so with methods. It holds the map that a conversion to
 * map[string]interface{} gives, which others may hold as well: what one of them sets, all see.
 */
export class NamedMap extends GoObject {
  override readonly goKind = 'map';
  readonly type: NamedMapType;
  private readonly entries: GoMap;

  constructor(type: NamedMapType, entries: GoMap) {
    super();
    this.type = type;
    this.entries = entries;
  }

  override get goType(): string {
    return this.type.name;
  }

  override get(): GoValue {
    return undefined;
  }

  override typedMethod(name: string): GoMethod | undefined {
    return this.type.methods.get(name)?.(this.entries);
  }

  override container(): GoMap {
    return this.entries;
  }

  override toGoString(): string {
    return formatValue(this.entries);
  }
}
