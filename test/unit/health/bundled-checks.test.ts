import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assessHealth } from '../../../src/health/assess-health.ts';
import { BUNDLED_CHECKS, findBundledCheck } from '../../../src/health/bundled-checks.ts';
import { HEALTH_ORDER } from '../../../src/health/health.ts';
import type { KubeObject } from '../../../src/object/kube-object.ts';

const KINDS = Object.keys(BUNDLED_CHECKS).map((key) => {
  const [group = '', kind = ''] = key.replaceAll('*', 'any').split('/');
  return { apiVersion: `${group}/v1`, kind };
});

/** Fields that some rule reads, with values that no schema would let through. */
const FIELDS = [
  'conditions',
  'phase',
  'state',
  'status',
  'health',
  'replicas',
  'observedGeneration',
  'ingress',
  'parents',
  'ancestors',
  'listeners',
  'environments',
  'brokersState',
  'statuses',
  'racks',
  'message',
  'finalizers',
  'labels',
  'annotations',
  'generation',
  'deletionTimestamp',
  'updateStrategy',
  'toString',
];
const CONDITION_FIELDS = ['type', 'status', 'reason', 'message', 'conditions', 'dry', 'proposed', 'active'];
const words = fc.constantFrom('Ready', 'True', 'False', 'Unknown', 'Failed', 'Running', 'Synced', 'Accepted', '');
const leaf = fc.oneof(words, fc.anything({ maxDepth: 1, maxKeys: 2 }), fc.constant({ toString: 1, valueOf: 1 }));
const condition = fc.dictionary(fc.constantFrom(...CONDITION_FIELDS), leaf);
const part = fc.oneof(leaf, fc.dictionary(fc.constantFrom(...FIELDS), fc.oneof(leaf, fc.array(condition), condition)));
const malformed = fc.record({ metadata: part, spec: part, status: part });

describe('the bundled checks', () => {
  it.each(KINDS)('give $apiVersion $kind a verdict of the known ones, however malformed it is', (kind) => {
    fc.assert(
      fc.property(malformed, (parts) => {
        const health = assessHealth({ ...kind, ...parts } as unknown as KubeObject);
        if (health === undefined) return;
        expect(HEALTH_ORDER).toContain(health.status);
        expect(typeof (health.message ?? '')).toBe('string');
      }),
      { numRuns: 60, seed: 20261121 },
    );
  });
});

describe('findBundledCheck()', () => {
  it('takes the rule of the kind before that of a wildcard', () => {
    expect(findBundledCheck('pkg.crossplane.io', 'Provider')).toBe(BUNDLED_CHECKS['pkg.crossplane.io/Provider']);
    expect(findBundledCheck('pkg.crossplane.io', 'Function')).toBe(BUNDLED_CHECKS['*.crossplane.io/*']);
  });

  it('finds groups at any depth below a wildcard, but not the wildcard itself', () => {
    expect(findBundledCheck('ec2.aws.upbound.io', 'VPC')).toBe(BUNDLED_CHECKS['*.upbound.io/*']);
    expect(findBundledCheck('upbound.io', 'VPC')).toBeUndefined();
  });

  it('has nothing for what is only called like a kind with a rule', () => {
    expect(findBundledCheck('example.com', 'Certificate')).toBeUndefined();
    expect(findBundledCheck('cert-manager.io', '*')).toBeUndefined();
    expect(findBundledCheck('', 'constructor')).toBeUndefined();
  });
});
