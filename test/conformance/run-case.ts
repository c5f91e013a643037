import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { HoldfastError } from '../../src/lib/errors.ts';
import { capabilitiesFor, helmTemplate, printChart } from '../../src/render/helm/index.ts';
import { type BuildOptions, buildKustomization, printManifests } from '../../src/render/kustomize/index.ts';
import { folderTree } from '../../src/source/folder-tree.ts';
import { parseYamlDocuments } from '../../src/yaml/parse-documents.ts';
import type { CorpusCase } from './corpus.ts';
import { expectedText } from './corpus.ts';
import { firstDifference } from './first-difference.ts';
import { missingFromMessage } from './missing-from-message.ts';

/** How a case came out. */
export interface CaseOutcome {
  readonly state: 'passed' | 'failed' | 'not run';
  /** Why it failed or did not run, short. */
  readonly reason?: string;
  /** Whether what we print is what the real tool printed, to the byte; undefined for errors and what did not run. */
  readonly isSameText?: boolean;
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
  if (missing.length === 0) return { state: 'passed' };
  return failed(`the message lacks ${missing.join(', ')}: ours "${error.message}", real "${shorten(expected)}"`);
}

function judgeBuild(one: CorpusCase, build: Build): CaseOutcome {
  const text = expectedText(one);
  const documents = parseYamlDocuments(text, { file: 'expected.yaml' }).map(({ value }) => value);
  const difference = firstDifference(
    documents.filter((value) => value !== null),
    build.manifests,
  );
  if (difference !== undefined) {
    return failed(`${difference.path}: expected ${difference.expected}, actual ${difference.actual}`);
  }
  return {
    state: 'passed',
    isSameText: build.text === text,
    isSameWarnings: build.warnings === warningsOf(one.stderr),
  };
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

function renderHelmCase({ folder, helm }: CorpusCase): Build {
  if (helm === undefined) throw new Error('a Helm case has no arguments');
  const chart = path.resolve(folder, helm.chartPath);
  const files = helm.valuesFiles.map((name) => ({ name, text: readFileSync(path.resolve(folder, name), 'utf8') }));
  const kubeVersion = helm.kubeVersion === '' ? {} : { kubeVersion: helm.kubeVersion };
  const warnings: string[] = [];
  const rendered = helmTemplate(folderTree(path.dirname(chart)), path.basename(chart), {
    releaseName: helm.releaseName,
    namespace: helm.namespace,
    values: { files },
    capabilities: capabilitiesFor({ ...kubeVersion, apiVersions: helm.apiVersions }),
    skipSchemaValidation: helm.skipSchemaValidation,
    warn: (message) => warnings.push(message),
  });
  const text = printChart(rendered, { includeCrds: helm.includeCRDs });
  const documents = parseYamlDocuments(text, { file: 'rendered.yaml' }).map(({ value }) => value);
  return { manifests: documents.filter((value) => value !== null), text, warnings: warnings.join('\n') };
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
  };
}

function failed(reason: string): CaseOutcome {
  return { state: 'failed', reason };
}

function shorten(text: string): string {
  const trimmed = text.trim();
  return trimmed.length <= 300 ? trimmed : `${trimmed.slice(0, 300)}…`;
}
