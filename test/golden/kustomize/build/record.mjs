// Records what the real kustomize prints for the inputs of cases.json: node record.mjs KUSTOMIZE
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';

const file = path.join(import.meta.dirname, 'cases.json');
const cases = JSON.parse(readFileSync(file, 'utf8'));
const home = realpathSync(mkdtempSync(path.join(tmpdir(), 'record-')));
for (const [index, one] of cases.entries()) {
  const root = path.join(home, `case-${index}`);
  for (const [name, content] of Object.entries(one.files)) {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    if (typeof content.link === 'string') symlinkSync(content.link, path.join(root, name));
    else writeFileSync(path.join(root, name), typeof content === 'string' ? content : Buffer.from(content.base64, 'base64'));
  }
  const args = ['build', path.join(root, one.path), ...one.flags];
  const { stdout, stderr, status } = spawnSync(process.argv[2], args, { encoding: 'utf8', env: { HOME: home, PATH: '' } });
  const lines = stderr.replaceAll(root, '<INPUT>').split('\n').filter((line) => line !== '' && !line.startsWith('Flag --'));
  delete one.output;
  delete one.error;
  delete one.warnings;
  if (status === 0) Object.assign(one, { output: stdout, warnings: lines.map((line) => line.replace(/^[\d/]+ [\d:]+ /, '')) });
  else one.error = lines.filter((line) => !line.startsWith('# Warning')).join('\n');
}
rmSync(home, { recursive: true });
writeFileSync(file, `${JSON.stringify(cases, undefined, 1)}\n`);
