import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { HoldfastError } from '../lib/errors.ts';

/** TLS settings of one cluster, as `node:tls` takes them; PEM texts. */
export interface ClusterTls {
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  readonly servername?: string | undefined;
  readonly rejectUnauthorized?: boolean | undefined;
}

/** How to reach a cluster and prove who we are. */
export interface ClusterCredentials {
  /** Base URL of the API server without a trailing slash. */
  readonly server: string;
  readonly tls: ClusterTls;
  /** Headers that authenticate a request; tokens that expire are read again. */
  headers(): Promise<Readonly<Record<string, string>>>;
  /** Says that the server did not accept the headers: they are read again before the next request. */
  refused(): void;
}

/** Where credentials come from; without either, `KUBECONFIG`, `~/.kube/config`, then the Pod's service account. */
export interface CredentialOptions {
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
}

/** What the reading process prints. */
export type KubeconfigAnswer =
  | {
      readonly server: string;
      readonly tls: ClusterTls;
      readonly headers: Readonly<Record<string, string>>;
      /** True when the headers come from something that expires: a credential plugin or a provider. */
      readonly renewable: boolean;
    }
  | { readonly problem: string };

/** Time for which the answer of a credential plugin or a token file is used; a refusal ends it sooner. */
const RENEW_MS = 600_000;
/** Least time between two readings: a server that refuses everything must not cost a process a request. */
const PAUSE_MS = 10_000;

/**
 * Reads kubeconfig or in-cluster credentials, exec plugins and token files included.
 * @throws {HoldfastError} CONFIG_KUBECONFIG if the file is missing or unusable
 */
export async function loadClusterCredentials(options: CredentialOptions): Promise<ClusterCredentials> {
  const first = await readKubeconfig(options);
  return {
    server: first.server.replace(/\/+$/, ''),
    tls: first.tls,
    ...(first.renewable ? renewed(options, first.headers) : fixed(first.headers)),
  };
}

type Credentials = Exclude<KubeconfigAnswer, { problem: string }>;

async function readKubeconfig(options: CredentialOptions): Promise<Credentials> {
  const program = import.meta.filename.replace(/credentials\.(ts|js)$/, 'read-kubeconfig.$1');
  const { kubeconfig, context } = options;
  let answer: KubeconfigAnswer;
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [program, JSON.stringify({ kubeconfig, context })]);
    answer = JSON.parse(stdout) as KubeconfigAnswer;
  } catch (cause) {
    // Its output may hold credentials, so only the fact is told.
    throw new HoldfastError('CONFIG_KUBECONFIG', `Cannot read ${describeOrigin(options)}: the reading process failed`, {
      retry: 'never',
      cause: cause instanceof Error ? cause.name : undefined,
    });
  }
  if ('problem' in answer) {
    const message = `Cannot use ${describeOrigin(options)}: ${answer.problem}`;
    throw new HoldfastError('CONFIG_KUBECONFIG', message, { retry: 'never' });
  }
  return answer;
}

function describeOrigin(options: CredentialOptions): string {
  return options.kubeconfig === undefined ? 'the default kubeconfig' : `kubeconfig "${options.kubeconfig}"`;
}

type Authentication = Pick<ClusterCredentials, 'headers' | 'refused'>;

function fixed(headers: Credentials['headers']): Authentication {
  return { headers: () => Promise.resolve(headers), refused() {} };
}

function renewed(options: CredentialOptions, first: Credentials['headers']): Authentication {
  let headers = first;
  let dueMs = performance.now() + RENEW_MS;
  let notBeforeMs = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | undefined;
  const renew = async (): Promise<void> => {
    notBeforeMs = performance.now() + PAUSE_MS;
    try {
      ({ headers } = await readKubeconfig(options));
      dueMs = performance.now() + RENEW_MS;
    } finally {
      reading = undefined;
    }
  };
  return {
    refused() {
      dueMs = Number.NEGATIVE_INFINITY;
    },
    async headers() {
      const nowMs = performance.now();
      if (nowMs > dueMs && nowMs > notBeforeMs) reading ??= renew();
      await reading;
      return headers;
    },
  };
}
