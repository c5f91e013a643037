import { maxSatisfying, parseSemverRange } from '../../source/semver-range.ts';

/** Whether the text is a version as Masterminds' `NewVersion` takes them: `1`, `v1.2`, `1.2.3-rc.1+build`. */
export function isSemver(version: string): boolean {
  const match = VERSION.exec(version);
  return match !== null && (match[1] ?? '').split('.').every((part) => !/^0\d+$/.test(part));
}

const VERSION =
  /^v?\d+(?:\.\d+){0,2}(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/;

/** Whether `version` fulfils the constraint; false as well when one of them cannot be read. */
export function isCompatibleRange(constraint: string, version: string): boolean {
  const range = parseSemverRange(constraint);
  return range !== undefined && isSemver(version) && maxSatisfying([version], range) !== undefined;
}
