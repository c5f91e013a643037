import type { JsonObject, JsonValue } from '../../../object/kube-object.ts';
import type { Kustomization } from './kustomization.ts';

/**
 * The kustomization that decoded fields mean: kind and version filled in, deprecated fields moved to their successors.
 * The fields must be decoded by the declared types; they are changed.
 * @see https://github.com/kubernetes-sigs/kustomize/blob/api/v0.21.2/api/types/kustomization.go FixKustomization
 */
export function migrateKustomization(fields: JsonObject): Kustomization {
  const kind = fields['kind'] ?? 'Kustomization';
  const apiVersion = kind === 'Component' ? 'kustomize.config.k8s.io/v1alpha1' : 'kustomize.config.k8s.io/v1beta1';
  const migrated: JsonObject = { ...fields, kind, apiVersion: fields['apiVersion'] ?? apiVersion };
  moveList(migrated, 'bases', 'resources');
  moveList(migrated, 'imageTags', 'images');
  for (const args of [...listOf(migrated, 'configMapGenerator'), ...listOf(migrated, 'secretGenerator')]) moveEnv(args);
  migrateHelmCharts(migrated);
  // The types were checked against the declaration that the interface mirrors.
  return migrated as unknown as Kustomization;
}

function moveList(fields: JsonObject, from: string, to: string): void {
  const moved = listOf(fields, from);
  delete fields[from];
  if (moved.length > 0) fields[to] = [...listOf(fields, to), ...moved];
}

function moveEnv(args: JsonValue): void {
  const fields = args as JsonObject;
  const { env } = fields;
  if (env === undefined) return;
  fields['envs'] = [...listOf(fields, 'envs'), env];
  delete fields['env'];
}

/** `helmChartInflationGenerator` became `helmCharts`, with what concerns all charts in `helmGlobals`. */
function migrateHelmCharts(fields: JsonObject): void {
  const old = listOf(fields, 'helmChartInflationGenerator') as JsonObject[];
  delete fields['helmChartInflationGenerator'];
  if (old.length === 0) return;
  fields['helmCharts'] = [...listOf(fields, 'helmCharts'), ...old.map(renameChartFields)];
  if (fields['helmGlobals'] !== undefined) return;
  const globals: JsonObject = {};
  for (const { helmHome, chartHome } of old) {
    if (helmHome !== undefined) globals['configHome'] = helmHome;
    if (chartHome !== undefined) globals['chartHome'] = chartHome;
  }
  if (Object.keys(globals).length > 0) fields['helmGlobals'] = globals;
}

function renameChartFields(old: JsonObject): JsonObject {
  const chart: JsonObject = {};
  for (const [from, to] of CHART_FIELDS) {
    const value = old[from];
    if (value !== undefined) chart[to] = value;
  }
  return chart;
}

const CHART_FIELDS: readonly (readonly [from: string, to: string])[] = [
  ['chartName', 'name'],
  ['chartVersion', 'version'],
  ['chartRepoUrl', 'repo'],
  ['values', 'valuesFile'],
  ['valuesLocal', 'valuesInline'],
  ['valuesMerge', 'valuesMerge'],
  ['releaseName', 'releaseName'],
];

function listOf(fields: JsonObject, name: string): JsonValue[] {
  const value = fields[name];
  return Array.isArray(value) ? value : [];
}
