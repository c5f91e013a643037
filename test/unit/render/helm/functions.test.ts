import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { HoldfastError } from '../../../../src/lib/errors.ts';
import { HelmError } from '../../../../src/render/helm/helm-error.ts';
import { helmTemplate } from '../../../../src/render/helm/helm-template.ts';
import { memoryTree } from '../../../../src/source/memory-tree.ts';
import { chartOf, type FunctionCase } from '../../../golden/helm/functions/chart.ts';

const GOLDEN = new URL('../../../golden/helm/functions/', import.meta.url);
const values = readFileSync(new URL('values.yaml', GOLDEN), 'utf8');
const recorded = readFileSync(new URL('functions.jsonl', GOLDEN), 'utf8').trimEnd().split('\n');
const cases = recorded.map((line) => JSON.parse(line) as FunctionCase);

describe.each([...Map.groupBy(cases, (one) => one.function)])('the function %s', (_name, group) => {
  it.each(group)('$in gives what the real helm gave', (one) => {
    expect(evaluate(one)).toEqual(one);
  });
});

function evaluate({ function: name, in: text }: FunctionCase): FunctionCase {
  const tree = memoryTree(chartOf(values, [text]));
  try {
    const { manifests } = helmTemplate(tree, '', { releaseName: 'rel', namespace: 'ns' });
    const json = manifests[0]?.content.replace('out: ', '') ?? '';
    return { function: name, in: text, out: JSON.parse(json) as NonNullable<FunctionCase['out']> };
  } catch (error) {
    if (error instanceof HoldfastError && error.cause instanceof HelmError) {
      // What the command adds to each error is not the engine's.
      return { function: name, in: text, err: `${error.cause.message}${HINT}` };
    }
    throw error;
  }
}

const HINT = '\n\nUse --debug flag to render out invalid YAML';
