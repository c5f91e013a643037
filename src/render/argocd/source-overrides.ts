import { checkSchema, isRecord } from '../../api/check-schema.ts';
import { sourceSchema } from '../../api/schema/source-schema.ts';
import type { ApplicationSource } from '../../api/types.ts';
import { HoldfastError } from '../../lib/errors.ts';
import type { SourceTree } from '../../source/tree.ts';
import { decodeDocument } from '../kustomize/kustomization/decode-document.ts';

/**
 * The source with what `.argocd-source.yaml` and `.argocd-source-<application>.yaml` at its path say in place of its
 * tool options, by JSON merge patch. Where the source comes from cannot be overridden, and null takes nothing away, which
 * is how Argo CD does it: the merged fields are laid over those that were there.
 * @param path the folder, normalised
 * @throws {HoldfastError} RENDER_YAML if such a file is no YAML; APPLICATION_INVALID if what it says is no source
 * @see https://github.com/argoproj/argo-cd/blob/v3.5.1/reposerver/repository/repository.go mergeSourceParameters
 */
export function applySourceOverrides(
  tree: SourceTree,
  path: string,
  source: ApplicationSource,
  appName: string,
): ApplicationSource {
  const names = ['.argocd-source.yaml', ...(appName === '' ? [] : [`.argocd-source-${appName}.yaml`])];
  return names.reduce((merged, name) => override(tree, path === '' ? name : `${path}/${name}`, merged), source);
}

function override(tree: SourceTree, file: string, source: ApplicationSource): ApplicationSource {
  const content = tree.read(file);
  if (content === undefined) return source;
  const merged = mergePatch(source, decodeDocument(Buffer.from(content).toString(), file));
  const problems = checkSchema(sourceSchema, merged, file);
  if (problems.length > 0 || !isRecord(merged)) {
    const message = `Cannot use ${file}: ${problems.join('; ')}. It holds tool options as in spec.source`;
    throw new HoldfastError('APPLICATION_INVALID', message, { retry: 'never', position: { file } });
  }
  const { repoURL, path, targetRevision, chart } = source;
  const own = Object.entries({ repoURL, path, targetRevision, chart }).filter(([, value]) => value !== undefined);
  const { repoURL: _url, path: _path, targetRevision: _revision, chart: _chart, ...options } = merged;
  return { ...options, ...Object.fromEntries(own) } as unknown as ApplicationSource;
}

/** RFC 7386, but that null changes nothing. Neither input is changed. */
function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) return patch;
  const fields = new Map(isRecord(target) ? Object.entries(target) : []);
  for (const [name, value] of Object.entries(patch)) {
    if (value !== null) fields.set(name, mergePatch(fields.get(name), value));
  }
  return Object.fromEntries(fields);
}
