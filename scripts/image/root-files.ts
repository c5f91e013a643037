import { execFileSync } from 'node:child_process';
import { lstatSync, readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import path from 'node:path';
import type { TarEntry } from './tar.ts';

/** The user that the image runs as; Kubernetes must see a number to know that it is not root. */
export const IMAGE_USER = 65532;

/**
 * The least that a dynamically linked program needs to run: the shared libraries that `binary` names, copied from
 * this machine, a user, and an empty /tmp. No shell, no package manager.
 * @throws if this machine's C library is not glibc, since the binary would not run with another
 */
export function minimalRoot(binary: string): TarEntry[] {
  const passwd = `root:x:0:0:root:/root:/sbin/nologin\nholdfast:x:${IMAGE_USER}:${IMAGE_USER}:holdfast:/:/sbin/nologin\n`;
  return [
    ...sharedLibraries(binary).map((library) => readEntry(realpathSync(library), library.slice(1))),
    textFile('etc/passwd', passwd),
    textFile('etc/group', `root:x:0:\nholdfast:x:${IMAGE_USER}:\n`),
    // Without it glibc asks the network before /etc/hosts.
    textFile('etc/nsswitch.conf', 'passwd: files\ngroup: files\nhosts: files dns\n'),
    { path: 'tmp', kind: 'directory', mode: 0o1777 },
  ];
}

/** Paths of the libraries that the loader finds for `binary`, the loader itself among them. */
export function sharedLibraries(binary: string): string[] {
  const lines = execFileSync('ldd', [binary], { encoding: 'utf8' }).split('\n');
  const missing = lines.filter((line) => line.includes('not found'));
  if (missing.length > 0) throw new Error(`${binary} cannot run on this machine: ${missing.join('; ').trim()}`);
  const libraries = lines.flatMap((line) => /(?:=>\s*)?(\/\S+)\s+\(0x/.exec(line)?.[1] ?? []);
  if (!libraries.some((library) => /\/ld-linux/.test(library))) {
    throw new Error('The C library of this machine is not glibc; pass --base with a root file system that has glibc');
  }
  return libraries;
}

/** Every file under `folder`, as it should stand under `prefix` in the image. */
export function readFolder(
  folder: string,
  prefix: string,
  keep: (relative: string) => boolean = () => true,
): TarEntry[] {
  const entries: TarEntry[] = [];
  const visit = (relative: string): void => {
    for (const name of readdirSync(path.join(folder, relative)).sort()) {
      const child = relative === '' ? name : `${relative}/${name}`;
      if (!keep(child)) continue;
      const entry = readEntry(path.join(folder, child), `${prefix}${child}`);
      entries.push(entry);
      if (entry.kind === 'directory') visit(child);
    }
  };
  visit('');
  return entries;
}

/** One file of this machine, as it should stand in the image. Modes are reduced to "executable or not". */
export function readEntry(source: string, target: string): TarEntry {
  const stat = lstatSync(source);
  if (stat.isSymbolicLink()) return { path: target, kind: 'symlink', mode: 0o777, target: readlinkSync(source) };
  if (stat.isDirectory()) return { path: target, kind: 'directory', mode: 0o755 };
  if (!stat.isFile()) throw new Error(`${source} is neither file, folder nor link and cannot go into an image`);
  const mode = (stat.mode & 0o111) === 0 ? 0o644 : 0o755;
  return { path: target, kind: 'file', mode, content: readFileSync(source) };
}

function textFile(target: string, content: string): TarEntry {
  return { path: target, kind: 'file', mode: 0o644, content: Buffer.from(content) };
}
