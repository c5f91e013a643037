/** How large and how deep a document may be; beyond that parsing ends with RENDER_LIMIT. */
export interface YamlLimits {
  /** Length of one file's text, in UTF-16 units. */
  readonly maxLength: number;
  /** Collections inside one another, aliases expanded. */
  readonly maxDepth: number;
  /** Length of all strings of one document once its aliases are expanded, in UTF-16 units. */
  readonly maxExpandedLength: number;
}

/** Generous beside what the API server takes (1.5 MiB an object), small beside a process's memory. */
export const DEFAULT_YAML_LIMITS: YamlLimits = {
  maxLength: 32 * 1024 * 1024,
  maxDepth: 500,
  maxExpandedLength: 64 * 1024 * 1024,
};

/**
 * Whether `aliased` of `total` nodes coming from aliases is more than Go's decoder lets pass: 99 % of up to 400,000
 * nodes, falling to 10 % of 4 million.
 *
 * @see go.yaml.in/yaml/v2 v2.4.2 decode.go allowedAliasRatio
 */
export function isExcessiveAliasing(aliased: number, total: number): boolean {
  if (aliased <= 100 || total <= 1000) return false;
  return aliased / total > allowedAliasRatio(total);
}

const RATIO_RANGE_LOW = 400_000;
const RATIO_RANGE_HIGH = 4_000_000;

function allowedAliasRatio(total: number): number {
  if (total <= RATIO_RANGE_LOW) return 0.99;
  if (total >= RATIO_RANGE_HIGH) return 0.1;
  return 0.99 - 0.89 * ((total - RATIO_RANGE_LOW) / (RATIO_RANGE_HIGH - RATIO_RANGE_LOW));
}
