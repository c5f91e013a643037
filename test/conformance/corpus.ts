import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** One case of a corpus: an input, how the real tool was called, and what it answered. */
export interface CorpusCase {
  /** The folder's path below the corpus. */
  readonly name: string;
  readonly folder: string;
  readonly tool: string;
  readonly exitCode: number;
  /** `kustomize`: the path to build, which starts with `input`. */
  readonly path: string;
  readonly flags: readonly string[];
  /** `helm`: how the chart was rendered. */
  readonly helm: HelmArguments | undefined;
  /** Warnings of a run that succeeded. */
  readonly stderr: string;
  /** Whether the real tool prints something else each time: two of its outputs are there. */
  readonly isRandom: boolean;
  /** False when the real tool's error differs from run to run, so that only failing can be compared. */
  readonly isErrorStable: boolean;
}

/** Of a Helm case; paths are relative to the case's folder. */
export interface HelmArguments {
  readonly chartPath: string;
  readonly releaseName: string;
  readonly namespace: string;
  readonly kubeVersion: string;
  readonly apiVersions: readonly string[];
  readonly includeCRDs: boolean;
  readonly skipSchemaValidation: boolean;
  readonly valuesFiles: readonly string[];
}

interface CaseFile {
  readonly chartPath?: string;
  readonly tool?: string;
  readonly exitCode?: number;
  readonly stderr?: string;
  readonly errorTextStable?: boolean;
  readonly args?: { readonly path?: string; readonly flags?: readonly string[] } & Partial<HelmArguments>;
}

/** Folders nest as `corpus/<tool>/<case>` at most; what lies deeper belongs to a case. */
const MAX_DEPTH = 3;

/** All cases in and below `folder`, which may be a corpus, one tool's part of it, a folder of cases or one case. */
export function findCases(folder: string): CorpusCase[] {
  const top = path.resolve(folder);
  const cases: CorpusCase[] = [];
  const visit = (at: string, depth: number): void => {
    if (existsSync(path.join(at, 'case.json'))) {
      cases.push(readCase(at, path.relative(top, at) || path.basename(at)));
      return;
    }
    if (depth === MAX_DEPTH) return;
    const entries = readdirSync(at, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    for (const { name } of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) visit(path.join(at, name), depth + 1);
  };
  visit(top, 0);
  return cases;
}

function readCase(folder: string, name: string): CorpusCase {
  const file = JSON.parse(readFileSync(path.join(folder, 'case.json'), 'utf8')) as CaseFile;
  return {
    name,
    folder,
    tool: file.tool ?? 'unknown',
    exitCode: file.exitCode ?? 0,
    path: file.args?.path ?? 'input',
    flags: file.args?.flags ?? [],
    helm: file.tool === 'helm' ? readHelmArguments(file) : undefined,
    stderr: file.stderr ?? '',
    isRandom: existsSync(path.join(folder, 'expected.2.yaml')),
    isErrorStable: file.errorTextStable ?? true,
  };
}

function readHelmArguments({ chartPath = 'input', args = {} }: CaseFile): HelmArguments {
  return {
    chartPath,
    releaseName: args.releaseName ?? 'release-name',
    namespace: args.namespace ?? 'default',
    kubeVersion: args.kubeVersion ?? '',
    apiVersions: args.apiVersions ?? [],
    includeCRDs: args.includeCRDs ?? false,
    skipSchemaValidation: args.skipSchemaValidation ?? false,
    valuesFiles: args.valuesFiles ?? [],
  };
}

/** What the real tool printed: manifests, or why it failed. */
export function expectedText(one: CorpusCase): string {
  return readFileSync(path.join(one.folder, one.exitCode === 0 ? 'expected.yaml' : 'expected-error.txt'), 'utf8');
}

/** Two outputs of the real tool for a case whose output is left to chance. */
export function expectedTexts({ folder }: CorpusCase): readonly [first: string, second: string] {
  const read = (name: string): string => readFileSync(path.join(folder, name), 'utf8');
  return [read('expected.1.yaml'), read('expected.2.yaml')];
}
