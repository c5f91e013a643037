import { readFileSync } from 'node:fs';

import { Agent, type Dispatcher, request } from 'undici';

/** Where an API server is and how to be let in. */
export interface KubeEndpoint {
  /** `https://127.0.0.1:PORT`, without a path. */
  readonly url: string;
  readonly token: string;
  /** PEM file of the authority that signed the server's certificate. */
  readonly caFile: string;
}

/** An answer of the API server. */
export interface KubeResponse {
  readonly status: number;
  /** The decoded JSON, or the text where it is not JSON. */
  readonly body: unknown;
}

/** What to send with a request. */
export interface KubeRequestOptions {
  /** Sent as JSON; a string goes as it is. */
  readonly body?: unknown;
  /** Content type of the body; default `application/json`. */
  readonly contentType?: string;
  /** Milliseconds; default 30,000. */
  readonly timeoutMs?: number;
}

/**
 * Sends one request to the API server and returns its answer whatever its status; rejects only when there is no
 * answer. The server's certificate is verified.
 * @param target the method and the path with its query, as `GET /api/v1/nodes`
 */
export async function kubeRequest(
  endpoint: KubeEndpoint,
  target: `${Dispatcher.HttpMethod} /${string}`,
  options: KubeRequestOptions = {},
): Promise<KubeResponse> {
  const [method = 'GET', path = '/'] = target.split(' ', 2);
  const { body, contentType = 'application/json', timeoutMs = 30_000 } = options;
  const response = await request(`${endpoint.url}${path}`, {
    method,
    dispatcher: agentFor(endpoint.caFile),
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    headers: {
      authorization: `Bearer ${endpoint.token}`,
      accept: 'application/json',
      ...(body === undefined ? {} : { 'content-type': contentType }),
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: response.statusCode, body: decode(await response.body.text()) };
}

const agents = new Map<string, Agent>();

/** One agent per authority: a new one for each request would leave its sockets behind. */
function agentFor(caFile: string): Agent {
  const ca = readFileSync(caFile, 'utf8');
  const known = agents.get(ca);
  if (known !== undefined) return known;
  const agent = new Agent({ connect: { ca }, keepAliveTimeout: 1000 });
  agents.set(ca, agent);
  return agent;
}

function decode(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
