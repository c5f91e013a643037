import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../src/object/kube-object.ts';
import { compareApplyOrder } from '../../../src/object/sort-order.ts';

function object(kind: string, name: string, namespace?: string, apiVersion = 'v1'): KubeObject {
  return { apiVersion, kind, metadata: namespace === undefined ? { name } : { name, namespace } };
}

function order(objects: readonly KubeObject[]): string[] {
  return objects
    .toSorted(compareApplyOrder)
    .map(({ apiVersion, kind, metadata }) => `${apiVersion} ${kind} ${metadata.namespace ?? ''}/${metadata.name}`);
}

describe('compareApplyOrder()', () => {
  it('puts what others need first and unlisted kinds last', () => {
    const kinds = ['Widget', 'Ingress', 'Deployment', 'Secret', 'CustomResourceDefinition', 'Namespace', 'APIService'];
    expect(
      kinds
        .map((kind) => object(kind, 'a'))
        .toSorted(compareApplyOrder)
        .map(({ kind }) => kind),
    ).toEqual(['Namespace', 'Secret', 'CustomResourceDefinition', 'Deployment', 'Ingress', 'APIService', 'Widget']);
  });

  it('orders one kind by namespace and name, and unlisted kinds by kind and group', () => {
    expect(
      order([
        object('Secret', 'b', 'x'),
        object('Secret', 'a', 'y'),
        object('Secret', 'a', 'x'),
        object('Widget', 'a', 'x', 'b.example/v1'),
        object('Widget', 'b', 'x', 'a.example/v1'),
        object('Gadget', 'c', 'z', 'c.example/v1'),
      ]),
    ).toEqual([
      'v1 Secret x/a',
      'v1 Secret x/b',
      'v1 Secret y/a',
      'c.example/v1 Gadget z/c',
      'a.example/v1 Widget x/b',
      'b.example/v1 Widget x/a',
    ]);
  });

  it('is zero for objects of one key', () => {
    expect(compareApplyOrder(object('Secret', 'a', 'x'), object('Secret', 'a', 'x'))).toBe(0);
  });
});
