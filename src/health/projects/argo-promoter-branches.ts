import type { KubeObject } from '../../object/kube-object.ts';
import type { HealthRule } from '../forms/rule.ts';
import type { Health } from '../health.ts';
import { type Fields, mappingAt, mappingsAt, textAt, valueAt } from '../read.ts';

/**
 * Health of a gate over the branches of environments: what failed weighs more than what is pending.
 *
 * @param title what the messages call the gate
 * @param passed how they say that it is open, such as `passed for`
 * @param reconciled what they call it where there is no environment; the title itself when absent
 */
export function branchesHealth(title: string, passed: string, reconciled: string = title): HealthRule {
  return (object) => {
    const environments = environmentsOf(object);
    if (environments.length === 0) return { status: 'Healthy', message: `${reconciled} reconciled` };
    const branches = (isOne: (phase: unknown) => boolean): string[] =>
      environments.filter(({ phase }) => isOne(phase)).map(({ branch }) => (typeof branch === 'string' ? branch : '?'));
    const failed = branches((phase) => phase === 'failure');
    if (failed.length > 0) {
      return { status: 'Degraded', message: `${title} failed for branch(es): ${failed.join(', ')}` };
    }
    const pending = branches((phase) => phase !== 'success');
    if (pending.length > 0) {
      return { status: 'Progressing', message: `${title} pending for branch(es): ${pending.join(', ')}` };
    }
    return { status: 'Healthy', message: `${title} ${passed} ${environments.length} environment(s)` };
  };
}

/** Health of a change transfer policy: whether its one environment runs the commit that is proposed for it. */
export function changeTransferHealth(object: KubeObject): Health {
  const status = mappingAt(object, 'status');
  const active = dryCommit(status, 'active');
  if (active === '') return progressing('The active commit DRY SHA is missing or empty.');
  const proposed = dryCommit(status, 'proposed');
  if (proposed === '') return progressing('The proposed commit DRY SHA is missing or empty.');
  if (proposed !== active) {
    const checks = checksOf(status, 'proposed');
    return progressing(`Promotion in progress from '${short(active)}' to '${short(proposed)}': ${listed(checks)}`);
  }
  const checks = checksOf(status, 'active');
  const isClean = checks.pending.length === 0 && checks.failed.length === 0;
  const message = isClean
    ? `Environment is up-to-date on commit ${short(active)}.`
    : `Environment is up-to-date, but there are non-successful active commit statuses: ${listed(checks)}`;
  return { status: 'Healthy', message };
}

/** Health of a promotion strategy: whether all environments run one proposed commit. */
export function promotionHealth(object: KubeObject): Health {
  const environments = environmentsOf(object);
  const [first] = environments;
  if (first === undefined) return { status: 'Degraded', message: 'Promotion strategy has no environments configured' };
  for (const environment of environments) {
    const side = ['active', 'proposed'].find((name) => hydrated(environment, name) === '');
    if (side === undefined) continue;
    return progressing(
      `The ${side} commit DRY SHA is missing or empty in environment '${textAt(environment, 'branch')}'.`,
    );
  }
  if (environments.some((environment) => hydrated(environment, 'proposed') !== hydrated(first, 'proposed'))) {
    return progressing(
      'Not all environments have the same proposed commit SHA. This likely means the hydrator has not run for all environments yet.',
    );
  }
  const moving = environments.find((one) => dryCommit(one, 'proposed') !== dryCommit(one, 'active'));
  return moving === undefined ? promoted(environments, first) : promoting(moving);
}

function promoting(environment: Fields): Health {
  const [from, to] = [dryCommit(environment, 'active'), dryCommit(environment, 'proposed')].map(short);
  const where = `Promotion in progress for environment '${textAt(environment, 'branch')}' from '${from}' to '${to}'`;
  const processed = `Hydrator has processed dry commit '${short(hydrated(environment, 'proposed'))}'. `;
  return progressing(`${where}: ${listed(checksOf(environment, 'proposed'))}${processed}`);
}

function promoted(environments: readonly Fields[], first: Fields): Health {
  const unclean = environments.flatMap((environment) => {
    const { failed, pending } = checksOf(environment, 'active');
    if (failed.length === 0 && pending.length === 0) return [];
    return [`${textAt(environment, 'branch')} (${failed.length} failed, ${pending.length} pending)`];
  });
  const message =
    unclean.length === 0
      ? `All environments are up-to-date on commit '${short(dryCommit(first, 'active'))}'. Hydrator has processed dry commit '${short(hydrated(first, 'proposed'))}'.`
      : `Environments are up-to-date, but some environments have non-successful commit statuses: ${unclean.join(', ')}.`;
  return { status: 'Healthy', message };
}

function environmentsOf(object: KubeObject): readonly Fields[] {
  return mappingsAt(mappingAt(object, 'status'), 'environments');
}

function dryCommit(from: Fields, side: string): string {
  const sha = valueAt(from, `${side}.dry.sha`);
  return typeof sha === 'string' ? sha : '';
}

/** What is proposed is known by the hydrator's note before the commit itself. */
function hydrated(environment: Fields, side: string): string {
  const noted = side === 'proposed' ? valueAt(environment, 'proposed.note.drySha') : undefined;
  return typeof noted === 'string' && noted !== '' ? noted : dryCommit(environment, side);
}

interface Checks {
  readonly pending: readonly string[];
  readonly succeeded: number;
  readonly failed: readonly string[];
}

function checksOf(from: Fields, side: string): Checks {
  const checks = mappingsAt(mappingAt(from, side), 'commitStatuses');
  const keys = (phase: string): string[] =>
    checks.filter((one) => one['phase'] === phase).map((one) => textAt(one, 'key'));
  return { pending: keys('pending'), succeeded: keys('success').length, failed: keys('failure') };
}

function listed({ pending, succeeded, failed }: Checks): string {
  const counts = `${pending.length} pending, ${succeeded} successful, ${failed.length} failed. `;
  const waiting = pending.length === 0 ? '' : `Pending commit statuses: ${pending.join(', ')}. `;
  return `${counts}${waiting}${failed.length === 0 ? '' : `Failed commit statuses: ${failed.join(', ')}. `}`;
}

const SHORT_SHA = 7;

function short(sha: string): string {
  return sha.slice(0, SHORT_SHA);
}

function progressing(message: string): Health {
  return { status: 'Progressing', message };
}
