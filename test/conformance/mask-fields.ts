/**
 * `value` with what the first real output has wherever both real outputs differ: what is left to chance is not compared.
 * Where a field or an item is missing on one side, nothing is masked.
 */
export function maskFields(value: unknown, first: unknown, second: unknown): unknown {
  if (Array.isArray(value) && Array.isArray(first) && Array.isArray(second)) {
    if (value.length !== first.length || first.length !== second.length) return value;
    return value.map((item: unknown, index) => maskFields(item, first[index], second[index]));
  }
  if (isMapping(value) && isMapping(first) && isMapping(second)) {
    const masked = Object.entries(value).map(([key, own]) => {
      const isEverywhere = Object.hasOwn(first, key) && Object.hasOwn(second, key);
      return [key, isEverywhere ? maskFields(own, first[key], second[key]) : own];
    });
    return Object.fromEntries(masked) as unknown;
  }
  const isText = typeof value === 'string' && typeof first === 'string' && typeof second === 'string';
  return isText && first !== second ? first : value;
}

/** Without fields that are null: Helm 4 takes them off where a chart's values have them, Helm 3 printed them. */
export function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isMapping(value)) return value;
  const kept = Object.entries(value).filter(([, field]) => field !== null);
  return Object.fromEntries(kept.map(([key, field]) => [key, withoutNulls(field)]));
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
