import type { JsonObject } from '../../../object/kube-object.ts';
import type { FileCache } from '../../file-cache.ts';
import type { Loader } from '../loader/loader.ts';
import type { ResourceFactory } from '../resource/resource-factory.ts';

/** Renders a chart that a kustomization inflates. */
export type HelmRenderer = (request: HelmRequest) => string;

/** What a {@link HelmRenderer} is to render. */
export interface HelmRequest {
  /** The entry of `helmCharts:`, its namespace filled in. */
  readonly chart: JsonObject;
  /** `helmGlobals:`. */
  readonly globals: JsonObject;
  /** Reads the charts and values files, relative to the kustomization. */
  readonly loader: Loader;
}

/** What all targets of one build share. */
export interface BuildContext {
  readonly factory: ResourceFactory;
  /** Parsed files of other builds; undefined where nothing is to be remembered. */
  readonly cache: FileCache | undefined;
  /** Undefined where charts are not to be inflated. */
  readonly helm: HelmRenderer | undefined;
  /** Adds a line to what the build has to say beside its result. */
  warn(this: void, message: string): void;
}
