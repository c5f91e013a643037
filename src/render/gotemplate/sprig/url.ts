import { define, type FunctionTable, GoFunctionError } from '../function-table.ts';
import { type GoMap, type GoValue, goKindOf } from '../value.ts';
import { mapArgument, textArgument } from './arguments.ts';
import { fromLatin1, toLatin1 } from './byte-string.ts';
import { hostnameOf, parseUrl, printUrl, printUserInfo, type UserInfo } from './go-url.ts';
import { WrongUrlError } from './url-escape.ts';

/** Sprig's `urlParse` and `urlJoin`: a URL to a map of its parts and back. */
export const URL_FUNCTIONS: FunctionTable = new Map([
  ['urlParse', define(['string'], ([url]) => parse(textArgument(url)))],
  ['urlJoin', define(['dict'], ([parts]) => join(mapArgument(parts) ?? new Map()))],
]);

function parse(text: string): GoMap {
  const url = orPanic('unable to parse url', () => parseUrl(text));
  const entries: [string, string][] = [
    ['scheme', url.scheme],
    ['host', url.host],
    ['hostname', hostnameOf(url.host)],
    ['path', url.path],
    ['query', url.query],
    ['opaque', url.opaque],
    ['fragment', url.fragment],
    ['userinfo', url.userinfo === undefined ? '' : printUserInfo(url.userinfo)],
  ];
  return new Map(entries.map(([name, part]): [string, GoValue] => [name, fromLatin1(part)]));
}

function join(parts: GoMap): string {
  const part = (name: string) => partOf(parts, name);
  // In Sprig's order, which tells which wrong part is named.
  const url = { scheme: part('scheme'), host: part('host'), path: part('path'), query: part('query') };
  const rest = { opaque: part('opaque'), fragment: part('fragment') };
  return printUrl({ ...url, ...rest, userinfo: parseUserInfo(part('userinfo')) });
}

function partOf(parts: GoMap, name: string): string {
  if (!parts.has(name)) return '';
  const part = parts.get(name);
  if (typeof part === 'string') return toLatin1(part);
  if (part === undefined || part === null) {
    throw new GoFunctionError('runtime error: invalid memory address or nil pointer dereference');
  }
  throw new GoFunctionError(`unable to parse ${name} key, must be of type string, but ${goKindOf(part)} found`);
}

function parseUserInfo(text: string): UserInfo | undefined {
  if (text === '') return undefined;
  return orPanic('unable to parse userinfo in dict', () => parseUrl(`proto://${fromLatin1(text)}@host`)).userinfo;
}

function orPanic<T>(refusal: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof WrongUrlError) throw new GoFunctionError(`${refusal}: ${error.message}`);
    throw error;
  }
}
