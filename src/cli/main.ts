import { readFileSync } from 'node:fs';
import { Command, InvalidArgumentError, Option } from 'commander';
import { HoldfastError } from '../lib/errors.ts';
import type { LogLevel } from '../telemetry/log.ts';
import type { Output } from './command-io.ts';

/** Runs the command line; returns the process's exit status. */
export async function runCli(argv: readonly string[], version: string): Promise<number> {
  const program = new Command('holdfast')
    .description("Keeps Kubernetes clusters equal to what Git says, by Argo CD's own API.")
    .version(version)
    // Flags behind a command are the command's: Helm has a --version too.
    .enablePositionalOptions()
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
  --enable-helm, --helm-kube-version VERSION, --helm-api-versions VERSION
  --output FILE, -o FILE`;

const HELM_FLAGS = `
Flags, with the meaning that they have for helm template:
  -f, --values FILE,…            values from files, - is the standard input
      --set KEY=VALUE,…          values; also --set-string, --set-json, --set-file, --set-literal
  -n, --namespace NAME           namespace of the release, by default HELM_NAMESPACE or default
      --name-template TEMPLATE   names the release
      --kube-version VERSION     Kubernetes to render for
  -a, --api-versions VERSION,…   APIs to render for, added to those that Helm assumes
      --is-upgrade               .Release.IsUpgrade instead of .Release.IsInstall
      --include-crds             definitions of crds/ too
      --no-hooks, --skip-tests   without hooks, without test hooks
  -s, --show-only TEMPLATE       only what these templates print
      --output-dir FOLDER        into files; with --release-name in a folder of the release's name
      --skip-schema-validation   without values.schema.json
      --debug                    on an error, what the templates printed
Others of its flags are taken and make no difference, or are refused where they ask for a cluster, the network or
another program.`;

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
      end(buildKustomize(args, streams()));
    });
  const helm = new Command('helm')
    .description('print what helm template prints for a chart')
    .argument('[arguments...]', 'a name for the release, by default release-name; the folder or archive; and flags')
    .addHelpText('after', HELM_FLAGS)
    .allowUnknownOption()
    .exitOverride()
    .action(async (args: string[]) => {
      const { buildHelm } = await import('./build-helm.ts');
      const input = (): string => readFileSync(0, 'utf8');
      end(buildHelm(args, { ...streams(), input, folder: process.cwd(), variables: process.env }));
    });
  return new Command('build')
    .description('render manifests on this machine')
    .addCommand(kustomize)
    .addCommand(helm)
    .exitOverride();
}

function streams(): Output {
  const write = (stream: NodeJS.WriteStream) => (text: string) => void stream.write(text);
  return { out: write(process.stdout), error: write(process.stderr) };
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
