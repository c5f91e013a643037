// Records in cases.jsonl what the real helm does with each command line: node test/golden/helm/command-line/record.ts
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { realHelm, runRealHelm } from '../../../conformance/real-helm.ts';
import { type HelmCommandCase, withInput } from './with-input.ts';

const binary = realHelm();
if (binary === undefined) throw new Error('there is no helm at HOLDFAST_HELM');
const file = path.join(import.meta.dirname, 'cases.jsonl');
const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
const recorded = lines.map((line) => record(binary, JSON.parse(line) as HelmCommandCase));
writeFileSync(file, `${recorded.map((one) => JSON.stringify(one)).join('\n')}\n`);
console.log(`${recorded.length} cases recorded`);

function record(helm: string, { args, variables, input }: HelmCommandCase): HelmCommandCase {
  const given = { ...(input === undefined ? {} : { input }), ...(variables === undefined ? {} : { variables }) };
  return withInput((folder, files) => {
    const run = runRealHelm(helm, ['template', ...args], { folder, ...given });
    const plain = (text: string): string => text.replaceAll(folder, '<INPUT>');
    return { args, ...given, ...run, stdout: plain(run.stdout), stderr: plain(run.stderr), ...files() };
  });
}
