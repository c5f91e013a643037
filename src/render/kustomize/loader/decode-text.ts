import { isUtf8 } from 'node:buffer';
import { MalformedYamlError } from '../kustomize-error.ts';

/** The text of a YAML file. @throws {MalformedYamlError} if it is no UTF-8 */
export function decodeText(content: Buffer): string {
  if (!isUtf8(content)) throw new MalformedYamlError('MalformedYAMLError: yaml: invalid UTF-8 octet');
  return content.toString();
}
