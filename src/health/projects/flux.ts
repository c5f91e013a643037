import type { KubeObject } from '../../object/kube-object.ts';
import { conditionMatcher } from '../forms/by-conditions.ts';
import { whenField } from '../forms/by-field.ts';
import { type HealthRule, type HealthRules, inTurn, waiting } from '../forms/rule.ts';
import { conditionsOf, mappingAt, textAt } from '../read.ts';

const SUSPENDED = whenField('spec.suspend', true, 'Suspended', '{kind} is suspended');
const WAITING = waiting('Status unknown');
const RECONCILING = ['Reconciling=True'];
const ARTIFACT = inTurn(
  SUSPENDED,
  counted({ good: ['Ready=True', 'ArtifactInStorage=True'], busy: ['Ready=Unknown', ...RECONCILING] }),
  WAITING,
);
const RECONCILED = inTurn(
  SUSPENDED,
  counted({ good: ['Ready=True'], busy: ['Ready=Unknown', ...RECONCILING] }),
  WAITING,
);

/** Flux's kinds. */
export const FLUX: HealthRules = {
  'source.toolkit.fluxcd.io/Bucket': ARTIFACT,
  'source.toolkit.fluxcd.io/GitRepository': ARTIFACT,
  'source.toolkit.fluxcd.io/HelmChart': ARTIFACT,
  'source.toolkit.fluxcd.io/OCIRepository': ARTIFACT,
  'source.toolkit.fluxcd.io/HelmRepository': inTurn(
    SUSPENDED,
    whenField(
      'spec.type',
      'oci',
      'Healthy',
      "Helm repositories of type 'oci' do not contain any information in the status.",
    ),
    ARTIFACT,
  ),
  'kustomize.toolkit.fluxcd.io/Kustomization': RECONCILED,
  'image.toolkit.fluxcd.io/ImageUpdateAutomation': RECONCILED,
  'helm.toolkit.fluxcd.io/HelmRelease': inTurn(
    SUSPENDED,
    counted({
      good: ['Ready=True', 'Released=True', 'TestSuccess=True'],
      wanted: 2,
      busy: ['Ready=Unknown', ...RECONCILING],
    }),
    WAITING,
  ),
  'image.toolkit.fluxcd.io/ImagePolicy': inTurn(
    counted({ good: ['Ready=True'], busy: ['Ready=False', ...reconciling('AccessingRepository', 'ApplyingPolicy')] }),
    WAITING,
  ),
  'image.toolkit.fluxcd.io/ImageRepository': inTurn(
    SUSPENDED,
    counted({ good: ['Ready=True'], busy: ['Ready=False', ...reconciling('Scanning')] }),
    WAITING,
  ),
  'notification.toolkit.fluxcd.io/Receiver': inTurn(SUSPENDED, counted({ good: ['Ready=True'], busy: [] }), WAITING),
};

interface CountedConditions {
  /** Patterns of conditions that are good; all must be there, or `wanted` of them. */
  readonly good: readonly string[];
  readonly wanted?: number;
  /** Patterns of conditions of which two tell that Flux is at work: readiness lost, and reconciling. */
  readonly busy: readonly string[];
}

const BUSY_WITH_BOTH = 2;

/** Flux's kinds are healthy when each of some conditions is; the message is the reason of `Ready`. */
function counted({ good, wanted = good.length, busy }: CountedConditions): HealthRule {
  const goodOnes = good.map(conditionMatcher);
  const busyOnes = busy.map(conditionMatcher);
  return (object) => {
    if (!Array.isArray(mappingAt(object, 'status')['conditions'])) return undefined;
    const conditions = conditionsOf(object);
    const count = (matchers: typeof goodOnes): number =>
      conditions.filter((condition) => matchers.some((matches) => matches(condition))).length;
    const message = reasonOf(object);
    if (count(busyOnes) === BUSY_WITH_BOTH) return { status: 'Progressing', message };
    return { status: count(goodOnes) === wanted ? 'Healthy' : 'Degraded', message };
  };
}

/** An artifact that is behind its source adds its reason, if `Ready` came before it. */
function reasonOf(object: KubeObject): string {
  let message = '';
  for (const condition of conditionsOf(object)) {
    const reason = textAt(condition, 'reason');
    if (condition['type'] === 'Ready') message = reason;
    else if (condition['type'] === 'ArtifactOutdated' && condition['status'] === 'True')
      message = `${message} ${reason}`;
  }
  return message;
}

function reconciling(...reasons: readonly string[]): string[] {
  return ['NewGeneration', ...reasons].map((reason) => `Reconciling=True:${reason}`);
}
