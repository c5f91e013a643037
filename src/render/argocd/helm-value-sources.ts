import type { HelmSource } from '../../api/source-types.ts';
import { HoldfastError } from '../../lib/errors.ts';
import type { JsonValue } from '../../object/kube-object.ts';
import { redactUrl } from '../../source/git/url.ts';
import type { SourceTree } from '../../source/tree.ts';
import { printYaml } from '../../yaml/print.ts';
import type { ValueSources } from '../helm/merge-value-sources.ts';
import type { RemoteNeed, Remotes } from '../kustomize/index.ts';
import { type BuildEnvironment, expandVariables } from './build-environment.ts';
import { isValueFilePattern, matchValueFiles } from './match-value-files.ts';
import { resolveValuePath, type ValuePath } from './resolve-value-path.ts';

/** What says which values a chart gets. */
export interface HelmValueInputs {
  /** The chart's folder, normalised; `''` is the root. */
  readonly path: string;
  readonly source: HelmSource;
  readonly environment: BuildEnvironment;
  /** `helm.valuesFileSchemes` of argocd-cm. */
  readonly schemes: readonly string[];
  /** What was fetched for the needs of an earlier try. */
  readonly remotes: Remotes;
}

/**
 * The values that `spec.source.helm` gives a chart, as the flags of `helm template` that Argo CD makes of them: files in
 * their order, each once; `valuesObject`, or else `values`, after them; then parameters, those that force strings, and
 * files as values. The build environment is put into paths and parameters, not into values.
 * @throws {HoldfastError} APPLICATION_INVALID, RENDER_UNSUPPORTED for what the fields say; RENDER_HELM for a file that is
 * not there; TREE_ESCAPE, TREE_LOOP
 * @see https://github.com/argoproj/argo-cd/blob/v3.5.1/reposerver/repository/repository.go helmTemplate
 */
export function helmValueSources(
  tree: SourceTree,
  inputs: HelmValueInputs,
): ValueSources | { readonly needs: readonly RemoteNeed[] } {
  const { source, environment } = inputs;
  const files = valueFilesOf(tree, inputs);
  const parameters = source.parameters ?? [];
  const setFiles = new Map(
    (source.fileParameters ?? []).map(({ name = '', path = '' }) => [
      name,
      resolve(tree, path, 'fileParameters', inputs),
    ]),
  );
  const needs = [...files, ...setFiles.values()].flatMap((file) => needOf(file, inputs.remotes));
  if (needs.length > 0) return { needs };
  const read = (file: ValuePath): string => readText(tree, file, inputs);
  const contents = new Map([...setFiles.values()].map((file) => [nameOf(file), read(file)]));
  return {
    files: [...files.map((file) => ({ name: shownName(file), text: read(file) })), ...inlineValues(source)],
    set: flags(parameters.filter(({ forceString }) => forceString !== true)),
    strings: flags(parameters.filter(({ forceString }) => forceString === true)),
    setFiles: [...setFiles].map(([name, file]) => `${name}=${escapeCommas(nameOf(file))}`),
    readFile: (path) => contents.get(path) ?? '',
  };

  function flags(list: readonly { readonly name?: string; readonly value?: string }[]): string[] {
    // Of parameters of one name the last one counts.
    const values = new Map(list.map(({ name = '', value = '' }) => [name, expandVariables(value, environment)]));
    return [...values].map(([name, value]) => `${name}=${escapeCommas(value)}`);
  }
}

/**
 * A value for `--set`: commas are part of it, unless it is a list in braces or they are escaped already.
 * @see https://github.com/argoproj/argo-cd/blob/v3.5.1/util/helm/cmd.go cleanSetParameters
 */
export function escapeCommas(value: string): string {
  if (value.startsWith('{') && value.endsWith('}')) return value;
  return value.replaceAll(/(?<!\\),/g, '\\,');
}

/** Value files in their order, each once. One that is stated comes at its own place, not at that of a pattern. */
function valueFilesOf(tree: SourceTree, inputs: HelmValueInputs): ValuePath[] {
  const { valueFiles = [] } = inputs.source;
  const resolved = valueFiles.map((text) => ({ text, file: resolve(tree, text, 'valueFiles', inputs) }));
  const stated = new Set(resolved.filter(({ file }) => !isPattern(file)).map(({ file }) => nameOf(file)));
  const found = resolved.flatMap(({ text, file }) => {
    const files = expand(tree, file);
    if (files.length === 0 && inputs.source.ignoreMissingValueFiles !== true) throw missing(inputs, text, file);
    return isPattern(file) ? files.filter((one) => !stated.has(nameOf(one))) : files;
  });
  // A map keeps the first place of a key.
  return [...new Map(found.map((file) => [nameOf(file), file])).values()];
}

/** What is there of a file or a pattern. Of what a URL names nobody knows yet. */
function expand(tree: SourceTree, file: ValuePath): ValuePath[] {
  if ('url' in file) return [file];
  if (isPattern(file)) return matchValueFiles(tree, file.path).map((path) => ({ path }));
  return tree.realPath(file.path) === undefined ? [] : [file];
}

function isPattern(file: ValuePath): boolean {
  return 'path' in file && isValueFilePattern(file.path);
}

function missing({ path }: HelmValueInputs, text: string, file: ValuePath): HoldfastError {
  const what = isPattern(file) ? 'matches no file' : `is not in this revision (looked for ${nameOf(file)})`;
  const fix = 'Commit it, correct spec.source.helm.valueFiles, or set ignoreMissingValueFiles';
  const message = `Cannot render chart ${path === '' ? '.' : path}: value file "${text}" ${what}. ${fix}`;
  return new HoldfastError('RENDER_HELM', message, { retry: 'never' });
}

function resolve(tree: SourceTree, text: string, field: string, inputs: HelmValueInputs): ValuePath {
  const reference = /^\$([\w-]+)(?:\/|$)/.exec(text)?.[1];
  if (reference !== undefined && !reference.startsWith('ARGOCD_')) {
    const message = `Cannot use spec.source.helm.${field}: "${text}" names a file of the source with ref "${reference}", and files of other sources come with a later release. Keep it in this repository until then`;
    throw new HoldfastError('RENDER_UNSUPPORTED', message, { retry: 'never' });
  }
  const { path, schemes, environment } = inputs;
  return resolveValuePath(tree, expandVariables(text, environment), { field, folder: path, schemes });
}

function inlineValues({ values = '', valuesObject }: HelmSource): { name: string; text: string }[] {
  if (valuesObject !== undefined) {
    return [{ name: 'spec.source.helm.valuesObject', text: printYaml(valuesObject as unknown as JsonValue) }];
  }
  return values === '' ? [] : [{ name: 'spec.source.helm.values', text: values }];
}

function needOf(file: ValuePath, remotes: Remotes): RemoteNeed[] {
  if (!('url' in file)) return [];
  const key = keyOf(file.url);
  return remotes.has(key) ? [] : [{ kind: 'file', key, url: file.url, git: undefined }];
}

function keyOf(url: string): string {
  return `file ${url}`;
}

/** Tells a file from all others: the path from the root of the repository, or the URL. */
function nameOf(file: ValuePath): string {
  return 'url' in file ? file.url : file.path;
}

function shownName(file: ValuePath): string {
  return 'url' in file ? redactUrl(file.url) : file.path;
}

function readText(tree: SourceTree, file: ValuePath, { path, remotes }: HelmValueInputs): string {
  const chart = path === '' ? '.' : path;
  const fail = (why: string): HoldfastError =>
    new HoldfastError('RENDER_HELM', `Cannot render chart ${chart}: ${why}`, { retry: 'never' });
  if ('url' in file) {
    const fetched = remotes.get(keyOf(file.url));
    if (fetched !== undefined && 'content' in fetched) return Buffer.from(fetched.content).toString();
    const reason = fetched !== undefined && 'error' in fetched ? fetched.error : 'it has not been fetched';
    throw fail(`value file ${shownName(file)} cannot be read: ${reason}`);
  }
  const content = tree.read(file.path);
  if (content !== undefined) return Buffer.from(content).toString();
  throw fail(
    tree.list(file.path) === undefined
      ? `value file ${file.path} is not in this revision; commit it or correct spec.source.helm`
      : `value file ${file.path} is a folder; name the files in it (${file.path}/*.yaml)`,
  );
}
