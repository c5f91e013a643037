import { type MemoryFile, memoryTree } from '../../src/source/memory-tree.ts';
import type { SourceTree } from '../../src/source/tree.ts';

/** A tree with a chart named `chart` in its folder `chart`, which has the templates given by name. */
export function chartTree(
  templates: Readonly<Record<string, string>>,
  others: Readonly<Record<string, MemoryFile>> = {},
): SourceTree {
  const files = Object.entries(templates).map(([name, text]) => [`chart/templates/${name}`, text] as const);
  return memoryTree({
    'chart/Chart.yaml': 'apiVersion: v2\nname: chart\nversion: 1.0.0\n',
    ...Object.fromEntries(files),
    ...others,
  });
}

/** A template of a ConfigMap named `name` whose only value is what `expression` prints. */
export function configMapTemplate(name: string, expression: string): string {
  return `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\ndata: {value: ${expression}}\n`;
}
