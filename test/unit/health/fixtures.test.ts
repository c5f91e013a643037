import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { assessBuiltIn, assessByRule, assessHealth } from '../../../src/health/assess-health.ts';
import type { KubeObject } from '../../../src/object/kube-object.ts';
import { sharedFolder } from '../render/shared-folder.ts';

interface Fixture {
  readonly id: string;
  readonly object: KubeObject;
  readonly expected: { readonly status: string | null; readonly message?: string };
}

const folder = sharedFolder('fixtures');
const fixtures =
  folder === undefined
    ? []
    : readFileSync(join(folder, 'health.jsonl'), 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Fixture);
const builtIn = fixtures.filter(({ id }) => id.startsWith('builtin/'));
const customized = fixtures.filter(({ id }) => !id.startsWith('builtin/'));

describe.skipIf(folder === undefined)("Argo CD's own cases", () => {
  it.each(builtIn)('assessBuiltIn() agrees on $id', ({ object, expected }) => {
    const health = assessBuiltIn(object);
    expect(health?.status ?? null).toBe(expected.status);
    if (expected.message !== undefined) expect(health?.message ?? '').toBe(expected.message);
  });

  it.each(customized)('assessByRule() agrees on $id', ({ object, expected }) => {
    const health = assessByRule(object);
    expect({ status: health?.status, message: health?.message ?? '' }).toEqual({
      status: expected.status,
      message: expected.message ?? '',
    });
  });

  it.each(customized.filter(({ id }) => id.endsWith('terminating-timestamp-progressing.yaml')))(
    'assessHealth() says before any rule that $id is pending deletion',
    ({ object }) => {
      expect(assessHealth(object)).toEqual({ status: 'Progressing', message: 'Pending deletion' });
    },
  );

  it('are all here', () => {
    expect([builtIn.length, customized.length]).toEqual([50, 387]);
  });
});
