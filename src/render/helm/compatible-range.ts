import { parseVersion, SemverError } from '../../lib/semver.ts';
import { parseConstraint } from '../../lib/semver-constraint.ts';

/** Whether the text is a version as Masterminds' `NewVersion` takes them: `1`, `v1.2`, `1.2.3-rc.1+build`. */
export function isSemver(version: string): boolean {
  return isReadable(() => parseVersion(version) !== undefined);
}

/**
 * Whether `version` fulfils the constraint; false as well when one of them cannot be read.
 * @see helm.sh/helm/v4 pkg/chart/v2/util/compatible.go
 */
export function isCompatibleRange(constraint: string, version: string): boolean {
  return isReadable(() => parseConstraint(constraint).admits(parseVersion(version)));
}

/** What `read` tells; false where the text is none of what it reads. */
function isReadable(read: () => boolean): boolean {
  try {
    return read();
  } catch (error) {
    if (error instanceof SemverError) return false;
    throw error;
  }
}
