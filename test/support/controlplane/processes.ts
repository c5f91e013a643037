import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import type { Socket } from 'node:net';
import path from 'node:path';

/** A component that runs, or has run. */
export interface RunningProcess {
  readonly name: string;
  readonly pid: number;
  /** The exit code, or undefined while the process runs and when a signal ended it. */
  readonly exitCode: () => number | undefined;
  /** True once the process has ended, however it did. */
  readonly hasEnded: () => boolean;
  /** Settles when the process has ended; until then this process stays alive. */
  readonly ended: () => Promise<void>;
  /** Calls `run` when the process has ended, without staying alive for it. */
  readonly onEnd: (run: () => void) => void;
  /** Sends a signal; does nothing when the process has ended. */
  readonly kill: (signal: NodeJS.Signals) => void;
}

/** What {@link ProcessGroup.start} runs. */
export interface ProcessSpec {
  readonly name: string;
  /** The program and the arguments that choose the component, if any. */
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly logFile: string;
  /** All of the environment that the process gets. */
  readonly env: NodeJS.ProcessEnv;
  /** Default: the folder of the log file. */
  readonly cwd?: string;
}

/** Processes that end when this process does, however it ends. */
export interface ProcessGroup {
  start(spec: ProcessSpec): Promise<RunningProcess>;
  /**
   * Ends the watch over this process's death, when all processes have ended, and removes `temporaryDir` unless it is
   * to be kept.
   */
  close(options?: { readonly keepDir?: boolean }): Promise<void>;
}

/**
 * Opens a group of processes that cannot outlive this process, not even when it is killed by SIGKILL.
 * Two means, independent of each other: every process holds one end of a socket of ours as descriptor 3 and our own
 * binary ends when the other end closes; and a tiny shell reads the pids from a pipe, kills what is left of them
 * when that pipe closes (also processes that are stopped, and programs that know nothing of descriptor 3), and
 * removes `temporaryDir`.
 * Signals need no handler for that: one that ends this process closes the pipes like any other death.
 */
export function openProcessGroup(temporaryDir: string | undefined): ProcessGroup {
  const reaper = spawn('/bin/sh', ['-c', REAPER, 'holdfast-reaper', temporaryDir ?? ''], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    cwd: '/',
  });
  const reaperEnded = endOf(reaper);
  reaper.unref();
  const pids = reaper.stdin;
  (pids as unknown as Socket).unref();
  // The reaper may be gone when the whole container is torn down; that is no reason to fail.
  pids.on('error', () => undefined);
  return {
    async start(spec) {
      const running = await startProcess(spec);
      pids.write(`add ${running.pid}\n`);
      running.onEnd(() => pids.write(`drop ${running.pid}\n`));
      return running;
    },
    async close(options = {}) {
      reaper.ref();
      pids.end(options.keepDir === true ? 'release\n' : '');
      await reaperEnded;
    },
  };
}

/** Reads "add PID", "drop PID" and "release"; at the end of input kills what was not dropped. Plain POSIX shell. */
const REAPER = `
trap '' INT TERM HUP
pids=
while read -r what pid; do
  case $what in
    add) pids="$pids $pid" ;;
    drop) left=; for p in $pids; do [ "$p" = "$pid" ] || left="$left $p"; done; pids=$left ;;
    release) exit 0 ;;
  esac
done
# Every process leads a group of its own, so that what it started ends with it.
for p in $pids; do kill -9 "-$p" 2>/dev/null || kill -9 "$p" 2>/dev/null; done
[ -z "$1" ] && exit 0
rm -rf -- "$1" 2>/dev/null && exit 0
sleep 1
rm -rf -- "$1"
`;

async function startProcess(spec: ProcessSpec): Promise<RunningProcess> {
  const [program = '', ...selection] = spec.command;
  const log = openSync(spec.logFile, 'a', 0o600);
  const child = spawn(program, [...selection, ...spec.args], {
    // Its own session: Ctrl-C in a terminal is for us to answer, in our order.
    detached: true,
    cwd: spec.cwd ?? path.dirname(spec.logFile),
    stdio: ['ignore', log, log, 'pipe'],
    env: { ...spec.env, HOLDFAST_LIFELINE_FD: '3' },
  });
  closeSync(log);
  const ended = endOf(child);
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
  // A control plane that nobody stops must not keep its owner from ending.
  child.unref();
  const lifeline = child.stdio[3] as Socket;
  lifeline.unref();
  lifeline.on('error', () => undefined);
  return {
    name: spec.name,
    pid: child.pid ?? 0,
    exitCode: () => child.exitCode ?? undefined,
    hasEnded: () => child.exitCode !== null || child.signalCode !== null,
    ended: () => {
      // Whoever waits for the end is to see it: only an unwatched child must not hold us.
      child.ref();
      return ended;
    },
    onEnd: (run) => void ended.then(run),
    kill: (signal) => void child.kill(signal),
  };
}

function endOf(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
}
