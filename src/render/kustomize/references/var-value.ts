import { formatGoFloat } from '../../../yaml/go-float.ts';
import { KustomizeError } from '../kustomize-error.ts';
import { TAG, type YamlNode } from '../node/node.ts';
import { lookup } from '../node/path.ts';
import { formatGoDecimal, parseGoBool, parseGoFloat, parseGoInt } from './go-number.ts';
import { splitBracketedPath } from './split-path.ts';

/** What a var stands for. */
export interface VarValue {
  /** The text in the middle of others. */
  readonly inline: string;
  /** The whole of a field, with its tag. */
  readonly text: string;
  readonly tag: string;
}

/**
 * The value of the field at `path`; undefined for a list or mapping, which no var can stand for.
 * @throws {KustomizeError} if there is no such field, or its text is not of the type that its tag says
 * @see sigs.k8s.io/kustomize/kyaml v0.21.2 yaml/rnode.go, GetFieldValue
 */
export function readVarValue(node: YamlNode, path: string): VarValue | undefined {
  const found = lookup(node, splitBracketedPath(path, '.').flatMap(splitIndex));
  if (found === undefined) throw new KustomizeError(`no field named '${path}'`);
  const field = found.kind === 'alias' && found.alias !== undefined ? found.alias : found;
  if (field.kind === 'mapping' || field.kind === 'sequence') return undefined;
  if (field.kind !== 'scalar') throw new KustomizeError(`expected ScalarNode, got Kind=${field.kind}`);
  return scalarValue(field);
}

function scalarValue({ tag, value }: YamlNode): VarValue {
  switch (tag) {
    case TAG.int: {
      const text = parseGoInt(value);
      return { inline: text, text, tag };
    }
    case TAG.float: {
      const number = parseGoFloat(value);
      return { inline: formatGoFloat(number, 64), text: formatGoDecimal(number), tag };
    }
    case TAG.bool: {
      const text = String(parseGoBool(value));
      return { inline: text, text, tag };
    }
    default:
      return { inline: value, text: value, tag: TAG.string };
  }
}

/** `ports[0]` as `ports` and `0`. */
function splitIndex(part: string): string[] {
  const match = /^(.*)\[(\d+)\]$/.exec(part);
  if (match === null) return [part];
  const [, name = '', index = ''] = match;
  return name === '' ? [index] : [name, index];
}
