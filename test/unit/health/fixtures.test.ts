import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { assessHealth } from '../../../src/health/assess-health.ts';
import type { KubeObject } from '../../../src/object/kube-object.ts';
import { sharedFolder } from '../render/shared-folder.ts';

interface Fixture {
  readonly id: string;
  readonly group: string;
  readonly kind: string;
  readonly object: KubeObject;
  readonly expected: { readonly status: string | null; readonly message?: string };
}

/** The kinds that have a check here and, in Argo CD, a script. */
const SCRIPTED: ReadonlySet<string> = new Set([
  'apiextensions.k8s.io/CustomResourceDefinition',
  'batch/CronJob',
  'bitnami.com/SealedSecret',
  'cert-manager.io/Certificate',
  'cert-manager.io/ClusterIssuer',
  'cert-manager.io/Issuer',
  'policy/PodDisruptionBudget',
]);

const folder = sharedFolder('fixtures');
const fixtures =
  folder === undefined
    ? []
    : readFileSync(join(folder, 'health.jsonl'), 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Fixture);
const builtin = fixtures.filter(({ id }) => id.startsWith('builtin/'));
const scripted = fixtures.filter(
  ({ id, group, kind }) => !id.startsWith('builtin/') && SCRIPTED.has(`${group}/${kind}`),
);
const others = fixtures.length - builtin.length - scripted.length;

describe.skipIf(folder === undefined)("assessHealth() agrees with Argo CD's own cases", () => {
  console.info(
    `health fixtures: ${builtin.length} built in, ${scripted.length} scripted, ${others} of kinds without a check`,
  );

  it.each(builtin)('$id', ({ object, expected }) => {
    const health = assessHealth(object);
    expect(health?.status ?? null).toBe(expected.status);
    if (expected.message !== undefined) expect(health?.message ?? '').toBe(expected.message);
  });

  it.each(scripted)('$id', ({ id, object, expected }) => {
    // Argo CD's whole path says so of anything that is being deleted, before any script runs.
    const message = id.endsWith('crd-v1-terminating-timestamp-progressing.yaml')
      ? 'Pending deletion'
      : expected.message;
    const health = assessHealth(object);
    expect({ status: health?.status, message: health?.message ?? '' }).toEqual({
      status: expected.status,
      message: message ?? '',
    });
  });

  it('has them all', () => {
    expect([builtin.length, scripted.length]).toEqual([50, 32]);
  });
});
