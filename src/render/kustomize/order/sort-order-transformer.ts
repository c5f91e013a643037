import { FIRST_KINDS, LAST_KINDS } from '../config/gvk-order.ts';
import { StructReader } from '../config/struct-reader.ts';
import { KustomizeError, wrapError } from '../kustomize-error.ts';
import { compareStrings } from '../node/metadata.ts';
import type { TransformerPlugin } from '../plugin.ts';
import { formatGvk, type Gvk, isGvkEqual, type ResId } from '../resource/res-id.ts';
import { ResMap } from '../resource/res-map.ts';

/** Kinds in the order in which they come first, and last. */
interface LegacyOrder {
  readonly orderFirst: readonly string[];
  readonly orderLast: readonly string[];
}

/**
 * Sorts the resources: `{sortOptions: {order, legacySortOptions: {orderFirst, orderLast}}}`. The order `fifo`, which is
 * the default, leaves them as they are; `legacy` goes by kind, then by type, namespace and name.
 * @throws {KustomizeError} if a field has the wrong type
 * @returns a transformer that throws a KustomizeError if the options do not go together
 * @see sigs.k8s.io/kustomize/api v0.21.2 internal/builtins/SortOrderTransformer.go
 */
export const sortOrderTransformer: TransformerPlugin = (config) => {
  try {
    const fields = new StructReader(config, 'SortOrderTransformerPlugin');
    const hasOptions = fields.value('sortOptions') !== undefined;
    const { order, legacy } = fields.struct('sortOptions', 'types.SortOptions', (options) => ({
      order: options.text('order'),
      legacy: readLegacyOrder(options),
    }));
    return (resources) => sortResources(resources, hasOptions ? order : 'fifo', legacy);
  } catch (error) {
    throw wrapError(error, 'Failed to unmarshal SortOrderTransformer config');
  }
};

function readLegacyOrder(options: StructReader): LegacyOrder | undefined {
  if (options.value('legacySortOptions') === undefined) return undefined;
  return options.struct('legacySortOptions', 'types.LegacySortOptions', (fields) => ({
    orderFirst: readKinds(fields, 'orderFirst'),
    orderLast: readKinds(fields, 'orderLast'),
  }));
}

function readKinds(fields: StructReader, name: string): readonly string[] {
  const kinds = fields.value(name);
  if (!Array.isArray(kinds)) return fields.list(name, 'string', () => '') ?? [];
  return kinds.map((kind) => new StructReader({ [name]: kind }, 'types.LegacySortOptions').text(name));
}

function sortResources(resources: ResMap, order: string, legacy: LegacyOrder | undefined): void {
  if (order !== 'fifo' && order !== 'legacy') {
    throw new KustomizeError("the field 'sortOptions.order' must be one of [fifo, legacy]");
  }
  if (order === 'fifo') {
    if (legacy === undefined) return;
    throw new KustomizeError(
      "the field 'sortOptions.legacySortOptions' is set but the selected sort order is 'fifo', not 'legacy'",
    );
  }
  const ranks = rankKinds(legacy ?? DEFAULT_ORDER);
  const sorted = resources
    .resources()
    .map((resource) => ({ resource, id: resource.curId() }))
    .sort((a, b) => compareIds(a.id, b.id, ranks))
    .map(({ resource }) => resource);
  resources.clear();
  resources.appendAll(ResMap.of(sorted));
}

function rankKinds({ orderFirst, orderLast }: LegacyOrder): ReadonlyMap<string, number> {
  return new Map([
    ...orderFirst.map((kind, index) => [kind, index - orderFirst.length] as const),
    ...orderLast.map((kind, index) => [kind, index + 1] as const),
  ]);
}

function compareIds(a: ResId, b: ResId, ranks: ReadonlyMap<string, number>): number {
  if (isGvkEqual(a, b)) return compareStrings(idText(a), idText(b));
  const byRank = (ranks.get(a.kind) ?? 0) - (ranks.get(b.kind) ?? 0);
  if (byRank !== 0) return byRank;
  const byText = compareStrings(gvkText(a), gvkText(b));
  // A core Namespace comes before others of that kind, though the mark of its empty group sorts behind everything.
  const isCoreNamespace = a.kind === 'Namespace' && b.kind === 'Namespace' && (a.group === '' || b.group === '');
  return isCoreNamespace ? -byText : byText;
}

function gvkText({ group, version, kind }: Gvk): string {
  return `${group || '~G'}_${version || '~V'}_${kind || '~K'}`;
}

function idText(id: ResId): string {
  return `${formatGvk(id)}|${id.namespace || '~X'}|${id.name || '~N'}`;
}

const DEFAULT_ORDER: LegacyOrder = { orderFirst: [...FIRST_KINDS], orderLast: [...LAST_KINDS] };
