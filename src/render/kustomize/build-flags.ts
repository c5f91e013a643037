import type { BuildOptions } from './build-kustomization.ts';

/** The flags of a `kustomize build` command line, and what else it has. */
export interface BuildFlags {
  readonly options: BuildOptions;
  /** Arguments that are no flags. */
  readonly paths: readonly string[];
  /** Value of `--output`. */
  readonly output: string | undefined;
  /** Flags that mean nothing here, though the real tool takes them. */
  readonly ignored: readonly string[];
  /** What the real tool refuses, as sentences. */
  readonly problems: readonly string[];
}

type Options = { -readonly [K in keyof BuildOptions]: BuildOptions[K] };

/** Where a flag's value goes. A switch takes `true` without a value. */
type Flag =
  | { readonly kind: 'switch'; readonly set: (options: Options, on: boolean) => void }
  | { readonly kind: 'value'; readonly set: (options: Options, value: string) => string | undefined }
  | { readonly kind: 'output' }
  | { readonly kind: 'ignored-switch' | 'ignored-value' };

/**
 * Reads the flags of `kustomize build` (5.8), as on a command line and as in `kustomize.buildOptions` of Argo CD.
 * Flags and paths may be mixed; `--name=value` and `--name value` are the same.
 */
export function parseBuildFlags(args: readonly string[]): BuildFlags {
  const read: Reading = { options: {}, paths: [], output: undefined, ignored: [], problems: [] };
  const rest = [...args];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (!arg.startsWith('-') || arg === '-') read.paths.push(arg);
    else readFlag(read, arg, rest);
  }
  return read;
}

interface Reading {
  readonly options: Options;
  readonly paths: string[];
  output: string | undefined;
  readonly ignored: string[];
  readonly problems: string[];
}

/** Takes the flag's value out of `rest` where it is not in the flag itself. */
function readFlag(read: Reading, arg: string, rest: string[]): void {
  const { name, inline } = splitFlag(arg);
  const flag = FLAGS.get(name);
  if (flag === undefined) {
    read.problems.push(`unknown flag: ${arg}`);
    return;
  }
  const isSwitch = flag.kind === 'switch' || flag.kind === 'ignored-switch';
  const value = inline ?? (isSwitch ? 'true' : rest.shift());
  if (value === undefined) read.problems.push(`flag needs an argument: ${arg}`);
  else setFlag(read, flag, name, value);
}

function setFlag(read: Reading, flag: Flag, name: string, value: string): void {
  if (flag.kind === 'switch') {
    flag.set(read.options, value === 'true');
  } else if (flag.kind === 'value') {
    const problem = flag.set(read.options, value);
    if (problem !== undefined) read.problems.push(problem);
  } else if (flag.kind === 'output') {
    read.output = value;
  } else {
    read.ignored.push(name);
  }
}

function splitFlag(arg: string): { name: string; inline: string | undefined } {
  const at = arg.indexOf('=');
  const name = at < 0 ? arg : arg.slice(0, at);
  return { name: SHORT.get(name) ?? name, inline: at < 0 ? undefined : arg.slice(at + 1) };
}

const SHORT: ReadonlyMap<string, string> = new Map([
  ['-o', '--output'],
  ['-e', '--env'],
]);

const FLAGS: ReadonlyMap<string, Flag> = new Map<string, Flag>([
  ['--load-restrictor', { kind: 'value', set: setLoadRestrictor }],
  ['--reorder', { kind: 'value', set: setReorder }],
  ['--enable-helm', { kind: 'switch', set: (options, on) => void (options.enableHelm = on) }],
  ['--enable-alpha-plugins', { kind: 'switch', set: (options, on) => void (options.enableAlphaPlugins = on) }],
  ['--enable-managedby-label', { kind: 'switch', set: (options, on) => void (options.addManagedByLabel = on) }],
  ['--output', { kind: 'output' }],
  // Of Helm's and of containers' making; nothing of ours depends on them.
  ...ignoredFlags('ignored-value', ['helm-command', 'helm-api-versions', 'helm-kube-version', 'network-name', 'mount']),
  ...ignoredFlags('ignored-value', ['env', 'stack-trace']),
  ...ignoredFlags('ignored-switch', ['helm-debug', 'enable-exec', 'enable-star', 'network', 'as-current-user']),
]);

function ignoredFlags(kind: 'ignored-switch' | 'ignored-value', names: readonly string[]): [string, Flag][] {
  return names.map((name) => [`--${name}`, { kind }]);
}

function setLoadRestrictor(options: Options, value: string): string | undefined {
  const restrictor = RESTRICTORS.get(value);
  if (restrictor === undefined) {
    return `illegal flag value --load-restrictor ${value}; legal values: [LoadRestrictionsRootOnly LoadRestrictionsNone]`;
  }
  options.loadRestrictor = restrictor;
  return undefined;
}

const RESTRICTORS: ReadonlyMap<string, 'rootOnly' | 'none'> = new Map([
  ['LoadRestrictionsRootOnly', 'rootOnly'],
  ['rootOnly', 'rootOnly'],
  ['LoadRestrictionsNone', 'none'],
  ['none', 'none'],
  ['', 'rootOnly'],
]);

function setReorder(options: Options, value: string): string | undefined {
  if (value !== 'legacy' && value !== 'none') {
    return `illegal flag value --reorder ${value}; legal values: [legacy none]`;
  }
  options.reorder = value;
  return undefined;
}
