import { quoteString } from '../render/gotemplate/go-string.ts';
import type { HelmFlags } from './helm-flags.ts';
import { FlagError, parseBoolean } from './read-flags.ts';

/**
 * Refuses what needs a cluster, a repository or another program, which the command line of `helm template` can ask for.
 * @returns warnings of the real tool about flags that are going to change
 * @throws {FlagError}
 */
export function refuseHelmFlags(flags: HelmFlags): string[] {
  if (flags.text('post-renderer') !== '') {
    throw new FlagError('--post-renderer is not supported: no program is run here; pipe the output into it instead');
  }
  if (flags.isOn('enable-dns')) {
    throw new FlagError('--enable-dns is not supported: no name is looked up here, and getHostByName gives ""');
  }
  if (flags.text('repo') !== '') throw new FlagError(`--repo is not supported: ${NOTHING_FETCHED}`);
  if (flags.isOn('verify')) {
    throw new FlagError('--verify is not supported: signatures of charts are not checked here, so none can pass');
  }
  if (flags.isOn('validate')) throw needsCluster('--validate');
  return checkDryRun(flags.text('dry-run'));
}

/** What stands in every refusal to fetch. */
export const NOTHING_FETCHED = 'nothing is fetched here; download the chart and name its folder or archive';

/** @see helm.sh/helm/v4 pkg/cmd/helpers.go cmdGetDryRunFlagStrategy */
function checkDryRun(value: string): string[] {
  if (value === '' || value === 'client') return [];
  if (value === 'server') throw needsCluster('--dry-run=server');
  if (value === 'unset') return ["--dry-run is deprecated and should be replaced with '--dry-run=client'"];
  const on = parseBoolean(value);
  if (on === undefined && value !== 'none') {
    throw new FlagError(`invalid dry-run value (${quoteString(value)}). Must be "none", "server", or "client"`);
  }
  if (on !== true) throw new FlagError(`invalid dry-run value (${quoteString(value)}). Must be "server" or "client"`);
  return [`boolean '--dry-run=${value}' flag is deprecated and must be replaced with '--dry-run=client'`];
}

function needsCluster(flag: string): FlagError {
  return new FlagError(`${flag} is not supported: no cluster is asked here; leave it out, or use --dry-run=client`);
}
