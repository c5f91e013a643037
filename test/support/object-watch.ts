import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Agent, request } from 'undici';

import type { KubeObject } from '../../src/object/kube-object.ts';
import type { KubeEndpoint } from './controlplane/kube-request.ts';

/** A change of the watched object, with the moment of its arrival. */
export interface ObservedEvent {
  readonly type: string;
  readonly object: KubeObject;
  /** `performance.now()` when it arrived. */
  readonly atMs: number;
}

/** A watch of one object. */
export interface ObjectWatch {
  /** The first event that `wanted` accepts, past or to come. */
  first(wanted: (event: ObservedEvent) => boolean): Promise<ObservedEvent>;
  stop(): void;
}

const agents = new Map<string, Agent>();

/** Watches one object from its resourceVersion on; resolves when the API server has accepted the watch. */
export async function watchObject(
  endpoint: KubeEndpoint,
  collection: string,
  object: KubeObject,
): Promise<ObjectWatch> {
  const { name, resourceVersion = '' } = object.metadata;
  const query = `watch=1&fieldSelector=metadata.name%3D${name}&resourceVersion=${resourceVersion}&timeoutSeconds=300`;
  const abort = new AbortController();
  const response = await request(`${endpoint.url}${collection}?${query}`, {
    dispatcher: agentFor(endpoint.caFile),
    headers: { authorization: `Bearer ${endpoint.token}`, accept: 'application/json' },
    headersTimeout: 30_000,
    bodyTimeout: 0,
    signal: abort.signal,
  });
  const events: ObservedEvent[] = [];
  const waiting = new Set<() => void>();
  response.body.on('error', () => undefined);
  createInterface({ input: response.body })
    .on('line', (line) => {
      const { type, object: seen } = JSON.parse(line) as { type: string; object: KubeObject };
      events.push({ type, object: seen, atMs: performance.now() });
      for (const look of waiting) look();
    })
    .on('error', () => undefined);
  return {
    first: (wanted) =>
      new Promise((resolve) => {
        const look = (): void => {
          const found = events.find(wanted);
          if (found === undefined) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
      }),
    stop: () => abort.abort(),
  };
}

function agentFor(caFile: string): Agent {
  const known = agents.get(caFile);
  if (known !== undefined) return known;
  const agent = new Agent({ connect: { ca: readFileSync(caFile, 'utf8') }, connections: 64 });
  agents.set(caFile, agent);
  return agent;
}
