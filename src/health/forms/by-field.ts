import type { KubeObject } from '../../object/kube-object.ts';
import type { HealthStatus } from '../health.ts';
import { valueAt } from '../read.ts';
import { fillIn, printed } from './fill-in.ts';
import type { HealthRule } from './rule.ts';

/** What a value of a field says of the object's health, with the template of the message. */
export type Verdict = readonly [status: HealthStatus, template?: string];

/** A table over the values of one field, such as a phase; `otherwise` is for values that it does not hold. */
export function byField(path: string, table: Readonly<Record<string, Verdict>>, otherwise?: Verdict): HealthRule {
  const verdicts = new Map(Object.entries(table));
  return (object) => {
    const value = valueAt(object, path);
    if (value === undefined) return undefined;
    return judged(object, verdicts.get(printed(value) ?? '') ?? otherwise);
  };
}

/** A verdict on objects whose field has the value. */
export function whenField(path: string, value: unknown, ...verdict: Verdict): HealthRule {
  return (object) => (valueAt(object, path) === value ? judged(object, verdict) : undefined);
}

/** A verdict on objects that do not have the field. */
export function whenAbsent(path: string, ...verdict: Verdict): HealthRule {
  return whenField(path, undefined, ...verdict);
}

/** A verdict on objects whose controller has said which generation it saw last, and it was another one. */
export function whenStale(template: string, path = 'status.observedGeneration'): HealthRule {
  return (object) => {
    const observed = valueAt(object, path);
    if (observed === undefined || observed === generationOf(object)) return undefined;
    return judged(object, ['Progressing', template]);
  };
}

/** The same, but a controller that says nothing is taken not to have seen the object. */
export function whenUnobserved(template: string, path = 'status.observedGeneration'): HealthRule {
  return (object) => {
    const isSeen = valueAt(object, 'status') !== undefined && valueAt(object, path) === generationOf(object);
    return isSeen ? undefined : judged(object, ['Progressing', template]);
  };
}

/** The generation of the object's spec; undefined when it has none. */
export function generationOf(object: KubeObject): unknown {
  return valueAt(object, 'metadata.generation');
}

function judged(object: KubeObject, verdict: Verdict | undefined): ReturnType<HealthRule> {
  if (verdict === undefined) return undefined;
  const [status, template = ''] = verdict;
  return { status, message: fillIn(template, object) };
}
