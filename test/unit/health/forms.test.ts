import { describe, expect, it } from 'vitest';
import { byConditions, conditionMatcher } from '../../../src/health/forms/by-conditions.ts';
import { byField, whenStale, whenUnobserved } from '../../../src/health/forms/by-field.ts';
import { fillIn } from '../../../src/health/forms/fill-in.ts';
import { inTurn, waiting } from '../../../src/health/forms/rule.ts';
import { computeKstatus } from '../../../src/health/kstatus/kstatus.ts';
import type { KubeObject } from '../../../src/object/kube-object.ts';

function widget(status?: object, generation = 2): KubeObject {
  const object = { apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'w', generation } };
  return status === undefined ? object : { ...object, status };
}

describe('conditionMatcher()', () => {
  const ready = { type: 'Ready', status: 'True', reason: 'Done' };
  it.each([
    ['Ready', true],
    ['Other', false],
    ['Ready=True', true],
    ['Ready=False', false],
    ['Ready!=False', true],
    ['Ready!=True', false],
    ['*=True', true],
    ['Ready=True:Done', true],
    ['Ready=True:Late', false],
    ['Ready:!Late', true],
    ['Ready:!Done', false],
  ])('%s fits a condition: %s', (pattern, fits) => {
    expect(conditionMatcher(pattern)(ready)).toBe(fits);
  });

  it('refuses what is no pattern', () => {
    expect(() => conditionMatcher('Ready=')).toThrow('"Ready=" is no pattern of a condition');
  });
});

describe('byConditions()', () => {
  const rule = byConditions([
    ['Ready=True', 'Healthy', 'ready'],
    ['Failed=True', 'Degraded'],
  ]);

  it('lets the first condition that a row knows decide, in the order of the conditions', () => {
    const failed = { type: 'Failed', status: 'True', message: 'disk' };
    const ready = { type: 'Ready', status: 'True' };
    expect(rule(widget({ conditions: [failed, ready] }))).toEqual({ status: 'Degraded', message: 'disk' });
    expect(rule(widget({ conditions: [{ type: 'Odd' }, ready, failed] }))).toEqual({
      status: 'Healthy',
      message: 'ready',
    });
    expect(rule(widget({ conditions: [] }))).toBeUndefined();
    expect(rule(widget())).toBeUndefined();
  });

  it('leaves out conditions of another generation where it is told to', () => {
    const current = byConditions([['Ready=True', 'Healthy', '']], { onlyCurrent: true });
    const ready = (observedGeneration: number) => ({ type: 'Ready', status: 'True', observedGeneration });
    expect(current(widget({ conditions: [ready(1)] }))).toBeUndefined();
    expect(current(widget({ conditions: [ready(1), ready(2)] }))?.status).toBe('Healthy');
  });
});

describe('rules over fields', () => {
  it('byField() knows values of any plain type, and has a word for others', () => {
    const rule = byField('status.phase', { 3: ['Healthy'], true: ['Suspended'] }, ['Degraded', 'in {status.phase}']);
    expect(rule(widget({ phase: 3 }))?.status).toBe('Healthy');
    expect(rule(widget({ phase: true }))?.status).toBe('Suspended');
    expect(rule(widget({ phase: 'Odd' }))).toEqual({ status: 'Degraded', message: 'in Odd' });
    expect(rule(widget({ phase: { toString: 1 } }))).toEqual({ status: 'Degraded', message: 'in ' });
    expect(rule(widget({ phase: null }))).toBeUndefined();
  });

  it('whenStale() passes what tells no generation, whenUnobserved() does not', () => {
    const progressing = { status: 'Progressing', message: 'old' };
    const rules = [whenStale('old'), whenUnobserved('old')];
    expect(rules.map((rule) => rule(widget({ observedGeneration: 2 })))).toEqual([undefined, undefined]);
    expect(rules.map((rule) => rule(widget({ observedGeneration: 1 })))).toEqual([progressing, progressing]);
    expect(rules.map((rule) => rule(widget({})))).toEqual([undefined, progressing]);
  });

  it('inTurn() takes the first verdict', () => {
    expect(inTurn(byField('status.phase', { A: ['Healthy'] }), waiting('later'))(widget({ phase: 'B' }))).toEqual({
      status: 'Progressing',
      message: 'later',
    });
  });
});

describe('fillIn()', () => {
  const object = widget({ phase: 'Up', count: 0, list: [1], note: '' });
  it.each([
    ['plain', 'plain'],
    ['{kind} is {status.phase}', 'Widget is Up'],
    ['{status.count} of {status.gone}', '0 of '],
    ['{status.gone|status.phase}', 'Up'],
    ['{status.gone|nothing yet}', 'nothing yet'],
    ['{status.note|nothing}', ''],
    ['{status.list}', ''],
    ['{condition.reason|condition.message}', 'said'],
  ])('makes of %s: %s', (template, message) => {
    expect(fillIn(template, object, { message: 'said' })).toBe(message);
  });
});

describe('computeKstatus()', () => {
  const nowMs = Date.parse('2026-01-01T00:00:00Z');
  const status = (object: KubeObject) => computeKstatus(object, { nowMs });

  it('says that what is being deleted is terminating', () => {
    const deleted = { ...widget(), metadata: { name: 'w', deletionTimestamp: '2026-01-01T00:00:00Z' } };
    expect(status(deleted)).toMatchObject({ status: 'Terminating', conditions: [] });
  });

  it('gives a pod some time to find a node', () => {
    const pod = (creationTimestamp: string): KubeObject => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p', creationTimestamp },
      status: { phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable' }] },
    });
    expect(status(pod('2025-12-31T23:59:50Z'))).toMatchObject({ status: 'InProgress', reason: 'PodNotScheduled' });
    expect(status(pod('2025-12-31T23:59:40Z'))).toMatchObject({ status: 'Failed', reason: 'PodUnschedulable' });
  });

  it('takes a stalled resource for failed, with the reason', () => {
    const conditions = [{ type: 'Stalled', status: 'True', reason: 'Quota', message: 'full' }];
    expect(status(widget({ conditions }))).toEqual({
      status: 'Failed',
      reason: 'Quota',
      message: 'full',
      conditions: [{ type: 'Stalled', status: 'True', reason: 'Quota', message: 'full' }],
    });
  });
});
