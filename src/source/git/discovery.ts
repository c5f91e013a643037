import { HoldfastError } from '../../lib/errors.ts';
import type { GitHttpResponse } from './http-exchange.ts';
import type { Packet } from './pkt-line.ts';
import { redactUrl } from './url.ts';

/** What a server said it can do, and where. */
export interface ServerInfo {
  /** URL for further requests: that of the repository, or where the first request was redirected to. */
  readonly baseUrl: string;
  /** Capabilities by name, with their value (`''` when there is none). */
  readonly capabilities: ReadonlyMap<string, string>;
}

const SUFFIX = '/info/refs';

/** The URL of a repository's capability advertisement. */
export function discoveryUrl(baseUrl: string): string {
  return `${baseUrl}${SUFFIX}?service=git-upload-pack`;
}

/**
 * Where a redirected discovery leads: the URL of the repository there. As in Git, only a redirect that keeps the end of
 * the URL tells where the repository is.
 * @throws {HoldfastError} GIT_PROTOCOL for a redirect without such a target, or from https to http
 * @see https://git-scm.com/docs/git-config#Documentation/git-config.txt-httpfollowRedirects
 */
export function redirectTarget(from: string, location: string | undefined): string {
  const target = location === undefined ? null : URL.parse(location, from);
  const refuse = (why: string) =>
    new HoldfastError('GIT_PROTOCOL', `The Git server of ${redactUrl(from)} redirects ${why}`, { retry: 'never' });
  if (target === null) throw refuse('without saying where');
  const where = redactUrl(target.href);
  if (target.protocol !== 'https:' && target.protocol !== 'http:') throw refuse(`to ${where}, which is no web server`);
  if (from.startsWith('https:') && target.protocol === 'http:') throw refuse(`from https to ${where}; refused`);
  if (!target.pathname.endsWith(SUFFIX)) throw refuse(`to ${where}, which is no Git repository (a sign-in page?)`);
  return `${target.protocol}//${target.host}${target.pathname.slice(0, -SUFFIX.length)}`;
}

/**
 * Parses a capability advertisement.
 * @throws {HoldfastError} GIT_PROTOCOL when the server speaks no protocol v2 or no SHA-1
 * @see https://git-scm.com/docs/protocol-v2#_capability_advertisement
 */
export async function readCapabilities(packets: AsyncIterable<Packet>): Promise<Map<string, string>> {
  const [version, ...lines] = await readAdvertisement(packets);
  if (version !== 'version 2') throw cannotTalk('does not speak protocol v2, which Git has since 2.18; update it');
  const capabilities = new Map(lines.map((line) => splitOnce(line, '=')));
  const format = capabilities.get('object-format') ?? 'sha1';
  if (format !== 'sha1') {
    throw cannotTalk(`has ${JSON.stringify(format.slice(0, 20))} object ids; only SHA-1 repositories can be read`);
  }
  if (capabilities.has('ls-refs') && capabilities.has('fetch')) return capabilities;
  throw cannotTalk('does not offer to list refs and to fetch');
}

/** Its lines, without the service line, which some servers leave out and which has a flush of its own. */
async function readAdvertisement(packets: AsyncIterable<Packet>): Promise<string[]> {
  const lines: string[] = [];
  for await (const packet of packets) {
    if (packet === 'flush' && lines.length > 0) break;
    if (typeof packet === 'string') continue;
    const line = packet.toString('utf8').replace(/\n$/, '');
    if (!line.startsWith('# service=')) lines.push(line);
  }
  return lines;
}

function cannotTalk(why: string): HoldfastError {
  return new HoldfastError('GIT_PROTOCOL', `The Git server ${why}`, { retry: 'never' });
}

/** Throws what a response's status and type say is wrong. */
export function checkResponse(response: GitHttpResponse, url: string, contentType: string): void {
  const { status } = response;
  if (status === 200) {
    const encoding = response.header('content-encoding') ?? 'identity';
    const type = response.header('content-type')?.split(';')[0]?.trim().toLowerCase();
    if (encoding !== 'identity') throw notGit(url, `its answer is encoded as ${JSON.stringify(encoding.slice(0, 20))}`);
    if (type !== contentType) throw notGit(url, 'its answer is of another type');
    return;
  }
  throw statusError(response, url);
}

function statusError(response: GitHttpResponse, url: string): HoldfastError {
  const { status } = response;
  const where = redactUrl(url);
  const details = { httpStatus: status };
  if (status === 401 || status === 403) {
    const message = `The Git server refuses access to ${where} (HTTP ${status}); check the credentials in the repository's Secret, and that they are for this host`;
    return new HoldfastError('GIT_AUTH', message, details);
  }
  if (status === 404 || status === 410) {
    const message = `There is no Git repository at ${where} (HTTP ${status}); check the URL. Many servers also say so without credentials`;
    return new HoldfastError('GIT_NOT_FOUND', message, details);
  }
  if (status === 429 || status >= 500) {
    const seconds = Number.parseInt(response.header('retry-after') ?? '', 10);
    const wait = seconds > 0 ? { retryAfterMs: Math.min(seconds, 3600) * 1000 } : {};
    const message = `The Git server of ${where} is not able to answer now (HTTP ${status}); will try again`;
    return new HoldfastError('GIT_UNREACHABLE', message, { ...details, ...wait });
  }
  return new HoldfastError('GIT_PROTOCOL', `The Git server of ${where} answered with HTTP ${status}`, details);
}

function notGit(url: string, why: string): HoldfastError {
  return new HoldfastError(
    'GIT_PROTOCOL',
    `There is no Git server with smart HTTP at ${redactUrl(url)}: ${why}; check the URL`,
  );
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)];
}
