import { parseConstraint, type SemverConstraint } from '../../../lib/semver-constraint.ts';
import { type CallContext, define, type FunctionTable } from '../function-table.ts';
import type { GoValue } from '../value.ts';
import { textArgument } from './arguments.ts';
import { asGoError, readVersion } from './semver-version.ts';

/** Sprig's `semver` and `semverCompare`, by Masterminds' rules. */
export const SEMVER_FUNCTIONS: FunctionTable = new Map([
  ['semver', define(['string'], ([version]) => readVersion(textArgument(version)))],
  ['semverCompare', define(['string', 'string'], semverCompare)],
]);

function semverCompare([constraint, version]: readonly GoValue[], context: CallContext): boolean {
  context.charge(textArgument(constraint).length);
  const parsed = findConstraint(textArgument(constraint));
  return parsed.admits(readVersion(textArgument(version)));
}

/** Charts compare with the same few constraints over and over. */
const recent = new Map<string, SemverConstraint>();
const MAX_RECENT = 500;

function findConstraint(text: string): SemverConstraint {
  const known = recent.get(text);
  if (known !== undefined) return known;
  const parsed = asGoError(() => parseConstraint(text));
  if (recent.size >= MAX_RECENT) recent.clear();
  recent.set(text, parsed);
  return parsed;
}
