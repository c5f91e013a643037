export { type BuildOptions, type BuildResult, buildKustomization, printManifests } from './build-kustomization.ts';
export { KUSTOMIZATION_FILES } from './kustomization/parse-kustomization.ts';
export type { RemoteContent, RemoteNeed, Remotes } from './loader/remote.ts';
export type { HelmRenderer, HelmRequest } from './target/build-context.ts';
