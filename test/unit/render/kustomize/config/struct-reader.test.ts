import { describe, expect, it } from 'vitest';
import { StructReader } from '../../../../../src/render/kustomize/config/struct-reader.ts';

describe('StructReader', () => {
  it('finds fields in any case; of two spellings the last in order counts', () => {
    expect(new StructReader({ NEWTAG: 'a' }, 'T').text('newTag')).toBe('a');
    expect(new StructReader({ newTag: 'a', newtag: 'b', NewTag: 'c' }, 'T').text('newTag')).toBe('b');
  });

  it.each([
    [5, '5'],
    [true, 'true'],
    [1.5, '1.5'],
    [12345678901234567890n, '12345678901234567890'],
    [null, ''],
  ])('reads %s as text', (value, expected) => {
    expect(new StructReader({ a: value }, 'T').text('a')).toBe(expected);
  });

  it('does not take numbers for the text of an embedded struct', () => {
    expect(() => new StructReader({ kind: 5 }, 'types.FieldSpec').embeddedText('kind', 'Gvk')).toThrow(
      'json: cannot unmarshal number into Go struct field FieldSpec.Gvk.kind of type string',
    );
  });

  it('takes no integer that 64 bits do not hold', () => {
    expect(new StructReader({ n: 9223372036854775807n }, 'T').integer('n')).toBe(9223372036854775807n);
    expect(() => new StructReader({ n: 9223372036854775808n }, 'T').integer('n', 'int64')).toThrow('type int64');
    expect(() => new StructReader({ n: 1.5 }, 'T').integer('n')).toThrow('cannot unmarshal number 1.5');
  });

  it('reads keys that JavaScript knows otherwise as data', () => {
    const labels = JSON.parse('{"labels": {"__proto__": "a", "constructor": "b"}}') as { labels: { x: string } };
    const texts = new StructReader(labels, 'T').texts('labels');
    expect([...(texts ?? [])]).toEqual([
      ['__proto__', 'a'],
      ['constructor', 'b'],
    ]);
    expect(new StructReader(labels, 'T').text('constructor')).toBe('');
  });

  it('names the path to a field of the wrong type', () => {
    const fields = new StructReader({ specs: [{ create: 'yes' }] }, 'Plugin');
    expect(() => fields.list('specs', 'types.Spec', (item) => item.flag('create'))).toThrow(
      'json: cannot unmarshal string into Go struct field Spec.specs.create of type bool',
    );
  });
});
