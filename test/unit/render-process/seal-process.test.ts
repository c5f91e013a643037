import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { childCommand } from '../../../src/render-process/child-command.ts';

/** What code in a render process might try. Modules that the renderer itself loads are there; each gives a word. */
const ATTEMPTS: Readonly<Record<string, string>> = {
  'reads a file of the system': "fs.readFileSync('/etc/passwd', 'utf8')",
  'reads its own environment': "fs.readFileSync('/proc/self/environ', 'utf8')",
  'reads the token of the operator': "fs.readFileSync('/var/run/secrets/kubernetes.io/serviceaccount/token')",
  'lists the root folder': "fs.readdirSync('/')",
  'writes a file': "fs.writeFileSync(import.meta.dirname + '/written', 'x')",
  'removes its own code': 'fs.rmSync(import.meta.filename)',
  'links to a file': "fs.symlinkSync('/etc/passwd', import.meta.dirname + '/link')",
  'starts a program': "childProcess.execFileSync('/bin/true')",
  'starts a thread': "new threads.Worker('1', { eval: true })",
  'loads an add-on': "process.dlopen({ exports: {} }, '/lib/x86_64-linux-gnu/libc.so.6')",
  'reaches into Node': "process.binding('fs')",
  'runs a text as a script': "(0, eval)('1')",
  'makes a function of a text': "new Function('return 1')()",
  'loads the network': "await import('node:net')",
  'requires the network': "createRequire(import.meta.url)('node:net')",
  'asks for the network': "process.getBuiltinModule('node:net')",
  fetches: "await fetch('http://127.0.0.1:1')",
  'opens a socket': "new WebSocket('ws://127.0.0.1:1')",
  'signals the operator': "process.kill(process.ppid, 'SIGTERM')",
  'opens the inspector': '(await import("node:inspector")).open(0)',
};

const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-seal-'));
const program = path.join(folder, 'attempts.mjs');
let results: Readonly<Record<string, string>> = {};

function attemptsProgram(): string {
  const seal = path.resolve(import.meta.dirname, '../../../src/render-process/seal-process.ts');
  const attempts = Object.entries(ATTEMPTS).map(([name, code]) => `${JSON.stringify(name)}: async () => ${code}`);
  return `import fs from 'node:fs';
import childProcess from 'node:child_process';
import threads from 'node:worker_threads';
import { createRequire } from 'node:module';
import { sealProcess } from ${JSON.stringify(seal)};
sealProcess();
const results = { environment: JSON.stringify(process.env) };
const attempts = { ${attempts.join(',\n')} };
for (const [name, attempt] of Object.entries(attempts)) {
  results[name] = await attempt().then(() => 'done', (error) => 'refused: ' + error.message);
}
fs.writeSync(3, JSON.stringify(results));
`;
}

beforeAll(async () => {
  writeFileSync(program, attemptsProgram());
  const command = childCommand({ heapMiB: 128 });
  // As a render process is started, but for the program.
  const args = [...command.args.slice(0, -1), `--allow-fs-read=${program}`, program];
  const child = spawn(command.program, args, { cwd: '/', env: {}, stdio: ['ignore', 'ignore', 'inherit', 'pipe'] });
  let text = '';
  child.stdio[3]?.on('data', (piece: Buffer) => void (text += piece.toString()));
  await new Promise((resolve) => child.once('close', resolve));
  results = JSON.parse(text) as typeof results;
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a render process', () => {
  it.each(Object.keys(ATTEMPTS))('is refused when it %s', (name) => {
    expect(results[name]).toMatch(/^refused: /);
    // Not for want of something that the attempt needs.
    expect(results[name]).not.toMatch(/no such file|ENOENT|ECONNREFUSED|Cannot find module/);
  });

  it('has an empty environment', () => {
    expect(results['environment']).toBe('{}');
  });
});
