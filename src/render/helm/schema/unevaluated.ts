import type { GoValue } from '../../gotemplate/value.ts';
import type { CompiledSchema } from './schema-types.ts';

/** The properties or items of a value that no keyword has looked at; empty where nobody asks. */
export class Unevaluated {
  private readonly properties: Set<string>;
  private readonly items: Set<number>;

  /** @param isAsked whether a schema around this one, for the same value, asks for them */
  constructor(value: GoValue, schema: CompiledSchema, isAsked: boolean) {
    const wantsProperties = isAsked || schema.unevaluatedProperties !== undefined;
    const hasProperties = value instanceof Map && wantsProperties && schema.additionalProperties === undefined;
    this.properties = new Set(hasProperties ? value.keys() : []);
    const wantsItems = isAsked || schema.unevaluatedItems !== undefined;
    const from = Array.isArray(value) && wantsItems ? firstUnevaluated(schema) : Number.POSITIVE_INFINITY;
    this.items = new Set(Array.isArray(value) ? [...value.keys()].filter((index) => index >= from) : []);
  }

  isEmpty(): boolean {
    return this.properties.size === 0 && this.items.size === 0;
  }

  markProperty(key: string): void {
    this.properties.delete(key);
  }

  markItem(index: number): void {
    this.items.delete(index);
  }

  /** Leaves only what another schema has not looked at either. */
  keep(other: Unevaluated): void {
    for (const key of this.properties) if (!other.properties.has(key)) this.properties.delete(key);
    for (const index of this.items) if (!other.items.has(index)) this.items.delete(index);
  }

  /** The properties, sorted, which then count as looked at. */
  takeProperties(): string[] {
    const taken = [...this.properties].toSorted();
    this.properties.clear();
    return taken;
  }

  /** The indexes of items, which then count as looked at. */
  takeItems(): number[] {
    const taken = [...this.items];
    this.items.clear();
    return taken;
  }
}

/** Items before this index are looked at by the schema's own keywords. */
function firstUnevaluated(schema: CompiledSchema): number {
  if (schema.draft >= 2020) {
    return schema.restItems === undefined ? (schema.prefixItems?.length ?? 0) : Number.POSITIVE_INFINITY;
  }
  const { items } = schema;
  if (schema.additionalItems !== undefined) return Number.POSITIVE_INFINITY;
  if (items === undefined) return 0;
  return 'location' in items ? Number.POSITIVE_INFINITY : items.length;
}
