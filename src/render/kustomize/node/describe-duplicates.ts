import { encodeWithLines } from './encode-node.ts';
import type { YamlNode } from './node.ts';

/**
 * A line for each key of `root` that its mapping has already, as yaml.v3 words it. Lines count in the text that
 * `encodeNode` makes of the tree, since that is what kustomize reads.
 */
export function describeDuplicates(root: YamlNode): string {
  const { lines } = encodeWithLines(root);
  const problems: string[] = [];
  collect(root, lines, problems);
  return problems.join('\n');
}

function collect(node: YamlNode, lines: ReadonlyMap<YamlNode, number>, problems: string[]): void {
  const found = node.kind === 'mapping' ? problemsOf(node, lines) : [];
  problems.push(...found);
  // A mapping with duplicates is not looked into.
  if (found.length > 0) return;
  for (const child of node.content) collect(child, lines, problems);
}

function problemsOf(node: YamlNode, lines: ReadonlyMap<YamlNode, number>): string[] {
  const keys = node.content.filter((_, index) => index % 2 === 0);
  return keys.flatMap((first, index) => {
    const later = keys.slice(index + 1).filter(({ kind, value }) => kind === first.kind && value === first.value);
    return later.map((second) => {
      const key = JSON.stringify(second.value);
      return `  line ${lines.get(second)}: mapping key ${key} already defined at line ${lines.get(first)}`;
    });
  });
}
