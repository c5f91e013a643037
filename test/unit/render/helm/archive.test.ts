import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readChartArchive } from '../../../../src/render/helm/archive.ts';
import { HelmError } from '../../../../src/render/helm/helm-error.ts';
import { loadArchive } from '../../../../src/render/helm/load-chart.ts';
import { packTar, paxRecord } from './pack-tar.ts';

function namesIn(archive: Uint8Array): string[] {
  return readChartArchive(archive).map(({ name }) => name);
}

describe('readChartArchive()', () => {
  it('readChartArchive() names files from below the base folder and skips folders', () => {
    const archive = packTar([
      { name: 'web/', type: '5' },
      { name: 'web/Chart.yaml', content: 'name: web' },
      { name: 'web\\templates\\a.yaml', content: 'x' },
      { name: 'other/./b//c.txt' },
    ]);
    expect(namesIn(archive)).toEqual(['Chart.yaml', 'templates/a.yaml', 'b/c.txt']);
  });

  it('readChartArchive() takes long names of POSIX and GNU', () => {
    const long = `web/${'d/'.repeat(80)}a.txt`;
    const archive = packTar([
      { name: 'PaxHeader', type: 'x', content: paxRecord('path', long) },
      { name: 'web/short' },
      { name: '././@LongLink', type: 'L', content: `${long}2\0` },
      { name: 'web/short' },
      { name: 'pax_global_header', type: 'g', content: paxRecord('comment', 'c') },
      { name: 'web/last' },
    ]);
    expect(namesIn(archive)).toEqual([long.slice(4), `${long.slice(4)}2`, 'last']);
  });

  it('readChartArchive() has links and devices as empty files, as Helm does', () => {
    const archive = packTar([
      { name: 'web/link', type: '2', size: 7 },
      { name: 'web/hard', type: '1' },
      { name: 'web/device', type: '3' },
    ]);
    expect(readChartArchive(archive).map(({ data }) => data.length)).toEqual([0, 0, 0]);
  });

  it.each([
    ['web/../../evil', 'chart illegally references parent directory'],
    ['web//etc/passwd', 'chart illegally contains absolute paths'],
    ['web/c:/evil', 'chart contains illegally named files'],
    ['Chart.yaml', 'chart illegally contains content outside the base directory: "Chart.yaml"'],
    ['Chart.yaml/x', 'chart yaml not in base directory'],
  ])('readChartArchive() refuses the name %s', (name, message) => {
    expect(() => readChartArchive(packTar([{ name }]))).toThrow(new HelmError(message));
  });

  it.each([
    ['nothing', new Uint8Array(), 'EOF'],
    ['other bytes', Buffer.from('no archive at all'), 'gzip: invalid header'],
    ['half an archive', packTar([{ name: 'a/b', content: 'x'.repeat(5000) }]).subarray(0, 60), 'unexpected EOF'],
    ['no files', packTar([]), 'no files in chart archive'],
    ['a broken header', gzipSync(Buffer.alloc(512, 'x')), 'archive/tar: invalid tar header'],
    ['a size beyond the end', packTar([{ name: 'a/b', size: 8_000_000 }]), 'unexpected EOF'],
  ])('readChartArchive() refuses %s', (_name, bytes, message) => {
    expect(() => readChartArchive(bytes)).toThrow(new HelmError(message));
  });

  it('readChartArchive() stops a bomb of 130 MiB in 130 kB', () => {
    const bomb = gzipSync(Buffer.alloc(130 * 1024 * 1024));
    expect(() => readChartArchive(bomb)).toThrow(/decompressed chart is larger than the maximum size 104857600/);
  });

  it('loadArchive() tells YAML from archives', () => {
    const yaml = Buffer.from('a: 1');
    expect(() => loadArchive(yaml, 'values.yaml')).toThrow(
      "file 'values.yaml' seems to be a YAML file, but expected a gzipped archive",
    );
    expect(() => loadArchive(yaml, 'x')).toThrow("file 'x' does not appear to be a gzipped archive");
  });
});
