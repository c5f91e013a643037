import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';

import { openProcessGroup } from './processes.ts';
import { type ControlPlane, startControlPlane } from './start.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Socket at which a test file asks for the control plane that all files of the run share. */
    controlPlaneSocket: string;
  }
}

/** What a test file is told of the shared control plane, as one JSON document. */
export interface SharedControlPlane {
  readonly url: string;
  readonly token: string;
  readonly caFile: string;
  readonly kubeconfigPath: string;
  readonly dir: string;
}

/**
 * Vitest `globalSetup`: offers one control plane to all test files of a run, started when the first file asks for
 * it, so that a run without such files pays nothing. It belongs to the process of Vitest itself, because workers end
 * with their files.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dir = await mkdtemp(path.join(tmpdir(), 'holdfast-vitest-'));
  // Removes the folder also when this process is killed.
  const group = openProcessGroup(dir);
  const socketPath = path.join(dir, 'controlplane.sock');
  let started: Promise<ControlPlane> | undefined;
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    started ??= startControlPlane();
    void answer(socket, started);
  });
  await listen(server, socketPath);
  project.provide('controlPlaneSocket', socketPath);
  return async () => {
    server.close();
    // A start that failed has cleaned up after itself and has been told to the file that asked.
    await started?.then((controlPlane) => controlPlane.stop()).catch(() => undefined);
    await group.close();
  };
}

async function answer(socket: Socket, started: Promise<ControlPlane>): Promise<void> {
  try {
    const { url, token, caFile, kubeconfigPath, dir } = await started;
    socket.end(JSON.stringify({ url, token, caFile, kubeconfigPath, dir } satisfies SharedControlPlane));
  } catch (error) {
    socket.end(JSON.stringify({ error: error instanceof Error ? error.message : String(error) }));
  }
}

async function listen(server: Server, socketPath: string): Promise<void> {
  server.listen(socketPath);
  await once(server, 'listening');
  server.unref();
}
