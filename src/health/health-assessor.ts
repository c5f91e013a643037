import { type KubeObject, parseApiVersion } from '../object/kube-object.ts';
import { assessByRule, deletionHealth, hasRule } from './assess-health.ts';
import { genericHealth } from './generic-health.ts';
import type { Health } from './health.ts';
import { parseUserChecks, type UserChecks } from './user-checks/parse-user-checks.ts';
import type { UserCheck } from './user-checks/user-check.ts';
import { TimeLimitError, withinTime } from './user-checks/within-time.ts';

/** How long a check of a user may take with one object, as in Argo CD. Everything else waits meanwhile. */
const TIME_LIMIT_MS = 1_000;
/** How long a check that took too long is left alone: it would cost as much for every object at every event. */
const REST_MS = 60_000;
/** Set to `false`, kinds without a rule of their own have no health, as in Argo CD. */
const GENERIC = 'holdfast.dev.health-generic';

/** The part of a log that is used here. */
export interface ProblemLog {
  warn(fields: { readonly problem: string }, message: string): void;
}

/**
 * Judges live objects with what `argocd-cm` says of it. In this order: what is being deleted is Progressing; a user's
 * check; the rule of the kind; the generic rule for custom resources.
 */
export class HealthAssessor {
  readonly #nowMs: () => number;
  readonly #log: ProblemLog;
  readonly #resting = new Map<UserCheck, number>();
  #source = '';
  #checks: UserChecks = parseUserChecks({});
  #usesGeneric = true;

  /**
   * @param nowMs time of a clock that only goes forward, for the rest of checks that took too long
   * @param log where a check that cannot be used is told of
   */
  constructor(nowMs: () => number, log: ProblemLog) {
    this.#nowMs = nowMs;
    this.#log = log;
  }

  /** Takes over the entries of `argocd-cm` that state checks. Cheap while they stay the same. */
  configure(argocdCm: Readonly<Record<string, string>>): void {
    const source = JSON.stringify(Object.entries(argocdCm).toSorted(([a], [b]) => (a < b ? -1 : 1)));
    if (source === this.#source) return;
    this.#source = source;
    this.#resting.clear();
    this.#usesGeneric = argocdCm[GENERIC] !== 'false';
    this.#checks = parseUserChecks(argocdCm);
    for (const problem of this.#checks.problems) this.#log.warn({ problem }, 'setting ignored');
  }

  /** Health of a live object; undefined when nobody has a rule for it, which counts as healthy. Never throws. */
  assess(object: KubeObject): Health | undefined {
    const deleted = deletionHealth(object);
    if (deleted !== undefined) return deleted;
    const check = this.#checkFor(object);
    if (check !== undefined) return this.#judge(check, object);
    if (hasRule(object)) return assessByRule(object);
    return this.#usesGeneric ? genericHealth(object) : undefined;
  }

  #checkFor(object: KubeObject): UserCheck | undefined {
    const { exact, patterns } = this.#checks;
    if (exact.size === 0 && patterns.length === 0) return undefined;
    const { group } = parseApiVersion(object.apiVersion);
    const key = group === '' ? object.kind : `${group}/${object.kind}`;
    return exact.get(key) ?? patterns.find(({ matches }) => matches(key))?.check;
  }

  #judge(check: UserCheck, object: KubeObject): Health | undefined {
    const restsUntil = this.#resting.get(check) ?? 0;
    if (this.#nowMs() < restsUntil) return unknown(check, `it took too long and is not tried for ${REST_MS / 1_000} s`);
    try {
      const health = withinTime(TIME_LIMIT_MS, () => check.judge(object));
      return health?.message === '' ? { status: health.status } : health;
    } catch (error) {
      if (error instanceof TimeLimitError) this.#resting.set(check, this.#nowMs() + REST_MS);
      return unknown(check, error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error));
    }
  }
}

function unknown(check: UserCheck, reason: string): Health {
  const message = `the health check ${check.name} of argocd-cm failed: ${reason}. Correct it there, or remove it`;
  return { status: 'Unknown', message };
}
