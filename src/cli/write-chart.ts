import { appendFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { HelmError } from '../render/helm/helm-error.ts';
import { type PrintChartOptions, printChart, type RenderedChart } from '../render/helm/index.ts';
import { showOnly } from '../render/helm/show-only.ts';
import type { HelmFlags } from './helm-flags.ts';

/** How {@link writeChart} writes. */
export interface WriteChartOptions {
  readonly flags: HelmFlags;
  readonly releaseName: string;
  /** The working directory. */
  readonly folder: string;
  readonly out: (text: string) => void;
}

/**
 * Prints a rendered chart as `helm template` does; with `--output-dir`, writes each template's documents to a file of
 * its name there and prints which.
 * @throws {HelmError} if `--show-only` names a template that is not there, or a file would be outside the folder
 */
export function writeChart(chart: RenderedChart, options: WriteChartOptions): void {
  const { flags, out } = options;
  const print: PrintChartOptions = {
    includeCrds: flags.isOn('include-crds'),
    noHooks: flags.isOn('no-hooks'),
    skipTests: flags.isOn('skip-tests'),
  };
  const isPrinted = flags.text('output-dir') === '';
  if (!isPrinted) writeTemplates(chart, print, options);
  const text = isPrinted ? printChart(chart, print) : '\n';
  const shown = flags.all('show-only');
  out(shown.length === 0 ? text : showOnly(text, shown));
}

function writeTemplates(chart: RenderedChart, print: PrintChartOptions, options: WriteChartOptions): void {
  const { flags, releaseName } = options;
  const output = flags.text('output-dir');
  const named = flags.isOn('release-name') ? path.join(output, releaseName) : output;
  const crds = print.includeCrds === true ? chart.crds : [];
  // Definitions stay out of the release's own folder, as in the real tool.
  const files = crds.map(({ path: source, file }) => ({ source, content: Buffer.from(file.data).toString() }));
  const written = new Set<string>();
  for (const section of files) writeSection(output, section, { ...options, written });
  for (const section of chart.manifests) writeSection(named, section, { ...options, written });
  if (print.noHooks === true) return;
  for (const hook of chart.hooks) {
    if (print.skipTests === true && hook.events.includes('test')) continue;
    // Helm adds hooks to whatever file is there.
    const file = `${named}/${hook.source}`;
    if (existsSync(path.resolve(options.folder, file))) written.add(file);
    writeSection(named, hook, { ...options, written });
  }
}

interface Section {
  readonly source: string;
  readonly content: string;
}

/** Writes or adds to the file that a section names. */
function writeSection(
  output: string,
  { source, content }: Section,
  { folder, out, written }: Pick<WriteChartOptions, 'folder' | 'out'> & { written: Set<string> },
): void {
  const file = `${output}/${source}`;
  const place = path.resolve(folder, file);
  const below = path.relative(path.resolve(folder, output), place);
  // Charts have no such names; this makes sure of it.
  if (below.startsWith('..') || path.isAbsolute(below)) {
    throw new HelmError(`cannot write ${JSON.stringify(source)}: it is not below ${output}`);
  }
  mkdirSync(path.dirname(place), { recursive: true });
  const write = written.has(file) ? appendFileSync : writeFileSync;
  write(place, `---\n# Source: ${source}\n${content}\n`);
  written.add(file);
  out(`wrote ${file}\n`);
}
