import type { KubeObject } from '../../object/kube-object.ts';
import { type Fields, valueAt } from '../read.ts';

/**
 * The message that a template and an object make: `{status.phase}` is a field of the object, `{condition.reason}` one
 * of the condition that decided. `{condition.message|condition.reason|not ready}` names what to take in its turn where
 * a field is absent; what is no path is the text itself.
 */
export function fillIn(template: string, object: KubeObject, condition: Fields = {}): string {
  if (!template.includes('{')) return template;
  return template.replaceAll(PLACE, (_, choices: string) => {
    for (const choice of choices.split('|')) {
      const text = PATH.test(choice) ? printed(valueAt({ ...object, condition }, choice)) : choice;
      if (text !== undefined) return text;
    }
    return '';
  });
}

const PLACE = /\{([^{}]+)\}/g;
const PATH = /^(?:kind|(?:condition|metadata|spec|status)(?:\.\w+)+)$/;

/** Text, number or boolean as a text; lists and mappings are nothing that a message can hold. */
export function printed(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  const isPlain = typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint';
  return isPlain ? String(value) : undefined;
}
