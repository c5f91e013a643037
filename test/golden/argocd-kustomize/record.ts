// Records what the real kustomize (v5.8.2) makes of the cases when it is called as Argo CD v3.5.1 calls it.
// usage: node test/golden/argocd-kustomize/record.ts <path of the kustomize binary>
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { KustomizeSource } from '../../../src/api/source-types.ts';
import type { JsonObject } from '../../../src/object/kube-object.ts';
import { parseYamlDocuments } from '../../../src/yaml/parse-documents.ts';
import { CASES, ENVIRONMENT, type OverlayCase } from './cases.ts';

const binary = path.resolve(process.argv[2] ?? 'kustomize');

class Failure extends Error {}

function run(args: readonly string[], folder: string): string {
  // kustomize's own home must not matter.
  const env = { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent', ...VALUES };
  const { status, stdout, stderr } = spawnSync(binary, args, { cwd: folder, env, encoding: 'utf8' });
  if (status !== 0) throw new Failure(stderr.trim());
  return stdout;
}

const REVISION = ENVIRONMENT.revision;

/** The build environment, which the commands see, too. */
const VALUES: Readonly<Record<string, string>> = {
  ARGOCD_APP_NAME: ENVIRONMENT.appName,
  ARGOCD_APP_NAMESPACE: ENVIRONMENT.namespace,
  ARGOCD_APP_PROJECT_NAME: ENVIRONMENT.project,
  ARGOCD_APP_REVISION: REVISION,
  ARGOCD_APP_REVISION_SHORT: REVISION.slice(0, 7),
  ARGOCD_APP_REVISION_SHORT_8: REVISION.slice(0, 8),
  ARGOCD_APP_SOURCE_REPO_URL: ENVIRONMENT.repoURL,
  ARGOCD_APP_SOURCE_PATH: ENVIRONMENT.path,
  ARGOCD_APP_SOURCE_TARGET_REVISION: ENVIRONMENT.targetRevision,
};

/** Go's os.Expand in Go's own shape, so that it is not ours that is compared with ours. */
function envsubst(text: string): string {
  const values: Readonly<Record<string, string>> = { ...VALUES, $: '$' };
  let expanded = '';
  for (let index = 0; index < text.length; index += 1) {
    if (text[index] !== '$' || index + 1 === text.length) {
      expanded += text[index];
      continue;
    }
    const [name, width] = shellName(text.slice(index + 1));
    expanded += name === '' ? (width > 0 ? '' : '$') : (values[name] ?? '');
    index += width;
  }
  return expanded;
}

function shellName(text: string): [name: string, width: number] {
  const special = '*#$@!?-0123456789';
  const [first = '', second = ''] = text;
  if (first === '{') {
    if (special.includes(second) && text[2] === '}') return [second, 3];
    const end = text.indexOf('}');
    if (end === 1) return ['', 2];
    return end < 0 ? ['', 1] : [text.slice(1, end), end + 1];
  }
  if (special.includes(first)) return [first, 1];
  const name = /^\w*/.exec(text)?.[0] ?? '';
  return [name, name.length];
}

function edit(folder: string, root: string, source: KustomizeSource): void {
  if (source.namePrefix) run(['edit', 'set', 'nameprefix', '--', source.namePrefix], folder);
  if (source.nameSuffix) run(['edit', 'set', 'namesuffix', '--', source.nameSuffix], folder);
  const { images = [], replicas = [], patches = [] } = source;
  if (images.length > 0) run(['edit', 'set', 'image', ...images.map(envsubst)], folder);
  if (replicas.length > 0) run(['edit', 'set', 'replicas', ...replicas.map(replicaArgument)], folder);
  editMetadata(folder, source);
  if (source.namespace) run(['edit', 'set', 'namespace', '--', source.namespace], folder);
  if (patches.length > 0) appendPatches(folder, patches);
  const { components = [], ignoreMissingComponents } = source;
  const isInside = (one: string): boolean => !path.relative(root, path.join(folder, one)).startsWith('..');
  const found = components.filter(
    (one) => ignoreMissingComponents !== true || (isInside(one) && existsSync(path.join(folder, one))),
  );
  if (found.length > 0) run(['edit', 'add', 'component', ...found], folder);
}

function replicaArgument({ name, count }: { readonly name: string; readonly count: number | string }): string {
  if (!/^[+-]?\d+$/.test(String(count))) throw new Failure(`expected integer value for count. Received: ${count}`);
  return `${name}=${Number(count)}`;
}

function editMetadata(folder: string, source: KustomizeSource): void {
  const labels = Object.entries(source.commonLabels ?? {}).map(([name, value]) => `${name}:${envsubst(value)}`);
  const labelFlags = [
    ...(source.forceCommonLabels ? ['--force'] : []),
    ...(source.labelWithoutSelector ? ['--without-selector'] : []),
    ...(source.labelIncludeTemplates ? ['--include-templates'] : []),
  ];
  if (labels.length > 0) run(['edit', 'add', 'label', ...labelFlags, ...labels], folder);
  const expand = source.commonAnnotationsEnvsubst ? envsubst : (value: string): string => value;
  const annotations = Object.entries(source.commonAnnotations ?? {}).map(([name, value]) => `${name}:${expand(value)}`);
  const flags = source.forceCommonAnnotations ? ['--force'] : [];
  if (annotations.length > 0) run(['edit', 'add', 'annotation', ...flags, ...annotations], folder);
}

/** There is no command for patches: Argo CD writes them into the file. JSON is YAML. */
function appendPatches(folder: string, patches: NonNullable<KustomizeSource['patches']>): void {
  const names = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];
  const name = names.find((one) => existsSync(path.join(folder, one)));
  if (name === undefined) throw new Failure('kustomization file not found in the path');
  const file = path.join(folder, name);
  const value = parseYamlDocuments(readFileSync(file, 'utf8'), { file })[0]?.value as JsonObject;
  const there = Array.isArray(value['patches']) ? value['patches'] : [];
  writeFileSync(file, JSON.stringify({ ...value, patches: [...there, ...patches] }));
}

function record({ files, path: folder = '', source, buildOptions = '' }: OverlayCase): unknown {
  const root = mkdtempSync(path.join(tmpdir(), 'argocd-kustomize-'));
  try {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
      writeFileSync(path.join(root, name), content);
    }
    const at = path.join(root, folder);
    edit(at, root, source);
    const output = run(['build', at, ...buildOptions.split(/\s+/).filter((arg) => arg !== '')], root);
    return { objects: parseYamlDocuments(output, { file: 'output' }).map(({ value }) => value) };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    // Deprecation warnings come first.
    const [, message = error.message] = /^Error: ([^]*)$/m.exec(error.message) ?? [];
    return { error: message.replaceAll(root, '') };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

const recorded = Object.fromEntries(CASES.map((one) => [one.name, record(one)]));
writeFileSync(path.join(import.meta.dirname, 'recorded.json'), `${JSON.stringify(recorded, null, 1)}\n`);
