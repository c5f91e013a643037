import { prefixed } from './format-words.ts';
import { checkIpv6 } from './host-formats.ts';

/** Whether a text is an absolute URI: what is wrong, or nothing. */
export function checkUri(text: string): string | undefined {
  return checkUriReference(text) ?? (/^[a-zA-Z][a-zA-Z0-9+.-]*:/.test(text) ? undefined : 'relative url');
}

/** Whether a text is a URI or a reference relative to one. */
export function checkReference(text: string): string | undefined {
  return text.includes('\\') ? String.raw`contains \ `.trimEnd() : checkUriReference(text);
}

/** Whether a text is a template of a URI. */
export function checkTemplate(text: string): string | undefined {
  const problem = checkUriReference(text);
  if (problem !== undefined) return problem;
  for (const segment of text.split('/')) {
    const braces = segment.replace(/[^{}]/g, '').replace(/(?:\{\})+/g, '');
    if (braces === '{') return 'no matching closing brace';
    if (braces !== '') return 'nested curly braces';
  }
  return undefined;
}

/** What Go's net/url refuses, as far as charts meet it. */
function checkUriReference(text: string): string | undefined {
  const quoted = JSON.stringify(text);
  // oxlint-disable-next-line no-control-regex -- these are what is refused
  if (/[\u0000-\u001f\u007f]/.test(text)) return `parse ${quoted}: net/url: invalid control character in URL`;
  if (text.startsWith(':')) return `parse ${quoted}: missing protocol scheme`;
  const [path = ''] = text.split(/[?#]/, 1);
  const fragment = text.split('#').slice(1).join('#');
  const escape = /%(?![0-9a-fA-F]{2}).{0,2}/.exec(`${path}\n${fragment}`)?.[0];
  if (escape !== undefined) return `parse ${quoted}: invalid URL escape ${JSON.stringify(escape)}`;
  const isScheme = /^[a-zA-Z][a-zA-Z0-9+.-]*:/.test(path);
  if (!isScheme && !path.startsWith('/') && (path.split('/', 1)[0] ?? '').includes(':')) {
    return `parse ${quoted}: first path segment in URL cannot contain colon`;
  }
  return checkAuthority(path, quoted);
}

function checkAuthority(path: string, quoted: string): string | undefined {
  const authority = /^(?:[a-zA-Z][a-zA-Z0-9+.-]*:)?\/\/([^/]*)/.exec(path)?.[1];
  if (authority === undefined) return undefined;
  const host = authority.slice(authority.lastIndexOf('@') + 1);
  const bad = /[\s"<>\\^`{|}]/.exec(host)?.[0];
  if (bad !== undefined) return `parse ${quoted}: invalid character ${JSON.stringify(bad)} in host name`;
  const bracketed = /^\[([^\]]*)\](.*)$/.exec(host);
  if (bracketed !== null) return prefixed('invalid ipv6 address', checkIpv6(bracketed[1] ?? ''));
  const port = host.includes(':') ? host.slice(host.indexOf(':')) : '';
  return /^(?::\d*)?$/.test(port) ? undefined : `parse ${quoted}: invalid port ${JSON.stringify(port)} after host`;
}
