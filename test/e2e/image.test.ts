import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { minimalRoot, readEntry, sharedLibraries } from '../../scripts/image/root-files.ts';
import { type TarEntry, writeTar } from '../../scripts/image/tar.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-root-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the root file system of the image', () => {
  it('holds all that Node needs to run, and no shell', () => {
    unpack([...minimalRoot(process.execPath), readEntry(process.execPath, 'usr/local/bin/node')]);
    const loader = sharedLibraries(process.execPath).find((library) => library.includes('/ld-linux')) ?? '';
    const folders = new Set(
      sharedLibraries(process.execPath).map((library) => path.join(folder, path.dirname(library))),
    );
    // --inhibit-cache: nothing of this machine's own libraries may be found.
    const args = ['--inhibit-cache', '--library-path', [...folders].join(':'), path.join(folder, 'usr/local/bin/node')];
    const script = 'console.log(process.report.getReport().sharedObjects.join("\\n"))';
    const loaded = execFileSync(path.join(folder, loader), [...args, '-e', script], { encoding: 'utf8' })
      .trim()
      .split('\n');
    const outside = loaded.filter((object) => object.startsWith('/') && !object.startsWith(folder));
    expect(outside).toEqual([]);
    expect(loaded.length).toBeGreaterThan(3);
    expect(readdirSync(folder).sort()).not.toContain('bin');
    expect(readdirSync(path.join(folder, 'usr/local/bin'))).toEqual(['node']);
  });
});

function unpack(entries: readonly TarEntry[]): void {
  const archive = path.join(folder, 'root.tar');
  writeFileSync(archive, writeTar(entries));
  execFileSync('tar', ['-xf', archive, '-C', folder]);
  rmSync(archive);
}
