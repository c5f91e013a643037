import { type CommandResult, runCommand } from './command.ts';
import type { Programs } from './programs.ts';

/** Which kubectl to run, and as whom. */
export interface KubectlContext {
  readonly programs: Programs;
  readonly kubeconfigPath: string;
  /** Where kubectl keeps its cache; it must not read the user's plug-ins and preferences. */
  readonly home: string;
}

/** Runs the control plane's own kubectl and returns what it printed, whatever its exit code. */
export function runKubectl(
  context: KubectlContext,
  args: readonly string[],
  options: { readonly input?: string } = {},
): Promise<CommandResult> {
  return runCommand([...context.programs.kubectl, `--kubeconfig=${context.kubeconfigPath}`, ...args], {
    ...options,
    env: { PATH: process.env['PATH'] ?? '', HOME: context.home },
  });
}
