import { type CallContext, define, type FunctionTable } from '../function-table.ts';
import type { GoValue } from '../value.ts';
import { textArgument } from './arguments.ts';
import { parseConstraint } from './semver-constraint.ts';
import { parseVersion } from './semver-version.ts';

/** Sprig's `semver` and `semverCompare`, by Masterminds' rules. */
export const SEMVER_FUNCTIONS: FunctionTable = new Map([
  ['semver', define(['string'], ([version]) => parseVersion(textArgument(version)))],
  ['semverCompare', define(['string', 'string'], semverCompare)],
]);

function semverCompare([constraint, version]: readonly GoValue[], context: CallContext): boolean {
  context.charge(textArgument(constraint).length);
  const parsed = parseConstraint(textArgument(constraint));
  return parsed.admits(parseVersion(textArgument(version)));
}
