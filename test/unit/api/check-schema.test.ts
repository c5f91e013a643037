import { describe, expect, it } from 'vitest';
import { checkSchema } from '../../../src/api/check-schema.ts';
import { applicationStatusSchema } from '../../../src/api/schema/application-schema.ts';
import { anything, integerOrString, listOf, mapOf, object, text } from '../../../src/api/schema/schema.ts';

describe('checkSchema()', () => {
  const schema = object(
    { name: text(), count: integerOrString(), labels: mapOf(text()), items: listOf(object({ a: text() })) },
    { required: ['name'] },
  );

  it.each<[string, unknown, string[]]>([
    ['an object that fits', { name: 'a', count: '3', labels: { x: 'y' }, items: [{ a: 'b' }] }, []],
    ['fields that it does not know', { name: 'a', other: 1 }, []],
    ['a missing field', {}, ['it.name is missing']],
    [
      'a wrong value in a map',
      { name: 'a', labels: { 'a"b': 1 } },
      ['it.labels["a\\"b"] must be a string, not a number'],
    ],
    [
      'a wrong value in a list',
      { name: 'a', items: [{ a: 'b' }, { a: null }] },
      ['it.items[1].a must be a string, not null'],
    ],
    ['a fraction', { name: 'a', count: 1.5 }, ['it.count must be an integer or a string, not a number']],
    [
      'a number too large to be exact',
      { name: 'a', count: 2 ** 60 },
      ['it.count must be an integer or a string, not a number'],
    ],
    ['a list for an object', [], ['it must be an object, not a list']],
    ['nothing', undefined, ['it must be an object, not nothing']],
  ])('says what is wrong with %s', (_, value, problems) => {
    expect(checkSchema(schema, value, 'it')).toEqual(problems);
  });

  it('takes anything where anything may stand', () => {
    for (const value of [null, 1, 'a', [], {}]) expect(checkSchema(anything(), value, 'it')).toEqual([]);
  });

  it('refuses a value that is not in the list of values', () => {
    const hydrator = { currentOperation: { phase: 'Dreaming', message: '' } };
    expect(checkSchema(applicationStatusSchema, { sourceHydrator: hydrator }, 'status')).toEqual([
      'status.sourceHydrator.currentOperation.phase must be one of Hydrating, Failed, Hydrated',
    ]);
  });

  it('stops after twenty problems, also in a map', () => {
    const labels = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`k${index}`, index]));
    expect(checkSchema(schema, { name: 'a', labels }, 'it')).toHaveLength(20);
  });

  it('survives an object that holds itself', () => {
    const loop: Record<string, unknown> = { name: 'a' };
    loop['items'] = [loop];
    loop['labels'] = loop;
    expect(checkSchema(schema, loop, 'it')).toEqual([
      'it.labels["items"] must be a string, not a list',
      'it.labels["labels"] must be a string, not an object',
    ]);
  });
});
