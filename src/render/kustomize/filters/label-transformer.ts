import { type FieldSpec, readFieldSpecs } from '../config/field-spec.ts';
import { StructReader } from '../config/struct-reader.ts';
import { TAG } from '../node/node.ts';
import type { TransformerPlugin } from '../plugin.ts';
import type { ResMap } from '../resource/res-map.ts';
import { applyFieldSpecs } from './apply-field-specs.ts';
import { setEntry } from './set-entry.ts';

/**
 * Sets labels: `{labels: {…}, fieldSpecs: […]}`.
 * @throws {KustomizeError} if a field has the wrong type
 */
export const labelTransformer: TransformerPlugin = (config) => {
  const fields = new StructReader(config, 'LabelTransformerPlugin');
  const labels = fields.texts('labels') ?? new Map<string, string>();
  const specs = readFieldSpecs(fields) ?? [];
  return (resources) => setEntries(resources, labels, specs);
};

/**
 * Sets annotations: `{annotations: {…}, fieldSpecs: […]}`.
 * @throws {KustomizeError} if a field has the wrong type
 */
export const annotationsTransformer: TransformerPlugin = (config) => {
  const fields = new StructReader(config, 'AnnotationsTransformerPlugin');
  const annotations = fields.texts('annotations') ?? new Map<string, string>();
  const specs = readFieldSpecs(fields) ?? [];
  return (resources) => setEntries(resources, annotations, specs);
};

/** Sets the entries one by one, in the order of their keys. */
function setEntries(resources: ResMap, entries: ReadonlyMap<string, string>, specs: readonly FieldSpec[]): void {
  if (entries.size === 0) return;
  resources.applyFilter((nodes) => {
    for (const node of nodes) {
      for (const [key, value] of entries) {
        const action = { set: setEntry(key, value, TAG.string), createKind: 'mapping', createTag: TAG.map } as const;
        applyFieldSpecs(node, specs, action);
      }
    }
    return nodes;
  });
}
