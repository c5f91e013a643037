import type { RequestOptions } from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import { HoldfastError } from '../lib/errors.ts';

/** TLS settings of one cluster, as `node:tls` takes them. */
export interface ClusterTls {
  readonly ca?: string | Buffer;
  readonly cert?: string | Buffer;
  readonly key?: string | Buffer;
  readonly servername?: string;
  readonly rejectUnauthorized?: boolean;
}

/** How to reach a cluster and prove who we are. */
export interface ClusterCredentials {
  /** Base URL of the API server without a trailing slash. */
  readonly server: string;
  readonly tls: ClusterTls;
  /** Headers that authenticate a request; tokens that expire are renewed by the library behind it. */
  headers(): Promise<Record<string, string>>;
}

/** Where credentials come from; without either, `KUBECONFIG`, `~/.kube/config`, then the Pod's service account. */
export interface CredentialOptions {
  readonly kubeconfig?: string;
  readonly context?: string;
}

/** Time for which an answer of the credential library is used again, in milliseconds. */
const HEADER_CACHE_MS = 30_000;

/**
 * Reads kubeconfig or in-cluster credentials, exec plugins and token files included.
 * @throws {HoldfastError} CONFIG_KUBECONFIG if the file is missing or unusable
 */
export async function loadClusterCredentials(options: CredentialOptions): Promise<ClusterCredentials> {
  const config = await readKubeConfig(options);
  const cluster = config.getCurrentCluster();
  if (cluster === null || cluster.server === undefined) {
    throw new HoldfastError(
      'CONFIG_KUBECONFIG',
      `Cannot find a cluster in ${describeOrigin(options)}: context "${config.getCurrentContext()}" names none. Set current-context or pass --context`,
      { retry: 'never' },
    );
  }
  const first = await readAuthentication(config);
  return { server: cluster.server.replace(/\/+$/, ''), tls: tlsOf(first), headers: cachedHeaders(config, first) };
}

async function readKubeConfig(options: CredentialOptions): Promise<KubeConfig> {
  // Loaded late: the library costs half a second and 50 MB, which `holdfast --help` should not pay.
  const { KubeConfig } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  try {
    if (options.kubeconfig === undefined) config.loadFromDefault();
    else config.loadFromFile(options.kubeconfig);
    if (options.context !== undefined) config.setCurrentContext(options.context);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new HoldfastError('CONFIG_KUBECONFIG', `Cannot read ${describeOrigin(options)}: ${why}`, {
      retry: 'never',
      cause,
    });
  }
  return config;
}

function describeOrigin(options: CredentialOptions): string {
  return options.kubeconfig === undefined ? 'the default kubeconfig' : `kubeconfig "${options.kubeconfig}"`;
}

async function readAuthentication(config: KubeConfig): Promise<RequestOptions> {
  const answer: RequestOptions = {};
  try {
    await config.applyToHTTPSOptions(answer);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new HoldfastError('CONFIG_KUBECONFIG', `Cannot get credentials for the cluster: ${why}`, { cause });
  }
  return answer;
}

function tlsOf(answer: RequestOptions): ClusterTls {
  const { ca, cert, key, servername, rejectUnauthorized } = answer;
  return {
    ...(ca === undefined ? {} : { ca: ca as string | Buffer }),
    ...(cert === undefined ? {} : { cert: cert as string | Buffer }),
    ...(key === undefined ? {} : { key: key as string | Buffer }),
    ...(servername === undefined ? {} : { servername }),
    ...(rejectUnauthorized === undefined ? {} : { rejectUnauthorized }),
  };
}

function headersOf(answer: RequestOptions): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(answer.headers ?? {})) {
    if (typeof value === 'string') headers[name] = value;
  }
  if (typeof answer.auth === 'string') {
    headers['Authorization'] = `Basic ${Buffer.from(answer.auth).toString('base64')}`;
  }
  return headers;
}

function cachedHeaders(config: KubeConfig, first: RequestOptions): () => Promise<Record<string, string>> {
  let cached = Promise.resolve(headersOf(first));
  let readAt = performance.now();
  return async () => {
    if (performance.now() - readAt > HEADER_CACHE_MS) {
      readAt = performance.now();
      const previous = cached;
      cached = readAuthentication(config).then(headersOf);
      // A credential plugin that fails once must not poison the next 30 seconds.
      cached.catch(() => {
        cached = previous;
        readAt = Number.NEGATIVE_INFINITY;
      });
    }
    return cached;
  };
}
