import type { KubeObject } from '../../object/kube-object.ts';
import { HEALTH_ORDER, type Health, type HealthStatus } from '../health.ts';

/** A check of a user: a rule that may throw, and by which name a message can call it. */
export interface UserCheck {
  /** Where it stands, such as `resource.customizations.health.example.com_Widget`. */
  readonly name: string;
  /** Undefined when the check says that the object has no health. */
  readonly judge: (object: KubeObject) => Health | undefined;
}

/** What a text stands for among health's statuses; undefined when for none. */
export function healthStatusOf(text: unknown): HealthStatus | undefined {
  return HEALTH_ORDER.find((status) => status === text);
}
