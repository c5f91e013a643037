import { KustomizeError } from '../kustomize-error.ts';
import { fieldValue } from '../node/fields.ts';
import { isMissingOrNull, isNilOrEmpty, valueOf, type YamlNode } from '../node/node.ts';

/**
 * What an object says of itself, each text empty where it is missing. kyaml's ResourceMeta without labels and
 * annotations.
 */
export interface ResourceMetadata {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
}

/**
 * Type and name of an object. kyaml's GetMeta.
 * @throws {KustomizeError} if it has none of apiVersion, kind and a filled metadata
 */
export function readMetadata(node: YamlNode): ResourceMetadata {
  if (isMissingOrNull(node)) return { apiVersion: '', kind: '', name: '', namespace: '' };
  const metadata = filled(node, 'metadata');
  const result = {
    apiVersion: valueOf(filled(node, 'apiVersion')),
    kind: valueOf(filled(node, 'kind')),
    name: filled(metadata, 'name')?.value ?? '',
    namespace: valueOf(filled(metadata, 'namespace')),
  };
  if (!FIELDS.some((field) => filled(node, field) ?? filled(metadata, field))) {
    throw new KustomizeError('missing Resource metadata');
  }
  return result;
}

/**
 * As {@link readMetadata}, where kind and, but for lists, name are required. kyaml's GetValidatedMetadata.
 * @throws {KustomizeError} naming what is missing; annotations are left out of the message, for they may hold secrets
 */
export function validateMetadata(node: YamlNode): ResourceMetadata {
  const metadata = readMetadata(node);
  const { kind, name } = metadata;
  if (kind === '') throw new KustomizeError(`missing kind in object ${describe(node, metadata)}`);
  if (name === '' && !kind.endsWith('List')) {
    throw new KustomizeError(`missing metadata.name in object ${describe(node, metadata)}`);
  }
  return metadata;
}

const FIELDS = ['apiVersion', 'kind', 'name', 'namespace', 'labels', 'annotations'];

function filled(node: YamlNode | undefined, field: string): YamlNode | undefined {
  const value = fieldValue(node, field);
  return isNilOrEmpty(value) ? undefined : value;
}

/** The object's type, name and labels the way Go prints the struct. */
function describe(node: YamlNode, { apiVersion, kind, name, namespace }: ResourceMetadata): string {
  const labels = fieldValue(fieldValue(node, 'metadata'), 'labels');
  const texts: string[] = [];
  for (let index = 0; index + 1 < (labels?.content.length ?? 0); index += 2) {
    texts.push(`${labels?.content[index]?.value}:${valueOf(labels?.content[index + 1])}`);
  }
  return `{{${apiVersion} ${kind}} {{${name} ${namespace}} map[${texts.sort().join(' ')}] map[]}}`;
}
