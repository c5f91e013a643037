import type { JsonObject, JsonValue } from '../../../object/kube-object.ts';
import { printYaml } from '../../../yaml/print.ts';
import { wrapError } from '../kustomize-error.ts';
import { HIDDEN, showEntry, showPatch } from '../patches/show-patch.ts';

/**
 * The error with the configuration of the builtin plugin that it is about, as the real tool shows it, but for all that
 * may be a Secret's data or a password: patches of Secrets or of what is not known, values of charts.
 */
export function explainConfiguration(error: unknown, kind: string, config: JsonObject): Error {
  const text = printYaml(showConfiguration(config));
  return wrapError(error, `trouble configuring builtin ${kind} with config: \`\n${text}\``);
}

/** Fields that say where or how, never what. */
const HARMLESS = new Set([
  'annotations',
  'apiVersions',
  'chartHome',
  'configHome',
  'fieldSpecs',
  'imageTag',
  'includeCRDs',
  'labels',
  'metadata',
  'name',
  'namespace',
  'options',
  'path',
  'prefix',
  'releaseName',
  'replica',
  'suffix',
  'target',
  'valuesFile',
  'valuesMerge',
  'version',
]);

function showConfiguration(config: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(config).map(([name, value]) => [name, show(name, value, config)]));
}

function show(name: string, value: JsonValue, config: JsonObject): JsonValue {
  if (HARMLESS.has(name)) return value;
  if (typeof value === 'string' && PATCHES.has(name)) return showPatch(value, targetKind(config));
  if (!Array.isArray(value)) return HIDDEN;
  if (name === 'paths') return value.map((entry) => (typeof entry === 'string' ? showEntry(entry) : HIDDEN));
  return name === 'replacements' ? value.map(withoutValue) : HIDDEN;
}

/** A replacement but for the value that it brings itself. */
function withoutValue(replacement: JsonValue): JsonValue {
  if (typeof replacement !== 'object' || replacement === null || Array.isArray(replacement)) return HIDDEN;
  return 'sourceValue' in replacement ? { ...replacement, sourceValue: HIDDEN } : replacement;
}

const PATCHES = new Set(['patch', 'jsonOp']);

function targetKind({ target }: JsonObject): string | undefined {
  if (typeof target !== 'object' || target === null || Array.isArray(target)) return undefined;
  const { kind } = target;
  return typeof kind === 'string' ? kind : '';
}
