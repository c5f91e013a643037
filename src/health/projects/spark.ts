import type { KubeObject } from '../../object/kube-object.ts';
import { byField, type Verdict } from '../forms/by-field.ts';
import { type HealthRules, inTurn, waiting } from '../forms/rule.ts';
import type { Health } from '../health.ts';
import { countAt, type Fields, mappingAt, valueAt } from '../read.ts';

const FAILED: Verdict = ['Degraded', '{status.applicationState.errorMessage}'];

/** Spark's operator. */
export const SPARK: HealthRules = {
  'sparkoperator.k8s.io/SparkApplication': inTurn(
    running,
    byField('status.applicationState.state', {
      '': ['Progressing', 'SparkApplication was added, enqueuing it for submission'],
      SUBMITTED: ['Progressing', 'SparkApplication was submitted successfully'],
      COMPLETED: ['Healthy', 'SparkApplication was Completed'],
      FAILED,
      SUBMISSION_FAILED: FAILED,
      FAILING: FAILED,
      PENDING_RERUN: ['Progressing', 'SparkApplication is Pending Rerun'],
      INVALIDATING: ['Missing', 'SparkApplication is in InvalidatingState'],
      // Spaces and line break as Argo CD has them.
      SUCCEEDING: [
        'Progressing',
        `The driver pod has been completed successfully. The executor pods terminate and are cleaned up.
                                Under this circumstances, we assume the executor pod are completed.`,
      ],
      UNKNOWN: [
        'Progressing',
        'SparkApplication is in UnknownState because either driver pod or one or all executor pods in unknown state  ',
      ],
    }),
    waiting('Waiting for Executor pods'),
  ),
};

/** As many executors as the specification asks for, or as its dynamic allocation allows. */
function running(object: KubeObject): Health | undefined {
  if (valueAt(object, 'status.applicationState.state') !== 'RUNNING') return undefined;
  const executors = mappingAt(mappingAt(object, 'status'), 'executorState');
  if (valueAt(object, 'status.executorState') === undefined) return undefined;
  const count = Object.values(executors).filter((state) => state === 'RUNNING').length;
  return isEnough(object, count) ? { status: 'Healthy', message: 'SparkApplication is Running' } : undefined;
}

function isEnough(object: KubeObject, count: number): boolean {
  const instances = valueAt(object, 'spec.executor.instances');
  if (instances === count) return true;
  const range = allowedRange(object);
  if (range !== undefined) return count >= range.min && count <= range.max;
  return instances === undefined && valueAt(object, 'spec.dynamicAllocation') === undefined && count >= 1;
}

interface Range {
  readonly min: number;
  readonly max: number;
}

/** Dynamic allocation is set in the specification, or in Spark's own properties. */
function allowedRange(object: KubeObject): Range | undefined {
  const allocation = mappingAt(mappingAt(object, 'spec'), 'dynamicAllocation');
  if (allocation['enabled'] === true) return rangeOf(allocation, '');
  const properties = mappingAt(mappingAt(object, 'spec'), 'sparkConf');
  const prefix = PREFIXES.find((one) => properties[`${one}enabled`] === 'true');
  return prefix === undefined ? undefined : rangeOf(properties, prefix);
}

const PREFIXES = ['spark.streaming.dynamicAllocation.', 'spark.dynamicAllocation.'];

function rangeOf(fields: Fields, prefix: string): Range {
  return {
    min: countAt(fields, `${prefix}minExecutors`) ?? 0,
    max: countAt(fields, `${prefix}maxExecutors`) ?? Number.POSITIVE_INFINITY,
  };
}
