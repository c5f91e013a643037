import { describe, expect, it } from 'vitest';

import { parseBuildFlags } from '../../../../src/render/kustomize/build-flags.ts';

const parse = (text: string) => parseBuildFlags(text.split(' ').filter((arg) => arg !== ''));

describe('parseBuildFlags()', () => {
  it.each([
    ['', {}],
    ['--load-restrictor LoadRestrictionsNone', { loadRestrictor: 'none' }],
    ['--load-restrictor=LoadRestrictionsRootOnly', { loadRestrictor: 'rootOnly' }],
    ['--load-restrictor=', { loadRestrictor: 'rootOnly' }],
    [
      '--load-restrictor=LoadRestrictionsNone --load-restrictor=LoadRestrictionsRootOnly',
      { loadRestrictor: 'rootOnly' },
    ],
    ['--reorder legacy', { reorder: 'legacy' }],
    ['--reorder=none', { reorder: 'none' }],
    ['--enable-helm', { enableHelm: true }],
    ['--enable-helm=true --enable-alpha-plugins', { enableHelm: true, enableAlphaPlugins: true }],
    ['--enable-helm=0', { enableHelm: false }],
    ['--enable-managedby-label=T', { addManagedByLabel: true }],
  ])('reads the options of %j', (text, options) => {
    expect(parse(text)).toEqual({ options, paths: [], output: undefined, ignored: [], problems: [] });
  });

  it('takes paths between flags, and what follows -- as paths', () => {
    expect(parse('a --reorder none b').paths).toEqual(['a', 'b']);
    expect(parse('a -- --reorder none').paths).toEqual(['a', '--reorder', 'none']);
    expect(parse('-').paths).toEqual(['-']);
  });

  it('does not take the word after a switch for its value', () => {
    expect(parse('--enable-helm false')).toMatchObject({ options: { enableHelm: true }, paths: ['false'] });
  });

  it.each(['-o out.yaml', '-oout.yaml', '-o=out.yaml', '--output out.yaml', '--output=out.yaml'])('%s', (text) => {
    expect(parse(text)).toMatchObject({ output: 'out.yaml', paths: [], problems: [] });
  });

  it('names what it takes and does not use, its values with it', () => {
    const { ignored, paths, problems } = parse(
      '--helm-command helm3 --helm-api-versions v1 --helm-kube-version 1 --helm-debug -e A=b -eC=d --mount m --stack-trace x',
    );
    expect(problems).toEqual([]);
    expect(paths).toEqual(['x']);
    expect(ignored).toEqual(['--helm-command', '--helm-debug', '--env', '--env', '--mount', '--stack-trace']);
  });

  // The sentences of the real tool, v5.8.2.
  it.each([
    ['--no-such', 'unknown flag: --no-such'],
    ['--no-such=1', 'unknown flag: --no-such'],
    ['--enable-star', 'unknown flag: --enable-star'],
    ['-x', "unknown shorthand flag: 'x' in -x"],
    ['--load-restrictor', 'flag needs an argument: --load-restrictor'],
    [
      '--enable-helm=maybe',
      'invalid argument "maybe" for "--enable-helm" flag: strconv.ParseBool: parsing "maybe": invalid syntax',
    ],
    [
      '--load-restrictor none',
      'illegal flag value --load-restrictor none; legal values: [LoadRestrictionsRootOnly LoadRestrictionsNone]',
    ],
    ['--reorder up', 'illegal flag value --reorder up; legal values: [legacy none]'],
  ])('refuses %s', (text, problem) => {
    expect(parse(text).problems).toEqual([problem]);
  });
});
