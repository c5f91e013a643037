// Compiles src/ into dist/, which is what a package and an image run.
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.dirname(import.meta.dirname);

// Files of sources that are gone must not stay in a package.
rmSync(path.join(ROOT, 'dist'), { recursive: true, force: true });
const compiler = path.join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
if (!existsSync(compiler)) {
  console.error('build: the TypeScript compiler is missing; run "npm ci" first');
  process.exit(1);
}
const result = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.build.json'], { cwd: ROOT, stdio: 'inherit' });
if (result.status !== 0) {
  console.error('build: the compiler found errors; see the lines above');
  process.exit(result.status ?? 1);
}
