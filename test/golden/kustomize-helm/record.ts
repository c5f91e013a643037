// Records in cases.jsonl what the real kustomize and helm make of each kustomization: node test/golden/kustomize-helm/record.ts
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { realHelm } from '../../conformance/real-helm.ts';
import { realKustomize } from '../../conformance/real-kustomize.ts';
import { type ChartCase, withInput } from './with-input.ts';

const kustomize = realKustomize();
const helm = realHelm();
if (kustomize === undefined || helm === undefined) throw new Error('kustomize or helm is not there');
const tools = { kustomize, helm };
const file = path.join(import.meta.dirname, 'cases.jsonl');
const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
const recorded = lines.map((line) => record(JSON.parse(line) as ChartCase));
writeFileSync(file, `${recorded.map((one) => JSON.stringify(one)).join('\n')}\n`);
console.log(`${recorded.length} cases recorded`);

function record({ kustomization, flags }: ChartCase): ChartCase {
  const given = { kustomization, flags };
  const home = mkdtempSync(path.join(tmpdir(), 'holdfast-home-'));
  try {
    return withInput(given, (folder) => {
      const args = ['build', folder, '--enable-helm', '--helm-command', tools.helm, ...flags];
      const env = { HOME: home, PATH: '/nonexistent' };
      const run = spawnSync(tools.kustomize, args, { env, encoding: 'utf8' });
      if (run.status === 0) return { ...given, out: run.stdout };
      return { ...given, error: withoutCommand(run.stderr).replaceAll(folder, '<INPUT>') };
    });
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** Where the tools were and what their temporary folders were called says nothing of the input. */
function withoutCommand(text: string): string {
  return text
    .replace(/: unable to run: '.*/s, '')
    .replaceAll(/\/[^ ]*\/kustomize-helm-\d+\//g, '<TEMPORARY>/');
}
