import { StructReader } from '../config/struct-reader.ts';
import { KustomizeError, wrapError } from '../kustomize-error.ts';
import type { PluginContext, TransformerPlugin } from '../plugin.ts';
import { readSelector } from '../selector/selector.ts';
import { decodeJsonPatch, jsonTextOfPatch, type PatchOperation } from './decode-json-patch.ts';
import { patchResource } from './patch-resource.ts';
import { showPatch } from './show-patch.ts';

/**
 * Applies a JSON patch to the resources that a selector means: `{target: {…}, path: …}` or `{target: {…}, jsonOp: …}`.
 * @throws {KustomizeError} if the configuration or the patch is not valid
 * @see sigs.k8s.io/kustomize/api v0.21.2 internal/builtins/PatchJson6902Transformer.go
 */
export const patchJson6902Transformer: TransformerPlugin = (config, context) => {
  const fields = new StructReader(config, 'PatchJson6902TransformerPlugin');
  const target = fields.struct('target', 'Selector', readSelector);
  if (target.name === '') throw new KustomizeError('must specify the target name');
  const operations = readOperations(fields, context, target.kind);
  return (resources) => {
    for (const resource of resources.select(target)) patchResource(resource, operations);
  };
};

function readOperations(fields: StructReader, context: PluginContext, targetKind: string): PatchOperation[] {
  const path = fields.text('path');
  const text = readText(path, fields.text('jsonOp'), context);
  const json = jsonTextOfPatch(text);
  const shown = showPatch(json, targetKind);
  const operations = decode(text, shown);
  if (operations.length > 0) return operations;
  throw new KustomizeError(`patch appears to be empty; file=${path}, JsonOp=${shown}`);
}

function readText(path: string, jsonOp: string, { loader }: PluginContext): string {
  if (path === '' && jsonOp === '') throw new KustomizeError('empty file path and empty jsonOp');
  if (path === '') return jsonOp;
  if (jsonOp !== '') throw new KustomizeError('must specify a file path or jsonOp, not both');
  const text = loader.load(path).toString('utf8');
  if (text === '') throw new KustomizeError(`patch file '${path}' empty seems to be empty`);
  return text;
}

function decode(text: string, shown: string): PatchOperation[] {
  try {
    return decodeJsonPatch(text);
  } catch (error) {
    throw wrapError(error, `decoding ${shown}`);
  }
}
