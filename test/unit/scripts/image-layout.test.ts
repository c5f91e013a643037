import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { lstatSync, mkdtempSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { buildLayout, type ImageLayer, type ImageOptions } from '../../../scripts/image/layout.ts';
import { type TarEntry, writeTar } from '../../../scripts/image/tar.ts';
import { imageOptions, productionPackages } from '../../../scripts/image.ts';

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-image-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const LONG = `${'very-long-folder-name/'.repeat(6)}${'ü'.repeat(60)}.txt`;
const ENTRIES: readonly TarEntry[] = [
  { path: 'b.txt', kind: 'file', mode: 0o644, content: Buffer.from('hello') },
  { path: 'a', kind: 'directory', mode: 0o755 },
  { path: 'a/run', kind: 'file', mode: 0o755, content: Buffer.alloc(512, 'x') },
  { path: 'a/link', kind: 'symlink', mode: 0o777, target: '../b.txt' },
  { path: LONG, kind: 'file', mode: 0o644, content: Buffer.from('deep') },
];
const LAYERS: readonly ImageLayer[] = [
  { about: 'one', entries: ENTRIES },
  { about: 'two', entries: [{ path: 'c', kind: 'file', mode: 0o644, content: Buffer.from('c') }] },
  { about: 'two again', entries: [{ path: 'c', kind: 'file', mode: 0o644, content: Buffer.from('c') }] },
];
const OPTIONS: ImageOptions = {
  reference: 'test:1',
  architecture: 'amd64',
  created: '1970-01-01T00:00:00.000Z',
  config: { User: '1:1' },
  annotations: { a: 'b' },
};

describe('writeTar()', () => {
  it('is read by tar with contents, modes, links and long names', () => {
    const target = extract('entries', writeTar(ENTRIES));
    expect(readFileSync(path.join(target, 'b.txt'), 'utf8')).toBe('hello');
    expect(readFileSync(path.join(target, LONG), 'utf8')).toBe('deep');
    expect(readFileSync(path.join(target, 'a/run'))).toEqual(Buffer.alloc(512, 'x'));
    expect(lstatSync(path.join(target, 'a/run')).mode & 0o777).toBe(0o755);
    expect(readlinkSync(path.join(target, 'a/link'))).toBe('../b.txt');
  });

  it('does not depend on the order of its entries', () => {
    expect(writeTar([...ENTRIES].reverse())).toEqual(writeTar(ENTRIES));
  });

  it.each([99, 100, 101, 255, 998, 1000])('keeps a link target of %i bytes', (length) => {
    const target = 't'.repeat(length);
    const read = extract(`link-${length}`, writeTar([{ path: 'link', kind: 'symlink', mode: 0o777, target }]));
    expect(readlinkSync(path.join(read, 'link'))).toBe(target);
  });
});

describe('buildLayout()', () => {
  it('names every blob by the digest and size of its content', async () => {
    const { files, manifest, config } = await layout();
    expect(JSON.parse(text(files, 'oci-layout'))).toEqual({ imageLayoutVersion: '1.0.0' });
    for (const { digest, size } of [manifest.config, ...manifest.layers]) {
      const content = blob(files, digest);
      expect(sha256(content)).toBe(digest);
      expect(content.length).toBe(size);
    }
    expect(config).toMatchObject({ architecture: 'amd64', os: 'linux', config: { User: '1:1' } });
  });

  it('lists the digests of the layers as they are unpacked, in order', async () => {
    const { files, manifest, config } = await layout();
    const unpacked = manifest.layers.map(({ digest }) => sha256(gunzipSync(blob(files, digest))));
    expect(config).toHaveProperty('rootfs', { type: 'layers', diff_ids: unpacked });
    expect(unpacked).toHaveLength(3);
    expect(config.history.map((entry) => entry.created_by)).toEqual(['one', 'two', 'two again']);
  });

  it('holds nothing that the index does not lead to, and equal layers once', async () => {
    const { files, manifest, index } = await layout();
    const reachable = [
      index.manifests[0]?.digest ?? '',
      manifest.config.digest,
      ...manifest.layers.map((l) => l.digest),
    ];
    const stored = [...files.keys()].filter((name) => name.startsWith('blobs/sha256/'));
    expect(stored.sort()).toEqual([...new Set(reachable.map((digest) => `blobs/${digest.replace(':', '/')}`))].sort());
  });

  it('gives equal bytes for equal content', async () => {
    expect(writeTar(await buildLayout(LAYERS, OPTIONS))).toEqual(writeTar(await buildLayout(LAYERS, OPTIONS)));
  });
});

describe('imageOptions()', () => {
  it('names a user by number, since Kubernetes cannot tell who a name is', () => {
    expect(imageOptions().config['User']).toMatch(/^[1-9]\d*:[1-9]\d*$/);
  });
});

describe('productionPackages()', () => {
  it('leaves out development and optional packages', () => {
    const packages = {
      '': {},
      'node_modules/a': {},
      'node_modules/a/node_modules/b': {},
      'node_modules/dev': { dev: true },
      'node_modules/native': { optional: true },
      'node_modules/both': { devOptional: true },
    };
    expect(productionPackages(JSON.stringify({ packages }))).toEqual([
      'node_modules/a',
      'node_modules/a/node_modules/b',
    ]);
  });
});

interface ImageConfig {
  readonly history: readonly { readonly created_by: string }[];
}

async function layout(): Promise<{
  files: Map<string, Uint8Array>;
  index: { manifests: Descriptor[] };
  manifest: { config: Descriptor; layers: Descriptor[] };
  config: ImageConfig;
}> {
  const entries = await buildLayout(LAYERS, OPTIONS);
  const files = new Map(entries.flatMap((entry) => (entry.content === undefined ? [] : [[entry.path, entry.content]])));
  const index = JSON.parse(text(files, 'index.json')) as { manifests: Descriptor[] };
  const [described] = index.manifests;
  if (described === undefined) throw new Error('the index is empty');
  const manifestBytes = blob(files, described.digest);
  expect(sha256(manifestBytes)).toBe(described.digest);
  const manifest = JSON.parse(manifestBytes.toString()) as { config: Descriptor; layers: Descriptor[] };
  return { files, index, manifest, config: JSON.parse(blob(files, manifest.config.digest).toString()) as ImageConfig };
}

function blob(files: ReadonlyMap<string, Uint8Array>, digest: string): Buffer {
  const content = files.get(`blobs/${digest.replace(':', '/')}`);
  if (content === undefined) throw new Error(`there is no blob ${digest}`);
  return Buffer.from(content);
}

function text(files: ReadonlyMap<string, Uint8Array>, name: string): string {
  return Buffer.from(files.get(name) ?? []).toString();
}

function sha256(content: Uint8Array): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

function extract(name: string, archive: Uint8Array): string {
  const target = path.join(folder, name);
  writeFileSync(`${target}.tar`, archive);
  execFileSync('mkdir', [target]);
  execFileSync('tar', ['-xf', `${target}.tar`, '-C', target]);
  return target;
}
