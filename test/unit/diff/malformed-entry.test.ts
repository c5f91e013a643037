import { describe, expect, it } from 'vitest';
import { malformedEntry } from '../../../src/diff/malformed-entry.ts';

const TAIL = 'associative list with keys has an element that omits all key fields ["name"]';
const live = {
  apiVersion: 'v1',
  kind: 'Any',
  metadata: { name: 'any' },
  secrets: [{}],
  spec: { containers: [{ name: 'beside' }, { name: 'main', env: [{ name: 'A' }, { value: '1' }] }] },
};

describe('malformedEntry()', () => {
  it.each([
    ['.secrets: element 0', '/secrets/0'],
    ['.spec.containers[name="main"].env: element 1', '/spec/containers/1/env/1'],
    ['.spec.containers[name="gone"].env: element 1', undefined],
    ['.secrets: element 3', undefined],
    ['.nothing: element 0', undefined],
  ])('finds %s', (where, pointer) => {
    expect(
      malformedEntry(`failed to convert new object (a/b; /v1, Kind=Any) to smd typed: ${where}: ${TAIL}`, live),
    ).toBe(pointer);
  });

  it('finds nothing in other complaints', () => {
    expect(malformedEntry('Service "web" is invalid: spec.ports[1].name: Duplicate value', live)).toBeUndefined();
  });
});
