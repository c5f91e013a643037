import { readFieldSpecs } from '../config/field-spec.ts';
import { StructReader } from '../config/struct-reader.ts';
import { KustomizeError } from '../kustomize-error.ts';
import { TAG } from '../node/node.ts';
import type { TransformerPlugin } from '../plugin.ts';
import { formatGvk, isGvkSelected } from '../resource/res-id.ts';
import { applyFieldSpec } from './apply-field-specs.ts';
import { setEntry } from './set-entry.ts';

/**
 * Sets numbers of replicas: `{replica: {name, count}, fieldSpecs: […]}`. The name is one that the resource has or had.
 * @throws {KustomizeError} if a field has the wrong type
 * @returns a transformer that throws a KustomizeError if no resource of the specs' types has the name
 */
export const replicaCountTransformer: TransformerPlugin = (config) => {
  const fields = new StructReader(config, 'ReplicaCountTransformerPlugin');
  const replica = fields.struct('replica', 'types.Replica', (item) => ({
    name: item.text('name'),
    count: String(item.integer('count', 'int64')),
  }));
  const specs = readFieldSpecs(fields) ?? [];
  return (resources) => {
    let isFound = false;
    for (const spec of specs) {
      const matches = resources.matchingByAnyId((id) => id.name === replica.name && isGvkSelected(id, spec));
      isFound ||= matches.length > 0;
      for (const { root } of matches) {
        applyFieldSpec(root, spec, {
          set: (field) => setEntry('', replica.count, TAG.int)(field),
          createKind: 'scalar',
          createTag: TAG.int,
        });
      }
    }
    if (isFound) return;
    const gvks = specs.map(formatGvk).join(' ');
    throw new KustomizeError(
      `resource with name ${replica.name} does not match a config with the following GVK [${gvks}]`,
    );
  };
};
