import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../src/object/kube-object.ts';
import { summarize } from '../../../src/status/summarize.ts';

function object(kind: string, spec: unknown, apiVersion = 'apps/v1'): KubeObject {
  return { apiVersion, kind, metadata: { name: 'x' }, spec };
}

const pod = (...images: unknown[]): object => ({ containers: images.map((image) => ({ image })) });

describe('summarize()', () => {
  it('says nothing of nothing', () => {
    expect(summarize([])).toEqual({});
  });

  it.each([
    ['Pod', { ...pod('b:1'), initContainers: [{ image: 'a:1' }] }],
    ['Deployment', { template: { spec: { ...pod('b:1'), initContainers: [{ image: 'a:1' }] } } }],
    ['CronJob', { jobTemplate: { spec: { template: { spec: pod('b:1', 'a:1', 'a:1') } } } }],
  ])('finds the images of a %s, sorted and once each', (kind, spec) => {
    expect(summarize([object(kind, spec), object(kind, spec)])).toEqual({ images: ['a:1', 'b:1'] });
  });

  it('knows an Application by its group', () => {
    expect(summarize([object('Application', {}, 'argoproj.io/v1alpha1')])).toEqual({ isAppOfApps: true });
    expect(summarize([object('Application', {}, 'example.com/v1')])).toEqual({});
  });

  it('looks into kinds with Pods only', () => {
    expect(summarize([object('Widget', { template: { spec: pod('a:1') } })])).toEqual({});
  });

  it.each([
    [undefined],
    [null],
    ['text'],
    [{ containers: 'x' }],
    [{ containers: [null, 5, { image: 7 }] }],
    [{ template: [] }],
  ])('survives a spec such as %j', (spec) => {
    expect(summarize([object('Pod', spec)])).toEqual({});
  });
});
