import { KustomizeError } from '../kustomize-error.ts';
import { decodeText } from '../loader/decode-text.ts';
import type { TreeLoader } from '../loader/tree-loader.ts';
import { copyNode, type YamlNode } from '../node/node.ts';
import { readResourceNodes } from '../node/read-resource-nodes.ts';
import type { Resource } from '../resource/resource.ts';
import type { BuildContext } from './build-context.ts';

/** The objects of a file. @throws {KustomizeError} if it cannot be read, is no YAML or holds something else */
export function readResources({ factory, cache }: BuildContext, loader: TreeLoader, path: string): Resource[] {
  const content = loader.load(path);
  const parsed = cache?.get('resources', content, () => parse(content, path));
  // Without a cache; or it is no YAML, and parsed again for an error that names the file of this build.
  if (parsed === undefined) return factory.fromText(decodeText(content), path);
  return factory.fromNodes(parsed.map(copyNode), path);
}

function parse(content: Buffer, path: string): readonly YamlNode[] | undefined {
  try {
    return readResourceNodes(decodeText(content), path);
  } catch (error) {
    if (error instanceof KustomizeError) return undefined;
    throw error;
  }
}
