import type { KubeObject } from '../object/kube-object.ts';
import type { LookupNeed, UnstableObject } from './helm/index.ts';
import type { RemoteNeed } from './kustomize/index.ts';

/** An object and where it is written. */
export interface RenderedManifest {
  /** Deep-frozen and shared by everyone who renders the same file: copy before changing. */
  readonly object: KubeObject;
  /** The file from the root of the tree, and the line at which the document starts, from 1. */
  readonly position: { readonly file: string; readonly line: number };
}

/**
 * Something in the source that is no usable Kubernetes object and did not stop the rest.
 *
 * `foreign` is what does not look like one (a Compose file, a CloudFormation template), which Argo CD passes over in
 * silence. `invalid` looks like one that was meant to be applied and is broken, where Argo CD fails the whole render:
 * whoever prunes must treat the application's objects as not all known.
 */
export interface RenderProblem {
  readonly severity: 'foreign' | 'invalid';
  readonly file: string;
  /** Line from 1 where the document starts; absent when the whole file is meant. */
  readonly line?: number;
  /** Why, as the end of a sentence: `it has no kind`. */
  readonly reason: string;
  /** The whole sentence, for people. */
  readonly message: string;
}

/** How a folder is turned into objects. */
export type RenderedSourceType = 'Directory' | 'Kustomize' | 'Helm';

/** What rendering gives: pure function of the tree and the options. */
export interface RenderResult {
  /** In the order of the files' paths and of the documents in them. */
  readonly manifests: readonly RenderedManifest[];
  readonly problems: readonly RenderProblem[];
  readonly sourceType: RenderedSourceType;
  /** Worth telling a person, of no other consequence. */
  readonly warnings: readonly string[];
  /** Objects that would be others in the next render; absent: none. */
  readonly unstable?: readonly UnstableObject[];
}

/**
 * What rendering gives, or what must be fetched before it can: give that as `remotes`, and what must be read from the
 * cluster as `lookups`, and render again.
 */
export type RenderOutcome = RenderResult | { readonly needs: readonly (RemoteNeed | LookupNeed)[] };
