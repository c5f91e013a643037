import { posix } from 'node:path';
import { HoldfastError } from '../../../lib/errors.ts';
import type { SourceTree } from '../../../source/tree.ts';
import { KustomizeError, wrapError } from '../kustomize-error.ts';
import type { Loader } from './loader.ts';
import { isFolderAt, isWithin, joinPath, realPath, type ShownTree, showPath } from './real-path.ts';
import {
  fileNeed,
  gitNeed,
  HttpFileError,
  NeedError,
  type RemoteFailure,
  type RemoteNeed,
  type Remotes,
} from './remote.ts';
import { parseRepoSpec, type RepoSpec } from './repo-spec.ts';

/** Which files a kustomization may read beside bases: those in or below its folder, or all of the tree. */
export type LoadRestrictor = 'rootOnly' | 'none';

/** What all loaders of one build share. */
export interface LoaderContext {
  readonly remotes: Remotes;
  /** Absolute path of the root of the tree that is built, for messages and absolute paths; undefined: there is none. */
  readonly displayRoot?: string | undefined;
  /** Told of what is not among `remotes`. */
  need(this: void, need: RemoteNeed): void;
  /** Told of references that are not read in the way that their writer may expect. */
  warn(this: void, message: string): void;
}

/** A tree as one loader opened it: the same repository opened twice is two places. */
interface Place extends ShownTree {
  readonly restrictor: LoadRestrictor;
  /** The reference that led into this repository; undefined for the tree that is built. */
  readonly repo: RepoSpec | undefined;
}

/** Bytes of one file. */
const MAX_FILE_BYTES = 32 * 1024 * 1024;
/** Kustomizations inside one another. */
const MAX_DEPTH = 200;

/**
 * A {@link Loader} over a {@link SourceTree} and what was fetched from elsewhere.
 * @see https://github.com/kubernetes-sigs/kustomize/blob/api/v0.21.2/api/internal/loader/fileloader.go
 */
export class TreeLoader implements Loader {
  readonly root: string;
  readonly #context: LoaderContext;
  readonly #place: Place;
  readonly #referrer: TreeLoader | undefined;
  readonly #depth: number;

  private constructor(context: LoaderContext, place: Place, root: string, referrer?: TreeLoader) {
    this.#context = context;
    this.#place = place;
    this.root = root;
    this.#referrer = referrer;
    this.#depth = referrer === undefined ? 0 : referrer.#depth + 1;
    if (this.#depth > MAX_DEPTH)
      throw tooMuch(`'${showPath(place, root)}' is a base below more than ${MAX_DEPTH} others`);
  }

  /**
   * The loader of a build: at a folder of `tree`, or where there is none at a Git repository's URL.
   * @throws {KustomizeError} if there is no such folder
   */
  static open(tree: SourceTree, path: string, restrictor: LoadRestrictor, context: LoaderContext): TreeLoader {
    const joined = joinPath('', path);
    const spec = parseRepoSpec(path);
    if (spec !== undefined && tree.list(joined) === undefined) return cloneAt(spec, context, undefined);
    const place: Place = { tree, restrictor, repo: undefined, displayRoot: context.displayRoot };
    return new TreeLoader(context, place, confirmFolder(place, joined));
  }

  /** A loader in a repository that `referrer` refers to, restricted to the kustomization's folder. */
  static atRepository(spec: RepoSpec, tree: SourceTree, context: LoaderContext, referrer?: TreeLoader): TreeLoader {
    const path = joinPath('', spec.path);
    const place: Place = { tree, restrictor: 'rootOnly', repo: spec };
    const found = realPath(place, path);
    if (!found.isFolder) {
      throw new KustomizeError(`'${spec.raw}' refers to file '${posix.basename(path)}'; expecting directory`);
    }
    return new TreeLoader(context, place, found.path, referrer);
  }

  load(path: string): Buffer {
    const bytes = isRemoteFile(path) ? this.#loadRemote(path) : this.#loadLocal(path);
    if (bytes.byteLength > MAX_FILE_BYTES) {
      throw tooMuch(`file '${path}' has ${bytes.byteLength} bytes, more than the ${MAX_FILE_BYTES} allowed`);
    }
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** A path from the tree's root as messages name it; by default the loader's own. */
  describe(path: string = this.root): string {
    return showPath(this.#place, path);
  }

  /** Whether `path` is a folder of the tree. Says nothing of whether it may be opened. */
  isFolder(path: string): boolean {
    const joined = joinPath(this.root, path);
    const isLocal = !isRemoteFile(path) && !path.startsWith('/') && !leaves(joined);
    return isLocal && isFolderAt(this.#place.tree, joined);
  }

  /**
   * Where a folder is that other tools are to read: its tree and its path there; undefined when there is none. It may be
   * outside the kustomization's folder, though not outside the tree.
   * @throws {KustomizeError} if the path leaves the tree
   */
  locateFolder(path: string): { tree: SourceTree; path: string; displayRoot: string | undefined } | undefined {
    const joined = this.#locate(path);
    if (joined === undefined || leaves(joined)) throw this.#security(path);
    const { tree, displayRoot } = this.#place;
    return tree.list(joined) === undefined ? undefined : { tree, path: joined, displayRoot };
  }

  /** Whether the kustomization's folder has an entry `name`, whatever it is. */
  has(name: string): boolean {
    return this.#place.tree.stat(joinPath(this.root, name)) !== undefined;
  }

  child(path: string): TreeLoader {
    if (path === '') throw new KustomizeError('new root cannot be empty');
    const spec = parseRepoSpec(path);
    if (spec !== undefined) {
      this.#refuseRepositoryCycle(spec);
      return cloneAt(spec, this.#context, this);
    }
    if (path.startsWith('/')) throw new KustomizeError(`new root '${path}' cannot be absolute`);
    refuseAmbiguousPath(path);
    const joined = joinPath(this.root, path);
    this.#refuseLeaving(joined, path);
    const root = confirmFolder(this.#place, joined);
    this.#refuseCycle(root);
    return new TreeLoader(this.#context, this.#place, root, this);
  }

  #loadLocal(path: string): Uint8Array {
    const { tree, restrictor } = this.#place;
    const joined = this.#locate(path);
    if (joined === undefined) throw this.#security(path);
    if (leaves(joined)) throw this.#security(this.describe(joined));
    const found = realPath(this.#place, joined);
    if (found.isFolder) throw new KustomizeError(`'${this.describe(joined)}' must resolve to a file`);
    if (restrictor === 'rootOnly' && !isWithin(found.path, this.root)) throw this.#security(this.describe(joined));
    const bytes = tree.read(found.path);
    if (bytes === undefined) throw new KustomizeError(`open ${this.describe(joined)}: no such file or directory`);
    return bytes;
  }

  /** The path from the tree's root; undefined for an absolute one where nobody knows where the root is. */
  #locate(path: string): string | undefined {
    if (!path.startsWith('/')) return joinPath(this.root, path);
    const { displayRoot } = this.#place;
    return displayRoot === undefined ? undefined : joinPath('', posix.relative(displayRoot, path));
  }

  #loadRemote(url: string): Uint8Array {
    const need = fileNeed(url);
    const found = this.#context.remotes.get(need.key);
    if (found === undefined) throw missing(this.#context, need);
    if ('content' in found) return found.content;
    if ('tree' in found) throw new KustomizeError('URL is a git repository');
    throw explainFailure(url, found);
  }

  #security(file: string): KustomizeError {
    return new KustomizeError(`security; file '${file}' is not in or below '${this.describe()}'`);
  }

  #refuseLeaving(joined: string, path: string): void {
    if (!leaves(joined)) return;
    const { repo } = this.#place;
    if (repo === undefined) {
      throw new KustomizeError(`security; base '${path}' of '${this.describe()}' is outside the source`);
    }
    throw new KustomizeError(
      'security; bases in kustomizations found in cloned git repos must be within the repo, ' +
        `but base '${joined}' is outside '${repo.cloneUrl}'`,
    );
  }

  /** This loader and those that led to it, the nearest first. */
  #lineage(): TreeLoader[] {
    return this.#referrer === undefined ? [this] : [this, ...this.#referrer.#lineage()];
  }

  /** A base must not hold a kustomization that led to it. */
  #refuseCycle(candidate: string): void {
    for (const at of this.#lineage()) {
      if (at.#place !== this.#place || !isWithin(at.root, candidate)) continue;
      throw new KustomizeError(
        `cycle detected: candidate root '${this.describe(candidate)}' contains visited root '${at.describe()}'`,
      );
    }
  }

  #refuseRepositoryCycle(spec: RepoSpec): void {
    for (const at of this.#lineage()) {
      const previous = at.#place.repo?.raw;
      if (previous?.startsWith(spec.raw) !== true) continue;
      throw new KustomizeError(`cycle detected: URI '${spec.raw}' referenced by previous URI '${previous}'`);
    }
  }
}

function cloneAt(spec: RepoSpec, context: LoaderContext, referrer: TreeLoader | undefined): TreeLoader {
  if (spec.isForced) context.warn(FORCED_WARNING);
  const need = gitNeed(spec);
  const found = context.remotes.get(need.key);
  if (found === undefined) throw missing(context, need);
  if ('tree' in found) return TreeLoader.atRepository(spec, found.tree, context, referrer);
  const reason = 'error' in found ? found.error : 'it is a file';
  throw new KustomizeError(`failed to fetch '${spec.raw}': ${reason}`);
}

/** Unlike a KustomizeError it ends the build at once, whatever else could be tried. */
function tooMuch(message: string): HoldfastError {
  return new HoldfastError('RENDER_LIMIT', `Cannot build: ${message}`, { retry: 'never' });
}

/** No answer leaves the way of Git open; an error does so only where the URL looks like a repository's. */
function explainFailure(url: string, { error, httpStatus }: RemoteFailure): KustomizeError {
  if (httpStatus === undefined) return new KustomizeError(`Get ${JSON.stringify(url)}: ${error}`);
  if (parseRepoSpec(url) !== undefined) return new KustomizeError('URL is a git repository');
  return new HttpFileError(`HTTP Error: status code ${httpStatus} (${error})`);
}

function missing(context: LoaderContext, need: RemoteNeed): NeedError {
  context.need(need);
  return new NeedError(need);
}

const FORCED_WARNING =
  "Warning: Forcing the git protocol using the 'git::' URL prefix is not supported. " +
  'Kustomize currently strips this invalid prefix, but will stop doing so in a future release. ' +
  "Please remove the 'git::' prefix from your configuration.";

function confirmFolder(place: ShownTree, path: string): string {
  if (leaves(path)) throw new KustomizeError(`must build at directory: '${path}' is outside the source`);
  try {
    const found = realPath(place, path);
    if (found.isFolder) return found.path;
  } catch (error) {
    throw wrapError(error, 'must build at directory: not a valid directory');
  }
  throw new KustomizeError(`must build at directory: '${showPath(place, path)}': file is not directory`);
}

function isRemoteFile(path: string): boolean {
  return /^https?:/i.test(path);
}

/** Two list entries that wrong indentation made into one, as in `../a - ../b`. */
function refuseAmbiguousPath(path: string): void {
  const isAmbiguous = path.split('/').some((name) => name !== '..' && name.includes('..'));
  if (!isAmbiguous) return;
  throw new KustomizeError(
    `path ${JSON.stringify(path)} is ambiguous: resolves to ${JSON.stringify(posix.normalize(path))} after ` +
      'normalization, which is likely not the intended target; check for YAML indentation errors in your ' +
      'kustomization file',
  );
}

function leaves(path: string): boolean {
  return path === '..' || path.startsWith('../');
}
