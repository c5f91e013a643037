import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sharedFolder } from '../unit/render/shared-folder.ts';
import { type HealthLine, readHealthLines, runHealthLine } from './health-lines.ts';

const folder = sharedFolder('fixtures');

function linesOf(file: string): HealthLine[] {
  return folder === undefined ? [] : readHealthLines(join(folder, file));
}

describe.skipIf(folder === undefined).each([
  ['health.jsonl', 437],
  ['kstatus.jsonl', 53],
])('%s', (file, count) => {
  const lines = linesOf(file);

  it('is here as a whole', () => {
    expect(lines).toHaveLength(count);
  });

  it.each(lines)('$id', (line) => {
    expect(runHealthLine(line)).toBeUndefined();
  });
});

describe('runHealthLine()', () => {
  const object = {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'data' },
    status: { phase: 'Bound' },
  };

  it('tells another status from the expected one', () => {
    const line = { id: 'bound', object, expected: { status: 'Degraded' } };
    expect(runHealthLine(line)).toBe('expected {"status":"Degraded"}, actual {"status":"Healthy","message":""}');
  });

  it('tells another message', () => {
    const line = { id: 'bound', object, expected: { status: 'Healthy', message: 'fine' } };
    expect(runHealthLine(line)).toContain('"message":"fine"');
  });

  it('tells a condition that must not be there, and one that is missing', () => {
    const pending = { ...object, status: { phase: 'Pending' } };
    const reconciling = { type: 'Reconciling', status: 'True', reason: 'NotBound' };
    const expected = { status: 'InProgress', conditions: [reconciling], absentConditions: ['Stalled'] };
    expect(runHealthLine({ id: 'pending', object: pending, expected })).toBeUndefined();
    const other = { ...reconciling, reason: 'Lost' };
    expect(runHealthLine({ id: 'pending', object: pending, expected: { ...expected, conditions: [other] } })).toContain(
      'Lost',
    );
    const without = { ...expected, absentConditions: ['Reconciling'] };
    expect(runHealthLine({ id: 'pending', object: pending, expected: without })).toContain('actual');
  });
});
