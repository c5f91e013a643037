// A program of its own, run by credentials.ts: reads a kubeconfig with the Kubernetes client library, prints what it
// says as JSON and ends. The library costs 50 MB of resident memory, which a long-lived operator need not hold.
import type { RequestOptions } from 'node:https';
import { KubeConfig } from '@kubernetes/client-node';
import type { CredentialOptions, KubeconfigAnswer } from './credentials.ts';

/** What the library found, or why it could not. */
async function read(options: CredentialOptions): Promise<KubeconfigAnswer> {
  const config = new KubeConfig();
  if (options.kubeconfig === undefined) config.loadFromDefault();
  else config.loadFromFile(options.kubeconfig);
  if (options.context !== undefined) config.setCurrentContext(options.context);
  const cluster = config.getCurrentCluster();
  const user = config.getCurrentUser();
  if (cluster === null || cluster.server === undefined) {
    return {
      problem: `context "${config.getCurrentContext()}" names no cluster; set current-context or pass --context`,
    };
  }
  const answer: RequestOptions = {};
  await config.applyToHTTPSOptions(answer);
  const renewable = user !== null && (user.exec !== undefined || user.authProvider !== undefined);
  return {
    server: cluster.server,
    tls: {
      ca: pem(answer.ca),
      cert: pem(answer.cert),
      key: pem(answer.key),
      servername: answer.servername,
      rejectUnauthorized: answer.rejectUnauthorized,
    },
    headers: headersOf(answer),
    renewable,
  };
}

function pem(value: unknown): string | undefined {
  if (Buffer.isBuffer(value)) return value.toString();
  return typeof value === 'string' ? value : undefined;
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

/** What a parser says goes on with an excerpt of the text, which may hold credentials. */
function problemOf(error: unknown): string {
  if (error instanceof SyntaxError) return 'what its credential plugin printed is not JSON';
  const message = error instanceof Error ? error.message : String(error);
  return message.trim().split('\n')[0] ?? '';
}

let answer: KubeconfigAnswer;
try {
  answer = await read(JSON.parse(process.argv[2] ?? '{}') as CredentialOptions);
} catch (error) {
  answer = { problem: problemOf(error) };
}
process.stdout.write(JSON.stringify(answer));
