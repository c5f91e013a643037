import { compileGoRegexp } from '../../../lib/go-regexp.ts';
import { rune } from './format-words.ts';
import { checkEmail, checkHostname, checkIpv4, checkIpv6 } from './host-formats.ts';
import type { Format } from './schema-types.ts';
import { checkSemver } from './semver-format.ts';
import { checkDate, checkDateTime, checkDuration, checkPeriod, checkTime } from './time-formats.ts';
import { checkReference, checkTemplate, checkUri } from './uri-formats.ts';

/** What is wrong with a text; `undefined` if nothing is. */
type Check = (text: string) => string | undefined;

function checkPointer(text: string): string | undefined {
  if (text === '') return undefined;
  if (!text.startsWith('/')) return 'not starting with /';
  return /~(?![01])/.test(text) ? '~ must be followed by 0 or 1' : undefined;
}

function checkRelativePointer(text: string): string | undefined {
  const digits = /^\d*/.exec(text)?.[0] ?? '';
  if (digits === '') return 'must start with non-negative integer';
  if (digits.length > 1 && digits.startsWith('0')) return 'starts with zero';
  const rest = text.slice(digits.length);
  return rest === '#' ? undefined : checkPointer(rest);
}

function checkUuid(text: string): string | undefined {
  const lengths = [8, 4, 4, 4, 12];
  const groups = text.split('-');
  if (groups.length !== lengths.length) return `must have ${lengths.length} elements`;
  for (const [index, group] of groups.entries()) {
    const length = lengths[index] ?? 0;
    if (Buffer.byteLength(group) !== length) return `element ${index + 1} must be ${length} characters long`;
    const bad = /[^0-9a-fA-F]/u.exec(group)?.[0];
    if (bad !== undefined) return `non-hex character ${rune(bad)}`;
  }
  return undefined;
}

function checkRegex(text: string): string | undefined {
  try {
    compileGoRegexp(text);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const CHECKS: readonly (readonly [name: string, check: Check])[] = [
  ['regex', checkRegex],
  ['json-pointer', checkPointer],
  ['relative-json-pointer', checkRelativePointer],
  ['uuid', checkUuid],
  ['duration', checkDuration],
  ['period', checkPeriod],
  ['ipv4', checkIpv4],
  ['ipv6', checkIpv6],
  ['hostname', checkHostname],
  ['email', checkEmail],
  ['date', checkDate],
  ['time', checkTime],
  ['date-time', checkDateTime],
  ['uri', checkUri],
  ['iri', checkUri],
  ['uri-reference', checkReference],
  ['iri-reference', checkReference],
  ['uri-template', checkTemplate],
  ['semver', checkSemver],
];

/**
 * The formats that Helm's library knows, by name. Others are not checked.
 * @see github.com/santhosh-tekuri/jsonschema/v6 v6.0.3 format.go
 */
export const FORMATS: ReadonlyMap<string, Format> = new Map(CHECKS.map(([name, check]) => [name, { name, check }]));
