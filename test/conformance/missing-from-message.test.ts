import { describe, expect, it } from 'vitest';
import { missingFromMessage } from './missing-from-message.ts';

const FOLDER = '/somewhere/case/input';

describe('missingFromMessage()', () => {
  it.each([
    ['nothing when both name the same', 'Error: no \'a\' in "b"', 'b has no a', []],
    ['each kind of quotes', 'Error: \'one\' "two" `three`', 'it failed', ['one', 'two', 'three']],
    [
      'a file that is not quoted',
      'Error: base/kustomization.yaml is empty',
      'it is empty',
      ['base/kustomization.yaml'],
    ],
    ['quotes within a quoted sentence', `Error: "at path 'x': it failed"`, 'failed', ['x']],
    ['no apostrophes', "Error: can't read and won't read", 'unreadable', []],
    ['no warnings', "# Warning: 'bases' is deprecated.\nError: 'x'", 'x', []],
    ['no lines of the log', "2026/11/21 18:12:30 Warning: 'x'\nError: 'y'", 'y', []],
    ['nothing of a whole object', `Error: conflict: [{"kind":"Secret","data":{"k":"v"}}] in 'x'`, 'y', ['x']],
    ['nothing of an escaped object', `Error: "conflict: [{\\"kind\\":\\"Secret\\"}] in 'x'"`, 'y', ['x']],
    [
      'nothing of an object as Go prints it',
      `Error: map[string]interface {}{"a":map[x]interface {}{}} 'x'`,
      'y',
      ['x'],
    ],
    ['nothing of a node', `Error: 'x': node contents:\n- name: "test"\n`, 'y', ['x']],
    ['no addresses', 'Error: generator "&{0x18bf823efe10}"', 'generator "&{0x3e23a9eee0e0}"', []],
    ['an escaped line break as one', 'Error: "a\\nb"', 'a\nb', []],
  ])('tells %s', (_, real, ours, missing) => {
    expect(missingFromMessage(real, ours, FOLDER)).toEqual(missing);
  });

  it('takes the place of the input out of both', () => {
    expect(missingFromMessage("Error: '<INPUT>/a.yaml'", `${FOLDER}/a.yaml is missing`, FOLDER)).toEqual([]);
    expect(missingFromMessage("Error: '<INPUT>/a/b.yaml'", '/a.yaml is missing', FOLDER)).toEqual(['a/b.yaml']);
  });
});
