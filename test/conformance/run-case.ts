import path from 'node:path';
import { parseArgs } from 'node:util';
import { buildHelm } from '../../src/cli/build-helm.ts';
import { HoldfastError } from '../../src/lib/errors.ts';
import { chartInflator } from '../../src/render/inflate-chart.ts';
import { type BuildOptions, buildKustomization, printManifests } from '../../src/render/kustomize/index.ts';
import { folderTree } from '../../src/source/folder-tree.ts';
import { parseYamlDocuments } from '../../src/yaml/parse-documents.ts';
import { type CorpusCase, expectedText, expectedTexts, type HelmArguments } from './corpus.ts';
import { firstDifference } from './first-difference.ts';
import { maskFields, withoutNulls } from './mask-fields.ts';
import { missingFromMessage } from './missing-from-message.ts';

/** How a case came out. */
export interface CaseOutcome {
  readonly state: 'passed' | 'failed' | 'not run';
  /** Why it failed or did not run, short. */
  readonly reason?: string;
  /** Whether what we print is what the real tool printed, to the byte; undefined for errors and what did not run. */
  readonly isSameText?: boolean;
  /** Whether we say of a mistake what the real tool says, to the byte; undefined where only what it names is compared. */
  readonly isSameError?: boolean;
  /** Whether our warnings are those of the real tool, to the byte; undefined for errors and what did not run. */
  readonly isSameWarnings?: boolean;
}

/** What an engine made of a case. */
interface Build {
  readonly manifests: readonly unknown[];
  readonly text: string | undefined;
  readonly warnings: string;
}

/** The engines there are; a case of another tool is not run. */
const ENGINES: Readonly<Record<string, (one: CorpusCase) => Build>> = {
  kustomize: buildKustomizeCase,
  helm: renderHelmCase,
};

/** Runs one case with our engine and compares what comes out with what the real tool said. */
export function runCase(one: CorpusCase): CaseOutcome {
  const engine = ENGINES[one.tool];
  if (engine === undefined) return { state: 'not run', reason: `no engine for ${one.tool} yet` };
  let build: Build;
  try {
    build = engine(one);
  } catch (error) {
    return judgeError(one, error);
  }
  if (one.exitCode !== 0) return failed(`it must fail: ${shorten(expectedText(one))}`);
  return judgeBuild(one, build);
}

function judgeError(one: CorpusCase, error: unknown): CaseOutcome {
  if (!(error instanceof HoldfastError) || error.code === 'INTERNAL') {
    const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return failed(`it crashed: ${trace.split('\n').slice(0, 4).join(' | ')}`);
  }
  if (one.exitCode === 0) return failed(`it must not fail: ${error.message}`);
  if (!one.isErrorStable) return { state: 'passed' };
  const expected = expectedText(one);
  const missing = missingFromMessage(expected, error.message, path.join(one.folder, 'input'));
  if (missing.length === 0) return { state: 'passed', ...sameError(one, expected, error.message) };
  return failed(`the message lacks ${missing.join(', ')}: ours "${error.message}", real "${shorten(expected)}"`);
}

/** The folder of a case is removed from the real helm's messages. */
function sameError(one: CorpusCase, expected: string, actual: string): { isSameError?: boolean } {
  if (one.tool !== 'helm') return {};
  return { isSameError: actual.replaceAll(`${path.resolve(one.folder)}/`, '').trimEnd() === expected.trimEnd() };
}

function objectsOf(text: string): unknown[] {
  const documents = parseYamlDocuments(text, { file: 'manifests.yaml' });
  return documents.map(({ value }) => value).filter((value) => value !== null);
}

function judgeBuild(one: CorpusCase, build: Build): CaseOutcome {
  if (one.isRandom) return judgeRandom(one, build);
  const text = expectedText(one);
  const difference = firstDifference(objectsOf(text), build.manifests);
  if (difference !== undefined) {
    return failed(`${difference.path}: expected ${difference.expected}, actual ${difference.actual}`);
  }
  return {
    state: 'passed',
    isSameText: build.text === text,
    isSameWarnings: build.warnings === warningsOf(one.stderr),
  };
}

/** The corpus has such outputs of Helm 3 alone, which puts other blank lines between documents. */
function judgeRandom(one: CorpusCase, { manifests }: Build): CaseOutcome {
  const [first, second] = expectedTexts(one).map((text) => withoutNulls(objectsOf(text)));
  const difference = firstDifference(first, withoutNulls(maskFields(manifests, first, second)));
  if (difference === undefined) return { state: 'passed' };
  return failed(`${difference.path}: expected ${difference.expected}, actual ${difference.actual}`);
}

/** What the engine itself warns of, without the time of the log's lines: flags are the command line's business. */
function warningsOf(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => line !== '' && !line.startsWith('Flag --'));
  return lines.map((line) => line.replace(/^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d /, '')).join('\n');
}

function buildKustomizeCase(one: CorpusCase): Build {
  const tree = folderTree(path.join(one.folder, 'input'));
  const target = path.posix.relative('input', one.path) || '.';
  const result = buildKustomization(tree, target, optionsOf(one.flags));
  if ('needs' in result) {
    throw new HoldfastError('RENDER_UNSUPPORTED', `needs ${result.needs.map(({ key }) => key).join(', ')}`);
  }
  const { manifests, warnings } = result;
  return { manifests, text: printManifests(manifests), warnings: warnings.join('\n') };
}

/** Through the command line, so that what is compared is what users see. */
function renderHelmCase(one: CorpusCase): Build {
  const { folder, helm } = one;
  if (helm === undefined) throw new Error('a Helm case has no arguments');
  let out = '';
  let error = '';
  const status = buildHelm(helmArguments(helm), {
    out: (text) => void (out += text),
    error: (text) => void (error += text),
    folder: path.resolve(folder),
    input: () => '',
    variables: {},
  });
  if (status !== 0) throw new HoldfastError('RENDER_HELM', error);
  return { manifests: objectsOf(out), text: out, warnings: error };
}

function helmArguments(helm: HelmArguments): string[] {
  const { releaseName, chartPath, namespace, kubeVersion, apiVersions, valuesFiles } = helm;
  return [
    releaseName,
    chartPath,
    '-n',
    namespace,
    '--kube-version',
    kubeVersion,
    ...(helm.includeCRDs ? ['--include-crds'] : []),
    ...(helm.skipSchemaValidation ? ['--skip-schema-validation'] : []),
    ...apiVersions.flatMap((version) => ['--api-versions', version]),
    ...valuesFiles.flatMap((file) => ['-f', file]),
  ];
}

function optionsOf(flags: readonly string[]): BuildOptions {
  const { values } = parseArgs({
    args: [...flags],
    options: {
      reorder: { type: 'string', default: 'unspecified' },
      'load-restrictor': { type: 'string', default: 'LoadRestrictionsRootOnly' },
      'enable-managedby-label': { type: 'boolean', default: false },
      'enable-alpha-plugins': { type: 'boolean', default: false },
      'enable-helm': { type: 'boolean', default: false },
    },
  });
  return {
    reorder: values.reorder === 'legacy' || values.reorder === 'none' ? values.reorder : 'unspecified',
    loadRestrictor: values['load-restrictor'] === 'LoadRestrictionsNone' ? 'none' : 'rootOnly',
    addManagedByLabel: values['enable-managedby-label'],
    enableAlphaPlugins: values['enable-alpha-plugins'],
    enableHelm: values['enable-helm'],
    helm: chartInflator(),
  };
}

function failed(reason: string): CaseOutcome {
  return { state: 'failed', reason };
}

function shorten(text: string): string {
  const trimmed = text.trim();
  return trimmed.length <= 300 ? trimmed : `${trimmed.slice(0, 300)}…`;
}
