import { readFileSync } from 'node:fs';
import path from 'node:path';
import { HelmError } from '../render/helm/helm-error.ts';
import type { ValueSources } from '../render/helm/merge-value-sources.ts';
import type { CommandIo } from './command-io.ts';
import type { HelmFlags } from './helm-flags.ts';

/**
 * The values that the command line of `helm template` gives, files read from the disk; `-` is the standard input.
 * @throws {HelmError} `open FILE: no such file or directory` and the like; for a URL, because nothing is fetched
 */
export function readHelmValues(flags: HelmFlags, io: Pick<CommandIo, 'input' | 'folder'>): ValueSources {
  const readFile = (name: string): string => (name.trim() === '-' ? io.input() : readText(name, io.folder));
  return {
    files: flags.all('values').map((name) => ({ name, text: readFile(name) })),
    json: flags.all('set-json'),
    set: flags.all('set'),
    strings: flags.all('set-string'),
    setFiles: flags.all('set-file'),
    literals: flags.all('set-literal'),
    readFile,
  };
}

function readText(name: string, folder: string): string {
  if (/^(?:https?|oci):\/\//i.test(name)) {
    throw new HelmError(`cannot read values from ${name}: nothing is fetched here; download it and name the file`);
  }
  try {
    return readFileSync(path.resolve(folder, name), 'utf8');
  } catch (error) {
    throw new HelmError(explainFileError(error, name), { cause: error });
  }
}

/** In the words of Go's package os. */
function explainFileError(error: unknown, name: string): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const [action, what] = FILE_ERRORS.get(code) ?? ['open', error instanceof Error ? error.message : String(error)];
  return `${action} ${name}: ${what}`;
}

const FILE_ERRORS: ReadonlyMap<unknown, readonly [action: string, what: string]> = new Map([
  ['ENOENT', ['open', 'no such file or directory']],
  ['ENOTDIR', ['open', 'not a directory']],
  ['EACCES', ['open', 'permission denied']],
  ['EISDIR', ['read', 'is a directory']],
  ['ELOOP', ['open', 'too many levels of symbolic links']],
]);
