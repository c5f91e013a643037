import { posix } from 'node:path';

/** What a reference to a base in a Git repository says. */
export interface RepoSpec {
  /** As written in the kustomization file. */
  readonly raw: string;
  /** What `git clone` takes: a URL or `user@host:path`. */
  readonly cloneUrl: string;
  /** The kustomization's folder in the repository; empty for its root. */
  readonly path: string;
  /** Branch, tag or commit; empty: the default branch. */
  readonly ref: string;
  readonly submodules: boolean;
  readonly timeoutMs: number;
  /** Written with the prefix `git::`, which is to be dropped with a warning. */
  readonly isForced: boolean;
}

/**
 * Reads `url` as a reference into a Git repository; undefined when it does not look like one, so that it is a local path.
 *
 * The repository ends at `_git/<name>`, else at `//`, else at `.git`, else after two names (organisation and repository).
 *
 * @see https://github.com/kubernetes-sigs/kustomize/blob/api/v0.21.2/api/internal/git/repospec.go
 */
export function parseRepoSpec(url: string): RepoSpec | undefined {
  if (url.startsWith('/')) return undefined;
  const mark = url.indexOf('?');
  const location = mark < 0 ? url : url.slice(0, mark);
  const isForced = /^git::/i.test(location);
  const host = parseHost(isForced ? location.slice('git::'.length) : location);
  if (host === undefined) return undefined;
  const split = splitRepository(host.rest) ?? splitByLength(host);
  if (split === undefined || split.repository === '') return undefined;
  const path = split.path.replace(/^\//, '');
  if (posix.normalize(path).split('/')[0] === '..') return undefined;
  return {
    raw: url,
    cloneUrl: host.prefix + split.repository,
    path,
    ...parseQuery(mark < 0 ? '' : url.slice(mark + 1)),
    isForced,
  };
}

/** `prefix` is scheme, user and host; `rest` the path behind them. */
interface Host {
  readonly scheme: string;
  readonly prefix: string;
  readonly rest: string;
}

function parseHost(location: string): Host | undefined {
  const scheme = matchStart(location, /^(?:ssh|https?|file):\/\//i).toLowerCase();
  const behindScheme = location.slice(scheme.length);
  if (scheme === 'file://') return { scheme, prefix: scheme, rest: behindScheme };
  const user = matchStart(behindScheme, /^[a-zA-Z][a-zA-Z0-9-]*@/);
  const address = behindScheme.slice(user.length);
  const isGithub = /^github\.com[/:]/i.test(address);
  if (scheme === '' && user === '' && !isGithub) return undefined;
  const [host, rest] = splitHost(address, scheme === '');
  if (isGithub) return { scheme, prefix: githubPrefix(scheme, user), rest };
  return host === '' ? undefined : { scheme, prefix: scheme + user + host, rest };
}

function matchStart(text: string, pattern: RegExp): string {
  return pattern.exec(text)?.[0] ?? '';
}

function splitHost(address: string, isScp: boolean): readonly [host: string, rest: string] {
  const end = hostEnd(address, isScp);
  return end < 0 ? [address, ''] : [address.slice(0, end + 1), address.slice(end + 1)];
}

/** Where the host's name ends: at the slash, or at the colon of `host:path`. */
function hostEnd(address: string, isScp: boolean): number {
  const slash = address.indexOf('/');
  const colon = address.indexOf(':');
  return isScp && (slash < 0 || (colon > 0 && colon < slash)) ? colon : slash;
}

/** GitHub's repositories are always cloned in one of two ways. */
function githubPrefix(scheme: string, user: string): string {
  return scheme === 'ssh://' || user !== '' ? `${user}github.com:` : 'https://github.com/';
}

interface RepositorySplit {
  readonly repository: string;
  readonly path: string;
}

/** Splits where the reference itself marks the end of the repository. */
function splitRepository(rest: string): RepositorySplit | undefined {
  const azure = rest.indexOf('_git/');
  if (azure >= 0) {
    const start = azure + '_git/'.length;
    const end = rest.indexOf('/', start);
    return end < 0 ? { repository: rest, path: '' } : { repository: rest.slice(0, end), path: rest.slice(end + 1) };
  }
  const slashes = rest.indexOf('//');
  if (slashes >= 0) return { repository: rest.slice(0, slashes), path: rest.slice(slashes + 2) };
  const suffix = rest.indexOf('.git');
  if (suffix < 0) return undefined;
  const end = suffix + '.git'.length;
  return { repository: rest.slice(0, end), path: rest.slice(end) };
}

function splitByLength({ scheme, rest }: Host): RepositorySplit | undefined {
  if (scheme === 'file://') return { repository: rest, path: '' };
  const names = rest.split('/');
  if (names.length < 2) return undefined;
  return { repository: names.slice(0, 2).join('/'), path: names.slice(2).join('/') };
}

const DEFAULT_TIMEOUT_MS = 27_000;

function parseQuery(query: string): Pick<RepoSpec, 'ref' | 'submodules' | 'timeoutMs'> {
  const values = isValidQuery(query) ? new URLSearchParams(query) : new URLSearchParams();
  return {
    ref: values.get('ref') || values.get('version') || '',
    timeoutMs: parseTimeout(values.get('timeout') ?? ''),
    submodules: !/^(?:0|f|F|false|False|FALSE)$/.test(values.get('submodules') ?? ''),
  };
}

/** Go drops a query with a semicolon or a broken escape as a whole. */
function isValidQuery(query: string): boolean {
  return !query.includes(';') && !/%(?![0-9a-fA-F]{2})/.test(query);
}

/** Whole seconds, or one of Go's durations such as `1m30s`. */
function parseTimeout(text: string): number {
  if (/^\+?\d+$/.test(text)) return Number(text) > 0 ? Number(text) * 1000 : DEFAULT_TIMEOUT_MS;
  if (!/^\+?(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/.test(text)) return DEFAULT_TIMEOUT_MS;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/([\d.]+)([a-zµμ]+)/g)) total += Number(amount) * unitMs(unit ?? '');
  return total > 0 ? total : DEFAULT_TIMEOUT_MS;
}

function unitMs(unit: string): number {
  return UNITS_MS.get(unit) ?? 0;
}

const UNITS_MS: ReadonlyMap<string, number> = new Map([
  ['ns', 1e-6],
  ['us', 1e-3],
  ['µs', 1e-3],
  ['μs', 1e-3],
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
]);
