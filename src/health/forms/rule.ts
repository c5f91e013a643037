import type { KubeObject } from '../../object/kube-object.ts';
import type { Health, HealthStatus } from '../health.ts';
import { fillIn } from './fill-in.ts';

/** A verdict on an object, or undefined where the rule has nothing to say. Never throws. Pure. */
export type HealthRule = (object: KubeObject) => Health | undefined;

/** Rules by `group/Kind`; `*` as the group's first label or as the kind stands for any. */
export type HealthRules = Readonly<Record<string, HealthRule>>;

/** The verdict of the first rule that has one. */
export function inTurn(...rules: readonly HealthRule[]): HealthRule {
  return (object) => {
    for (const rule of rules) {
      const health = rule(object);
      if (health !== undefined) return health;
    }
    return undefined;
  };
}

/** The same verdict on everything; the last rule of a row. @param template of the message; see `fillIn` */
export function always(status: HealthStatus, template = ''): HealthRule {
  return (object) => ({ status, message: fillIn(template, object) });
}

/** What most kinds are until their controller has said something. */
export function waiting(template: string): HealthRule {
  return always('Progressing', template);
}
