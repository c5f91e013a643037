import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { TestCluster } from './cluster-fixture.ts';
import { type KubeEndpoint, kubeRequest } from './controlplane/kube-request.ts';
import { eventually } from './eventually.ts';

/** How to start an operator. */
export interface OperatorStart {
  readonly kubeconfig: string;
  /** Control namespace; created by the operator when it is missing. Default `argocd`. */
  readonly namespace?: string;
  readonly logLevel?: 'debug' | 'info' | 'warn' | 'error';
  /** Whether to wait until it has read its Applications; default true. */
  readonly ready?: boolean;
}

/** One line of the operator's log, decoded. */
export type LogLine = Readonly<Record<string, unknown>> & { readonly msg?: string; readonly level?: string };

/** An operator in a process of its own, started as users start it. */
export interface RunningOperator {
  readonly port: number;
  readonly metricsPort: number;
  readonly pid: number;
  /** Everything printed so far, as it was printed; standard error included. */
  output(): string;
  /** The JSON lines of standard output so far, oldest first. */
  logs(): readonly LogLine[];
  /** The first line that `wanted` accepts, past or to come. */
  waitForLog(wanted: (line: LogLine) => boolean): Promise<LogLine>;
  /** Resolves when `/readyz` agrees. */
  waitUntilReady(): Promise<void>;
  /** Text of `/metrics`. */
  metrics(): Promise<string>;
  /** Asks it to end and returns its exit status. */
  stop(): Promise<number | null>;
  /** Sends a signal; after SIGKILL resolves when the process is gone. */
  kill(signal: NodeJS.Signals): Promise<void>;
}

const BIN: string = fileURLToPath(new URL('../../bin/holdfast.mjs', import.meta.url));

/**
 * Starts `holdfast controller` on free ports and resolves when it has read its Applications. The process is ended with
 * this one at the latest.
 */
export async function startOperator(options: OperatorStart): Promise<RunningOperator> {
  const { kubeconfig, namespace = 'argocd', logLevel = 'info' } = options;
  const flags = ['--kubeconfig', kubeconfig, '--namespace', namespace, '--log-level', logLevel];
  const child = spawn(process.execPath, [BIN, 'controller', ...flags, '--port', '0', '--metrics-port', '0'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent' },
  });
  const endWithUs = (): void => void child.kill('SIGKILL');
  process.once('exit', endWithUs);
  child.once('exit', () => process.off('exit', endWithUs));
  try {
    return await whenStarted(child, options.ready !== false);
  } catch (error) {
    // Nobody has a handle to end it by.
    child.kill('SIGKILL');
    throw error;
  }
}

async function whenStarted(child: ChildProcess, ready: boolean): Promise<RunningOperator> {
  const printed = collectOutput(child);
  const started = await waitForLine(child, printed, (line) => line.msg === 'operator started');
  const metricsPort = started['metricsPort'] as number;
  const waitUntilReady = async (): Promise<void> => {
    await eventually(
      async () => ((await fetch(`http://127.0.0.1:${metricsPort}/readyz`)).ok ? true : undefined),
      () => `the operator is not ready:\n${printed.text.join('\n')}`,
    );
  };
  if (ready) await waitUntilReady();
  return {
    port: started['port'] as number,
    metricsPort,
    pid: child.pid ?? 0,
    output: () => printed.text.join('\n'),
    logs: () => printed.lines,
    waitForLog: (wanted) => waitForLine(child, printed, wanted),
    waitUntilReady,
    metrics: async () => (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text(),
    stop: () => end(child, 'SIGTERM'),
    kill: async (signal) => {
      if (signal === 'SIGKILL') await end(child, signal);
      else child.kill(signal);
    },
  };
}

/** Installs Holdfast's CustomResourceDefinitions as the documentation says, and waits until they are served. */
export async function installCrds(cluster: KubeEndpoint & Pick<TestCluster, 'kubectl'>): Promise<void> {
  const crds = fileURLToPath(new URL('../../crds/', import.meta.url));
  const applied = await cluster.kubectl(['apply', '--server-side', '-f', crds]);
  if (applied.code !== 0) throw new Error(`cannot install the CRDs: ${applied.stderr}`);
  await eventually(
    async () => {
      const { status } = await kubeRequest(cluster, 'GET /apis/argoproj.io/v1alpha1/applications?limit=1');
      return status === 200 ? true : undefined;
    },
    () => 'the API server does not serve Applications',
  );
}

interface Printed {
  readonly text: string[];
  readonly lines: LogLine[];
}

function collectOutput(child: ChildProcess): Printed {
  const printed: Printed = { text: [], lines: [] };
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new Error('the operator has no output');
  createInterface({ input: stdout }).on('line', (line) => {
    printed.text.push(line);
    const decoded = decode(line);
    if (decoded === undefined) return;
    printed.lines.push(decoded);
    child.emit('log');
  });
  createInterface({ input: stderr }).on('line', (line) => printed.text.push(line));
  return printed;
}

function decode(line: string): LogLine | undefined {
  try {
    return JSON.parse(line) as LogLine;
  } catch {
    // Not every line needs to be JSON: a crash prints its stack.
    return undefined;
  }
}

async function waitForLine(
  child: ChildProcess,
  printed: Printed,
  wanted: (line: LogLine) => boolean,
): Promise<LogLine> {
  return eventually(
    () => {
      const found = printed.lines.find(wanted);
      if (found === undefined && child.exitCode !== null) {
        throw new Error(`the operator ended with status ${child.exitCode}:\n${printed.text.join('\n')}`);
      }
      return Promise.resolve(found);
    },
    () => `the operator never logged what was waited for:\n${printed.text.join('\n')}`,
  );
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const gone = new Promise<number | null>((resolve) => child.once('exit', resolve));
  child.kill(signal);
  return gone;
}
