import { lookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { Agent, type Dispatcher, request } from 'undici';
import { redactUrl } from './git/url.ts';

/** What came of asking for a file: its bytes, or why there are none. */
export type FetchedFile =
  | { readonly content: Uint8Array }
  | {
      readonly error: string;
      /** What the server answered; absent when it did not. */
      readonly httpStatus?: number;
      /** The same request may go well in a moment. */
      readonly isTransient?: boolean;
    };

/** Bounds on one file. */
export interface HttpFileLimits {
  readonly maxBytes: number;
  /** For everything, redirects and body included. */
  readonly deadlineMs: number;
  readonly maxRedirects: number;
}

const DEFAULT_LIMITS: HttpFileLimits = { maxBytes: 10 * 1024 * 1024, deadlineMs: 30_000, maxRedirects: 5 };

/**
 * Reads a file behind an `https://` or `http://` URL, without credentials. Never throws: what goes wrong is an answer,
 * since what asked for the file says what it means.
 *
 * Addresses that only this machine's own link can reach are refused, also as the target of a redirect or of a name:
 * clouds hand out the credentials of a node there, and whoever writes to a repository must not be able to read them.
 */
export async function fetchHttpFile(url: string, limits: HttpFileLimits = DEFAULT_LIMITS): Promise<FetchedFile> {
  const dispatcher = new Agent({ allowH2: false, connect: { timeout: 10_000, lookup: lookupAllowed } });
  try {
    return await follow(url, { dispatcher, limits, signal: AbortSignal.timeout(limits.deadlineMs) });
  } catch (error) {
    const reason = error instanceof Error ? describe(error) : 'it cannot be read';
    return { error: reason, isTransient: reason !== REFUSED_ADDRESS };
  } finally {
    await dispatcher.destroy();
  }
}

interface Exchange {
  readonly dispatcher: Dispatcher;
  readonly limits: HttpFileLimits;
  readonly signal: AbortSignal;
}

async function follow(start: string, exchange: Exchange): Promise<FetchedFile> {
  let url = start;
  for (let hops = 0; hops <= exchange.limits.maxRedirects; hops += 1) {
    const refusal = refuse(url);
    if (refusal !== undefined) return { error: refusal };
    const { dispatcher, signal } = exchange;
    const { statusCode, headers, body } = await request(url, { dispatcher, signal, method: 'GET' });
    const [location] = [headers['location']].flat();
    if (statusCode >= 300 && statusCode < 400 && location !== undefined) {
      await body.dump();
      url = new URL(location, url).href;
      continue;
    }
    if (statusCode !== 200) {
      await body.dump();
      const error = `${redactUrl(url)} was answered with status ${statusCode}`;
      // Also a file that is not there, or that somebody has had too much of, may be there in a moment.
      return { error, httpStatus: statusCode, isTransient: true };
    }
    return readBounded(body, exchange.limits.maxBytes);
  }
  return { error: `it is redirected more than ${exchange.limits.maxRedirects} times` };
}

function refuse(text: string): string | undefined {
  if (!URL.canParse(text)) return 'it is no URL';
  const { protocol, hostname } = new URL(text);
  if (protocol !== 'https:' && protocol !== 'http:')
    return `only https:// and http:// files can be read, not ${protocol}//`;
  const address = hostname.replace(/^\[|\]$/g, '');
  return isIP(address) !== 0 && isLinkLocal(address) ? REFUSED_ADDRESS : undefined;
}

async function readBounded(body: AsyncIterable<Buffer>, maxBytes: number): Promise<FetchedFile> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > maxBytes) return { error: `it is larger than ${maxBytes} bytes` };
    chunks.push(chunk);
  }
  return { content: Buffer.concat(chunks) };
}

const REFUSED_ADDRESS = 'its address is link-local, where nothing but this machine and its cloud answer';

const LINK_LOCAL = new BlockList();
LINK_LOCAL.addSubnet('169.254.0.0', 16, 'ipv4');
LINK_LOCAL.addSubnet('fe80::', 10, 'ipv6');
// IPv4's link-local addresses as NAT64 writes them.
LINK_LOCAL.addSubnet('64:ff9b::a9fe:0', 112, 'ipv6');
// The name server of one cloud's metadata.
LINK_LOCAL.addAddress('fd00:ec2::254', 'ipv6');

function isLinkLocal(address: string): boolean {
  return LINK_LOCAL.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

/** Looks a name up and refuses what it stands for when that is link-local: what is checked is what is connected to. */
const lookupAllowed: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    const refused = error === null && addresses.some(({ address }) => isLinkLocal(address));
    const failure = refused ? new Error(REFUSED_ADDRESS) : error;
    const [first] = addresses ?? [];
    if (failure !== null || first === undefined) callback(failure ?? new Error('it has no address'), '', 4);
    else if (options.all === true) callback(null, addresses);
    else callback(null, first.address, first.family);
  });
};

function describe(error: Error): string {
  const cause = error.cause instanceof Error ? error.cause : error;
  return error.name === 'TimeoutError' ? 'it took too long' : cause.message;
}
