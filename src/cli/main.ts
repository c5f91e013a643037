import { Command, InvalidArgumentError, Option } from 'commander';
import { HoldfastError } from '../lib/errors.ts';
import type { LogLevel } from '../telemetry/log.ts';

/** Runs the command line; returns the process's exit status. */
export async function runCli(argv: readonly string[], version: string): Promise<number> {
  const program = new Command('holdfast')
    .description("Keeps Kubernetes clusters equal to what Git says, by Argo CD's own API.")
    .version(version)
    .exitOverride();
  let status = 0;
  program.addCommand(controllerCommand());
  program.addCommand(buildCommand((code) => void (status = code)));
  try {
    await program.parseAsync(argv, { from: 'user' });
    return status;
  } catch (error) {
    return report(error);
  }
}

interface ControllerFlags {
  kubeconfig?: string;
  context?: string;
  namespace: string;
  port: number;
  address: string;
  metricsPort: number;
  logLevel: LogLevel;
}

function controllerCommand(): Command {
  return new Command('controller')
    .description('run the operator until it is told to stop')
    .option('--kubeconfig <file>', "kubeconfig to use; default: KUBECONFIG, ~/.kube/config, then the Pod's own account")
    .option('--context <name>', 'context of the kubeconfig; default: its current one')
    .option('--namespace <name>', 'control namespace: Applications, projects and configuration', 'argocd')
    .option('--port <number>', 'port of the page and the API; 0 takes any free one', parsePort, 8080)
    .option('--address <ip>', 'address of the page and the API; they have no sign-in yet', '127.0.0.1')
    .option('--metrics-port <number>', 'port of /metrics, /healthz and /readyz; 0 takes any free one', parsePort, 8082)
    .addOption(
      new Option('--log-level <level>', 'how much to log')
        .choices(['debug', 'info', 'warn', 'error', 'silent'])
        .default('info'),
    )
    .exitOverride()
    .action(async (flags: ControllerFlags) => {
      // Loaded late, so that --help answers at once.
      const { startOperator } = await import('../main.ts');
      const operator = await startOperator(flags);
      await stopSignal();
      await operator.stop();
    });
}

const BUILD_FLAGS = `
Flags, with the meaning that they have for kustomize build:
  --load-restrictor LoadRestrictionsRootOnly|LoadRestrictionsNone
  --reorder legacy|none
  --enable-managedby-label
  --enable-helm
  --output FILE, -o FILE`;

/** Renders without a cluster. @param end takes the exit status */
function buildCommand(end: (status: number) => void): Command {
  const kustomize = new Command('kustomize')
    .description('print what kustomize build prints for a folder')
    .argument('[arguments...]', 'the folder, by default this one, and flags')
    .addHelpText('after', BUILD_FLAGS)
    // The flags are the real tool's and are read as it reads them.
    .allowUnknownOption()
    .exitOverride()
    .action(async (args: string[]) => {
      const { buildKustomize } = await import('./build-kustomize.ts');
      const write = (stream: NodeJS.WriteStream) => (text: string) => void stream.write(text);
      end(buildKustomize(args, { out: write(process.stdout), error: write(process.stderr) }));
    });
  return new Command('build').description('render manifests on this machine').addCommand(kustomize).exitOverride();
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new InvalidArgumentError('It must be 0 to 65535.');
  return port;
}

/** Resolves at the first SIGTERM or SIGINT; a second one ends the process at once. */
async function stopSignal(): Promise<void> {
  await new Promise<void>((resolve) => {
    let asked = false;
    const stop = (): void => {
      if (asked) process.exit(130);
      asked = true;
      resolve();
    };
    process.on('SIGTERM', stop);
    process.on('SIGINT', stop);
  });
}

/** Usage errors were printed by the parser; others get one line. */
function report(error: unknown): number {
  if (error instanceof Error && 'exitCode' in error && typeof error.exitCode === 'number') return error.exitCode;
  const { code, message } = HoldfastError.from(error);
  process.stderr.write(`holdfast: ${message} (${code})\n`);
  return 1;
}
