// Records in cases.jsonl what the real helm does with each command line: node test/golden/helm/command-line/record.ts
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { realHelm } from '../../../conformance/real-helm.ts';
import { type HelmCommandCase, withInput } from './with-input.ts';

const binary = realHelm();
if (binary === undefined) throw new Error('there is no helm at HOLDFAST_HELM');
const file = path.join(import.meta.dirname, 'cases.jsonl');
const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
const recorded = lines.map((line) => record(binary, JSON.parse(line) as HelmCommandCase));
writeFileSync(file, `${recorded.map((one) => JSON.stringify(one)).join('\n')}\n`);
console.log(`${recorded.length} cases recorded`);

function record(helm: string, { args, variables = {}, input = '' }: HelmCommandCase): HelmCommandCase {
  const given = { args, ...(input === '' ? {} : { input }), ...(Object.keys(variables).length === 0 ? {} : { variables }) };
  const home = mkdtempSync(path.join(tmpdir(), 'holdfast-home-'));
  try {
    return withInput((folder, files) => {
      const env = { HOME: home, PATH: '/nonexistent', ...variables };
      const run = spawnSync(helm, ['template', ...args], { cwd: folder, env, input, encoding: 'utf8' });
      const plain = (text: string): string => text.replaceAll(folder, '<INPUT>');
      const said = { exitCode: run.status ?? -1, stdout: plain(run.stdout), stderr: plain(run.stderr) };
      return { ...given, ...said, ...files() };
    });
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
