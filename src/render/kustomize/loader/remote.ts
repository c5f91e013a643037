import type { SourceTree } from '../../../source/tree.ts';
import { KustomizeError } from '../kustomize-error.ts';
import { parseRepoSpec, type RepoSpec } from './repo-spec.ts';

/** Something outside the tree that a build cannot go on without. The caller fetches it and builds again. */
export type RemoteNeed = GitNeed | FileNeed;

/** A Git repository, to be given as the {@link SourceTree} of a commit. */
export interface GitNeed {
  readonly kind: 'git';
  /** Under which the build looks for it in its `remotes`; equal for all paths of one revision of one repository. */
  readonly key: string;
  /** As `git clone` takes it: a URL, or `user@host:path`. */
  readonly url: string;
  /** Branch, tag or commit; empty: the default branch. */
  readonly ref: string;
  /** The folder in the repository that asked first; empty for its root. Only a hint: the whole tree is wanted. */
  readonly path: string;
  /** Whether the repository's submodules are wanted, too. */
  readonly submodules: boolean;
  readonly timeoutMs: number;
}

/** A plain file behind an HTTP URL. Where that answers with an error, the same URL may come again as a {@link GitNeed}. */
export interface FileNeed {
  readonly kind: 'file';
  readonly key: string;
  readonly url: string;
  /** What the URL means as a reference into a Git repository, if it can be one. */
  readonly git: GitNeed | undefined;
}

/** What the caller got for a need: the repository's tree, the file's bytes, or why it could get neither. */
export type RemoteContent = { readonly tree: SourceTree } | { readonly content: Uint8Array } | RemoteFailure;

/** Why a need could not be met. */
export interface RemoteFailure {
  readonly error: string;
  /** What the server answered; absent when it did not answer. */
  readonly httpStatus?: number;
}

/** What the build of a tree may use from outside it, by {@link RemoteNeed.key}. */
export type Remotes = ReadonlyMap<string, RemoteContent>;

/** Stops what depends on something that has not been fetched. */
export class NeedError extends KustomizeError {
  override readonly name: string = 'NeedError';
  readonly need: RemoteNeed;

  constructor(need: RemoteNeed) {
    super(`'${need.url}' has not been fetched`);
    this.need = need;
  }
}

/** The server answered, but not with the file: no other way of reading the URL can help. */
export class HttpFileError extends KustomizeError {
  override readonly name: string = 'HttpFileError';
}

/** What is needed for a base in a Git repository. */
export function gitNeed(spec: RepoSpec): GitNeed {
  const { cloneUrl, ref, path, submodules, timeoutMs } = spec;
  return { kind: 'git', key: `git ${cloneUrl} ${ref} ${submodules}`, url: cloneUrl, ref, path, submodules, timeoutMs };
}

/** What is needed for a resource that is a URL. */
export function fileNeed(url: string): FileNeed {
  const spec = parseRepoSpec(url);
  return { kind: 'file', key: `file ${url}`, url, git: spec === undefined ? undefined : gitNeed(spec) };
}
