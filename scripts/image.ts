// Writes the container image as an OCI layout archive, without a container daemon.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { buildLayout, type ImageLayer, type ImageOptions } from './image/layout.ts';
import { IMAGE_USER, minimalRoot, readEntry, readFolder } from './image/root-files.ts';
import { type TarEntry, writeTar } from './image/tar.ts';

const ROOT = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const USAGE = `Usage: npm run image -- [--output FILE] [--base DIR] [--no-build]

  --output FILE   where to write the archive (default .holdfast/holdfast-VERSION.tar)
  --base DIR      root file system to build on, instead of the shared libraries of this machine alone
  --no-build      take dist/ as it is

Load it with "docker load -i FILE", "podman load -i FILE" or "ctr -n k8s.io images import FILE".
`;

/** Which packages go in: what production needs, without the Node binaries, which stand elsewhere. */
export function productionPackages(lockfile: string): string[] {
  const { packages } = JSON.parse(lockfile) as {
    packages: Record<string, { dev?: boolean; optional?: boolean; devOptional?: boolean; link?: boolean }>;
  };
  return Object.entries(packages)
    .filter(([name, entry]) => name !== '' && !entry.dev && !entry.optional && !entry.devOptional && !entry.link)
    .map(([name]) => name)
    .sort();
}

/** The layers of the image: what changes least comes first. */
export function imageLayers(base: string | undefined): ImageLayer[] {
  const node = process.execPath;
  const root = base === undefined ? minimalRoot(node) : readFolder(base, '');
  return [
    { about: base === undefined ? 'shared libraries' : 'base', entries: withParents(root) },
    { about: `Node ${process.version}`, entries: withParents([readEntry(node, 'usr/local/bin/node')]) },
    { about: 'production dependencies', entries: withParents(dependencyEntries()) },
    { about: 'holdfast', entries: withParents(applicationEntries()) },
  ];
}

function dependencyEntries(): TarEntry[] {
  const names = productionPackages(readFileSync(path.join(ROOT, 'package-lock.json'), 'utf8'));
  return names.flatMap((name) =>
    // Nested packages have entries of their own; types, maps and prose are of no use at run time.
    readFolder(path.join(ROOT, name), `app/${name}/`, (relative) => {
      return !/(^|\/)node_modules$/.test(relative) && !/\.(?:[cm]?ts|map|md)$/.test(relative);
    }),
  );
}

function applicationEntries(): TarEntry[] {
  const files = ['package.json', 'LICENSE'].map((name) => readEntry(path.join(ROOT, name), `app/${name}`));
  const folders = ['bin', 'dist', 'crds'].flatMap((name) => readFolder(path.join(ROOT, name), `app/${name}/`));
  return [...files, ...folders];
}

/** Adds the folders above each entry, which some container runtimes do not make by themselves. */
function withParents(entries: readonly TarEntry[]): TarEntry[] {
  const all = new Map<string, TarEntry>();
  for (const entry of entries) {
    const names = entry.path.split('/');
    for (let count = 1; count < names.length; count += 1) {
      const parent = names.slice(0, count).join('/');
      if (!all.has(parent)) all.set(parent, { path: parent, kind: 'directory', mode: 0o755 });
    }
    all.set(entry.path, entry);
  }
  return [...all.values()];
}

/** Name, configuration and annotations of the image of this source tree. */
export function imageOptions(): ImageOptions {
  const { version, description, license } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
    version: string;
    description: string;
    license: string;
  };
  const epochSeconds = Number(process.env['SOURCE_DATE_EPOCH'] ?? 0);
  return {
    reference: `holdfast:${version}`,
    architecture: process.arch === 'arm64' ? 'arm64' : 'amd64',
    created: new Date(epochSeconds * 1000).toISOString(),
    config: {
      User: `${IMAGE_USER}:${IMAGE_USER}`,
      WorkingDir: '/app',
      Env: ['PATH=/usr/local/bin', 'NODE_ENV=production'],
      Entrypoint: ['/usr/local/bin/node', '/app/bin/holdfast.mjs'],
      Cmd: ['controller'],
      ExposedPorts: { '8080/tcp': {}, '8082/tcp': {} },
    },
    annotations: {
      'org.opencontainers.image.title': 'holdfast',
      'org.opencontainers.image.description': description,
      'org.opencontainers.image.version': version,
      'org.opencontainers.image.licenses': license,
    },
  };
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      output: { type: 'string' },
      base: { type: 'string' },
      'no-build': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return console.log(USAGE);
  if (!values['no-build']) {
    // Standard output belongs to the path that this script prints.
    execFileSync(process.execPath, [path.join(ROOT, 'scripts/build.ts')], { cwd: ROOT, stdio: ['ignore', 2, 2] });
  }
  if (!existsSync(path.join(ROOT, 'dist'))) throw new Error('dist/ is missing: run "npm run build" first');
  const options = imageOptions();
  const output = path.resolve(values.output ?? `${ROOT}/.holdfast/${options.reference.replace(':', '-')}.tar`);
  const archive = writeTar(await buildLayout(imageLayers(values.base), options));
  mkdirSync(path.dirname(output), { recursive: true });
  writeFileSync(output, archive);
  console.log(output);
  console.error(`${options.reference} for ${options.architecture}, ${(archive.length / 1e6).toFixed(1)} MB`);
}

if (import.meta.main) {
  main().catch((error: unknown) => {
    console.error(`Cannot write the image: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  });
}
