import type { KubeObject } from '../object/kube-object.ts';
import type { Health } from './health.ts';
import { listAt, mappingAt, textAt } from './read.ts';

/**
 * Health of a batch CronJob: Degraded only if its last run is known to have failed.
 *
 * @see https://github.com/argoproj/argo-cd/blob/v3.5.1/resource_customizations/batch/CronJob/health.lua
 */
export function cronJobHealth(object: KubeObject): Health {
  if (mappingAt(object, 'spec')['suspend'] === true) return { status: 'Healthy', message: 'CronJob is Suspended' };
  if (object['status'] === undefined || object['status'] === null) {
    return { status: 'Progressing', message: 'Waiting for CronJob' };
  }
  const status = mappingAt(object, 'status');
  const scheduled = textAt(status, 'lastScheduleTime');
  const succeeded = textAt(status, 'lastSuccessfulTime');
  if (scheduled === '') return { status: 'Healthy', message: 'CronJob has not been scheduled yet' };
  if (succeeded === '') {
    return { status: 'Healthy', message: 'The CronJob never completed successfully. It may not be healthy' };
  }
  if (listAt(status, 'active').length > 0) {
    return { status: 'Healthy', message: 'The job is running. Its last execution may not have been successful' };
  }
  // Times of one form compare as texts.
  return succeeded < scheduled
    ? { status: 'Degraded', message: 'CronJob has not completed its last execution successfully' }
    : { status: 'Healthy', message: 'CronJob has completed its last execution successfully' };
}
