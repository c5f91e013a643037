import { KustomizeError } from '../kustomize-error.ts';
import { assignNode, copyNode, valueOf, type YamlNode } from '../node/node.ts';
import type { FieldOptions } from './replacement.ts';

/**
 * The part of a source's value that the options ask for, as a copy; without a delimiter the field itself, so that later
 * changes to the source show in what is copied.
 * @throws {KustomizeError} if the value is no scalar or has no such part
 */
export function refineValue(field: YamlNode, options: FieldOptions | undefined): YamlNode {
  if (options === undefined || options.delimiter === '') return field;
  requireScalar(field);
  const { delimiter, index } = options;
  const part = splitText(valueOf(field), delimiter)[index];
  if (part === undefined) throw new KustomizeError(`options.index ${index} is out of bounds for the value`);
  return { ...copyNode(field), value: part };
}

/**
 * Writes `value` into `field`, or into the part of it that the options ask for. A scalar keeps its tag and style, so
 * that a number may become text and the other way round.
 * @throws {KustomizeError} if a part of something else than a scalar is asked for
 */
export function writeValue(field: YamlNode, value: YamlNode, options: FieldOptions | undefined): void {
  const copied = copyNode(value);
  if (options !== undefined && options.delimiter !== '') {
    requireScalar(field);
    copied.value = putPart(field.value, valueOf(value), options);
  }
  if (field.kind === 'scalar') field.value = copied.value;
  else assignNode(field, copied);
}

/** An index before the first part puts the value in front, one behind the last part at the end. */
function putPart(text: string, value: string, { delimiter, index }: FieldOptions): string {
  const parts = splitText(text, delimiter);
  if (index < 0) parts.unshift(value);
  else if (index >= parts.length) parts.push(value);
  else parts[index] = value;
  return parts.join(delimiter);
}

function splitText(text: string, delimiter: string): string[] {
  return text.split(delimiter);
}

function requireScalar(node: YamlNode): void {
  if (node.kind !== 'scalar') throw new KustomizeError('delimiter option can only be used with scalar nodes');
}
