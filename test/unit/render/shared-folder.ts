import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

/**
 * Path of a folder in the shared test material, or undefined when it is not there. On CI its absence is a failure,
 * because a skipped comparison proves nothing.
 */
export function sharedFolder(name: string): string | undefined {
  const root = process.env['HOLDFAST_SHARED'] ?? resolve(import.meta.dirname, '../../../../shared');
  const folder = join(root, name);
  if (existsSync(folder)) return folder;
  if (process.env['CI'] === 'true') throw new Error(`${folder} is missing: set HOLDFAST_SHARED to the shared material`);
  console.warn(`SKIPPED: ${folder} is missing, so nothing is compared with it`);
  return undefined;
}
