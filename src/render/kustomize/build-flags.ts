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
  | Switch
  | { readonly kind: 'value'; readonly set: (options: Options, value: string) => string | undefined }
  | { readonly kind: 'output' | 'ignored-value' };

type Switch =
  | { readonly kind: 'switch'; readonly set: (options: Options, on: boolean) => void }
  | { readonly kind: 'ignored-switch' };

/**
 * Reads the flags of `kustomize build` (5.8), as on a command line and as in `kustomize.buildOptions` of Argo CD.
 * Flags and paths may be mixed; `--name=value` and `--name value` are the same, and `--` ends the flags.
 */
export function parseBuildFlags(args: readonly string[]): BuildFlags {
  const read: Reading = { options: {}, paths: [], output: undefined, ignored: [], problems: [] };
  const rest = [...args];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg === '--') read.paths.push(...rest.splice(0));
    else if (!arg.startsWith('-') || arg === '-') read.paths.push(arg);
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
    read.problems.push(
      arg.startsWith('--') ? `unknown flag: ${name}` : `unknown shorthand flag: '${arg[1]}' in ${arg}`,
    );
    return;
  }
  const isSwitch = flag.kind === 'switch' || flag.kind === 'ignored-switch';
  const value = inline ?? (isSwitch ? 'true' : rest.shift());
  if (value === undefined) read.problems.push(`flag needs an argument: ${arg}`);
  else setFlag(read, flag, name, value);
}

function setFlag(read: Reading, flag: Flag, name: string, value: string): void {
  if (flag.kind === 'switch' || flag.kind === 'ignored-switch') {
    setSwitch(read, flag, name, value);
  } else if (flag.kind === 'value') {
    const problem = flag.set(read.options, value);
    if (problem !== undefined) read.problems.push(problem);
  } else if (flag.kind === 'output') {
    read.output = value;
  } else {
    read.ignored.push(name);
  }
}

function setSwitch(read: Reading, flag: Switch, name: string, value: string): void {
  const on = SWITCH_VALUES.get(value);
  if (on === undefined) {
    const reason = `strconv.ParseBool: parsing "${value}": invalid syntax`;
    read.problems.push(`invalid argument "${value}" for "${name}" flag: ${reason}`);
  } else if (flag.kind === 'switch') {
    flag.set(read.options, on);
  } else {
    read.ignored.push(name);
  }
}

/** What Go's strconv.ParseBool takes. */
const SWITCH_VALUES: ReadonlyMap<string, boolean> = new Map([
  ...['1', 't', 'T', 'TRUE', 'true', 'True'].map((text): [string, boolean] => [text, true]),
  ...['0', 'f', 'F', 'FALSE', 'false', 'False'].map((text): [string, boolean] => [text, false]),
]);

/** `--name`, `--name=value`, `-n`, `-nvalue` or `-n=value`. */
function splitFlag(arg: string): { name: string; inline: string | undefined } {
  if (!arg.startsWith('--')) {
    const inline = arg.slice(2).replace(/^=/, '');
    return { name: SHORT.get(arg.slice(0, 2)) ?? arg, inline: arg.length > 2 ? inline : undefined };
  }
  const at = arg.indexOf('=');
  return at < 0 ? { name: arg, inline: undefined } : { name: arg.slice(0, at), inline: arg.slice(at + 1) };
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
  ['--helm-kube-version', { kind: 'value', set: setHelmKubeVersion }],
  ['--helm-api-versions', { kind: 'value', set: addHelmApiVersion }],
  // Of other programs' and of containers' making; nothing of ours depends on them.
  ...ignoredFlags('ignored-value', ['helm-command', 'network-name', 'mount']),
  ...ignoredFlags('ignored-value', ['env']),
  ...ignoredFlags('ignored-switch', ['helm-debug', 'enable-exec', 'network', 'as-current-user', 'stack-trace']),
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
  ['LoadRestrictionsNone', 'none'],
  ['', 'rootOnly'],
]);

function setReorder(options: Options, value: string): string | undefined {
  if (value !== 'legacy' && value !== 'none') {
    return `illegal flag value --reorder ${value}; legal values: [legacy none]`;
  }
  options.reorder = value;
  return undefined;
}

function setHelmKubeVersion(options: Options, value: string): undefined {
  options.helmKubeVersion = value;
}

function addHelmApiVersion(options: Options, value: string): undefined {
  options.helmApiVersions = [...(options.helmApiVersions ?? []), value];
}
