import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { HoldfastError } from '../../../src/lib/errors.ts';
import { resolvePrograms } from './binaries.ts';
import type { CommandResult } from './command.ts';
import {
  argumentsOf,
  COMPONENTS,
  type Component,
  type Layout,
  layoutOf,
  type Ports,
  PROGRAM_OF,
} from './components.ts';
import type { KubeEndpoint } from './kube-request.ts';
import { runKubectl } from './kubectl.ts';
import { findFreePorts } from './ports.ts';
import { openProcessGroup, type ProcessGroup, type RunningProcess } from './processes.ts';
import type { Programs } from './programs.ts';
import { furnish, waitForApiServer, waitForNodes, waitForScheduler, waitForSystem } from './readiness.ts';
import { claimDir, prepareFiles, writeKubeconfig } from './state-files.ts';

/** How to start a control plane. */
export interface ControlPlaneOptions {
  /** Keeps the cluster here, for a later start as well. Default: a temporary directory, removed by `stop()`. */
  readonly dir?: string;
  /** How many nodes there are; default 2. */
  readonly nodes?: number;
  /** Told in lines what is going on, the build of the programs included; default standard error. */
  readonly log?: (line: string) => void;
  /** Chooses the ports; default {@link findFreePorts}. For tests of what happens when one is taken. */
  readonly findPorts?: () => Promise<Ports>;
}

/** A running control plane. It ends with this process, however this process ends. */
export interface ControlPlane extends KubeEndpoint {
  /** A cluster-admin's, with the server's authority in it. */
  readonly kubeconfigPath: string;
  readonly dir: string;
  /** The live process ids; a component that was restarted has a new one, one that is down is missing. */
  readonly pids: Readonly<Partial<Record<Component, number>>>;
  /** Runs kubectl against this control plane and returns what it printed, whatever its exit code. */
  kubectl(args: readonly string[], options?: { readonly input?: string }): Promise<CommandResult>;
  /** Ends one component, as a crash would; `SIGSTOP` and `SIGCONT` freeze and thaw it instead. */
  kill(component: Component, signal?: NodeJS.Signals): Promise<void>;
  /** Starts a component that was ended, on the same ports, and waits until it serves. */
  start(component: Component): Promise<void>;
  /** Kills the API server, starts it again on the same port and waits until it is ready. */
  restartApiServer(): Promise<void>;
  /** Ends everything and removes the temporary directory. Idempotent. */
  stop(): Promise<void>;
}

/**
 * Starts etcd, kube-apiserver, kube-controller-manager, kube-scheduler and KWOK on free loopback ports and returns
 * when the API server is ready, the controllers and the scheduler run and the nodes are Ready: in seconds, save for
 * the first time on a machine, when the programs have to be built.
 * @throws {HoldfastError} CONFIG_INVALID when the programs cannot be had, INTERNAL with the end of the log of the
 *   component concerned when one does not come up
 */
export async function startControlPlane(options: ControlPlaneOptions = {}): Promise<ControlPlane> {
  const log = options.log ?? ((line: string) => process.stderr.write(`${line}\n`));
  const programs = await resolvePrograms({ log });
  for (let attempt = 1; ; attempt += 1) {
    const cluster = await Cluster.open(programs, options);
    try {
      await cluster.up(options.nodes ?? 2);
      return cluster;
    } catch (error) {
      const portTaken = attempt < 4 && (await cluster.lostPort());
      await cluster.stop();
      if (!portTaken) throw error;
      log('controlplane: a port was taken by another process meanwhile; trying others');
    }
  }
}

/** Milliseconds that all of the control plane may take to come up, on a machine that is busy with other things. */
const START_TIMEOUT_MS = 120_000;

class Cluster implements ControlPlane {
  readonly url: string;
  readonly dir: string;
  readonly token: string;
  readonly caFile: string;
  readonly kubeconfigPath: string;
  readonly #layout: Layout;
  readonly #ports: Ports;
  readonly #programs: Programs;
  readonly #group: ProcessGroup;
  readonly #temporary: boolean;
  readonly #running = new Map<Component, RunningProcess>();
  #stopped: Promise<void> | undefined;

  static async open(programs: Programs, options: ControlPlaneOptions): Promise<Cluster> {
    const { dir: keptDir, findPorts = findFreePorts } = options;
    const dir = keptDir === undefined ? await mkdtemp(path.join(tmpdir(), 'holdfast-cp-')) : path.resolve(keptDir);
    const layout = layoutOf(dir);
    await claimDir(layout);
    const group = openProcessGroup(keptDir === undefined ? dir : undefined);
    const { token } = await prepareFiles(layout);
    return new Cluster({
      programs,
      layout,
      group,
      token,
      ports: await findPorts(),
      temporary: keptDir === undefined,
    });
  }

  private constructor(parts: {
    programs: Programs;
    layout: Layout;
    group: ProcessGroup;
    token: string;
    ports: Ports;
    temporary: boolean;
  }) {
    this.#programs = parts.programs;
    this.#layout = parts.layout;
    this.#group = parts.group;
    this.#ports = parts.ports;
    this.#temporary = parts.temporary;
    this.token = parts.token;
    this.dir = parts.layout.dir;
    this.caFile = parts.layout.servingCertificate;
    this.kubeconfigPath = parts.layout.kubeconfig;
    this.url = `https://127.0.0.1:${parts.ports.apiserver}`;
  }

  get pids(): Readonly<Partial<Record<Component, number>>> {
    const live = [...this.#running].filter(([, running]) => !running.hasEnded());
    return Object.fromEntries(live.map(([component, running]) => [component, running.pid]));
  }

  async up(nodes: number): Promise<void> {
    await this.#spawn('etcd');
    await this.start('apiserver');
    await Promise.all([
      this.start('controllerManager'),
      this.start('scheduler'),
      this.start('kwok'),
      furnish(this, nodes),
    ]);
    await this.#whileAlive('kwok', (signal) => waitForNodes(this, nodes, signal));
  }

  async start(component: Component): Promise<void> {
    if (this.#running.get(component)?.hasEnded() === false) return;
    await this.#spawn(component);
    await this.#whileAlive(component, (signal) => this.#waitFor(component, signal));
  }

  async kill(component: Component, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const running = this.#running.get(component);
    running?.kill(signal);
    if (signal !== 'SIGSTOP' && signal !== 'SIGCONT') await running?.ended();
  }

  async restartApiServer(): Promise<void> {
    await this.kill('apiserver');
    await this.start('apiserver');
  }

  kubectl(args: readonly string[], options: { readonly input?: string } = {}): Promise<CommandResult> {
    return runKubectl({ programs: this.#programs, kubeconfigPath: this.kubeconfigPath, home: this.dir }, args, options);
  }

  async stop(): Promise<void> {
    this.#stopped ??= this.#tearDown();
    await this.#stopped;
  }

  /** Whether the start failed because another process listens on one of the ports. */
  async lostPort(): Promise<boolean> {
    const logs = await Promise.all(COMPONENTS.map((component) => this.#logTail(component)));
    return logs.some((text) => text.includes('address already in use'));
  }

  async #tearDown(): Promise<void> {
    const order = [...COMPONENTS].reverse().filter((component) => component !== 'etcd');
    // Nothing of theirs has to be saved, and the API server would wait a minute for its watches.
    await Promise.all(order.map((component) => this.kill(component)));
    // A kept directory is to be opened again, so that etcd may close its files.
    await this.#endEtcd(this.#temporary ? 'SIGKILL' : 'SIGTERM');
    await rm(this.#temporary ? this.dir : this.#layout.owner, { recursive: true, force: true, maxRetries: 3 });
    await this.#group.close();
  }

  async #endEtcd(signal: NodeJS.Signals): Promise<void> {
    const timeout = new AbortController();
    const late = sleep(5000, undefined, { signal: timeout.signal }).catch(() => undefined);
    await Promise.race([this.kill('etcd', signal), late]);
    timeout.abort();
    await this.kill('etcd', 'SIGKILL');
  }

  async #spawn(component: Component): Promise<void> {
    if (this.#stopped !== undefined)
      throw new HoldfastError(
        'INTERNAL',
        `Cannot start ${component}: the control plane in ${this.dir} has been stopped`,
      );
    const program = PROGRAM_OF[component];
    const running = await this.#group.start({
      name: program,
      command: this.#programs[program],
      args: argumentsOf(component, this.#layout, this.#ports),
      logFile: this.#logFile(component),
      // A home of its own, so that no setting of the user's reaches it.
      env: { PATH: process.env['PATH'] ?? '', HOME: this.dir },
    });
    this.#running.set(component, running);
  }

  async #waitFor(component: Component, signal: AbortSignal): Promise<void> {
    if (component === 'apiserver') {
      // The server makes its certificate when it starts for the first time.
      await waitForApiServer(this, signal);
      await writeKubeconfig(this.#layout, this);
    } else if (component === 'controllerManager') await waitForSystem(this, signal);
    else if (component === 'scheduler') {
      await waitForScheduler(this.#ports.scheduler, this.#layout.schedulerCertificate, signal);
    }
  }

  /** Gives up at once when a component ends instead of coming up, and after {@link START_TIMEOUT_MS}. */
  async #whileAlive(component: Component, wait: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), START_TIMEOUT_MS);
    for (const running of this.#running.values()) {
      if (!running.hasEnded()) running.onEnd(() => abort.abort());
    }
    try {
      await wait(abort.signal);
    } catch (error) {
      throw new HoldfastError('INTERNAL', await this.#whyNotUp(component), { cause: error });
    } finally {
      clearTimeout(timer);
    }
  }

  async #whyNotUp(component: Component): Promise<string> {
    const ended = COMPONENTS.filter((name) => this.#running.get(name)?.hasEnded() === true);
    const what = ended.length > 0 ? `${ended.join(', ')} ended` : `no answer within ${START_TIMEOUT_MS / 1000} s`;
    const guilty = ended[0] ?? component;
    return `Cannot start the control plane: ${component} did not come up: ${what}. The end of ${this.#logFile(guilty)}:\n${await this.#logTail(guilty)}`;
  }

  #logFile(component: Component): string {
    return path.join(this.#layout.logs, `${PROGRAM_OF[component]}.log`);
  }

  async #logTail(component: Component): Promise<string> {
    const text = await readFile(this.#logFile(component), 'utf8').catch(() => '');
    return text.trimEnd().split('\n').slice(-15).join('\n');
  }
}
