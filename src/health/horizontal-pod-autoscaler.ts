import type { KubeObject } from '../object/kube-object.ts';
import { parseJson } from '../yaml/json.ts';
import type { Health } from './health.ts';
import { conditionsOf, type Fields, mappingAt, mappingsAt, metadataOf, textAt } from './read.ts';

/**
 * Health of an autoscaling HorizontalPodAutoscaler; v1 keeps its conditions in an annotation.
 *
 * @see https://github.com/argoproj/argo-cd/blob/v3.5.1/gitops-engine/pkg/health/health_hpa.go
 */
export function horizontalPodAutoscalerHealth(object: KubeObject): Health {
  const isV1 = object.apiVersion === 'autoscaling/v1';
  const conditions = isV1 ? annotatedConditions(object) : conditionsOf(object);
  if (conditions === undefined) {
    return { status: 'Unknown', message: 'failed to convert conditions annotation to typed: it is no JSON list' };
  }
  const failed = conditions.find((one) => FAILURES.has(`${textAt(one, 'type')}/${textAt(one, 'reason')}`));
  if (failed !== undefined) return { status: 'Degraded', message: textAt(failed, 'message') };
  const able = conditions.find(
    ({ type, status }) => (type === 'AbleToScale' || type === 'ScalingLimited') && status === 'True',
  );
  if (able !== undefined) return { status: 'Healthy', message: textAt(able, 'message') };
  return { status: 'Progressing', message: 'Waiting to Autoscale' };
}

const FAILURES: ReadonlySet<string> = new Set([
  'AbleToScale/FailedGetScale',
  'AbleToScale/FailedUpdateScale',
  'ScalingActive/FailedGetResourceMetric',
  'ScalingActive/FailedGetObjectMetric',
  'ScalingActive/FailedGetPodsMetric',
  'ScalingActive/FailedGetExternalMetric',
  'ScalingActive/FailedComputeMetricsReplicas',
  'ScalingActive/InvalidSelector',
]);

/** Undefined when the annotation cannot be read. */
function annotatedConditions(object: KubeObject): readonly Fields[] | undefined {
  const annotations = mappingAt(metadataOf(object), 'annotations');
  const text = annotations['autoscaling.alpha.kubernetes.io/conditions'];
  if (typeof text !== 'string') return [];
  try {
    const conditions = parseJson(text);
    return conditions === null || Array.isArray(conditions) ? mappingsAt({ conditions }, 'conditions') : undefined;
  } catch {
    // Whoever wrote the annotation wrote no JSON; that is a verdict, not a failure of ours.
    return undefined;
  }
}
