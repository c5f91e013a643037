import type { SourceTree } from '../../../source/tree.ts';
import type { FileCache } from '../../file-cache.ts';
import type { ResourceFactory } from '../resource/resource-factory.ts';

/**
 * Renders a chart that a kustomization inflates: the text that `helm template` would print.
 * @throws {HoldfastError} RENDER_HELM, RENDER_LIMIT; TREE_ESCAPE, TREE_LOOP
 */
export type HelmRenderer = (request: HelmRequest) => string;

/** What a {@link HelmRenderer} is to render; texts that nobody stated are empty. */
export interface HelmRequest {
  readonly tree: SourceTree;
  /** The chart's folder, from the root of the tree. */
  readonly path: string;
  /** What messages put before paths of the tree. */
  readonly displayRoot: string;
  readonly releaseName: string;
  readonly nameTemplate: string;
  readonly namespace: string;
  /** Later ones win; the names are for messages. */
  readonly values: readonly { readonly name: string; readonly text: string }[];
  readonly kubeVersion: string;
  readonly apiVersions: readonly string[];
  readonly includeCrds: boolean;
  readonly skipHooks: boolean;
  readonly skipTests: boolean;
}

/** How charts are inflated. */
export interface HelmSetup {
  readonly render: HelmRenderer;
  /** For charts that state none: `--helm-kube-version`. */
  readonly kubeVersion: string;
  /** For charts that state none: `--helm-api-versions`. */
  readonly apiVersions: readonly string[];
}

/** What all targets of one build share. */
export interface BuildContext {
  readonly factory: ResourceFactory;
  /** Parsed files of other builds; undefined where nothing is to be remembered. */
  readonly cache: FileCache | undefined;
  /** Undefined where charts are not to be inflated. */
  readonly helm: HelmSetup | undefined;
  /** Adds a line to what the build has to say beside its result. */
  warn(this: void, message: string): void;
}
