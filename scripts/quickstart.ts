// Shows Holdfast at work on this machine: a control plane, a Git server, the operator and an Application.
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import { type ClusterClient, createClusterClient } from '../src/cluster/client.ts';
import { loadClusterCredentials } from '../src/cluster/credentials.ts';
import { systemClock } from '../src/lib/clock.ts';
import { HoldfastError } from '../src/lib/errors.ts';
import type { KubeObject } from '../src/object/kube-object.ts';
import { resolvePrograms } from '../test/support/controlplane/binaries.ts';
import { openProcessGroup, type ProcessGroup } from '../test/support/controlplane/processes.ts';
import { type ControlPlane, startControlPlane } from '../test/support/controlplane/start.ts';
import type { ExampleRepository } from './quickstart/example-repository.ts';
import { freePortOr0, logTail, type QuickstartOperator, startOperatorProcess } from './quickstart/operator.ts';
import { type Progress, startProgress } from './quickstart/progress.ts';
import { showRepair } from './quickstart/show-repair.ts';
import { waitForObject } from './quickstart/wait-for-object.ts';

const ROOT = path.dirname(import.meta.dirname);
const DEFAULT_PORT = 8080;
const DEFAULT_METRICS_PORT = 8082;
const USAGE = `Usage: npm run quickstart [-- --once]

Starts a Kubernetes control plane, a Git server with an example repository and Holdfast, deploys the example, shows a
repair, and keeps running until Ctrl-C. Everything is on loopback and in temporary folders, which are removed at the end.

  --once   stop after the demonstration; the exit status is 0 when all of it worked
  --help   this text
`;

interface Scene {
  readonly dir: string;
  readonly controlPlane: ControlPlane;
  readonly repository: ExampleRepository;
  readonly operator: QuickstartOperator;
  readonly client: ClusterClient;
}

const code = await main(process.argv.slice(2));
process.exit(code);

async function main(args: readonly string[]): Promise<number> {
  const flags = parseFlags(args);
  if (flags === undefined) return 2;
  if (flags.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const interrupt = new AbortController();
  listenForSignals(interrupt);
  const progress = startProgress();
  const resources = new AsyncDisposableStack();
  try {
    const scene = await setTheScene(progress, resources, interrupt.signal);
    await demonstrate(scene, progress, interrupt.signal);
    process.stdout.write(guide(scene));
    if (flags.once) {
      process.stdout.write('\n--once: all of it worked and now stops. Run "npm run quickstart" to try these.\n');
      return 0;
    }
    process.stdout.write('\nCtrl-C stops everything and removes it.\n');
    await untilInterrupted(scene.operator, interrupt.signal);
    return 0;
  } catch (error) {
    if (interrupt.signal.aborted) return 130;
    process.stderr.write(`quickstart: ${HoldfastError.from(error).message}\n`);
    return 1;
  } finally {
    progress.say('Stopping');
    await resources.disposeAsync();
  }
}

function parseFlags(args: readonly string[]): { once: boolean; help: boolean } | undefined {
  const options = { once: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } } as const;
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    process.stderr.write(`quickstart: ${HoldfastError.from(error).message}\n\n${USAGE}`);
    return undefined;
  }
}

/** The first signal ends it in order; one that comes later ends the process, and with it whatever still runs. */
function listenForSignals(interrupt: AbortController): void {
  let firstAt = 0;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      // npm and the terminal both pass Ctrl-C on, so that one key arrives twice.
      if (interrupt.signal.aborted && performance.now() - firstAt > 500) process.exit(130);
      firstAt ||= performance.now();
      interrupt.abort(new Error('interrupted'));
    });
  }
}

async function setTheScene(progress: Progress, resources: AsyncDisposableStack, signal: AbortSignal): Promise<Scene> {
  requireGit();
  const dir = mkdtempSync(path.join(tmpdir(), 'holdfast-quickstart-'));
  const group = openProcessGroup(dir);
  resources.defer(() => group.close());
  const controlPlane = await progress.during('Starting a Kubernetes control plane', (detail) =>
    unlessInterrupted(
      signal,
      startControlPlane({
        log: (line) => {
          detail(line);
          progress.say(line);
        },
      }),
    ),
  );
  resources.defer(() => controlPlane.stop());
  progress.say(`Kubernetes API server at ${controlPlane.url}`);
  // Loaded only now: it asks git for its own folder at once.
  const { serveExample } = await import('./quickstart/example-repository.ts');
  const repository = await serveExample(path.join(ROOT, 'manifests/examples/repository'), dir);
  resources.defer(() => repository.server.close());
  progress.say(`Git server with the example repository: ${repository.url}`);
  await writeKubectl(dir, controlPlane);
  await progress.during('Applying CustomResourceDefinitions, settings and the Application', () =>
    install(controlPlane, repository),
  );
  const operator = await startOperator(progress, { dir, controlPlane, group });
  resources.defer(() => stopOperator(operator));
  const credentials = await loadClusterCredentials({ kubeconfig: controlPlane.kubeconfigPath });
  const client = createClusterClient(credentials, { clock: systemClock, userAgent: 'quickstart' });
  resources.defer(() => client.close());
  return { dir, controlPlane, repository, operator, client };
}

function requireGit(): void {
  try {
    execFileSync('git', ['--version'], { stdio: 'ignore' });
  } catch (error) {
    throw new Error('Git is missing, and the example needs it. Install it: apt-get install -y git', { cause: error });
  }
}

/** A control plane whose start is interrupted ends with this process. */
async function unlessInterrupted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const interrupted = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error));
  });
  return Promise.race([work, interrupted]);
}

/** Not everybody has kubectl, and the control plane's own is of the right version. */
async function writeKubectl(dir: string, controlPlane: ControlPlane): Promise<void> {
  const programs = await resolvePrograms({ log: () => undefined });
  const file = path.join(dir, 'bin', 'kubectl');
  mkdirSync(path.dirname(file));
  const command = [...programs.kubectl, `--kubeconfig=${controlPlane.kubeconfigPath}`]
    .map((word) => `'${word}'`)
    .join(' ');
  writeFileSync(file, `#!/bin/sh\nexec ${command} "$@"\n`);
  chmodSync(file, 0o755);
}

async function install(controlPlane: ControlPlane, repository: ExampleRepository): Promise<void> {
  await kubectl(controlPlane, ['apply', '--server-side', '-f', path.join(ROOT, 'crds')]);
  await kubectl(controlPlane, ['create', 'namespace', 'argocd']);
  // The default, two to three minutes, is too long for somebody who waits for his push.
  const settings = ['--from-literal=timeout.reconciliation=5s', '--from-literal=timeout.reconciliation.jitter=0s'];
  await kubectl(controlPlane, ['-n', 'argocd', 'create', 'configmap', 'argocd-cm', ...settings]);
  const manifest = readFileSync(path.join(ROOT, 'manifests/examples/applications/web.yaml'), 'utf8');
  const local = manifest.replace(/^(\s*repoURL:).*$/m, `$1 ${repository.url}`);
  await untilServed(controlPlane, '/apis/argoproj.io/v1alpha1/applications');
  await kubectl(controlPlane, ['apply', '-f', '-'], local);
}

/** The API server serves a new kind a moment after it has taken its definition. */
async function untilServed(controlPlane: ControlPlane, list: string): Promise<void> {
  while ((await controlPlane.kubectl(['get', '--raw', list])).code !== 0) await sleep(100);
}

async function kubectl(controlPlane: ControlPlane, args: readonly string[], input?: string): Promise<void> {
  const result = await controlPlane.kubectl(args, input === undefined ? {} : { input });
  if (result.code !== 0) throw new Error(`"kubectl ${args.join(' ')}" failed:\n${result.stderr}`);
}

async function startOperator(
  progress: Progress,
  parts: { dir: string; controlPlane: ControlPlane; group: ProcessGroup },
): Promise<QuickstartOperator> {
  const port = await freePortOr0('127.0.0.1', DEFAULT_PORT);
  const metricsPort = await freePortOr0('0.0.0.0', DEFAULT_METRICS_PORT);
  const operator = await progress.during('Starting Holdfast', () =>
    startOperatorProcess({
      kubeconfig: parts.controlPlane.kubeconfigPath,
      logFile: path.join(parts.dir, 'operator.log'),
      port,
      metricsPort,
      group: parts.group,
    }),
  );
  if (port === 0) progress.say(`Port ${DEFAULT_PORT} is taken: the page is on port ${operator.port}`);
  if (metricsPort === 0) progress.say(`Port ${DEFAULT_METRICS_PORT} is taken: metrics are on ${operator.metricsPort}`);
  return operator;
}

async function stopOperator(operator: QuickstartOperator): Promise<void> {
  operator.process.kill('SIGTERM');
  await operator.process.ended();
}

async function demonstrate(scene: Scene, progress: Progress, interrupted: AbortSignal): Promise<void> {
  const { client, operator } = scene;
  const ended = new AbortController();
  operator.process.onEnd(() => ended.abort(new Error(`The operator has ended. ${logTail(operator.logFile)}`)));
  const signal = AbortSignal.any([interrupted, ended.signal]);
  await waitUntilHealthy(client, progress, signal);
  progress.say('Now "somebody" scales the Deployment from 2 to 5 replicas by hand');
  const { tookMs, event } = await showRepair(client, signal);
  progress.say(`Put back ${tookMs.toFixed(0)} ms after the change. The Event says:`);
  progress.say(`  ${event}`);
  await waitUntilHealthy(client, progress, signal);
}

async function waitUntilHealthy(client: ClusterClient, progress: Progress, signal: AbortSignal): Promise<void> {
  await progress.during('Application argocd/web: waiting for Synced, Healthy and 2 Ready replicas', async (detail) => {
    let last = '';
    const tell = (text: string): void => {
      detail(text);
      if (text !== last) progress.say(text);
      last = text;
    };
    const isHealthy = (application: KubeObject): boolean => {
      const { sync, health, conditions = [] } = (application['status'] ?? {}) as ApplicationStatus;
      const trouble = conditions.map(({ type, message }) => `; ${type}: ${message}`).join('');
      tell(`Application argocd/web: ${sync?.status ?? 'Unknown'}, ${health?.status ?? 'Unknown'}${trouble}`);
      return sync?.status === 'Synced' && health?.status === 'Healthy';
    };
    const applications = '/apis/argoproj.io/v1alpha1/namespaces/argocd/applications?fieldSelector=metadata.name%3Dweb';
    await waitForObject(client, { list: applications, what: 'a healthy Application', signal, until: isHealthy });
    const isReady = (deployment: KubeObject): boolean => {
      const { readyReplicas = 0, replicas = 0 } = deployment['status'] as { readyReplicas?: number; replicas?: number };
      return readyReplicas === 2 && replicas === 2;
    };
    const deployments = '/apis/apps/v1/namespaces/web/deployments?fieldSelector=metadata.name%3Dweb';
    await waitForObject(client, { list: deployments, what: 'a Deployment with 2 replicas', signal, until: isReady });
    tell('Deployment web/web: 2 of 2 replicas Ready');
  });
}

interface ApplicationStatus {
  readonly sync?: { readonly status?: string };
  readonly health?: { readonly status?: string };
  readonly conditions?: readonly { readonly type: string; readonly message: string }[];
}

function guide({ dir, controlPlane, repository, operator }: Scene): string {
  return `
Holdfast runs.

  Page          http://127.0.0.1:${operator.port}/
  Metrics       http://127.0.0.1:${operator.metricsPort}/metrics
  Operator log  ${operator.logFile}
  Kubeconfig    ${controlPlane.kubeconfigPath}
  Git           ${repository.url}
  Clone         ${repository.cloneDir}

What to try next, in another terminal:

  export PATH=${dir}/bin:$PATH    # a kubectl that talks to this cluster

  # See the Application, and what Holdfast has to say about it
  kubectl -n argocd get applications
  kubectl -n argocd get events
  kubectl -n web get all

  # Change Git: the cluster follows within about 5 seconds
  cd ${repository.cloneDir}
  sed -i 's/replicas: 2/replicas: 3/' web/deployment.yaml
  git commit -qam 'Three of them' && git push -q
  kubectl -n web get deployment web --watch

  # Change the cluster: it comes back
  kubectl -n web delete service web
  kubectl -n web get service web

  # Delete the Application: what it deployed goes with it
  kubectl -n argocd delete application web
`;
}

async function untilInterrupted(operator: QuickstartOperator, signal: AbortSignal): Promise<void> {
  const ended = operator.process.ended().then(() => {
    if (!signal.aborted) throw new Error(`The operator has ended. ${logTail(operator.logFile)}`);
  });
  const interrupted = new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve());
    if (signal.aborted) resolve();
  });
  await Promise.race([ended, interrupted]);
}
