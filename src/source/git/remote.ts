import type { Dispatcher } from 'undici';

import { type Clock, systemClock } from '../../lib/clock.ts';
import { HoldfastError } from '../../lib/errors.ts';
import { createBreather } from './breather.ts';
import { authorizationHeader, type GitCredentials } from './credentials.ts';
import { checkResponse, discoveryUrl, readCapabilities, redirectTarget, type ServerInfo } from './discovery.ts';
import { readFetchResponse, remoteError } from './fetch-response.ts';
import { createGitDispatcher, exchange, type GitHttpResponse } from './http-exchange.ts';
import { indexPack } from './index-pack.ts';
import { DEFAULT_GIT_LIMITS, type GitLimits } from './limits.ts';
import type { ObjectStore } from './object-store.ts';
import { DELIMITER_PACKET, encodePacket, FLUSH_PACKET, type Packet, PktLineDecoder } from './pkt-line.ts';
import { parseRefLine, type Ref } from './refs.ts';
import type { StoredObject } from './stored-object.ts';
import { parseRepoUrl } from './url.ts';

/** Where a repository is and how to reach it. */
export interface GitRemoteOptions {
  readonly url: string;
  /** Default: the user information in the URL, if any. */
  readonly credentials?: GitCredentials | undefined;
  /** Carries the requests. Default: one of its own, with the credentials' TLS settings. */
  readonly dispatcher?: Dispatcher | undefined;
  readonly limits?: Partial<GitLimits> | undefined;
  readonly clock?: Clock | undefined;
}

/** What a fetch may build on. */
export interface FetchOptions {
  /** Commits whose whole trees are in the store; the server then leaves out what they hold. */
  readonly haves: readonly string[];
  readonly store: ObjectStore;
}

/** A Git repository on a server. Stateless but for what the server can do, which is asked once. */
export interface GitRemote {
  /**
   * Refs whose full names begin with one of `prefixes`, and `HEAD` if that is one. One POST once the server is known.
   * @throws {HoldfastError} GIT_UNREACHABLE, GIT_AUTH, GIT_NOT_FOUND, GIT_PROTOCOL, GIT_LIMIT
   */
  listRefs(prefixes: readonly string[]): Promise<readonly Ref[]>;
  /**
   * Fetches a commit with its tree, without its history, and returns the checked objects that came. One POST.
   * @throws {HoldfastError} as {@link listRefs}; GIT_REVISION when the server does not give it, GIT_CORRUPT
   */
  fetchCommit(oid: string, options: FetchOptions): Promise<ReadonlyMap<string, StoredObject>>;
  /** Closes the connections of the remote's own dispatcher. */
  close(): Promise<void>;
}

const AGENT = 'agent=holdfast';
const MAX_REDIRECTS = 5;
/** Bytes beside the pack: progress messages and packet headers. */
const PACK_OVERHEAD_BYTES = 16 * 1024 * 1024;

/** Opens a remote; asks nothing yet. @throws {HoldfastError} SOURCE_URL for a URL that cannot be fetched from */
export function createGitRemote(options: GitRemoteOptions): GitRemote {
  const { fetchUrl, userInfo } = parseRepoUrl(options.url);
  const credentials = options.credentials ?? userInfo ?? {};
  const ownDispatcher = options.dispatcher === undefined ? createGitDispatcher(credentials) : undefined;
  const http = new GitHttp({
    url: fetchUrl,
    dispatcher: options.dispatcher ?? ownDispatcher ?? createGitDispatcher(credentials),
    authorization: authorizationHeader(credentials),
    limits: { ...DEFAULT_GIT_LIMITS, ...options.limits },
    clock: options.clock ?? systemClock,
  });
  return {
    listRefs: (prefixes) => http.listRefs(prefixes),
    fetchCommit: (oid, fetch) => http.fetchCommit(oid, fetch),
    async close() {
      await ownDispatcher?.destroy();
    },
  };
}

interface GitHttpOptions {
  readonly url: string;
  readonly dispatcher: Dispatcher;
  readonly authorization: string | undefined;
  readonly limits: GitLimits;
  readonly clock: Clock;
}

class GitHttp {
  readonly #options: GitHttpOptions;
  #server: Promise<ServerInfo> | undefined;

  constructor(options: GitHttpOptions) {
    this.#options = options;
  }

  async listRefs(prefixes: readonly string[]): Promise<readonly Ref[]> {
    const { limits } = this.#options;
    const lines = ['peel', 'symrefs', ...prefixes.map((prefix) => `ref-prefix ${prefix}`)];
    const packets = await this.#command('ls-refs', lines, { deadlineMs: limits.refsMs, maxBytes: limits.refsBytes });
    const refs: Ref[] = [];
    for await (const packet of packets) {
      if (packet === 'flush') return refs;
      if (typeof packet === 'string') continue;
      const ref = parseRefLine(packet.toString('utf8'));
      if (ref !== undefined) refs.push(ref);
    }
    throw new HoldfastError('GIT_PROTOCOL', 'The Git server closed the connection in the middle of its list of refs');
  }

  async fetchCommit(oid: string, { haves, store }: FetchOptions): Promise<ReadonlyMap<string, StoredObject>> {
    const { limits, clock } = this.#options;
    const { capabilities } = await this.#discover();
    const isShallow = capabilities.get('fetch')?.split(' ').includes('shallow') === true;
    const lines = ['thin-pack', 'no-progress', 'ofs-delta', `want ${oid}`];
    // A server that cannot stop at one commit sends all of the history; it must not think that we have any.
    if (isShallow) lines.push('deepen 1', ...haves.flatMap((have) => [`shallow ${have}`, `have ${have}`]));
    lines.push('done');
    const maxBytes = limits.packBytes + PACK_OVERHEAD_BYTES;
    const packets = await this.#command('fetch', lines, { deadlineMs: limits.fetchMs, maxBytes });
    const pack = await readFetchResponse(packets, limits.packBytes);
    return indexPack(pack, {
      limits,
      breathe: createBreather(clock),
      external: (base) => store.get(base),
      cache: store.caches.contents,
    });
  }

  /** Sends a command and hands out the packets of its answer. */
  async #command(
    name: string,
    lines: readonly string[],
    bounds: { deadlineMs: number; maxBytes: number },
  ): Promise<AsyncIterable<Packet>> {
    const server = await this.#discover();
    const { capabilities } = server;
    // What the server has not offered must not be sent to it.
    const head = [
      `command=${name}`,
      ...(capabilities.has('agent') ? [AGENT] : []),
      ...(capabilities.has('object-format') ? ['object-format=sha1'] : []),
    ];
    const packets = (texts: readonly string[]) => texts.map((text) => encodePacket(`${text}\n`)).join('');
    const url = `${server.baseUrl}/git-upload-pack`;
    try {
      const response = await this.#send('POST', url, {
        ...bounds,
        body: `${packets(head)}${DELIMITER_PACKET}${packets(lines)}${FLUSH_PACKET}`,
      });
      checked(response, url, 'application/x-git-upload-pack-result');
      return packetsOf(response.body);
    } catch (error) {
      // The repository may have moved or the server changed: ask anew next time.
      this.#server = undefined;
      throw error;
    }
  }

  /** Asks once what the server can do; concurrent and later calls share the answer. A failure is not kept. */
  async #discover(): Promise<ServerInfo> {
    this.#server ??= this.#askServer();
    try {
      return await this.#server;
    } catch (error) {
      this.#server = undefined;
      throw error;
    }
  }

  async #askServer(): Promise<ServerInfo> {
    const { limits } = this.#options;
    const bounds = { deadlineMs: limits.refsMs, maxBytes: limits.refsBytes };
    let baseUrl = this.#options.url;
    for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
      const url = discoveryUrl(baseUrl);
      const response = await this.#send('GET', url, bounds);
      if ([301, 302, 303, 307, 308].includes(response.status)) {
        response.cancel();
        baseUrl = redirectTarget(url, response.header('location'));
        continue;
      }
      checked(response, url, 'application/x-git-upload-pack-advertisement');
      return { baseUrl, capabilities: await readCapabilities(packetsOf(response.body)) };
    }
    throw new HoldfastError('GIT_PROTOCOL', `The Git server redirects more than ${MAX_REDIRECTS} times`);
  }

  #send(
    method: 'GET' | 'POST',
    url: string,
    bounds: { deadlineMs: number; maxBytes: number; body?: string },
  ): Promise<GitHttpResponse> {
    const { dispatcher, clock, limits, authorization } = this.#options;
    // Credentials are for the host they were given for; where it redirects to gets none.
    const isOwnOrigin = new URL(url).origin === new URL(this.#options.url).origin;
    const headers: Record<string, string> = {
      'git-protocol': 'version=2',
      'user-agent': 'git/holdfast',
      ...(authorization !== undefined && isOwnOrigin ? { authorization } : {}),
      ...(method === 'POST'
        ? {
            'content-type': 'application/x-git-upload-pack-request',
            accept: 'application/x-git-upload-pack-result',
          }
        : {}),
    };
    return exchange(dispatcher, clock, { method, url, headers, stallMs: limits.stallMs, ...bounds });
  }
}

async function* packetsOf(body: AsyncIterable<Buffer>): AsyncGenerator<Packet> {
  const decoder = new PktLineDecoder();
  for await (const chunk of body) {
    for (const packet of decoder.push(chunk)) {
      if (typeof packet !== 'string' && packet.toString('latin1', 0, 4) === 'ERR ') {
        throw remoteError(packet.toString('utf8', 4));
      }
      yield packet;
    }
  }
  decoder.end();
}

/** {@link checkResponse}, giving the connection back when it throws: what a refusing server sends may be endless. */
function checked(response: GitHttpResponse, url: string, contentType: string): void {
  try {
    checkResponse(response, url, contentType);
  } catch (error) {
    response.cancel();
    throw error;
  }
}
