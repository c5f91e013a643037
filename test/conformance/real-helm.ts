import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import process from 'node:process';

/**
 * Path of the real helm (v4.3.1), a development-time oracle that is no part of Holdfast: `HOLDFAST_HELM`, else where
 * `go install` puts it when it is told `GOBIN=~/.cache/holdfast/oracles/helm`; undefined when it is not there.
 */
export function realHelm(): string | undefined {
  const file = process.env['HOLDFAST_HELM'] ?? path.join(homedir(), '.cache/holdfast/oracles/helm/helm');
  return existsSync(file) ? file : undefined;
}
