import { posix } from 'node:path';
import { HoldfastError } from '../../lib/errors.ts';
import { redactUrl } from '../../source/git/url.ts';
import type { SourceTree } from '../../source/tree.ts';

/** Where a file of values is: a path from the root of the tree, or a URL. */
export type ValuePath = { readonly path: string } | { readonly url: string };

/** What {@link resolveValuePath} needs beside the text. */
export interface ValuePathOptions {
  /** The field that names the file, for errors: `valueFiles`. */
  readonly field: string;
  /** The chart's folder, normalised. */
  readonly folder: string;
  /** Schemes that URLs may have, in small letters. */
  readonly schemes: readonly string[];
}

/**
 * What `valueFiles` and `fileParameters` mean by a path: relative ones start at the chart, those with a slash before them
 * at the root of the repository. A link is followed, within the repository.
 * @param text with the build environment put in
 * @throws {HoldfastError} APPLICATION_INVALID if it leaves the repository or is a URL of a scheme that is not allowed;
 * TREE_ESCAPE, TREE_LOOP
 * @see https://github.com/argoproj/argo-cd/blob/v3.5.1/util/io/path/resolved.go ResolveValueFilePathOrUrl
 */
export function resolveValuePath(tree: SourceTree, text: string, options: ValuePathOptions): ValuePath {
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(text)?.[1]?.toLowerCase();
  if (scheme !== undefined) {
    if (FETCHED.includes(scheme) && options.schemes.includes(scheme)) return { url: text };
    throw schemeRefused(text, scheme, options);
  }
  const { field, folder } = options;
  const path = posix.join(text.startsWith('/') ? '.' : folder, `./${text}`).replace(/\/$/, '');
  if (path.split('/', 1)[0] === '..')
    throw invalid(field, text, 'it leads out of the repository. Name a file inside it');
  const target = followLink(tree, path);
  if (['.', ''].includes(target)) throw invalid(field, text, 'it is the root of the repository. Name a file');
  return { path: target };
}

function followLink(tree: SourceTree, path: string): string {
  return tree.stat(path)?.kind === 'symlink' ? (tree.realPath(path) ?? path) : path;
}

/** Schemes by which a file can be read at all. */
const FETCHED: readonly string[] = ['https', 'http'];

function schemeRefused(text: string, scheme: string, { field, schemes }: ValuePathOptions): HoldfastError {
  const allowed = schemes.filter((one) => FETCHED.includes(one));
  const fix = FETCHED.includes(scheme)
    ? `helm.valuesFileSchemes in argocd-cm does not name it`
    : `files are read over ${allowed.join(' and ') || 'https, once helm.valuesFileSchemes allows it'}`;
  return invalid(field, redactUrl(text), `the URL scheme '${scheme}' is not allowed: ${fix}`);
}

function invalid(field: string, text: string, reason: string): HoldfastError {
  const message = `Cannot use spec.source.helm.${field}: "${text}" cannot be read, because ${reason}`;
  return new HoldfastError('APPLICATION_INVALID', message, { retry: 'never' });
}
