import { ResourceAccumulator } from '../accumulator.ts';
import { loadCrdConfig } from '../config/load-crd-config.ts';
import { loadTransformerConfig } from '../config/load-transformer-config.ts';
import { COMPONENT_KIND } from '../kustomization/parse-kustomization.ts';
import { KustomizeError, MalformedYamlError, wrapError } from '../kustomize-error.ts';
import { joinPath } from '../loader/real-path.ts';
import { HttpFileError, NeedError } from '../loader/remote.ts';
import type { TreeLoader } from '../loader/tree-loader.ts';
import { HIDDEN, isPathLike } from '../patches/show-patch.ts';
import { readVar } from '../references/var.ts';
import { ORIGIN_ANNOTATION } from '../resource/build-annotations.ts';
import { formatOrigin, setOrigin } from '../resource/origin.ts';
import { ResMap } from '../resource/res-map.ts';
import { builtinGenerators } from './builtin-generators.ts';
import { builtinTransformers } from './builtin-transformers.ts';
import { loadGenerators, loadTransformers } from './external-plugins.ts';
import { appendOrigin } from './origin-path.ts';
import { readResources } from './read-resources.ts';
import { runGenerators, runTransformers, runValidators } from './run-plugins.ts';
import { chooseSchema, loadTarget, type Target } from './target.ts';

/**
 * Carries out one kustomization and all below it. References between the resources are not followed yet.
 * @param accumulator what a component adds to and changes; empty for other kustomizations
 * @throws {KustomizeError} that says which kustomizations and files led to the failure
 * @see https://github.com/kubernetes-sigs/kustomize/blob/api/v0.21.2/api/internal/target/kusttarget.go
 */
export function accumulateTarget(target: Target, accumulator: ResourceAccumulator): ResourceAccumulator {
  const { kustomization, loader } = target;
  const { resources = [], components = [], configurations = [], crds = [], vars = [] } = kustomization;
  within('accumulating resources', () => accumulateResources(target, accumulator, resources));
  const config = loadTransformerConfig(loader, configurations);
  within('merging config', () => accumulator.mergeConfig(config));
  const crdConfig = within(`loading CRDs [${crds.join(' ')}]`, () => loadCrdConfig(loader, crds));
  within('merging CRDs', () => accumulator.mergeConfig(crdConfig));
  runGenerators(accumulator, [...builtinGenerators(target), ...externalGenerators(target)]);
  const combined = within('accumulating components', () => accumulateComponents(target, accumulator, components));
  const transformers = builtinTransformers(target, combined.transformerConfig);
  runTransformers(combined, [...transformers, ...externalTransformers(target, kustomization.transformers)]);
  runValidators(combined, externalTransformers(target, kustomization.validators));
  within('merging vars', () => combined.mergeVars(vars.map(readVar)));
  return combined;
}

function within<T>(what: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw wrapError(error, what);
  }
}

function externalGenerators(target: Target): ReturnType<typeof loadGenerators> {
  return within('loading generator plugins', () => {
    const { generators = [] } = target.kustomization;
    return generators.length === 0 ? [] : loadGenerators(target, accumulatePluginConfigs(target, generators));
  });
}

function externalTransformers(target: Target, entries: readonly string[] = []): ReturnType<typeof loadTransformers> {
  return entries.length === 0 ? [] : loadTransformers(target, accumulatePluginConfigs(target, entries));
}

/** Objects that configure plugins: an entry is either their YAML itself or where they are. */
function accumulatePluginConfigs(target: Target, entries: readonly string[]): ResMap {
  const accumulator = new ResourceAccumulator();
  const paths = entries.filter((entry) => {
    const inline = readInline(target, entry);
    if (inline === undefined) return true;
    if (target.origin !== undefined) {
      const origin = appendOrigin(target.origin, target.fileName);
      for (const resource of inline.resources()) setOrigin(resource, origin);
    }
    within('configuring external plugin', () => accumulator.appendAll(inline));
    return false;
  });
  accumulateResources(target, accumulator, paths);
  return accumulator.resMap();
}

function readInline({ context }: Target, text: string): ResMap | undefined {
  try {
    return ResMap.of(context.factory.fromText(text, ''));
  } catch (error) {
    if (error instanceof KustomizeError) return undefined;
    throw error;
  }
}

/** Why a path is not the file of resources that it could have been. */
type Reason = Pick<Error, 'message'>;

/** Adds files and other kustomizations. What has not been fetched yet is passed over: the build ends with needs. */
function accumulateResources(target: Target, accumulator: ResourceAccumulator, paths: readonly string[]): void {
  for (const path of paths) {
    try {
      accumulateResource(target, accumulator, path);
    } catch (error) {
      // A text that was meant to be YAML may hold a Secret's data.
      if (isPathLike(path) || !(error instanceof KustomizeError)) throw error;
      throw new KustomizeError(`accumulating resources from '${HIDDEN}': it is neither YAML of objects nor a path`);
    }
  }
}

function accumulateResource(target: Target, accumulator: ResourceAccumulator, path: string): void {
  // Asking first is cheaper than failing, and folders are common.
  const reason = target.loader.isFolder(path) ? noFile(target.loader, path) : tryFile(target, accumulator, path);
  const loader = reason === undefined ? undefined : openBase(target, path, reason);
  if (reason === undefined || loader === undefined) return;
  try {
    accumulateBase(target, accumulator, loader, path);
  } catch (failure) {
    throw wrapError(failure, `accumulation err='${reason.message}'`);
  }
}

function noFile(loader: TreeLoader, path: string): Reason {
  const folder = loader.describe(joinPath(loader.root, path));
  return { message: `accumulating resources from '${path}': '${folder}' must resolve to a file` };
}

/**
 * Adds the objects of a file. Returns why it could not; undefined also when the file has not been fetched yet.
 * @throws {KustomizeError} if the path is a URL whose server does not give the file
 */
function tryFile(target: Target, accumulator: ResourceAccumulator, path: string): KustomizeError | undefined {
  try {
    const resources = readFile(target, path);
    within(`merging resources from '${path}'`, () => accumulator.appendAll(resources));
    return undefined;
  } catch (error) {
    if (error instanceof NeedError) return undefined;
    if (!(error instanceof KustomizeError) || error instanceof HttpFileError) throw error;
    return error;
  }
}

function readFile({ context, loader, origin }: Target, path: string): ResMap {
  try {
    const resources = ResMap.of(readResources(context, loader, path));
    if (origin !== undefined) resources.annotateAll(ORIGIN_ANNOTATION, formatOrigin(appendOrigin(origin, path)));
    return resources;
  } catch (error) {
    if (error instanceof NeedError || error instanceof HttpFileError) throw error;
    throw wrapError(error, `accumulating resources from '${path}'`);
  }
}

function openBase(target: Target, path: string, reason: Reason): TreeLoader | undefined {
  try {
    return target.loader.child(path);
  } catch (error) {
    if (error instanceof NeedError) return undefined;
    // A file that is no YAML is no folder: why it is none would only confuse.
    if (reason instanceof MalformedYamlError && error instanceof KustomizeError) throw reason;
    throw wrapError(error, `accumulation err='${reason.message}'`);
  }
}

function accumulateBase(target: Target, accumulator: ResourceAccumulator, loader: TreeLoader, path: string): void {
  const base = loadChild(target, loader, path);
  const folder = loader.describe();
  if (base.kustomization.kind === COMPONENT_KIND) {
    throw new KustomizeError(`expected kind != '${COMPONENT_KIND}' for path '${folder}'`);
  }
  const result = within(`recursed accumulation of path '${folder}'`, () =>
    accumulateTarget(base, new ResourceAccumulator()),
  );
  within(`recursed merging from path '${folder}'`, () => accumulator.mergeAccumulator(result));
}

/** Lets components add to and change what has been gathered. */
function accumulateComponents(
  target: Target,
  accumulator: ResourceAccumulator,
  paths: readonly string[],
): ResourceAccumulator {
  let current = accumulator;
  for (const path of paths) {
    const loader = openComponent(target, path);
    if (loader === undefined) continue;
    try {
      current = accumulateComponent(target, current, loader, path);
    } catch (error) {
      if (!(error instanceof KustomizeError)) throw error;
      throw new KustomizeError(`accumulateDirectory: ${JSON.stringify(error.message)}`, { cause: error });
    }
  }
  return current;
}

function openComponent(target: Target, path: string): TreeLoader | undefined {
  try {
    return target.loader.child(path);
  } catch (error) {
    if (error instanceof NeedError) return undefined;
    if (!(error instanceof KustomizeError)) throw error;
    throw new KustomizeError(`loader.New ${JSON.stringify(error.message)}`, { cause: error });
  }
}

function accumulateComponent(
  target: Target,
  accumulator: ResourceAccumulator,
  loader: TreeLoader,
  path: string,
): ResourceAccumulator {
  const component = loadChild(target, loader, path);
  const folder = loader.describe();
  const { kind } = component.kustomization;
  if (kind !== COMPONENT_KIND) {
    throw new KustomizeError(`expected kind '${COMPONENT_KIND}' for path '${folder}' but got '${kind}'`);
  }
  const result = within(`recursed accumulation of path '${folder}'`, () => accumulateTarget(component, accumulator));
  const merged = new ResourceAccumulator();
  within(`recursed merging from path '${folder}'`, () => merged.mergeAccumulator(result));
  return merged;
}

function loadChild(target: Target, loader: TreeLoader, path: string): Target {
  const { context, kustomization, origin, helmNamespace } = target;
  const child = within(`couldn't make target for path '${loader.describe()}'`, () =>
    loadTarget(context, loader, {
      origin: origin === undefined ? undefined : appendOrigin(origin, path),
      helmNamespace: kustomization.namespace ?? helmNamespace,
    }),
  );
  chooseSchema(child);
  return child;
}
