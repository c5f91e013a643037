import { compareVersions, parseVersion, SemverError, type VersionParts } from '../lib/semver.ts';
import { parseConstraint, type SemverConstraint } from '../lib/semver-constraint.ts';

/**
 * Parses a constraint such as `1.2.*`, `^1`, `~1.4`, `>=1.2 <2`, `1.2 - 1.4`, `1.x || >=2.5`.
 * @returns `undefined` when the text is none, which includes branch names
 */
export function parseSemverRange(text: string): SemverConstraint | undefined {
  return unlessMalformed(() => parseConstraint(text));
}

/** The highest of `candidates` that is a version within the range, as it is written there; `undefined` without one. */
export function maxSatisfying(candidates: Iterable<string>, range: SemverConstraint): string | undefined {
  let best: { text: string; version: VersionParts } | undefined;
  for (const text of candidates) {
    const version = unlessMalformed(() => parseVersion(text));
    if (version === undefined || !range.admits(version)) continue;
    if (best === undefined || compareVersions(version, best.version) > 0) best = { text, version };
  }
  return best?.text;
}

function unlessMalformed<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch (error) {
    if (error instanceof SemverError) return undefined;
    throw error;
  }
}
