import { describe, expect, it } from 'vitest';
import { comparePredicted } from '../../../src/diff/compare-predicted.ts';
import { changed, deployment, MANAGER, type Step } from './live-objects.ts';

const FIELDS: readonly Step[] = ['metadata', 'managedFields', 0, 'fieldsV1'];

const CHANGES: readonly (readonly [title: string, path: readonly Step[], value: unknown, expected: string])[] = [
  ['a value', ['spec', 'replicas'], 5, 'spec.replicas'],
  ['a value that would go', ['spec', 'revisionHistoryLimit'], undefined, 'spec.revisionHistoryLimit'],
  ['a value that would come', ['spec', 'paused'], true, 'spec.paused'],
  ['a label', ['metadata', 'labels'], { a: 'b' }, 'metadata.labels'],
  ['a list', ['spec', 'template', 'spec', 'volumes'], [], 'spec.template.spec.volumes'],
  ['the status of a kind without a status subresource', ['status', 'replicas'], 0, 'status.replicas'],
  ['a field named like metadata that bookkeeping skips', ['spec', 'generation'], 2, 'spec.generation'],
];

describe('comparePredicted()', () => {
  it('finds nothing when the answer is what is live', () => {
    expect(comparePredicted(deployment(), deployment(), MANAGER)).toEqual([]);
  });

  it.each(CHANGES)('finds %s, whichever side has it', (_title, path, value, expected) => {
    const other = changed(deployment(), path, value);
    expect(comparePredicted(other, deployment(), MANAGER)).toEqual([expected]);
    expect(comparePredicted(deployment(), other, MANAGER)).toEqual([expected]);
  });

  it.each(['resourceVersion', 'generation', 'uid', 'creationTimestamp', 'selfLink'])('ignores metadata.%s', (name) => {
    expect(comparePredicted(changed(deployment(), ['metadata', name], 'new'), deployment(), MANAGER)).toEqual([]);
  });

  it('ignores when our record was written and what others own', () => {
    const later = changed(deployment(), ['metadata', 'managedFields', 0, 'time'], '2026-02-02T00:00:00Z');
    const entry = { manager: 'other', operation: 'Update', fieldsV1: { 'f:spec': {} } };
    expect(comparePredicted(changed(later, ['metadata', 'managedFields', 1], entry), deployment(), MANAGER)).toEqual(
      [],
    );
  });

  it('finds a field that we would own without changing it', () => {
    const more = changed(deployment(), [...FIELDS, 'f:spec', 'f:revisionHistoryLimit'], {});
    expect(comparePredicted(more, deployment(), MANAGER)).toEqual(['metadata.managedFields']);
    const first = changed(deployment(), ['metadata', 'managedFields'], undefined);
    expect(comparePredicted(deployment(), first, MANAGER)).toEqual(['metadata.managedFields']);
  });

  it('leaves alone a status that is a subresource: the answer may be younger than what we hold', () => {
    const younger = changed(deployment(), ['status', 'replicas'], 1);
    expect(comparePredicted(younger, deployment(), MANAGER, true)).toEqual([]);
    expect(comparePredicted(changed(deployment(), ['status'], undefined), deployment(), MANAGER, true)).toEqual([]);
    const drifted = changed(younger, ['spec', 'replicas'], 5);
    expect(comparePredicted(drifted, deployment(), MANAGER, true)).toEqual(['spec.replicas']);
  });

  it('treats __proto__ as data', () => {
    const data = (text: string): unknown => JSON.parse(text);
    const polluting = changed(deployment(), ['spec', 'data'], data('{"__proto__":{"a":1}}'));
    expect(comparePredicted(polluting, changed(deployment(), ['spec', 'data'], {}), MANAGER)).toEqual([
      'spec.data.__proto__',
    ]);
  });
});
