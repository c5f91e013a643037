// Runs a long proof or a benchmark by name: test/bench/NAME.bench.ts.
import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.dirname(import.meta.dirname);
const SUFFIX = '.bench.ts';

const [name, ...args] = process.argv.slice(2);
const names = globSync(`test/bench/*${SUFFIX}`, { cwd: ROOT })
  .map((file) => path.basename(file, SUFFIX))
  .sort();

if (name === undefined) {
  console.log(`Usage: npm run prove -- NAME [arguments]\n\nThere are: ${names.join(', ') || 'none yet'}`);
} else if (!names.includes(name)) {
  console.error(`prove: there is no test/bench/${name}${SUFFIX}. There are: ${names.join(', ') || 'none yet'}`);
  process.exitCode = 2;
} else {
  const file = path.join(ROOT, 'test', 'bench', `${name}${SUFFIX}`);
  const result = spawnSync(process.execPath, [file, ...args], { cwd: ROOT, stdio: 'inherit' });
  process.exitCode = result.status ?? 1;
}
