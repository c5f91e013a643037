import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { buildHelm } from '../../../src/cli/build-helm.ts';
import { type HelmCommandCase, withInput } from '../../golden/helm/command-line/with-input.ts';

const recorded = readFileSync(new URL('../../golden/helm/command-line/cases.jsonl', import.meta.url), 'utf8');
const cases = recorded
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as HelmCommandCase);

describe('buildHelm()', () => {
  it.each(cases.map((one) => [describeCase(one), one] as const))('does what helm template does for %s', (_, one) => {
    const { args, input, variables, ...expected } = one;
    expect(run(args, input, variables)).toEqual({ args, ...expected, stderr: withoutDebug(expected.stderr ?? '') });
  });

  it.each([
    [['web', '--post-renderer', 'x'], '--post-renderer is not supported: no program is run here'],
    [['web', '--enable-dns'], '--enable-dns is not supported: no name is looked up here'],
    [['web', '--repo', 'https://charts.example.org'], '--repo is not supported: nothing is fetched here'],
    [['web', '--verify'], '--verify is not supported: signatures of charts are not checked here'],
    [['web', '--validate'], '--validate is not supported: no cluster is asked here'],
    [['web', '--dry-run=server'], '--dry-run=server is not supported: no cluster is asked here'],
    [['lacking', '--dependency-update'], '--dependency-update is not supported: nothing is fetched here, and redis is'],
    [['web', '-f', 'https://example.org/x.yaml'], 'cannot read values from https://example.org/x.yaml: nothing is'],
    [['web', '--set-file', 'a=https://example.org/x'], 'cannot read values from https://example.org/x: nothing is'],
    [
      ['oci://example.org/web'],
      'cannot render "oci://example.org/web": there is no such file or folder, and nothing is',
    ],
    [['repository/web'], 'cannot render "repository/web": there is no such file or folder, and nothing is fetched'],
  ])('refuses %j, because it asks for the world outside', (args, message) => {
    const { exitCode, stdout, stderr } = run(args);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toMatch(/^(Flag --validate has been deprecated.*\n)?Error: /);
    expect(stderr).toContain(message);
  });

  it('quotes no value of --set-json, which may be a secret', () => {
    const { stderr } = run(['web', '--set-json', 'password=hunter2']);
    expect(stderr).toBe('Error: failed parsing --set-json data for password\n');
  });

  it('says how it is used when there is no chart', () => {
    expect(run([]).stderr).toMatch(/^Error: "holdfast build helm" requires at least 1 argument\n\nUsage: /);
  });

  it('takes --dependency-update where nothing is missing', () => {
    expect(run(['web', '--dependency-update']).stdout).toBe(run(['web']).stdout);
  });

  it('says nothing of the environment to --name-template', () => {
    const { stderr } = run(['web', '--name-template', '{{ env "HOME" }}']);
    expect(stderr).toBe('Error: template: name-template:1: function "env" not defined\n');
  });
});

function run(args: readonly string[], input = '', variables: Readonly<Record<string, string>> = {}): HelmCommandCase {
  return withInput((folder, files) => {
    let stdout = '';
    let stderr = '';
    const out = (text: string): void => void (stdout += text);
    const error = (text: string): void => void (stderr += text);
    const exitCode = buildHelm(args, { out, error, folder, input: () => input, variables });
    const plain = (text: string): string => text.replaceAll(folder, '<INPUT>');
    return { args, exitCode, stdout: plain(stdout), stderr: plain(stderr), ...files() };
  });
}

/** The real tool's debug log tells of its own doing. */
function withoutDebug(text: string): string {
  return text.replace(/^level=DEBUG .*\n/gm, '');
}

function describeCase({ args, variables, input }: HelmCommandCase): string {
  const set = Object.entries(variables ?? {}).map(([name, value]) => `${name}=${value} `);
  return `${set.join('')}${JSON.stringify(args)}${input === undefined ? '' : ` < ${JSON.stringify(input)}`}`;
}
