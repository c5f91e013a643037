#!/usr/bin/env node
// Starts the command line under a Node that can run it. Plain enough for Node 20.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const NEEDED = 24;

function ownNode() {
  try {
    const manifest = createRequire(import.meta.url).resolve(`node-linux-${process.arch}/package.json`);
    const file = path.join(path.dirname(manifest), 'bin', 'node');
    return existsSync(file) ? file : undefined;
  } catch {
    return undefined;
  }
}

async function run() {
  // A clone runs its sources; a package holds them compiled, because Node strips no types below node_modules.
  const source = path.join(root, 'src', 'cli', 'main.ts');
  const file = existsSync(source) ? source : path.join(root, 'dist', 'cli', 'main.js');
  const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  const { runCli } = await import(pathToFileURL(file).href);
  process.exit(await runCli(process.argv.slice(2), version));
}

function handOver(node) {
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  // A terminal sends Ctrl-C to the child as well.
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'));
  child.on('exit', (code, signal) => process.exit(signal === null ? (code ?? 1) : 1));
}

if (Number(process.versions.node.split('.')[0]) >= NEEDED) {
  await run();
} else {
  const node = ownNode();
  if (node === undefined) {
    process.stderr.write(
      `holdfast: needs Node ${NEEDED} or newer, and this is ${process.version}. Install Node ${NEEDED}\n`,
    );
    process.exit(1);
  }
  handOver(node);
}
