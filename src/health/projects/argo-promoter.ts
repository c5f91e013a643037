import type { KubeObject } from '../../object/kube-object.ts';
import { byConditions, conditionMatcher } from '../forms/by-conditions.ts';
import { whenAbsent } from '../forms/by-field.ts';
import { always, type HealthRule, type HealthRules, inTurn } from '../forms/rule.ts';
import type { Health } from '../health.ts';
import { conditionsOf, listAt, mappingAt, metadataOf, textsAt, valueAt } from '../read.ts';
import { branchesHealth, changeTransferHealth, promotionHealth } from './argo-promoter-branches.ts';

/** What a finalizer of Promoter waits for, and what comes of it when a person takes it off. */
type Finalizers = Readonly<Record<string, readonly [wait: string, risk: string]>>;

interface PromoterKind {
  /** In messages of readiness: "Waiting for NAME spec update to be observed". */
  readonly name: string;
  readonly starting: string;
  readonly deleting: string;
  readonly finalizers?: Finalizers;
  readonly missing: string;
  /** Before the message of a reconciliation that failed. */
  readonly failed: string;
  /** Before the reason where it is another one than a failed reconciliation. */
  readonly notReady?: string;
  /** Before the reason where readiness is not known; without it that is no obstacle. */
  readonly unknown?: string;
  /** Types of the conditions that tell readiness. */
  readonly types?: readonly string[];
}

const PROVIDER_IS_GONE = 'GitRepository objects can reference a provider that no longer exists.';

/** GitOps Promoter's kinds: readiness in common, then what each promotes. */
export const ARGO_PROMOTER: HealthRules = {
  'promoter.argoproj.io/ArgoCDCommitStatus': inTurn(
    readiness(plainKind('Argo CD commit status', 'Argo CD commit status is being deleted')),
    selectedApplications,
  ),
  'promoter.argoproj.io/ChangeTransferPolicy': inTurn(
    readiness({
      ...plainKind('Change transfer policy', 'Change transfer policy is being deleted.'),
      finalizers: {
        'changetransferpolicy.promoter.argoproj.io/finalizer': [
          'Waiting to clear related PullRequest finalizers and finish cleanup before this policy is removed.',
          "The 'changetransferpolicy.promoter.argoproj.io/pullrequest-finalizer' finalizer may not be cleaned up from PullRequests owned by this ChangeTransferPolicy.",
        ],
      },
    }),
    changeTransferHealth,
  ),
  'promoter.argoproj.io/CommitStatus': inTurn(
    readiness(plainKind('Commit status', 'Commit status is being deleted')),
    whenAbsent('status.sha', 'Healthy', 'Commit status is healthy'),
    whenAbsent('status.phase', 'Healthy', 'Commit status is healthy'),
    always('Healthy', 'Commit status for commit {status.sha} reports {status.phase}'),
  ),
  'promoter.argoproj.io/PromotionStrategy': inTurn(
    readiness(plainKind('Promotion strategy', 'Promotion strategy is being deleted')),
    promotionHealth,
  ),
  'promoter.argoproj.io/PullRequest': inTurn(
    readiness({
      ...plainKind('Pull request', 'Pull request is being deleted.'),
      types: ['Reconciled', 'Ready'],
      finalizers: {
        'pullrequest.promoter.argoproj.io/finalizer': [
          'Waiting for SCM closure or reconciliation of the pull request.',
          'the real PR can stay open after the CR is gone.',
        ],
        'changetransferpolicy.promoter.argoproj.io/pullrequest-finalizer': [
          'Waiting for the ChangeTransferPolicy to observe PR identity and state.',
          'promotion status or history can be wrong or racy.',
        ],
      },
    }),
    whenAbsent('status.id', 'Healthy', 'Pull request is healthy'),
    whenAbsent('status.state', 'Healthy', 'Pull request is healthy'),
    always('Healthy', 'Pull request is {status.state} as PR {status.id}'),
  ),
  'promoter.argoproj.io/GitRepository': inTurn(
    readiness({
      ...gate('GitRepository', 'Git repository', 'readiness'),
      deleting: 'GitRepository is being deleted.',
      finalizers: {
        'gitrepository.promoter.argoproj.io/finalizer': [
          'Waiting until no non-deleting PullRequests still reference this repository.',
          'repository metadata may be removed while promotions still depend on it.',
        ],
      },
      failed: 'Git repository validation failed',
    }),
    always('Healthy', 'Git repository is ready'),
  ),
  'promoter.argoproj.io/ScmProvider': inTurn(
    readiness({
      ...gate('ScmProvider', 'SCM provider', 'readiness'),
      deleting: 'ScmProvider is being deleted.',
      finalizers: {
        'scmprovider.promoter.argoproj.io/finalizer': [
          'Waiting until no GitRepository in this namespace still references this provider.',
          PROVIDER_IS_GONE,
        ],
      },
      failed: 'SCM provider validation failed',
    }),
    always('Healthy', 'SCM provider is ready'),
  ),
  'promoter.argoproj.io/ClusterScmProvider': inTurn(
    readiness({
      ...gate('ClusterScmProvider', 'Cluster SCM provider', 'readiness'),
      starting: 'Initializing cluster SCM provider',
      deleting: 'ClusterScmProvider is being deleted.',
      finalizers: {
        'clusterscmprovider.promoter.argoproj.io/finalizer': [
          'Waiting until no GitRepository still references this cluster-wide SCM provider.',
          PROVIDER_IS_GONE,
        ],
      },
      failed: 'Cluster SCM provider validation failed',
    }),
    always('Healthy', 'Cluster SCM provider is ready'),
  ),
  'promoter.argoproj.io/GitCommitStatus': inTurn(
    readiness({
      ...gate('GitCommitStatus', 'Git commit validation', 'status'),
      starting: 'Initializing git commit validation',
    }),
    branchesHealth('Git commit validation', 'passed for'),
  ),
  'promoter.argoproj.io/TimedCommitStatus': inTurn(
    readiness({
      ...gate('TimedCommitStatus', 'Timed commit gate', 'status'),
      starting: 'Initializing timed commit gate',
    }),
    branchesHealth('Timed commit gate', 'satisfied for'),
  ),
  'promoter.argoproj.io/WebRequestCommitStatus': inTurn(
    readiness({
      ...gate('WebRequestCommitStatus', 'Web request commit validation', ''),
      starting: 'Initializing web request commit validation',
    }),
    branchesHealth('Web request validation', 'passed for', 'Web request commit validation'),
  ),
};

/** A kind that speaks of itself in plain words. */
function plainKind(title: string, deleting: string): PromoterKind {
  const name = title.startsWith('Argo CD') ? title : `${title.charAt(0).toLowerCase()}${title.slice(1)}`;
  return {
    name,
    starting: `Initializing ${name}`,
    deleting,
    missing: `${title} is not ready yet`,
    failed: `${title} reconciliation failed`,
    notReady: `${title} reconciliation failed`,
  };
}

/** A kind that speaks of itself by the name of its kind, and tells when its readiness is not known. */
function gate(kind: string, title: string, what: string): PromoterKind {
  return {
    name: kind,
    starting: `Initializing ${title}`,
    deleting: `${kind} is being deleted`,
    missing: `${kind} Ready condition is missing`,
    failed: `${title} failed`,
    notReady: `${title} not ready`,
    unknown: [title, what, 'unknown'].filter((word) => word !== '').join(' '),
  };
}

function readiness(kind: PromoterKind): HealthRule {
  const types = (kind.types ?? ['Ready']).map(conditionMatcher);
  const told = inTurn(...(kind.types ?? ['Ready']).map((type) => verdictOn(type, kind)));
  return inTurn(deletion(kind), whenAbsent('status', 'Progressing', kind.starting), (object) => {
    const conditions = conditionsOf(object).filter((one) => types.some((matches) => matches(one)));
    if (conditions.length === 0) return { status: 'Progressing', message: kind.missing };
    const generation = valueAt(object, 'metadata.generation');
    for (const condition of conditions) {
      const observed = valueAt(condition, 'observedGeneration');
      if (observed !== undefined && generation !== undefined && observed !== generation) {
        return { status: 'Progressing', message: `Waiting for ${kind.name} spec update to be observed` };
      }
      const verdict = told({ ...object, status: { conditions: [condition] } });
      if (verdict !== undefined) return verdict;
    }
    return undefined;
  });
}

function verdictOn(type: string, { failed, notReady = failed, unknown }: PromoterKind): HealthRule {
  const rows = [
    [`${type}=False:ReconciliationError`, 'Degraded', `${failed}: {condition.message|Unknown error}`],
    [`${type}=False`, 'Degraded', `${notReady} ({condition.reason|Unknown}): {condition.message|Unknown error}`],
  ] as const;
  if (unknown === undefined) return byConditions(rows);
  const doubt = `${unknown} ({condition.reason|Unknown}): {condition.message|Unknown}`;
  return byConditions([...rows, [`${type}=Unknown`, 'Progressing', doubt]]);
}

function deletion({ deleting, finalizers = {} }: PromoterKind): HealthRule {
  return (object) => {
    if (valueAt(object, 'metadata.deletionTimestamp') === undefined) return undefined;
    const notes = textsAt(metadataOf(object), 'finalizers').flatMap((finalizer) => {
      const note = Object.hasOwn(finalizers, finalizer) ? finalizers[finalizer] : undefined;
      return note === undefined ? [] : [`${finalizer}: ${note[0]} Risk if removed manually: ${note[1]}`];
    });
    return { status: 'Progressing', message: [deleting, ...notes].join(' ') };
  };
}

function selectedApplications(object: KubeObject): Health {
  const count = listAt(mappingAt(object, 'status'), 'applicationsSelected').length;
  return count === 0
    ? { status: 'Degraded', message: 'Argo CD commit status has no applications configured' }
    : { status: 'Healthy', message: `Argo CD commit status is healthy and is tracking ${count} applications` };
}
