// Runs a script of this repository under the Node that the lockfile pins, installing first what is missing.
// Dependency-free and plain enough for Node 20, because it runs before anything is installed.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const stamp = path.join(root, 'node_modules', '.holdfast-lock');

function lockHash() {
  return createHash('sha256')
    .update(readFileSync(path.join(root, 'package-lock.json')))
    .digest('hex');
}

async function install() {
  const hash = lockHash();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return;
  process.stderr.write('holdfast: installing the dependencies of package-lock.json (once) …\n');
  const status = await runNpm(['ci', '--no-audit', '--no-fund', '--loglevel=error']);
  if (status !== 0) {
    process.stderr.write('holdfast: "npm ci" failed; see the lines above, mend it and run the command again\n');
    process.exit(status);
  }
  writeFileSync(stamp, hash);
}

function runNpm(args) {
  const startedAt = Date.now();
  // Standard output belongs to the script that runs next.
  const npm = spawn('npm', args, { cwd: root, stdio: ['ignore', process.stderr, process.stderr] });
  const report = () => {
    process.stderr.write(`holdfast: … "npm ci" runs for ${Math.round((Date.now() - startedAt) / 1000)} s\n`);
  };
  // On a terminal npm shows by itself that it is at work.
  const timer = process.stderr.isTTY ? undefined : setInterval(report, 5000);
  return new Promise((resolve) => {
    npm.on('error', (error) => {
      process.stderr.write(`holdfast: cannot run npm: ${error.message}\n`);
      resolve(1);
    });
    npm.on('exit', (code) => resolve(code ?? 1));
  }).finally(() => clearInterval(timer));
}

function nodeBinary() {
  const own = path.join(root, 'node_modules', `node-linux-${process.arch}`, 'bin', 'node');
  if (existsSync(own)) return own;
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  process.stderr.write(
    `holdfast: needs Node 24 or newer; this is ${process.version} and the lockfile has no Node for ${process.platform}/${process.arch}. Install Node 24 and run the command again\n`,
  );
  process.exit(1);
}

await install();
const node = nodeBinary();
const child = spawn(node, process.argv.slice(2), {
  cwd: root,
  stdio: 'inherit',
  env: {
    ...process.env,
    PATH: [path.dirname(node), path.join(root, 'node_modules', '.bin'), process.env.PATH].join(path.delimiter),
  },
});
// A terminal sends Ctrl-C to the whole group, so the child has it already; a kill of this process must be passed on.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
  });
}
child.on('exit', (code, signal) => {
  if (signal === null) process.exit(code ?? 1);
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
});
