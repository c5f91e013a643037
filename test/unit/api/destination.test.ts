import { describe, expect, it } from 'vitest';
import { describeDestination, isInCluster } from '../../../src/api/destination.ts';

describe('isInCluster()', () => {
  it.each([
    ['the URL', { server: 'https://kubernetes.default.svc' }, true],
    ['the URL with a slash', { server: 'https://kubernetes.default.svc/' }, true],
    ['the name', { name: 'in-cluster' }, true],
    ['another URL', { server: 'https://kubernetes.default.svc.example.com' }, false],
    ['another name', { name: 'production' }, false],
    ['the name beside another URL', { name: 'in-cluster', server: 'https://other.example.com' }, false],
    ['nothing', { namespace: 'a' }, false],
  ])('for %s', (_, destination, expected) => {
    expect(isInCluster(destination)).toBe(expected);
  });
});

describe('describeDestination()', () => {
  it.each([
    [{ server: 'https://a.example.com', namespace: 'web' }, 'https://a.example.com, namespace web'],
    [{ name: 'production' }, 'production'],
    [{}, 'no cluster'],
  ])('of %j', (destination, expected) => {
    expect(describeDestination(destination)).toBe(expected);
  });
});
