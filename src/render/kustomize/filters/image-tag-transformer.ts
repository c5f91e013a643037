import { readFieldSpecs } from '../config/field-spec.ts';
import { StructReader } from '../config/struct-reader.ts';
import { elementsOf, getField, requireKind } from '../node/fields.ts';
import { getKind } from '../node/metadata.ts';
import type { YamlNode } from '../node/node.ts';
import type { TransformerPlugin } from '../plugin.ts';
import { applyFieldSpecs, type SetNode } from './apply-field-specs.ts';
import { changeImage, type ImageChange, imageMatcher } from './image-name.ts';
import { setEntry } from './set-entry.ts';

/**
 * Changes images: `{imageTag: {name, newName, newTag, tagSuffix, digest}, fieldSpecs: […]}`, in the containers and
 * initContainers anywhere in an object and in the fields that the specs name; not in CustomResourceDefinitions.
 * @throws {KustomizeError} if a field has the wrong type
 * @see sigs.k8s.io/kustomize/api v0.21.2 filters/imagetag
 */
export const imageTagTransformer: TransformerPlugin = (config) => {
  const fields = new StructReader(config, 'ImageTagTransformerPlugin');
  const change = fields.struct('imageTag', 'types.Image', readImage);
  const specs = readFieldSpecs(fields) ?? [];
  const set = imageSetter(change);
  return (resources) => {
    resources.applyFilter((nodes) => {
      const changeable = nodes.filter((node) => getKind(node) !== 'CustomResourceDefinition');
      for (const node of changeable) setInContainers(node, set);
      for (const node of changeable) applyFieldSpecs(node, specs, { set });
      return nodes;
    });
  };
};

function readImage(fields: StructReader): ImageChange {
  return {
    name: fields.text('name'),
    newName: fields.text('newName'),
    newTag: fields.text('newTag'),
    tagSuffix: fields.text('tagSuffix'),
    digest: fields.text('digest'),
  };
}

function imageSetter(change: ImageChange): SetNode {
  const matches = imageMatcher(change.name);
  return (field) => {
    requireKind(field, 'scalar');
    if (matches(field.value)) setEntry('', changeImage(field.value, change))(field);
  };
}

function setInContainers(node: YamlNode, set: SetNode): void {
  const { content } = node;
  if (node.kind === 'sequence') {
    for (const item of content) setInContainers(item, set);
    return;
  }
  if (node.kind !== 'mapping') return;
  for (let index = 0; index + 1 < content.length; index += 2) {
    const value = content[index + 1];
    if (value === undefined || value.kind === 'scalar') continue;
    setInContainers(value, set);
    const name = content[index]?.value;
    if (name === 'containers' || name === 'initContainers') setInList(value, set);
  }
}

function setInList(containers: YamlNode, set: SetNode): void {
  if (containers.kind !== 'sequence') return;
  for (const container of elementsOf(containers)) {
    const image = getField(container, 'image');
    if (image !== undefined) set(image);
  }
}
