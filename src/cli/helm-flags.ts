import { quoteString } from '../render/gotemplate/go-string.ts';
import { parseDuration } from '../render/gotemplate/sprig/go-duration.ts';
import { FlagError, type FlagRule, type ReadFlags, readFlags } from './read-flags.ts';

/** The command line of `helm template`. */
export interface HelmFlags extends Pick<ReadFlags, 'args' | 'notices'> {
  /** Whether a switch is on. */
  readonly isOn: (name: HelmSwitch) => boolean;
  /** Value of a flag; `''` when it was not given. */
  readonly text: (name: HelmText) => string;
  /** All values of a flag that may be given several times. */
  readonly all: (name: HelmList) => readonly string[];
  /** Throws a {@link FlagError} when there is no argument, or flags exclude one another. */
  readonly check: () => void;
}

/** Switches that make a difference here. */
export type HelmSwitch =
  | 'debug'
  | 'dependency-update'
  | 'enable-dns'
  | 'generate-name'
  | 'include-crds'
  | 'is-upgrade'
  | 'no-hooks'
  | 'release-name'
  | 'skip-schema-validation'
  | 'skip-tests'
  | 'validate'
  | 'verify';

/** Flags with a text that make a difference here. */
export type HelmText =
  | 'dry-run'
  | 'kube-version'
  | 'name-template'
  | 'namespace'
  | 'output-dir'
  | 'post-renderer'
  | 'repo';

/** Flags with several values. */
export type HelmList =
  | 'api-versions'
  | 'labels'
  | 'set'
  | 'set-file'
  | 'set-json'
  | 'set-literal'
  | 'set-string'
  | 'show-only'
  | 'values';

/**
 * Reads the command line of `helm template` as Helm 4.3.1 does; flags that concern clusters, repositories or an
 * installation are checked and then left aside.
 * @throws {FlagError} with the message of the real tool
 * @see helm.sh/helm/v4 pkg/cmd/template.go, install.go, flags.go; pkg/cli/environment.go
 */
export function readHelmFlags(argv: readonly string[]): HelmFlags {
  const { values, args, notices } = readFlags(argv, RULES);
  return {
    args,
    notices,
    isOn: (name) => values.get(name)?.at(-1) === 'true',
    text: (name) => values.get(name)?.at(-1) ?? '',
    all: (name) => values.get(name) ?? [],
    check: () => {
      if (args.length === 0) throw new FlagError(NO_CHART);
      for (const group of EXCLUSIVE) refuseBoth(group, values);
    },
  };
}

const NO_CHART =
  '"holdfast build helm" requires at least 1 argument\n\nUsage:  holdfast build helm [NAME] CHART [flags]';

/** Of each group only one flag may be given. */
const EXCLUSIVE = [
  ['force', 'force-conflicts'],
  ['force-replace', 'force-conflicts'],
  ['validate', 'dry-run'],
];

function refuseBoth(group: readonly string[], values: ReadFlags['values']): void {
  const given = group.filter((name) => values.has(name)).sort();
  if (given.length < 2) return;
  throw new FlagError(
    `if any flags in the group [${group.join(' ')}] are set none of the others can be; [${given.join(' ')}] were all set`,
  );
}

const NO_EFFECT = "this flag has no effect for 'helm template' and will be removed in Helm 5";

const RULES: ReadonlyMap<string, FlagRule> = new Map<string, FlagRule>([
  ['generate-name', { kind: 'switch', short: 'g' }],
  ['namespace', { kind: 'text', short: 'n' }],
  ['values', { kind: 'list', short: 'f' }],
  ['api-versions', { kind: 'list', short: 'a' }],
  ['show-only', { kind: 'texts', short: 's' }],
  ['labels', { kind: 'pairs', short: 'l' }],
  ['dry-run', { kind: 'text', bare: 'unset' }],
  ['wait', { kind: 'text', bare: 'watcher', check: checkWait }],
  ['timeout', { kind: 'text', check: checkDuration }],
  ['color', { kind: 'text' }],
  ['colour', { kind: 'text' }],
  ['v', { kind: 'integer', short: 'v' }],
  ['burst-limit', { kind: 'integer' }],
  ['qps', { kind: 'number' }],
  ['validate', { kind: 'switch', deprecated: "use '--dry-run=server' instead" }],
  ['atomic', { kind: 'switch', deprecated: 'use --rollback-on-failure instead' }],
  ['force', { kind: 'switch', deprecated: 'use --force-replace instead' }],
  ['hide-notes', { kind: 'switch', deprecated: NO_EFFECT }],
  ['render-subchart-notes', { kind: 'switch', deprecated: NO_EFFECT }],
  ...rules('switch', ['debug', 'dependency-update', 'enable-dns', 'include-crds', 'is-upgrade', 'no-hooks']),
  ...rules('switch', ['release-name', 'skip-crds', 'skip-schema-validation', 'skip-tests', 'verify']),
  ...rules('switch', ['create-namespace', 'devel', 'disable-openapi-validation', 'force-conflicts', 'force-replace']),
  ...rules('switch', ['insecure-skip-tls-verify', 'kube-insecure-skip-tls-verify', 'pass-credentials', 'plain-http']),
  ...rules('switch', ['replace', 'rollback-on-failure', 'server-side', 'take-ownership', 'wait-for-jobs']),
  ...rules('text', ['kube-version', 'name-template', 'output-dir', 'post-renderer', 'repo', 'version']),
  ...rules('text', ['ca-file', 'cert-file', 'description', 'key-file', 'keyring', 'password', 'username']),
  ...rules('text', ['content-cache', 'registry-config', 'repository-cache', 'repository-config']),
  ...rules('text', ['kube-apiserver', 'kube-as-user', 'kube-ca-file', 'kube-context', 'kube-tls-server-name']),
  ...rules('text', ['kube-token', 'kubeconfig']),
  ...rules('texts', ['kube-as-group', 'post-renderer-args']),
  ...rules('texts', ['set', 'set-file', 'set-json', 'set-literal', 'set-string']),
]);

function rules(kind: FlagRule['kind'], names: readonly string[]): [string, FlagRule][] {
  return names.map((name) => [name, { kind }]);
}

function checkWait(value: string): string | undefined {
  if (['watcher', 'hookOnly', 'legacy', 'true', 'false'].includes(value)) return undefined;
  return `invalid wait input ${quoteString(value)}. Valid inputs are watcher, hookOnly, and legacy`;
}

function checkDuration(value: string): string | undefined {
  const duration = parseDuration(value);
  return typeof duration === 'string' ? duration : undefined;
}
