import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useControlPlane } from '../support/cluster-fixture.ts';
import { eventually } from '../support/eventually.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
/** For what goes over the network: the dependencies hold a Node of 100 MB. */
const INSTALL_TIMEOUT_MS = 600_000;
const run = promisify(execFile);

const cluster = await useControlPlane();
const folder = await mkdtemp(path.join(tmpdir(), 'holdfast-package-'));
const installed = path.join(folder, 'node_modules', 'holdfast');
const environment = { ...process.env, PATH: pathOfUsers() };
let packed: readonly string[] = [];

beforeAll(async () => {
  const pack = await npm(['pack', '--json', '--pack-destination', folder], ROOT);
  const [archive] = JSON.parse(pack) as { filename: string; files: { path: string }[] }[];
  packed = archive?.files.map((file) => file.path) ?? [];
  await writeFile(path.join(folder, 'package.json'), '{ "private": true }\n');
  await npm(['install', '--omit=dev', '--no-audit', '--no-fund', `./${archive?.filename}`], folder);
}, INSTALL_TIMEOUT_MS);

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the npm package', () => {
  it('holds the compiled program and what is applied to a cluster, and neither sources nor tests', () => {
    const folders = new Set(packed.map((file) => file.split('/')[0]));
    const programs = ['bin', 'dist', 'package.json'];
    const texts = ['CHANGELOG.md', 'LICENSE', 'README.md'];
    expect(folders).toEqual(new Set([...programs, ...texts, 'charts', 'crds', 'manifests']));
    expect(packed).toContain('dist/cli/main.js');
    expect(packed).toContain('crds/application.yaml');
  });

  it('tells its version through npx', async () => {
    const { version } = JSON.parse(await readFile(path.join(ROOT, 'package.json'), 'utf8')) as { version: string };
    const { stdout } = await run('npx', ['--no-install', 'holdfast', '--version'], { cwd: folder, env: environment });
    expect(stdout.trim()).toBe(version);
  });

  it('renders charts in processes that find their code in the package', async () => {
    const script = path.join(folder, 'render.mjs');
    await writeFile(script, renderScript(path.join(installed, 'dist')));
    const { stdout } = await run(process.execPath, [script], { cwd: folder, env: environment });
    expect(JSON.parse(stdout)).toMatchObject({ sourceType: 'Helm', manifests: [{ object: { data: { a: 'b' } } }] });
  });

  it('runs a controller until it is told to stop', async () => {
    const applied = await cluster.kubectl(['apply', '--server-side', '-f', path.join(installed, 'crds')]);
    expect(applied).toMatchObject({ code: 0 });
    const namespace = await cluster.uniqueNamespace('package');
    const flags = ['--kubeconfig', cluster.kubeconfigPath, '--namespace', namespace, '--port', '0'];
    const program = path.join(folder, 'node_modules', '.bin', 'holdfast');
    const child = spawn(program, ['controller', ...flags, '--metrics-port', '0'], { cwd: folder, env: environment });
    try {
      const metricsPort = await portOf(child);
      await eventually(
        async () => ((await fetch(`http://127.0.0.1:${metricsPort}/readyz`)).ok ? true : undefined),
        () => 'the controller of the package never became ready',
      );
    } finally {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      expect(await ended).toBe(0);
    }
  });
});

function renderScript(dist: string): string {
  const manifest = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {{ dict "a" "b" | toJson }}\n';
  const files = { 'Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n', 'templates/a.yaml': manifest };
  return `import { RenderPool } from ${JSON.stringify(path.join(dist, 'render-process/render-pool.js'))};
import { memoryTree } from ${JSON.stringify(path.join(dist, 'source/memory-tree.js'))};
const tree = memoryTree(${JSON.stringify(files)});
const pool = new RenderPool();
console.log(JSON.stringify(await pool.render({ tree, ahead: tree, owner: 'me', options: { source: { path: '' }, appName: 'app' } })));
await pool.close();
`;
}

/** The PATH without this project's own programs, so that the package has to find everything by itself. */
function pathOfUsers(): string {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  return folders.filter((entry) => !entry.includes('node_modules')).join(path.delimiter);
}

async function npm(args: readonly string[], cwd: string): Promise<string> {
  return (await run('npm', [...args], { cwd, env: environment })).stdout;
}

async function portOf(child: ChildProcess): Promise<number> {
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new Error('the controller has no output');
  const complaints: string[] = [];
  createInterface({ input: stderr }).on('line', (line) => complaints.push(line));
  for await (const line of createInterface({ input: stdout })) {
    const { msg, metricsPort } = JSON.parse(line) as { msg?: string; metricsPort?: number };
    if (msg === 'operator started' && metricsPort !== undefined) return metricsPort;
  }
  throw new Error(`the controller ended instead of starting:\n${complaints.join('\n')}`);
}
