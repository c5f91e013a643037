import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

import type { KubeEndpoint } from './controlplane/kube-request.ts';

/** One request that came to the proxy. */
export interface ProxiedRequest {
  readonly method: string;
  /** Path without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly userAgent: string;
  readonly contentType: string;
  readonly isWatch: boolean;
  /** Monotonic milliseconds at which it came. */
  readonly atMs: number;
  readonly requestBytes: number;
  /** The request's body as text. */
  readonly body: string;
  /** Status that the API server or a fault answered; 0 until then, and when there was no answer. */
  status: number;
  responseBytes: number;
  /** True once the API server has been asked. */
  forwarded: boolean;
  /** True once the whole answer has been handed to the client's connection. */
  delivered: boolean;
}

/** One line of a watch, as far as rules need it. */
export interface ProxiedEvent {
  readonly type: string;
  readonly object: { readonly kind?: string; readonly metadata?: { readonly name?: string } };
}

/** What goes wrong. `stall`, `drop`, `cut` and `expire` are for watches and work on those that are open, too. */
export type Fault =
  /** Answers in the API server's place, which is not asked. */
  | { readonly kind: 'answer'; readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  /** Closes the connection: before the API server is asked, or after it has done what was asked. */
  | { readonly kind: 'reset'; readonly when: 'before' | 'after' }
  /** Waits before the API server is asked. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** From the next line on says nothing any more, while the connection stays open. */
  | { readonly kind: 'stall' }
  /** Leaves out the events that `event` names. */
  | { readonly kind: 'drop'; readonly event: (event: ProxiedEvent) => boolean }
  /** Closes the connection after so many further lines; default 0. */
  | { readonly kind: 'cut'; readonly afterLines?: number }
  /** Ends the watch with an event that says 410 Gone, after so many further lines; default 0. */
  | { readonly kind: 'expire'; readonly afterLines?: number };

/** Which requests a fault hits. */
export interface FaultRule {
  readonly match: (request: ProxiedRequest) => boolean;
  readonly fault: Fault;
  /** How many requests it hits; default: all, until it is lifted. */
  readonly times?: number;
}

/** A rule in force. */
export interface InjectedFault {
  /** Requests (for `drop`: events) that it has hit. */
  readonly hits: number;
  /** Ends it. */
  lift(): void;
}

/** When the proxy tells of a request. */
export type ProxyMoment = 'arrived' | 'answered';

/** A running proxy. `await using` closes it. */
export interface FaultProxy extends AsyncDisposable {
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
  /** A kubeconfig whose server is the proxy and whose user is the endpoint's. */
  readonly kubeconfigPath: string;
  /** Every request so far, oldest first. */
  readonly requests: ProxiedRequest[];
  /**
   * Called and awaited when a request has arrived, before anything is done with it, and when the API server has
   * answered it, before the client hears of it.
   */
  observe: ((request: ProxiedRequest, moment: ProxyMoment) => void | Promise<void>) | undefined;
  /** Makes requests fail. Of several rules for one request the first that is in force counts. */
  inject(rule: FaultRule): InjectedFault;
  /** Lifts every rule. */
  heal(): void;
  /** Ends the open watches that `match` names: by closing the connection, or with 410. Returns how many. */
  endWatches(how: 'cut' | 'expire', match?: (request: ProxiedRequest) => boolean): number;
  close(): Promise<void>;
}

/**
 * Starts a reverse proxy on loopback in front of an API server: plain HTTP on its own side, verified TLS on the other.
 * Credentials of the client are passed on.
 */
export async function startFaultProxy(endpoint: KubeEndpoint): Promise<FaultProxy> {
  const dir = await mkdtemp(path.join(tmpdir(), 'holdfast-proxy-'));
  const agent = new Agent({ keepAlive: true, ca: readFileSync(endpoint.caFile) });
  const proxy = new Proxy(endpoint, agent, dir);
  await proxy.listen();
  return proxy;
}

interface ActiveRule extends FaultRule, InjectedFault {
  hits: number;
  lifted: boolean;
}

interface Exchange {
  readonly record: ProxiedRequest;
  readonly incoming: IncomingMessage;
  readonly response: ServerResponse;
  /** The first rule that hit when the request arrived. */
  readonly rule: ActiveRule | undefined;
}

const EXPIRED = { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'Expired', code: 410 } as const;

class Proxy implements FaultProxy {
  readonly requests: ProxiedRequest[] = [];
  observe: FaultProxy['observe'];
  readonly kubeconfigPath: string;
  url = '';
  readonly #endpoint: KubeEndpoint;
  readonly #agent: Agent;
  readonly #dir: string;
  readonly #server: Server;
  #rules: ActiveRule[] = [];
  readonly #watches = new Map<ProxiedRequest, WatchRelay>();

  constructor(endpoint: KubeEndpoint, agent: Agent, dir: string) {
    this.#endpoint = endpoint;
    this.#agent = agent;
    this.#dir = dir;
    this.kubeconfigPath = path.join(dir, 'kubeconfig');
    this.#server = createServer({ keepAliveTimeout: 120_000, requestTimeout: 0 }, (incoming, response) => {
      this.#serve(incoming, response).catch(() => response.destroy());
    });
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    await writeFile(this.kubeconfigPath, kubeconfigOf(this.url, this.#endpoint.token), { mode: 0o600 });
  }

  inject(rule: FaultRule): InjectedFault {
    const active: ActiveRule = {
      ...rule,
      hits: 0,
      lifted: false,
      lift: () => {
        active.lifted = true;
      },
    };
    this.#rules.push(active);
    return active;
  }

  heal(): void {
    for (const rule of this.#rules) rule.lift();
    this.#rules = [];
  }

  endWatches(how: 'cut' | 'expire', match: (request: ProxiedRequest) => boolean = () => true): number {
    const relays = [...this.#watches.values()].filter(({ record }) => match(record));
    for (const relay of relays) relay.end(how);
    return relays.length;
  }

  async close(): Promise<void> {
    this.heal();
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
    this.#agent.destroy();
    await rm(this.#dir, { recursive: true, force: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const record = recordOf(incoming, await readBody(incoming));
    this.requests.push(record);
    response.on('finish', () => {
      record.delivered = true;
    });
    await this.observe?.(record, 'arrived');
    const rule = this.#hit(record);
    const exchange = { record, incoming, response, rule };
    if (response.destroyed || response.socket?.destroyed !== false) return;
    if (rule?.fault.kind === 'answer') answerInstead(record, response, rule.fault);
    else if (rule?.fault.kind === 'reset' && rule.fault.when === 'before') response.destroy();
    else {
      if (rule?.fault.kind === 'delay') await waitFor(rule.fault.ms);
      await this.#forward(exchange);
    }
  }

  /** The rule for a request, counted; faults of open watches count when they strike. */
  #hit(record: ProxiedRequest): ActiveRule | undefined {
    const rule = this.#ruleFor(record);
    if (rule !== undefined && !['stall', 'drop'].includes(rule.fault.kind)) rule.hits += 1;
    return rule;
  }

  #ruleFor(record: ProxiedRequest): ActiveRule | undefined {
    return this.#rules.find(
      (rule) => !rule.lifted && rule.hits < (rule.times ?? Number.POSITIVE_INFINITY) && rule.match(record),
    );
  }

  #forward(exchange: Exchange): Promise<void> {
    const { record, incoming, response } = exchange;
    const { url, caFile: _caFile } = this.#endpoint;
    record.forwarded = true;
    return new Promise((resolve) => {
      const headers = { ...incoming.headers, host: new URL(url).host };
      const upstream = httpsRequest(`${url}${incoming.url ?? '/'}`, {
        method: record.method,
        headers,
        agent: this.#agent,
      });
      const giveUp = (): void => {
        response.destroy();
        upstream.destroy();
        resolve();
      };
      // The API server has to learn that its client is gone, as it would without a proxy in between.
      response.on('close', giveUp);
      upstream.on('error', giveUp);
      upstream.on('response', (answer) => {
        record.status = answer.statusCode ?? 0;
        answer.on('error', giveUp);
        this.#relay(exchange, answer).then(resolve, giveUp);
      });
      upstream.end(record.body);
    });
  }

  async #relay(exchange: Exchange, answer: IncomingMessage): Promise<void> {
    const { record, response, rule } = exchange;
    if (record.isWatch && record.status === 200) {
      await this.#relayWatch(exchange, answer);
      return;
    }
    const body = await readBody(answer);
    await this.observe?.(record, 'answered');
    if (rule?.fault.kind === 'reset') response.destroy();
    if (response.destroyed) return;
    record.responseBytes = body.length;
    response.writeHead(record.status, endToEndHeaders(answer)).end(body);
  }

  async #relayWatch(exchange: Exchange, answer: IncomingMessage): Promise<void> {
    const { record, response } = exchange;
    const relay = new WatchRelay(exchange, () => this.#ruleFor(record));
    this.#watches.set(record, relay);
    response.writeHead(200, endToEndHeaders(answer));
    response.flushHeaders();
    try {
      for await (const chunk of answer) relay.take(chunk as Buffer);
      if (!relay.silent) response.end();
    } finally {
      this.#watches.delete(record);
    }
  }
}

/** Passes a watch on line by line. */
class WatchRelay {
  readonly record: ProxiedRequest;
  silent = false;
  readonly #response: ServerResponse;
  readonly #rule: () => ActiveRule | undefined;
  #pending = '';
  #lines = 0;
  /** `cut` and `expire` were counted when the watch was opened and stay with it. */
  #own: ActiveRule | undefined;

  constructor(exchange: Exchange, rule: () => ActiveRule | undefined) {
    this.record = exchange.record;
    this.#response = exchange.response;
    this.#own = exchange.rule;
    this.#rule = rule;
    this.#endIfDue();
  }

  take(chunk: Buffer): void {
    const lines = (this.#pending + chunk.toString('latin1')).split('\n');
    this.#pending = lines.pop() ?? '';
    for (const line of lines) this.#pass(line);
  }

  end(how: 'cut' | 'expire'): void {
    if (how === 'expire') {
      this.#response.end(`${JSON.stringify({ type: 'ERROR', object: EXPIRED })}\n`);
    } else this.#response.destroy();
  }

  #pass(line: string): void {
    const rule = this.#rule();
    const fault = rule?.fault;
    if (rule !== undefined && fault?.kind === 'stall' && !this.silent) {
      this.silent = true;
      rule.hits += 1;
    }
    if (this.silent || this.#isOver() || this.#response.writableEnded || this.#response.destroyed) return;
    if (rule !== undefined && fault?.kind === 'drop') {
      const event = JSON.parse(Buffer.from(line, 'latin1').toString()) as ProxiedEvent;
      if (fault.event(event)) {
        rule.hits += 1;
        return;
      }
    }
    this.#lines += 1;
    this.record.responseBytes += line.length + 1;
    // What is written would be lost with the connection if that were closed at once.
    this.#response.write(`${line}\n`, 'latin1', () => this.#endIfDue());
  }

  #endIfDue(): void {
    const fault = this.#own?.fault;
    if (this.#isOver() && (fault?.kind === 'cut' || fault?.kind === 'expire')) this.end(fault.kind);
  }

  #isOver(): boolean {
    const fault = this.#own?.fault;
    return (fault?.kind === 'cut' || fault?.kind === 'expire') && this.#lines >= (fault.afterLines ?? 0);
  }
}

function recordOf(incoming: IncomingMessage, body: Buffer): ProxiedRequest {
  const url = new URL(incoming.url ?? '/', 'http://loopback');
  return {
    method: incoming.method ?? '',
    path: url.pathname,
    query: url.searchParams,
    userAgent: incoming.headers['user-agent'] ?? '',
    contentType: incoming.headers['content-type'] ?? '',
    isWatch: ['1', 'true'].includes(url.searchParams.get('watch') ?? ''),
    atMs: performance.now(),
    requestBytes: body.length,
    body: body.toString(),
    status: 0,
    responseBytes: 0,
    forwarded: false,
    delivered: false,
  };
}

async function readBody(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Answers with the kind of object that the API server would send. */
function answerInstead(
  record: ProxiedRequest,
  response: ServerResponse,
  fault: Extract<Fault, { kind: 'answer' }>,
): void {
  record.status = fault.status;
  const message = `fault: ${fault.status} instead of ${record.method} ${record.path}`;
  const body = JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', message, code: fault.status });
  record.responseBytes = body.length;
  response.writeHead(fault.status, { 'content-type': 'application/json', ...fault.headers }).end(body);
}

const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'transfer-encoding', 'content-length']);

function endToEndHeaders(answer: IncomingMessage): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(answer.headers)) {
    if (value !== undefined && !HOP_BY_HOP.has(name)) headers[name] = value;
  }
  return headers;
}

async function waitFor(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}

function kubeconfigOf(server: string, token: string): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    // The client library takes plain HTTP only together with this; there is no TLS on this side to skip.
    clusters: [{ name: 'proxy', cluster: { server, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'user', user: { token } }],
    contexts: [{ name: 'proxy', context: { cluster: 'proxy', user: 'user' } }],
    'current-context': 'proxy',
  });
}

/** True for a server-side apply that is meant: dry runs change nothing. */
export function isApply(request: ProxiedRequest): boolean {
  return request.contentType.startsWith('application/apply-patch') && !request.query.has('dryRun');
}

/** True for every request that changes something in the cluster. */
export function isWrite(request: ProxiedRequest): boolean {
  return request.method !== 'GET' && !request.query.has('dryRun');
}
