// Runs a control plane in the foreground: the path of its kubeconfig is the first line of standard output, all else
// goes to standard error.
import { parseArgs } from 'node:util';

import { HoldfastError } from '../src/lib/errors.ts';
import { type ControlPlane, startControlPlane } from '../test/support/controlplane/start.ts';

const USAGE = `Usage: npm run -s controlplane -- [--dir DIR] [--nodes N]

Starts etcd, kube-apiserver, kube-controller-manager, kube-scheduler and simulated nodes on loopback.
The first line of standard output is the path of the kubeconfig. Ctrl-C or SIGTERM stops everything.

  --dir DIR   keep the cluster in DIR and continue it on the next start (default: a temporary directory)
  --nodes N   how many nodes there are (default: 2)
  --help      this text
`;

interface Flags {
  readonly dir?: string;
  readonly nodes: number;
}

const code = await main(process.argv.slice(2));
process.exit(code);

async function main(args: readonly string[]): Promise<number> {
  let stopRequested: () => void = () => process.exit(130);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stopRequested());
  try {
    const flags = parseFlags(args);
    if (flags === undefined) return 0;
    const log = (line: string): void => void process.stderr.write(`${line}\n`);
    const controlPlane = await startControlPlane({ ...flags, log });
    process.stdout.write(`${controlPlane.kubeconfigPath}\n`);
    log(`controlplane: ready at ${controlPlane.url}; Ctrl-C stops it`);
    await untilStopped(controlPlane, log, (stop) => {
      stopRequested = stop;
    });
    // A second signal does not wait; whatever still runs ends with this process.
    stopRequested = () => process.exit(130);
    log('controlplane: stopping');
    await controlPlane.stop();
    return 0;
  } catch (error) {
    process.stderr.write(`controlplane: ${HoldfastError.from(error).message}\n`);
    return 1;
  }
}

/** The flags, or undefined when only help was wanted. */
function parseFlags(args: readonly string[]): Flags | undefined {
  const options = { dir: { type: 'string' }, nodes: { type: 'string' }, help: { type: 'boolean' } } as const;
  try {
    const { values } = parseArgs({ args: [...args], options });
    if (values.help === true) {
      process.stderr.write(USAGE);
      return undefined;
    }
    const nodes = values.nodes ?? '2';
    if (!/^\d{1,3}$/.test(nodes)) throw new Error(`--nodes must be a whole number from 0 to 999, not "${nodes}"`);
    if (values.dir === '') throw new Error('--dir must name a directory');
    return { nodes: Number(nodes), ...(values.dir === undefined ? {} : { dir: values.dir }) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new HoldfastError('CONFIG_INVALID', `${message}\n\n${USAGE}`, { retry: 'never', cause: error });
  }
}

/** Waits for a signal, and meanwhile tells of components that ended by themselves. */
async function untilStopped(
  controlPlane: ControlPlane,
  log: (line: string) => void,
  onSignal: (stop: () => void) => void,
): Promise<void> {
  let up = Object.keys(controlPlane.pids);
  // Also keeps this process alive: a control plane by itself does not.
  const watch = setInterval(() => {
    const now = Object.keys(controlPlane.pids);
    for (const name of up.filter((component) => !now.includes(component))) {
      log(`controlplane: ${name} has ended by itself; see the logs in ${controlPlane.dir}/logs`);
    }
    up = now;
  }, 1000);
  await new Promise<void>((resolve) => onSignal(resolve));
  clearInterval(watch);
}
