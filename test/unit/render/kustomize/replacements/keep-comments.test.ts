import { describe, expect, it } from 'vitest';
import { buildObjects } from '../resource/read-build-cases.ts';

/** What the text at `data.y` becomes when its `a.b` is set to 77; all outputs are those of kustomize 5.8.2. */
function textAfter(text: string): unknown {
  const indented = text.replaceAll(/^(?=.)/gm, '    ');
  const [target] = buildObjects({
    'kustomization.yaml':
      'resources: [r.yaml]\nreplacements:\n- sourceValue: "77"\n  targets: [{select: {kind: T}, fieldPaths: [data.y.a.b]}]\n',
    'r.yaml': `apiVersion: x/v1\nkind: T\nmetadata: {name: t}\ndata:\n  y: |\n${indented}\n`,
  });
  return (target as unknown as { data: { y: string } }).data.y;
}

describe('keepComments()', () => {
  it.each([
    ['above a line', 'a:\n  # c\n  b: 1\nz: 2', 'a:\n  # c\n  b: 77\nz: 2'],
    ['behind a value', 'a:\n  b: 1  # c\nz: "#no" # d', 'a:\n  b: 77 # c\nz: "#no" # d'],
    ['at the top', '# c\n\na:\n  b: 1', '# c\n\na:\n  b: 77'],
    ['below a line', 'a:\n  b: 1\n# c\n\nz: 2', 'a:\n  b: 77\n# c\n\nz: 2'],
    ['between blank lines', 'a:\n  b: 1\n\n# c\n\nz: 2', 'a:\n  b: 77\n# c\nz: 2'],
    ['but not in texts', 'a:\n  b: 1\ne: |\n  # text\n  more', 'a:\n  b: 77\ne: |\n  # text\n  more'],
  ])('keeps comments %s', (_, before, after) => {
    expect(textAfter(before)).toBe(after);
  });

  it('gives up comments of texts that are laid out otherwise', () => {
    expect(textAfter('a:   {b: 1}\nz: 2 # c')).toBe('a: {b: 77}\nz: 2');
  });
});
