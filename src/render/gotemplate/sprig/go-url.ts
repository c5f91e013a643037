import { quoteString } from '../go-string.ts';
import { fromLatin1, toLatin1 } from './byte-string.ts';
import { explainIpAddress } from './explain-ip-address.ts';
import { escapePart, unescapePart, WrongUrlError } from './url-escape.ts';

/** User and password of a URL; an empty password is one. */
export interface UserInfo {
  readonly user: string;
  readonly password?: string;
}

/** A URL as Go's net/url has it, parts decoded; each character below U+0100 is a byte. */
export interface GoUrl {
  readonly scheme: string;
  readonly opaque: string;
  readonly userinfo: UserInfo | undefined;
  readonly host: string;
  readonly path: string;
  readonly query: string;
  readonly fragment: string;
}

/**
 * Parses a URL as Go's url.Parse.
 * @throws {WrongUrlError} with Go's message
 * @see https://github.com/golang/go/blob/go1.26.0/src/net/url/url.go
 */
export function parseUrl(text: string): GoUrl {
  const bytes = toLatin1(text);
  const hash = bytes.indexOf('#');
  const beforeHash = hash < 0 ? bytes : bytes.slice(0, hash);
  const url = explain(beforeHash, () => parseBeforeHash(beforeHash));
  const fragment = hash < 0 ? '' : explain(bytes, () => unescapePart(bytes.slice(hash + 1), 'fragment'));
  return { ...url, fragment };
}

/** The part of a host before its port, without the brackets of an IP address. */
export function hostnameOf(host: string): string {
  const name = host.replace(/:\d*$/, '');
  return name.startsWith('[') && name.endsWith(']') ? name.slice(1, -1) : name;
}

/** Writes user and password. */
export function printUserInfo({ user, password }: UserInfo): string {
  const name = escapePart(user, 'userinfo');
  return password === undefined ? name : `${name}:${escapePart(password, 'userinfo')}`;
}

/** Writes a URL as Go's URL.String. */
export function printUrl(url: GoUrl): string {
  const scheme = url.scheme === '' ? '' : `${url.scheme}:`;
  const start = scheme + (url.opaque === '' ? printHierarchy(url) : url.opaque);
  const query = url.query === '' ? '' : `?${url.query}`;
  const fragment = url.fragment === '' ? '' : `#${escapePart(url.fragment, 'fragment')}`;
  return fromLatin1(start + query + fragment);
}

function explain<T>(url: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof WrongUrlError)) throw error;
    throw new WrongUrlError(`parse ${quoteString(fromLatin1(url))}: ${error.message}`);
  }
}

const EMPTY: GoUrl = { scheme: '', opaque: '', userinfo: undefined, host: '', path: '', query: '', fragment: '' };

function parseBeforeHash(bytes: string): GoUrl {
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  if (/[\0-\x1f\x7f]/.test(bytes)) throw new WrongUrlError('net/url: invalid control character in URL');
  if (bytes === '*') return { ...EMPTY, path: '*' };
  if (bytes.startsWith(':')) throw new WrongUrlError('missing protocol scheme');
  const [schemeColon = ''] = /^[A-Za-z][A-Za-z0-9+.-]*:/.exec(bytes) ?? [];
  const scheme = schemeColon.slice(0, -1).toLowerCase();
  const [rest, query] = cut(bytes.slice(schemeColon.length), '?');
  const start = { ...EMPTY, scheme, query };
  if (!rest.startsWith('/') && scheme !== '') return { ...start, opaque: rest };
  if (/^[^/]*:/.test(rest)) throw new WrongUrlError('first path segment in URL cannot contain colon');
  return { ...start, ...parseHierarchy(scheme, rest) };
}

/** What comes before and after the first separator. */
function cut(text: string, separator: string): readonly [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function parseHierarchy(scheme: string, rest: string): Pick<GoUrl, 'userinfo' | 'host' | 'path'> {
  const hasAuthority = rest.startsWith('//') && (scheme !== '' || !rest.startsWith('///'));
  if (!hasAuthority) return { userinfo: undefined, host: '', path: unescapePart(rest, 'path') };
  const slash = rest.indexOf('/', 2);
  const end = slash < 0 ? rest.length : slash;
  return { ...parseAuthority(scheme, rest.slice(2, end)), path: unescapePart(rest.slice(end), 'path') };
}

function parseAuthority(scheme: string, authority: string): Pick<GoUrl, 'userinfo' | 'host'> {
  const at = authority.lastIndexOf('@');
  const host = parseHost(scheme, authority.slice(at + 1));
  if (at < 0) return { userinfo: undefined, host };
  const written = authority.slice(0, at);
  if (!/^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(written)) throw new WrongUrlError('net/url: invalid userinfo');
  const colon = written.indexOf(':');
  if (colon < 0) return { userinfo: { user: unescapePart(written, 'userinfo') }, host };
  const user = unescapePart(written.slice(0, colon), 'userinfo');
  return { userinfo: { user, password: unescapePart(written.slice(colon + 1), 'userinfo') }, host };
}

function parseHost(scheme: string, host: string): string {
  const bracket = host.lastIndexOf('[');
  if (bracket > 0) throw new WrongUrlError('invalid IP-literal');
  if (bracket === 0) return parseAddressHost(host);
  const isStrict = scheme === 'http' || scheme === 'https';
  const colon = isStrict ? host.indexOf(':') : host.lastIndexOf(':');
  if (colon >= 0) checkPort(host.slice(colon));
  return unescapePart(host, 'host');
}

function checkPort(port: string): void {
  if (!/^(?::\d*)?$/.test(port)) throw new WrongUrlError(`invalid port ${quoteString(fromLatin1(port))} after host`);
}

/** A host in brackets, which must be an IP address of version 6, maybe with a zone. */
function parseAddressHost(host: string): string {
  const end = host.lastIndexOf(']');
  if (end < 0) throw new WrongUrlError("missing ']' in host");
  const port = host.slice(end + 1);
  checkPort(port);
  const name = host.slice(1, end);
  const zone = name.includes('%25') ? name.indexOf('%25') : name.length;
  const address = unescapePart(name.slice(0, zone), 'host') + unescapePart(name.slice(zone), 'zone');
  checkAddress(address);
  return `[${address}]${port}`;
}

function checkAddress(text: string): void {
  const fault = explainIpAddress(fromLatin1(text));
  if (fault !== undefined) throw new WrongUrlError(`invalid host: ${fault}`);
  if (!text.includes(':')) throw new WrongUrlError('invalid IP-literal');
}

function printHierarchy(url: GoUrl): string {
  const authority = printAuthority(url);
  const path = printPath(url.path);
  if (path !== '' && !path.startsWith('/') && url.host !== '') return `${authority}/${path}`;
  const looksLikeScheme = url.scheme === '' && authority === '' && /^[^/]*:/.test(path);
  return looksLikeScheme ? `./${path}` : authority + path;
}

function printAuthority({ scheme, host, userinfo, path }: GoUrl): string {
  if (host === '' && userinfo === undefined && (scheme === '' || path === '')) return '';
  return `//${userinfo === undefined ? '' : `${printUserInfo(userinfo)}@`}${escapePart(host, 'host')}`;
}

function printPath(path: string): string {
  return path === '*' ? path : escapePart(path, 'path');
}
