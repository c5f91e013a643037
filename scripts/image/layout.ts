import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { type TarEntry, writeTar } from './tar.ts';

const compress = promisify(gzip);

/** One layer, before it is packed. */
export interface ImageLayer {
  /** What made it, for the image's history. */
  readonly about: string;
  readonly entries: readonly TarEntry[];
}

/** What an image is besides its layers. */
export interface ImageOptions {
  /** `name:tag` under which it is loaded. */
  readonly reference: string;
  readonly architecture: 'amd64' | 'arm64';
  /** RFC 3339 time of the image; fixed for equal sources, so that equal sources give equal digests. */
  readonly created: string;
  /** `config` of the OCI image configuration. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly annotations: Readonly<Record<string, string>>;
}

interface Blob {
  readonly digest: string;
  readonly content: Uint8Array;
}

/**
 * An OCI image layout as the entries of an archive: what `docker load`, `ctr image import`, `podman load` and
 * `skopeo copy oci-archive:` take.
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md
 */
export async function buildLayout(layers: readonly ImageLayer[], options: ImageOptions): Promise<TarEntry[]> {
  const packed = await Promise.all(layers.map(packLayer));
  const config = jsonBlob({
    created: options.created,
    architecture: options.architecture,
    os: 'linux',
    config: options.config,
    rootfs: { type: 'layers', diff_ids: packed.map((layer) => layer.diffId) },
    history: layers.map((layer) => ({ created: options.created, created_by: layer.about })),
  });
  const manifest = jsonBlob({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: describe(config, 'application/vnd.oci.image.config.v1+json'),
    layers: packed.map((layer) => describe(layer.blob, 'application/vnd.oci.image.layer.v1.tar+gzip')),
    annotations: options.annotations,
  });
  const index = jsonBlob({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.index.v1+json',
    manifests: [
      {
        ...describe(manifest, 'application/vnd.oci.image.manifest.v1+json'),
        platform: { architecture: options.architecture, os: 'linux' },
        annotations: { 'org.opencontainers.image.ref.name': options.reference },
      },
    ],
  });
  const blobs = [...packed.map((layer) => layer.blob), config, manifest];
  return [
    file('oci-layout', Buffer.from('{"imageLayoutVersion":"1.0.0"}')),
    file('index.json', index.content),
    { path: 'blobs', kind: 'directory', mode: 0o755 },
    { path: 'blobs/sha256', kind: 'directory', mode: 0o755 },
    ...uniqueBlobs(blobs).map((blob) => file(`blobs/${blob.digest.replace(':', '/')}`, blob.content)),
  ];
}

async function packLayer(layer: ImageLayer): Promise<{ diffId: string; blob: Blob }> {
  const tar = writeTar(layer.entries);
  return { diffId: digestOf(tar), blob: blobOf(await compress(tar, { level: 6 })) };
}

/** Equal layers are one blob. */
function uniqueBlobs(blobs: readonly Blob[]): Blob[] {
  return [...new Map(blobs.map((blob) => [blob.digest, blob])).values()];
}

function jsonBlob(value: unknown): Blob {
  return blobOf(Buffer.from(JSON.stringify(value)));
}

function blobOf(content: Uint8Array): Blob {
  return { digest: digestOf(content), content };
}

function describe(blob: Blob, mediaType: string): { mediaType: string; digest: string; size: number } {
  return { mediaType, digest: blob.digest, size: blob.content.length };
}

function digestOf(content: Uint8Array): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

function file(path: string, content: Uint8Array): TarEntry {
  return { path, kind: 'file', mode: 0o644, content };
}
