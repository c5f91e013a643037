import type { Kustomization } from '../kustomization/kustomization.ts';
import { KUSTOMIZATION_FILES, parseKustomization } from '../kustomization/parse-kustomization.ts';
import { KustomizeError, wrapError } from '../kustomize-error.ts';
import { decodeText } from '../loader/decode-text.ts';
import { NeedError } from '../loader/remote.ts';
import type { TreeLoader } from '../loader/tree-loader.ts';
import type { Origin } from '../resource/origin.ts';
import type { BuildContext } from './build-context.ts';

/** One kustomization of a build, read but not yet carried out. */
export interface Target {
  readonly context: BuildContext;
  readonly loader: TreeLoader;
  readonly kustomization: Kustomization;
  /** Name of the kustomization file. */
  readonly fileName: string;
  /** Where the target's folder is, as `buildMetadata` shows it; undefined when nobody asked for it. */
  readonly origin: Origin | undefined;
  /** The namespace of the kustomizations above, for charts. */
  readonly helmNamespace: string | undefined;
}

/** What a target takes over from the one that refers to it. */
export type TargetSurroundings = Pick<Target, 'origin' | 'helmNamespace'>;

/**
 * Reads the kustomization at the loader's root, and brings its `openapi` into force for the rest of the build.
 * @throws {KustomizeError} if there is no kustomization file, several of them, or an invalid one
 */
export function loadTarget(context: BuildContext, loader: TreeLoader, around: TargetSurroundings): Target {
  const { fileName, content } = readKustomizationFile(loader);
  const parse = () => parseKustomization(decode(content), loader.describe());
  const { kustomization, warnings } = context.cache?.get('kustomization', content, parse) ?? parse();
  for (const warning of warnings) context.warn(warning);
  return { context, loader, kustomization, fileName, ...around };
}

/** Brings the `openapi` of a target into force. @throws {KustomizeError} if its schema cannot be read */
export function chooseSchema({ context, loader, kustomization }: Target): void {
  const { openapi } = kustomization;
  if (openapi === undefined) return;
  const { path } = openapi;
  const custom = path === undefined ? undefined : loader.load(path).toString();
  const { holder } = context.factory;
  holder.schema = holder.schema.choose(openapi, custom);
}

function readKustomizationFile(loader: TreeLoader): { fileName: string; content: Buffer } {
  const found = KUSTOMIZATION_FILES.flatMap((fileName) => {
    const content = loadIfThere(loader, fileName);
    return content === undefined ? [] : [{ fileName, content }];
  });
  const [file, ...others] = found;
  const folder = loader.describe();
  if (file === undefined) throw new KustomizeError(`${MISSING} in directory '${folder}'`);
  if (others.length > 0) throw new KustomizeError(`Found multiple kustomization files under: ${folder}`);
  return file;
}

function decode(content: Buffer): string {
  try {
    return decodeText(content);
  } catch (error) {
    throw wrapError(error, 'invalid Kustomization');
  }
}

const MISSING = "unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization'";

function loadIfThere(loader: TreeLoader, fileName: string): Buffer | undefined {
  if (!loader.has(fileName)) return undefined;
  try {
    return loader.load(fileName);
  } catch (error) {
    if (error instanceof KustomizeError && !(error instanceof NeedError)) return undefined;
    throw error;
  }
}
