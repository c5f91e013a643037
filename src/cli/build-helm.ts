import { statSync } from 'node:fs';
import path from 'node:path';
import { HoldfastError } from '../lib/errors.ts';
import { quoteString } from '../render/gotemplate/go-string.ts';
import { ChartRenderError, HelmError } from '../render/helm/helm-error.ts';
import { capabilitiesFor, helmTemplate, type RenderedChart } from '../render/helm/index.ts';
import { printLogLine, warning } from '../render/helm/log-entry.ts';
import { nameRelease } from '../render/helm/name-release.ts';
import { folderTree } from '../source/folder-tree.ts';
import type { CommandIo } from './command-io.ts';
import { type HelmFlags, readHelmFlags } from './helm-flags.ts';
import { FlagError, parseBoolean } from './read-flags.ts';
import { readHelmValues } from './read-helm-values.ts';
import { NOTHING_FETCHED, refuseHelmFlags } from './refuse-helm-flags.ts';
import { writeChart } from './write-chart.ts';

/**
 * Does what `helm template` does with the same arguments: prints the manifests, or writes them below `--output-dir`;
 * the log goes to the error output. `HELM_NAMESPACE` and `HELM_DEBUG` count. Everything on the disk can be read, nothing is fetched and no program is run: flags
 * that ask for that are refused.
 * @param args `[NAME] CHART` and flags, as they stand on the command line
 * @returns the exit status
 * @throws what is no mistake of the caller's or the chart's
 * @see helm.sh/helm/v4 pkg/cmd/template.go
 */
export function buildHelm(args: readonly string[], io: CommandIo): number {
  let isDebug = parseBoolean(io.variables['HELM_DEBUG'] ?? '') ?? false;
  try {
    const flags = readHelmFlags(args);
    for (const notice of flags.notices) io.error(`${notice}\n`);
    flags.check();
    isDebug ||= flags.isOn('debug');
    renderCommand(flags, io, isDebug);
    return 0;
  } catch (error) {
    if (!isExpected(error)) throw error;
    io.error(`Error: ${explain(error, isDebug)}\n`);
    return 1;
  }
}

function renderCommand(flags: HelmFlags, io: CommandIo, isDebug: boolean): void {
  const apiVersions = flags.all('api-versions');
  const capabilities = capabilitiesFor({ kubeVersion: flags.text('kube-version'), apiVersions });
  for (const line of refuseHelmFlags(flags)) io.error(`${printLogLine(...warning(line))}\n`);
  const { name, chart } = nameAndChart(flags);
  const location = locateChart(chart, io.folder);
  const write = (rendered: RenderedChart): void => writeChart(rendered, { flags, releaseName: name, ...io });
  try {
    const rendered = helmTemplate(folderTree('/'), path.relative('/', location), {
      releaseName: name,
      namespace: firstText(flags.text('namespace'), io.variables['HELM_NAMESPACE'], 'default'),
      isUpgrade: flags.isOn('is-upgrade'),
      values: readHelmValues(flags, io),
      capabilities,
      skipSchemaValidation: flags.isOn('skip-schema-validation'),
      displayRoot: '/',
      warn: (message, entry) => io.error(`${printLogLine(message, entry)}\n`),
    });
    refuseSystemLabels(flags.all('labels'));
    write(rendered);
  } catch (error) {
    const cause = causeOf(error);
    if (isDebug && cause instanceof ChartRenderError) printBroken(cause, write, error);
    if (flags.isOn('dependency-update') && cause.message.startsWith(MISSING)) throw refuseUpdate(cause);
    throw error;
  }
}

/** @see helm.sh/helm/v4 pkg/action/install.go NameAndChart */
function nameAndChart(flags: HelmFlags): { name: string; chart: string } {
  const [first = '', second, ...others] = flags.args;
  const template = flags.text('name-template');
  if (others.length > 0) {
    throw new HelmError(`expected at most two arguments, unexpected arguments: ${others.join(', ')}`);
  }
  if (second === undefined) return { name: template === '' ? DEFAULT_NAME : nameRelease(template), chart: first };
  if (flags.isOn('generate-name')) throw new HelmError('cannot set --generate-name and also specify a name');
  if (template !== '') throw new HelmError('cannot set --name-template and also specify a name');
  return { name: first, chart: second };
}

/** With `--generate-name` too: `helm template` fills the name in before it could generate one. */
const DEFAULT_NAME = 'release-name';

/** The absolute path of a chart on the disk. @see helm.sh/helm/v4 pkg/action/install.go LocateChart */
function locateChart(reference: string, folder: string): string {
  const name = reference.trim();
  const location = path.resolve(folder, name);
  if (name !== '' && statSync(location, { throwIfNoEntry: false }) !== undefined) return location;
  if (path.isAbsolute(name) || name.startsWith('.')) throw new HelmError(`path ${quoteString(name)} not found`);
  if (!name.includes('/')) {
    throw new HelmError(`non-absolute URLs should be in form of repo_name/path_to_chart, got: ${name}`);
  }
  throw new HelmError(`cannot render ${quoteString(name)}: there is no such file or folder, and ${NOTHING_FETCHED}`);
}

function firstText(...texts: readonly (string | undefined)[]): string {
  return texts.find((text) => text !== undefined && text !== '') ?? '';
}

/** @see helm.sh/helm/v4 pkg/storage/driver/labels.go */
function refuseSystemLabels(labels: readonly string[]): void {
  const names = labels.map((label) => label.slice(0, label.indexOf('=')));
  if (!names.some((name) => SYSTEM_LABELS.includes(name))) return;
  const system = SYSTEM_LABELS.join(' ');
  throw new HelmError(`user supplied labels contains system reserved label name. System labels: [${system}]`);
}

const SYSTEM_LABELS: readonly string[] = ['name', 'owner', 'status', 'version', 'createdAt', 'modifiedAt'];

/** For `--debug`: what the templates printed, to find the mistake in. */
function printBroken({ files }: ChartRenderError, write: (chart: RenderedChart) => void, error: unknown): void {
  const manifests = [...files]
    .filter(([, content]) => content.trim() !== '')
    .map(([source, content]) => ({ source, content, kind: '', document: null }));
  try {
    write({ crds: [], manifests, hooks: [], notes: '', randomCalls: [], lookups: [] });
  } catch (problem) {
    // A template that --show-only names and that printed nothing: the first error says more.
    if (!(problem instanceof HelmError)) throw problem;
    throw error;
  }
}

const MISSING = 'an error occurred while checking for chart dependencies';

function refuseUpdate({ message }: Error): HelmError {
  const missing = message.slice(message.lastIndexOf(': ') + 2);
  return new HelmError(
    `--dependency-update is not supported: nothing is fetched here, and ${missing} is missing in charts/; vendor it with 'helm dependency build'`,
  );
}

/** What the real tool would have said: its words are the cause of what the engine throws. */
function causeOf(error: unknown): Error {
  const inner = error instanceof HoldfastError && error.cause instanceof HelmError ? error.cause : error;
  return inner instanceof Error ? inner : new Error(String(inner));
}

function isExpected(error: unknown): boolean {
  if (error instanceof FlagError || error instanceof HelmError) return true;
  return error instanceof HoldfastError && error.code !== 'INTERNAL';
}

function explain(error: unknown, isDebug: boolean): string {
  const cause = causeOf(error);
  const hint = cause instanceof ChartRenderError && !isDebug ? '\n\nUse --debug flag to render out invalid YAML' : '';
  return cause.message + hint;
}
