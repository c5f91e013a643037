import { describe, expect, it } from 'vitest';
import { MalformedYamlError } from '../../../../../src/render/kustomize/kustomize-error.ts';
import { composeNodes } from '../../../../../src/render/kustomize/node/compose-nodes.ts';
import { decodeNode } from '../../../../../src/render/kustomize/node/decode-node.ts';
import { readResourceNodes } from '../../../../../src/render/kustomize/node/read-resource-nodes.ts';
import { DEFAULT_YAML_LIMITS } from '../../../../../src/yaml/limits.ts';

function messageOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return error instanceof Error ? error.message : '';
  }
  return 'no error';
}

function decodeText(text: string): unknown {
  const [node] = composeNodes(text, 'f');
  return node === undefined ? undefined : decodeNode(node);
}

// The messages are those of yaml.v3 v3.0.5 for the same texts.
describe('composeNodes()', () => {
  it.each([
    ['a: b: c\n', 'yaml: mapping values are not allowed in this context'],
    ['a: 1\nb: @c\n', 'yaml: line 2: found character that cannot start any token'],
    ['a:\n\tb: c\n', 'yaml: line 2: found character that cannot start any token'],
    ['a: b\nc\nd: e\n', "yaml: line 2: could not find expected ':'"],
    ['a: b\n- c\n', 'yaml: line 1: did not find expected key'],
    ['- a\nb: c\n', "yaml: line 1: did not find expected '-' indicator"],
    ['a:\n  b: 1\n   c: 2\n', 'yaml: line 3: mapping values are not allowed in this context'],
    ['a: *x\n', "yaml: unknown anchor 'x' referenced"],
  ])('words the mistake in %j as yaml.v3 does', (text, message) => {
    expect(messageOf(() => composeNodes(text, 'f'))).toBe(message);
  });

  it('quotes no values', () => {
    const texts = ['password: "s3cret\n', 'password: s3cret: x\n', '- [s3cret\n', 'a: !s3cret!x y\n', 's3cret\na: b\n'];
    for (const text of texts) expect(messageOf(() => composeNodes(text, 'f'))).not.toContain('s3cret');
  });

  it('refuses a text that is too long, naming the file', () => {
    const limits = { ...DEFAULT_YAML_LIMITS, maxLength: 10 };
    expect(messageOf(() => composeNodes('a: 123456789\n', 'big.yaml', limits))).toContain('big.yaml');
  });
});

describe('readResourceNodes()', () => {
  const bomb = Array.from({ length: 12 }, (_, level) => {
    const items =
      level === 0
        ? 'x,x,x,x,x,x,x,x'
        : Array(8)
            .fill(`*a${level - 1}`)
            .join(',');
    return `a${level}: &a${level} [${items}]\n`;
  }).join('');

  it('ends in an error on aliases that expand to too much', () => {
    expect(() => readResourceNodes(bomb, 'f')).toThrow(MalformedYamlError);
    expect(messageOf(() => decodeText(bomb))).toBe('yaml: document contains excessive aliasing');
  });

  it('ends in an error on an anchor that contains itself', () => {
    expect(messageOf(() => readResourceNodes('a: &x {b: *x}\n', 'f'))).toBe("yaml: anchor 'x' value contains itself");
  });

  it('ends in an error on too deep a nesting', () => {
    expect(() => readResourceNodes('['.repeat(100_000), 'f')).toThrow(/^MalformedYAMLError: yaml: .*depth/);
  });

  it('takes only the items of a List that is alone in its text', () => {
    const list = 'kind: List\nitems:\n- {kind: A}\n- {kind: B}\n';
    expect(readResourceNodes(list, 'f')).toHaveLength(2);
    expect(readResourceNodes(`${list}---\nkind: C\n`, 'f')).toHaveLength(2);
    expect(readResourceNodes('kind: List\n', 'f')).toHaveLength(1);
  });

  it('refuses text behind a separator', () => {
    expect(messageOf(() => readResourceNodes('a: 1\n--- x\nb: 1\n', 'f'))).toBe('invalid document separator: --- x');
  });
});

describe('decodeNode()', () => {
  it('names every key that is there twice, with its lines', () => {
    const message = messageOf(() => decodeText('a: 1\nb:\n  c: 1\n  c: 2\nd: {e: 1, e: 2}\n'));
    expect(message).toBe(
      'yaml: unmarshal errors:\n  line 4: mapping key "c" already defined at line 3\n' +
        '  line 5: mapping key "e" already defined at line 5',
    );
  });

  it('keeps integers of 64 bits and full timestamps', () => {
    expect(decodeText('a: 9223372036854775807\nb: 2001-1-2\nc: 18446744073709551615\n')).toEqual({
      a: 9223372036854775807n,
      b: '2001-01-02T00:00:00Z',
      c: 18446744073709551615n,
    });
  });

  it('does not quote the value that does not fit its tag', () => {
    const message = messageOf(() => decodeText('a: !!int s3cret\n'));
    expect(message).toBe('yaml: cannot decode !!str as a !!int');
  });
});
