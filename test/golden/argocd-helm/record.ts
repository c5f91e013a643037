// Records what the real helm (v4.3.1) makes of the cases when it is called as Argo CD v3.5.1 calls it.
// usage: node test/golden/argocd-helm/record.ts <path of the helm binary> <path of the glob binary>
// The glob binary prints what doublestar v4.10.0 finds for a pattern, as a JSON list: glob.go.txt beside this file.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { HelmSource } from '../../../src/api/source-types.ts';
import { parseYamlDocuments } from '../../../src/yaml/parse-documents.ts';
import { APPLICATION, CASES, CHART, CLUSTER, type HelmCase } from './cases.ts';

const [, , helm = 'helm', glob = 'glob'] = process.argv;

class Failure extends Error {}

const VALUES: Readonly<Record<string, string>> = {
  ARGOCD_APP_NAME: APPLICATION.appName,
  ARGOCD_APP_NAMESPACE: APPLICATION.namespace,
  ARGOCD_APP_REVISION_SHORT: APPLICATION.revision.slice(0, 7),
};

/** As much of Go's os.Expand as the cases use. */
function envsubst(text: string): string {
  return text.replace(/\$(?:\$|\{(\w+)\}|(\w+))/g, (whole: string, braced?: string, plain?: string) =>
    whole === '$$' ? '$' : (VALUES[braced ?? plain ?? ''] ?? ''),
  );
}

/** The commas of a value that are not escaped, one character after the other. */
function escapeCommas(text: string): string {
  if (text.startsWith('{') && text.endsWith('}')) return text;
  let escaped = '';
  for (const [index, character] of Array.from(text).entries()) {
    escaped += character === ',' && text[index - 1] !== '\\' ? '\\,' : character;
  }
  return escaped;
}

function resolve(text: string, chart: string, root: string): string {
  const expanded = envsubst(text);
  return expanded.startsWith('/') ? path.join(root, expanded) : path.join(chart, expanded);
}

function valueFiles(
  { valueFiles: stated = [], ignoreMissingValueFiles }: HelmSource,
  chart: string,
  root: string,
): string[] {
  const resolved = stated.map((text) => resolve(text, chart, root));
  const plain = new Set(resolved.filter((file) => !/[*?[]/.test(file)));
  const found = new Set<string>();
  for (const file of resolved) {
    if (plain.has(file)) {
      if (existsSync(file) || ignoreMissingValueFiles !== true) found.add(file);
      continue;
    }
    const { stdout } = spawnSync(glob, [file], { encoding: 'utf8' });
    const matches = JSON.parse(stdout) as string[];
    if (matches.length === 0 && ignoreMissingValueFiles !== true) {
      throw new Failure(`values file glob "${path.basename(file)}" matched no files`);
    }
    for (const match of matches) if (!plain.has(match)) found.add(match);
  }
  return [...found];
}

function argumentsOf(
  source: HelmSource,
  { chart, root, extra }: { chart: string; root: string; extra: string },
): string[] {
  const parameters = (isString: boolean): [string, string][] => [
    ...new Map(
      (source.parameters ?? [])
        .filter(({ forceString }) => (forceString === true) === isString)
        .map(({ name = '', value = '' }): [string, string] => [name, envsubst(value)]),
    ),
  ];
  const inline = source.valuesObject === undefined ? (source.values ?? '') : JSON.stringify(source.valuesObject);
  if (inline !== '') writeFileSync(extra, inline);
  const version = /^v?(\d+(?:\.\d+)*)/.exec(source.kubeVersion ?? CLUSTER.kubeVersion)?.[1] ?? '';
  return [
    'template',
    '.',
    '--name-template',
    source.releaseName ?? APPLICATION.appName,
    '--namespace',
    source.namespace ?? APPLICATION.namespace,
    '--kube-version',
    version,
    ...parameters(false).flatMap(([name, value]) => ['--set', `${name}=${escapeCommas(value)}`]),
    ...parameters(true).flatMap(([name, value]) => ['--set-string', `${name}=${escapeCommas(value)}`]),
    ...(source.fileParameters ?? []).flatMap(({ name = '', path: file = '' }) => [
      '--set-file',
      `${name}=${escapeCommas(resolve(file, chart, root))}`,
    ]),
    ...valueFiles(source, chart, root).flatMap((file) => ['--values', file]),
    ...(inline === '' ? [] : ['--values', extra]),
    ...(source.apiVersions ?? CLUSTER.apiVersions).flatMap((one) => ['--api-versions', one]),
    ...(source.skipCrds === true ? [] : ['--include-crds']),
    ...(source.skipSchemaValidation === true ? ['--skip-schema-validation'] : []),
    ...(source.skipTests === true ? ['--skip-tests'] : []),
  ];
}

function record(one: HelmCase): object {
  const root = mkdtempSync(path.join(tmpdir(), 'argocd-helm-'));
  const extra = `${root}-values`;
  try {
    for (const [name, text] of Object.entries({ ...CHART, ...one.files })) {
      mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
      writeFileSync(path.join(root, name), text);
    }
    const chart = path.join(root, APPLICATION.path);
    const args = argumentsOf(one.source, { chart, root, extra });
    const env = { PATH: process.env['PATH'] ?? '', HOME: path.join(root, '.home') };
    const { status, stdout, stderr } = spawnSync(helm, args, { cwd: chart, env, encoding: 'utf8' });
    if (status !== 0) throw new Failure(stderr.trim().replaceAll(`${root}/`, '').replaceAll(extra, 'VALUES'));
    const documents = parseYamlDocuments(stdout, { file: 'stdout' }).map(({ value }) => value);
    const objects = documents.filter((value) => value !== null).flatMap((value) => itemsOf(value));
    return { objects };
  } catch (error) {
    if (error instanceof Failure) return { error: error.message };
    throw error;
  } finally {
    rmSync(root, { recursive: true });
    rmSync(extra, { force: true });
  }
}

function itemsOf(value: unknown): unknown[] {
  const { kind, items } = value as { kind?: string; items?: unknown[] };
  return kind === 'List' ? (items ?? []) : [value];
}

statSync(helm);
const recorded = Object.fromEntries(CASES.map((one) => [one.name, record(one)]));
writeFileSync(path.join(import.meta.dirname, 'recorded.json'), `${JSON.stringify(recorded, null, 2)}\n`);
