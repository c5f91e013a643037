import { posix } from 'node:path';
import { parseRepoSpec } from '../loader/repo-spec.ts';
import type { Origin } from '../resource/origin.ts';
import type { Target } from './target.ts';

/**
 * The origin of what `path` refers to, seen from `origin`: a local path goes on from it, a repository begins anew.
 * @see https://github.com/kubernetes-sigs/kustomize/blob/api/v0.21.2/api/resource/origin.go Append
 */
export function appendOrigin(origin: Origin, path: string): Origin {
  const spec = parseRepoSpec(path);
  if (spec === undefined) return { ...origin, path: joinOrigin(origin.path, path) };
  const { ref, cloneUrl } = spec;
  // Go's cut of the path leaves the name of the folder that stands for a clone where there is none.
  return { ...origin, repo: cloneUrl, ref, path: joinOrigin('', spec.path === '' ? 'notCloned' : spec.path) };
}

/** The origin of what a builtin generator or transformer makes that a field of the kustomization file asks for. */
export function builtinOrigin({ origin, fileName }: Target, kind: string): Origin | undefined {
  if (origin === undefined) return undefined;
  const { repo = '', ref = '', path } = origin;
  return { repo, ref, configuredIn: joinOrigin(path, fileName), configuredBy: { apiVersion: 'builtin', kind } };
}

function joinOrigin(folder = '', path: string): string {
  const joined = posix.join(folder, path);
  return joined.length > 1 ? joined.replace(/\/$/, '') : joined;
}
