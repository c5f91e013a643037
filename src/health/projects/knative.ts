import type { KubeObject } from '../../object/kube-object.ts';
import { conditionMatcher } from '../forms/by-conditions.ts';
import { type HealthRule, type HealthRules, inTurn, waiting } from '../forms/rule.ts';
import type { Health } from '../health.ts';
import { conditionsOf, type Fields, mappingAt, textAt, valueAt } from '../read.ts';

/** Knative and KServe: several conditions count together, and the message lists those that are amiss. */
export const KNATIVE: HealthRules = {
  'serving.knative.dev/Service': inTurn(serviceHealth, waiting('Waiting for status update.')),
  'operator.knative.dev/KnativeEventing': operated('KnativeEventing', ['Ready', 'InstallSucceeded'], ['Ready']),
  'operator.knative.dev/KnativeServing': operated(
    'KnativeServing',
    ['Ready', 'InstallSucceeded', 'DependenciesInstalled', 'DeploymentsAvailable'],
    ['Ready', 'DeploymentsAvailable'],
  ),
  'serving.kserve.io/InferenceService': inTurn(
    inferenceHealth,
    waiting('Waiting for InferenceService to report status...'),
  ),
};

const SERVICE_SIGNS = ['ConfigurationsReady=True', 'RoutesReady=True', 'Ready=True'].map(conditionMatcher);

function serviceHealth(object: KubeObject): Health | undefined {
  if (valueAt(object, 'status.conditions') === undefined) return undefined;
  const conditions = conditionsOf(object);
  const amiss = conditions.filter(({ status }) => status === 'False' || status === 'Unknown');
  const good = conditions.filter((condition) => SERVICE_SIGNS.some((matches) => matches(condition))).length;
  if (good === SERVICE_SIGNS.length && amiss.length === 0) {
    return { status: 'Healthy', message: 'Knative Service is healthy.' };
  }
  const message = amiss.map(serviceWords).join('');
  return { status: amiss.some(({ status }) => status === 'False') ? 'Degraded' : 'Progressing', message };
}

function serviceWords(condition: Fields): string {
  const [reason, message] = ['reason', 'message'].map((field) => textAt(condition, field));
  const why = `${reason === '' ? '' : `, since ${reason}.`}${message === '' ? '' : ` ${message}`}`;
  return `${textAt(condition, 'type')} is ${textAt(condition, 'status')}${why}\n`;
}

/** What Knative's operator installs: some conditions must all be True, and some of them may not be False. */
function operated(kind: string, wanted: readonly string[], vital: readonly string[]): HealthRule {
  const good = wanted.map((type) => conditionMatcher(`${type}=True`));
  const bad = [...vital.map((type) => conditionMatcher(`${type}=False`)), conditionMatcher('*=Unknown')];
  return inTurn(
    (object) => {
      if (valueAt(object, 'status.conditions') === undefined) return undefined;
      const conditions = conditionsOf(object);
      const count = (matchers: typeof good): number =>
        conditions.filter((condition) => matchers.some((matches) => matches(condition))).length;
      const lines = conditions.map((one, index) => `${index + 1}: ${textAt(one, 'type')} | ${textAt(one, 'status')}\n`);
      if (count(bad) > 0) return { status: 'Progressing', message: lines.join('') };
      if (count(good) === good.length) return { status: 'Healthy', message: `${kind} is healthy.` };
      return { status: 'Degraded', message: lines.join('') };
    },
    waiting(`Waiting for ${kind}`),
  );
}

/** A model that failed to load degrades the service; a condition that is not True only keeps it progressing. */
function inferenceHealth(object: KubeObject): Health | undefined {
  if (valueAt(object, 'status.conditions') === undefined) return undefined;
  const conditions = conditionsOf(object);
  if (conditions.some(({ type, status }) => type === 'Stopped' && status === 'True')) {
    return { status: 'Suspended', message: 'InferenceService is Stopped' };
  }
  const transition = transitionOf(object);
  const isAmiss = ({ type, status }: Fields): boolean => status !== 'True' && type !== 'Stopped';
  const words = [...conditions.entries()]
    .filter(([, one]) => isAmiss(one))
    .map(([index, one]) => inferenceWords(one, index));
  const isDoubtful = conditions.some(
    (one) => one['status'] === 'Unknown' || (isAmiss(one) && one['status'] === 'False'),
  );
  if (transition === undefined && !isDoubtful) return { status: 'Healthy', message: 'InferenceService is healthy.' };
  const message = `${transition === undefined ? '' : `0: transitionStatus | ${transition}`}${words.join('')}`;
  const isDegraded = transition !== undefined && transition !== 'InProgress';
  return { status: isDegraded ? 'Degraded' : 'Progressing', message };
}

/** Where the model's transition is; undefined when it is over, or no model is reported. */
function transitionOf(object: KubeObject): string | undefined {
  if (valueAt(object, 'status.modelStatus') === undefined) return undefined;
  const transition = textAt(mappingAt(mappingAt(object, 'status'), 'modelStatus'), 'transitionStatus');
  return transition === 'UpToDate' ? undefined : transition;
}

function inferenceWords(condition: Fields, index: number): string {
  const parts = [textAt(condition, 'type'), textAt(condition, 'status')];
  const notes = ['reason', 'message'].map((field) => textAt(condition, field)).filter((text) => text !== '');
  return ` | ${index + 1}: ${[...parts, ...notes].join(' | ')}`;
}
