import type { HealthStatus } from '../health.ts';
import { type Fields, mappingsAt, valueAt } from '../read.ts';
import { fillIn } from './fill-in.ts';
import type { HealthRule } from './rule.ts';

/**
 * A line of a condition table: which condition, what it says of the object's health, and the message. Without a
 * template the message is the condition's own.
 */
export type ConditionRow = readonly [pattern: string, status: HealthStatus, template?: string];

/** How a condition table is read. */
export interface ConditionOptions {
  /** Path of the list. Default `status.conditions`. */
  readonly at?: string;
  /** Leaves out conditions that were observed at another generation than the object's. */
  readonly onlyCurrent?: boolean;
}

/**
 * A table over the object's conditions: they are taken in their order, and the first one that a row knows decides.
 * A pattern is `Type`, `Type=Status`, `Type!=Status`, each with `:Reason` or `:!Reason` behind it; `*` is any type.
 */
export function byConditions(rows: readonly ConditionRow[], options: ConditionOptions = {}): HealthRule {
  const matchers = rows.map(([pattern, status, template]) => ({
    matches: conditionMatcher(pattern),
    status,
    template,
  }));
  return (object) => {
    for (const condition of conditionsAt(object, options)) {
      const row = matchers.find(({ matches }) => matches(condition));
      if (row === undefined) continue;
      return { status: row.status, message: fillIn(row.template ?? '{condition.message}', object, condition) };
    }
    return undefined;
  };
}

/** The usual table: healthy while a condition is True, degraded while it is False, with the condition's message. */
export function byReady(type = 'Ready'): HealthRule {
  return byConditions([
    [`${type}=True`, 'Healthy'],
    [`${type}=False`, 'Degraded'],
  ]);
}

/** Whether a condition fits a pattern of `byConditions`. */
export function conditionMatcher(pattern: string): (condition: Fields) => boolean {
  const parts = PATTERN.exec(pattern)?.groups;
  if (parts === undefined) throw new TypeError(`"${pattern}" is no pattern of a condition`);
  const { type, status, reason, not, unlike } = parts;
  return (condition) => {
    if (type !== '*' && condition['type'] !== type) return false;
    if (status !== undefined && (condition['status'] === status) === (not === '!')) return false;
    return reason === undefined || (condition['reason'] === reason) !== (unlike === '!');
  };
}

const PATTERN = /^(?<type>[^=!:]+)(?:(?<not>!?)=(?<status>\w+))?(?::(?<unlike>!?)(?<reason>\w+))?$/;

function conditionsAt(
  object: Fields,
  { at = 'status.conditions', onlyCurrent = false }: ConditionOptions,
): readonly Fields[] {
  const conditions = mappingsAt({ conditions: valueAt(object, at) }, 'conditions');
  if (!onlyCurrent) return conditions;
  const generation = valueAt(object, 'metadata.generation');
  return conditions.filter((condition) => (condition['observedGeneration'] ?? undefined) === generation);
}
