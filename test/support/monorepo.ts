import { FileCache } from '../../src/render/file-cache.ts';
import { renderManifests } from '../../src/render/render-manifests.ts';
import type { AccessRecord } from '../../src/source/access-record.ts';
import { recordAccess, recordStillHolds } from '../../src/source/access-record.ts';
import type { SourceTree } from '../../src/source/tree.ts';
import { configMap, deployment } from './manifests.ts';

/** The files of one repository: many overlays, each over one of a few bases, and a component that some of them use. */
export function monorepoFiles(overlays: number, bases: number): Map<string, string> {
  const files = new Map<string, string>([['README.md', 'one repository for everything\n']]);
  files.set('parts/notes/kustomization.yaml', COMPONENT);
  for (let index = 0; index < bases; index += 1) {
    const folder = `bases/base-${index}`;
    files.set(`${folder}/kustomization.yaml`, 'resources: [web.yaml, settings.yaml]\n');
    files.set(`${folder}/web.yaml`, deployment('web', { image: `registry.example/web:${index}` }));
    files.set(`${folder}/settings.yaml`, configMap('settings', { base: String(index) }));
  }
  for (let index = 0; index < overlays; index += 1) {
    const folder = overlayPath(index);
    files.set(`${folder}/kustomization.yaml`, overlayText(index % bases, index % 10 === 0));
    files.set(`${folder}/own.yaml`, configMap('own', { overlay: String(index) }));
  }
  return files;
}

const COMPONENT = `apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
commonAnnotations: {note: component}
`;

function overlayText(base: number, withComponent: boolean): string {
  const component = withComponent ? 'components: [../../parts/notes]\n' : '';
  return `resources: [../../bases/base-${base}, own.yaml]\n${component}namePrefix: my-\n`;
}

/** The folder of an overlay. */
export function overlayPath(index: number): string {
  return `overlays/app-${index}`;
}

/** What one application was rendered from. */
export interface OverlayRender {
  readonly path: string;
  readonly record: AccessRecord;
  readonly objects: number;
}

/** Files that are parsed once for all applications, as in the operator. */
export const MONOREPO_CACHE: FileCache = new FileCache();

/** Renders an overlay and keeps what it asked the tree for. */
export function renderOverlay(tree: SourceTree, path: string): OverlayRender {
  const recording = recordAccess(tree);
  const outcome = renderManifests(recording.tree, {
    source: { path, kustomize: { commonAnnotations: { path } } },
    cache: MONOREPO_CACHE,
  });
  if ('needs' in outcome) throw new Error('nothing is remote in this repository');
  return { path, record: recording.record(), objects: outcome.manifests.length };
}

/** The paths of the renders that cannot be used for `tree`, which holds another commit. */
export function outdatedPaths(renders: readonly OverlayRender[], tree: SourceTree): string[] {
  return renders.filter(({ record }) => !recordStillHolds(record, tree)).map(({ path }) => path);
}
