import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';

import { HoldfastError } from '../../../src/lib/errors.ts';
import { runCommand } from './command.ts';
import { openProcessGroup, type RunningProcess } from './processes.ts';

/** The Kubernetes version that the programs are and call themselves. */
export const KUBERNETES_VERSION = 'v1.36.3';

/** The folder of our Go module: one main.go, with every dependency pinned in go.mod and go.sum. */
export const GO_MODULE_DIR: string = path.join(import.meta.dirname, 'go');

/** Fetched by a Go that is older than go.mod asks for. Exact, and the one that the pins were tried with. */
const TOOLCHAIN = 'go1.26.8';

/** The oldest Go that builds the module without fetching another; equals the `go` line of go.mod. */
const OLDEST_GO = [1, 26] as const;

/** Arguments of `go build`. Part of the name under which the result is cached. */
export const BUILD_FLAGS: readonly string[] = [
  '-v',
  '-trimpath',
  '-mod=readonly',
  '-buildvcs=false',
  '-tags=grpcnotrace',
  `-ldflags=${['-s', '-w', ...versionFlags()].join(' ')}`,
];

/** How to build. */
export interface BuildOptions {
  readonly log: (line: string) => void;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Builds the binary that holds all programs into the new file `target`, telling every few seconds how far it is.
 * Takes about 5 minutes on two idle cores, once; the Go build cache makes a second build quick.
 * @throws {HoldfastError} CONFIG_INVALID when Go is missing, INTERNAL with the end of Go's output when it fails
 */
export async function buildPrograms(target: string, { log, env }: BuildOptions): Promise<void> {
  const buildEnv = { ...env, CGO_ENABLED: '0', GOWORK: 'off', GOFLAGS: '', GOTOOLCHAIN: await toolchain(env) };
  const logFile = `${target}.build.log`;
  // The group ends Go and its compilers with us, and clears the half-made folder if we are killed.
  const group = openProcessGroup(path.dirname(target));
  const build = await group.start({
    name: 'go build',
    command: ['go'],
    args: ['build', ...BUILD_FLAGS, '-o', target, '.'],
    logFile,
    env: buildEnv,
    cwd: GO_MODULE_DIR,
  });
  await reportProgress(build, { log, logFile });
  const output = await readFile(logFile, 'utf8');
  await group.close({ keepDir: true });
  if (build.exitCode() !== 0) {
    const tail = output.trimEnd().split('\n').slice(-20).join('\n');
    throw new HoldfastError(
      'INTERNAL',
      `Cannot build the control plane in ${GO_MODULE_DIR}: "go build" failed:\n${tail}`,
    );
  }
  await rm(logFile);
}

async function reportProgress(
  build: RunningProcess,
  sink: { log: (line: string) => void; logFile: string },
): Promise<void> {
  const startedAt = performance.now();
  sink.log(
    `controlplane: building Kubernetes ${KUBERNETES_VERSION}, etcd and KWOK from Go modules; about 5 minutes, once per machine`,
  );
  const report = async (): Promise<void> => {
    const lines = (await readFile(sink.logFile, 'utf8')).trimEnd().split('\n');
    const compiled = lines.filter((line) => line !== '' && !line.startsWith('go: ')).length;
    const elapsedS = Math.round((performance.now() - startedAt) / 1000);
    sink.log(`controlplane: ${elapsedS} s, ${compiled} packages compiled, at ${lines.at(-1)}`);
  };
  const timer = setInterval(() => void report().catch(() => undefined), 5000);
  await build.ended();
  clearInterval(timer);
  sink.log(`controlplane: "go build" ended after ${Math.round((performance.now() - startedAt) / 1000)} s`);
}

/** What GOTOOLCHAIN has to be: `local` when the Go that is installed is new enough, else one exact version. */
async function toolchain(env: NodeJS.ProcessEnv): Promise<string> {
  const asked = await runCommand(['go', 'env', 'GOVERSION'], { env: { ...env, GOTOOLCHAIN: 'local' }, cwd: '/' }).catch(
    (error: unknown) => {
      throw new HoldfastError(
        'CONFIG_INVALID',
        `Cannot build the control plane: there is no "go" on the PATH. Install Go ${OLDEST_GO.join('.')} or newer (1.21 is enough where the Go module proxy can be reached), or set KUBEBUILDER_ASSETS to a folder with all programs, or HOLDFAST_CONTROLPLANE_URL to a place to download them from`,
        { retry: 'never', cause: error },
      );
    },
  );
  const [, major = '0', minor = '0'] = /^go(\d+)\.(\d+)/.exec(asked.stdout) ?? [];
  const isNewEnough = Number(major) > OLDEST_GO[0] || (Number(major) === OLDEST_GO[0] && Number(minor) >= OLDEST_GO[1]);
  return isNewEnough ? 'local' : TOOLCHAIN;
}

function versionFlags(): string[] {
  const [major, minor] = KUBERNETES_VERSION.slice(1).split('.');
  const values = { gitVersion: KUBERNETES_VERSION, gitMajor: major, gitMinor: minor, gitTreeState: 'clean' };
  return ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version'].flatMap((module) =>
    Object.entries(values).flatMap(([name, value]) => ['-X', `${module}.${name}=${value}`]),
  );
}
