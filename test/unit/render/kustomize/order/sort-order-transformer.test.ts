import { describe, expect, it } from 'vitest';
import { buildError, buildObjects } from '../resource/read-build-cases.ts';

const object = (apiVersion: string, kind: string, name: string, namespace = '') =>
  `{apiVersion: ${apiVersion}, kind: ${kind}, metadata: {name: ${name}${namespace === '' ? '' : `, namespace: ${namespace}`}}}`;

const OBJECTS = [
  object('admissionregistration.k8s.io/v1', 'ValidatingWebhookConfiguration', 'hook'),
  object('apps/v1', 'Deployment', 'b'),
  object('apps/v1', 'Deployment', 'a', 'zz'),
  object('apps/v1', 'Deployment', 'a', 'aa'),
  object('example.com/v1', 'Widget', 'w'),
  object('v1', 'ConfigMap', 'c'),
  object('example.com/v1', 'Namespace', 'other'),
  object('v1', 'Namespace', 'core'),
].join('\n---\n');

/** `Kind/name` of the objects of a build with these `sortOptions`. */
function orderWith(sortOptions: string): string[] {
  const files = { 'kustomization.yaml': `resources: [r.yaml]\nsortOptions: ${sortOptions}\n`, 'r.yaml': OBJECTS };
  return buildObjects(files).map(({ kind, metadata }) => `${kind as string}/${(metadata as { name: string }).name}`);
}

describe('sortOrderTransformer()', () => {
  it('sorts by kind, then type, namespace and name', () => {
    expect(orderWith('{order: legacy}')).toEqual([
      'Namespace/core',
      'Namespace/other',
      'ConfigMap/c',
      'Deployment/a',
      'Deployment/a',
      'Deployment/b',
      'Widget/w',
      'ValidatingWebhookConfiguration/hook',
    ]);
  });

  it('takes kinds that are given instead of its own', () => {
    const options = '{order: legacy, legacySortOptions: {orderFirst: [Widget, Deployment], orderLast: [ConfigMap]}}';
    const order = orderWith(options);
    expect(order.slice(0, 2)).toEqual(['Widget/w', 'Deployment/a']);
    expect(order.at(-1)).toBe('ConfigMap/c');
  });

  it('leaves the order of the files with fifo', () => {
    expect(orderWith('{order: fifo}')[0]).toBe('ValidatingWebhookConfiguration/hook');
  });

  it('refuses options of the other order', () => {
    const files = {
      'kustomization.yaml': 'sortOptions: {order: fifo, legacySortOptions: {orderFirst: [A]}}\nresources: [r.yaml]\n',
      'r.yaml': OBJECTS,
    };
    expect(buildError(files)).toContain("the selected sort order is 'fifo', not 'legacy'");
  });
});

describe('hashTransformer()', () => {
  it('ends the names of generated objects with a hash and leaves the others', () => {
    const files = {
      'kustomization.yaml': 'resources: [r.yaml]\nconfigMapGenerator: [{name: g, literals: [a=b]}]\n',
      'r.yaml': object('v1', 'ConfigMap', 'c'),
    };
    const names = buildObjects(files).map(({ metadata }) => (metadata as { name: string }).name);
    expect(names).toEqual(['c', expect.stringMatching(/^g-[0-9a-z]{10}$/)]);
  });
});
