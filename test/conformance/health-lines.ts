import { readFileSync } from 'node:fs';
import { assessBuiltIn, assessByRule } from '../../src/health/assess-health.ts';
import { computeKstatus } from '../../src/health/kstatus/kstatus.ts';
import type { KubeObject } from '../../src/object/kube-object.ts';

/** A case of a `.jsonl` file: an object and what must be said of it. */
export interface HealthLine {
  readonly id: string;
  readonly object: KubeObject;
  readonly expected: HealthExpectation | KstatusExpectation;
  /** Where the case is from; a path below `resource_customizations/` is judged as Argo CD's own test does. */
  readonly source?: string;
  /** Paths that hold `$NOW`. */
  readonly now?: readonly string[];
}

/** Null where there must be no health. Without `message` any will do, but for cases of customizations. */
export interface HealthExpectation {
  readonly status: string | null;
  readonly message?: string;
}

/** What kstatus must say. */
export interface KstatusExpectation {
  readonly status: string;
  readonly conditions: readonly { readonly type: string; readonly status: string; readonly reason: string }[];
  readonly absentConditions: readonly string[];
}

/** The cases of a file, one a line. @throws where a line is no JSON */
export function readHealthLines(file: string): HealthLine[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line.trim() !== '').map((line) => JSON.parse(line) as HealthLine);
}

/** Undefined when we say what the case expects; else both, short. */
export function runHealthLine(line: HealthLine): string | undefined {
  const { expected } = line;
  return 'absentConditions' in expected ? runKstatus(line, expected) : runHealth(line, expected);
}

function runHealth({ id, object, source = '' }: HealthLine, expected: HealthExpectation): string | undefined {
  const isBuiltIn = id.startsWith('builtin/') || source.includes('gitops-engine/');
  const health = isBuiltIn ? assessBuiltIn(object) : assessByRule(object);
  const actual = { status: health?.status ?? null, message: health?.message ?? '' };
  // A script that returns nothing at all has an empty status, which is no health.
  const wanted = { status: expected.status === '' ? null : expected.status, message: expected.message ?? '' };
  const isSame =
    actual.status === wanted.status && (actual.message === wanted.message || isAnyMessage(isBuiltIn, expected));
  return isSame ? undefined : difference(expected, actual);
}

function isAnyMessage(isBuiltIn: boolean, expected: HealthExpectation): boolean {
  return isBuiltIn && expected.message === undefined;
}

function runKstatus({ object, now = [] }: HealthLine, expected: KstatusExpectation): string | undefined {
  const nowMs = Date.now();
  const text = JSON.stringify(object).replaceAll('"$NOW"', JSON.stringify(new Date(nowMs).toISOString()));
  const outcome = computeKstatus(now.length === 0 ? object : (JSON.parse(text) as KubeObject), { nowMs });
  const { status, conditions } = outcome;
  const hasAll = expected.conditions.every((wanted) =>
    conditions.some((one) => one.type === wanted.type && one.status === wanted.status && one.reason === wanted.reason),
  );
  const hasNone = expected.absentConditions.every((type) => conditions.every((one) => one.type !== type));
  return status === expected.status && hasAll && hasNone ? undefined : difference(expected, { status, conditions });
}

function difference(expected: unknown, actual: unknown): string {
  return `expected ${JSON.stringify(expected)}, actual ${JSON.stringify(actual)}`;
}
