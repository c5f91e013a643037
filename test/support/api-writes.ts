import { type KubeEndpoint, kubeRequest } from './controlplane/kube-request.ts';

/** Successful writes by `VERB resource`, as the API server counts them; dry-runs are none. */
export type WriteCounts = ReadonlyMap<string, number>;

const WRITES = new Set(['APPLY', 'POST', 'PUT', 'PATCH', 'DELETE', 'DELETECOLLECTION']);

/**
 * What has been written since the API server started, by its own metrics. `APPLY` comes from nobody but an operator in
 * these clusters, since Kubernetes' own controllers update and patch.
 */
export async function countWrites(endpoint: KubeEndpoint): Promise<WriteCounts> {
  const { body } = await kubeRequest(endpoint, 'GET /metrics');
  const counts = new Map<string, number>();
  for (const [, labels = '', value = '0'] of String(body).matchAll(/^apiserver_request_total\{(.*)\} (\S+)$/gm)) {
    const label = (name: string): string => new RegExp(`(?:^|,)${name}="([^"]*)"`).exec(labels)?.[1] ?? '';
    if (!WRITES.has(label('verb')) || label('dry_run') !== '' || !label('code').startsWith('2')) continue;
    const key = `${label('verb')} ${label('resource')}`;
    counts.set(key, (counts.get(key) ?? 0) + Number(value));
  }
  return counts;
}

/** The writes that `after` has more than `before`, as `VERB resource: count`. */
export function newWrites(before: WriteCounts, after: WriteCounts, only: RegExp = /./): string[] {
  return [...after]
    .filter(([key, count]) => only.test(key) && count > (before.get(key) ?? 0))
    .map(([key, count]) => `${key}: ${count - (before.get(key) ?? 0)}`);
}
