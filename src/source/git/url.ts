import { HoldfastError } from '../../lib/errors.ts';

/** A repository URL that can be fetched from. */
export interface RepoUrl {
  /** `http:` or `https:` URL without user information, query, fragment and slash at the end. */
  readonly fetchUrl: string;
  /** {@link normalizeRepoUrl} of it. */
  readonly normalized: string;
  /** User information that stood in the URL; Argo CD takes it as credentials. */
  readonly userInfo: { readonly username: string; readonly password: string } | undefined;
}

/**
 * The form in which Argo CD compares repository URLs, except that the path keeps its case: no user information, host in
 * lower case, no default port, no slash and no `.git` at the end, `user@host:path` as `ssh://host/path`.
 * Two URLs with one normalized form are one repository.
 * @throws {HoldfastError} SOURCE_URL for what is no URL of a remote Git repository
 * @see https://github.com/argoproj/argo-cd/blob/v3.5.1/util/git/git.go NormalizeGitURL
 */
export function normalizeRepoUrl(url: string): string {
  const parsed = parseUrl(url);
  const path = trimSlashes(trimSlashes(parsed.pathname).replace(/\.git$/i, ''));
  return `${parsed.protocol}//${parsed.host}${path}`;
}

/**
 * Parses the URL of a repository that is to be fetched.
 * @throws {HoldfastError} SOURCE_URL for anything but `http:` and `https:`, saying what to do
 */
export function parseRepoUrl(url: string): RepoUrl {
  const parsed = parseUrl(url);
  if (parsed.protocol === 'ssh:') {
    throw refused(url, 'SSH comes with a later release; use the https:// URL of the repository');
  }
  const hasUser = parsed.username !== '' || parsed.password !== '';
  return {
    fetchUrl: `${parsed.protocol}//${parsed.host}${trimSlashes(parsed.pathname)}`,
    normalized: normalizeRepoUrl(url),
    userInfo: hasUser
      ? { username: decodePercent(parsed.username), password: decodePercent(parsed.password) }
      : undefined,
  };
}

/** A URL as messages may show it: without user information, query and fragment, which may hold credentials. */
export function redactUrl(url: string): string {
  const parsed = URL.parse(url.trim());
  // What is no URL (or has no host, as `user@host:path` read as one) is cut up to its last "@".
  const shown =
    parsed === null || parsed.host === ''
      ? url.replace(/^.*@/s, '').replace(/[?#].*$/s, '')
      : `${parsed.protocol}//${parsed.host}${parsed.pathname}`;
  return shown.slice(0, 500);
}

const PROTOCOLS: ReadonlySet<string> = new Set(['http:', 'https:', 'ssh:']);
/** `user@host:path`, and `host:path` unless it is the start of a URL. */
const SCP_FORM = /^(?:[^@/\s]+@)?(\[[0-9a-f:]+\]|[^:/\s]+):(?!\/\/)\/*(.+)$/i;

function parseUrl(url: string): URL {
  const text = url.trim();
  // The URL parser drops tabs and line breaks in silence, and with them what a check has seen.
  if (text === '' || /[\s\p{Cc}]/u.test(text)) {
    throw refused(url, 'it is empty or holds spaces or control characters');
  }
  // `ext::command` would be a program to run for the git CLI.
  if (/^[a-z0-9]+::/i.test(text)) throw refused(url, 'remote helpers are not supported; use the https:// URL');
  const parsed = URL.parse(text.replace(SCP_FORM, 'ssh://$1/$2'));
  if (parsed === null || !PROTOCOLS.has(parsed.protocol) || parsed.hostname === '') {
    throw refused(url, 'only https:// and http:// repositories can be read');
  }
  if (parsed.hostname.startsWith('-')) throw refused(url, 'a host name cannot start with "-"');
  return parsed;
}

function trimSlashes(path: string): string {
  let end = path.length;
  while (end > 0 && path[end - 1] === '/') end--;
  return path.slice(0, end);
}

function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // Not percent-encoded after all: then it is meant as it stands.
    return text;
  }
}

function refused(url: string, why: string): HoldfastError {
  return new HoldfastError('SOURCE_URL', `Cannot use the repository URL ${JSON.stringify(redactUrl(url))}: ${why}`, {
    retry: 'never',
  });
}
