/** What merging needs of an OpenAPI schema; an empty one says nothing, but keeps the kind of the object below it unasked. */
export interface SchemaNode {
  /** JSON pointer into the definitions; all else is ignored where there is one. */
  readonly ref?: string;
  /** Whether its type is `array` and nothing else. */
  readonly isList?: boolean;
  readonly items?: SchemaNode;
  readonly properties?: ReadonlyMap<string, SchemaNode>;
  /** Of the fields that are not in `properties`. */
  readonly additional?: SchemaNode;
  /** `x-kubernetes-patch-strategy`, as `merge,retainKeys`. */
  readonly strategy?: string;
  /** What tells the items of a merged list apart; none for a list of scalars. */
  readonly keys?: readonly string[];
}

/** Whether items of the list are merged instead of replaced. kyaml's schemaHasMergeStrategy. */
export function isMergedList(node: SchemaNode | undefined): boolean {
  return node?.strategy !== undefined && (node.strategy === 'merge' || node.strategy.split(',').includes('merge'));
}

/** One OpenAPI document. */
export interface SchemaLayer {
  definition(name: string): SchemaNode | undefined;
  /** @param key see {@link resourceKey} */
  resource(key: string): SchemaNode | undefined;
  /** Undefined where the document does not tell. @param key see {@link resourceKey} */
  isNamespaced(key: string): boolean | undefined;
}

/** What {@link SchemaLayer} knows a kind of resource by. */
export function resourceKey(apiVersion: string, kind: string): string {
  return `${apiVersion} ${kind}`;
}
