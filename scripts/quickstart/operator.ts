import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import type { ProcessGroup, RunningProcess } from '../../test/support/controlplane/processes.ts';

const ROOT = path.dirname(path.dirname(import.meta.dirname));

/** An operator that has started. */
export interface QuickstartOperator {
  readonly port: number;
  readonly metricsPort: number;
  readonly logFile: string;
  readonly process: RunningProcess;
}

/** What to start. */
export interface QuickstartOperatorOptions {
  readonly kubeconfig: string;
  readonly logFile: string;
  readonly port: number;
  readonly metricsPort: number;
  readonly group: ProcessGroup;
}

/**
 * Starts the operator as its users do, by `bin/holdfast.mjs`, and waits until it says that it runs.
 * @throws {Error} with the end of its log when it ends instead
 */
export async function startOperatorProcess(options: QuickstartOperatorOptions): Promise<QuickstartOperator> {
  const { kubeconfig, logFile, group } = options;
  const flags = ['--kubeconfig', kubeconfig, '--namespace', 'argocd'];
  const ports = ['--port', String(options.port), '--metrics-port', String(options.metricsPort)];
  const running = await group.start({
    name: 'holdfast',
    command: [process.execPath, path.join(ROOT, 'bin', 'holdfast.mjs')],
    args: ['controller', ...flags, ...ports],
    logFile,
    env: process.env,
  });
  for (;;) {
    const line = readLog(logFile).find((entry) => entry['msg'] === 'operator started');
    if (line !== undefined) {
      return { port: Number(line['port']), metricsPort: Number(line['metricsPort']), logFile, process: running };
    }
    if (running.hasEnded()) throw new Error(`The operator ended instead of starting. ${logTail(logFile)}`);
    await sleep(50);
  }
}

/** The last lines of the log, to be shown with an error. */
export function logTail(logFile: string): string {
  const lines = readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-15);
  return `The end of ${logFile}:\n${lines.join('\n')}`;
}

/**
 * The port itself when it is free on that address, else 0, which takes any free one. A port that somebody takes
 * right afterwards is reported by the operator.
 */
export async function freePortOr0(host: string, port: number): Promise<number> {
  const server = createServer();
  const isFree = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, host, () => resolve(true));
  });
  if (!isFree) return 0;
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  return port;
}

function readLog(logFile: string): Record<string, unknown>[] {
  // The last line may be half written, and Node's own warnings are no JSON.
  const lines = readFileSync(logFile, 'utf8').split('\n').slice(0, -1);
  return lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as Record<string, unknown>);
}
