import type { JsonValue } from '../../../object/kube-object.ts';
import { parseLooseFile } from '../config/load-transformer-config.ts';
import { StructReader } from '../config/struct-reader.ts';
import { KustomizeError } from '../kustomize-error.ts';
import type { Loader } from '../loader/loader.ts';
import type { TransformerPlugin } from '../plugin.ts';
import { applyReplacements } from './apply-replacements.ts';
import { type Replacement, readReplacement } from './replacement.ts';

/**
 * Copies values between fields: `{replacements: [{source, targets} | {sourceValue, targets} | {path}]}`, where the file
 * at `path` holds one replacement or a list of them.
 * @throws {KustomizeError} if an entry or file is not valid
 * @see sigs.k8s.io/kustomize/api v0.21.2 internal/builtins/ReplacementTransformer.go
 */
export const replacementTransformer: TransformerPlugin = (config, { loader }) => {
  const fields = new StructReader(config, 'ReplacementTransformerPlugin');
  const entries = fields.list('replacements', 'types.ReplacementField', readEntry) ?? [];
  const replacements = entries.flatMap((entry) => replacementsOf(entry, loader));
  return (resources) => resources.applyFilter((nodes) => applyReplacements(nodes, replacements));
};

interface Entry {
  readonly path: string;
  readonly replacement: Replacement;
}

function readEntry(fields: StructReader): Entry {
  return { path: fields.text('path'), replacement: readReplacement(fields, true) };
}

function replacementsOf({ path, replacement }: Entry, loader: Loader): readonly Replacement[] {
  if (path === '') return [replacement];
  if (replacement.source !== undefined || (replacement.targets ?? []).length > 0) {
    throw new KustomizeError('cannot specify both path and inline replacement');
  }
  const value = parseLooseFile(loader.load(path).toString(), path);
  if (Array.isArray(value)) return value.map(readOne);
  if (typeof value === 'object' && value !== null) return [readOne(value)];
  throw new KustomizeError(`unsupported replacement type encountered within replacement path: ${goKind(value)}`);
}

function readOne(value: JsonValue): Replacement {
  return readReplacement(new StructReader(value, 'Replacement'), false);
}

function goKind(value: JsonValue): string {
  if (value === null) return 'invalid';
  if (typeof value === 'string') return 'string';
  return typeof value === 'boolean' ? 'bool' : 'float64';
}
