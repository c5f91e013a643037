import { existsSync, lstatSync, readFileSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { RenderLimits } from './limits.ts';

/** A program and its arguments. */
export interface ChildCommand {
  readonly program: string;
  readonly args: readonly string[];
}

/** Packages that rendering uses; those that they use are found from there. */
const PACKAGES = ['js-yaml', 're2js'];

/** In KiB: enough for 1000 templates within each other, which is as deep as Helm goes, each with several blocks. */
const WANTED_STACK = 6_000;
/** The part of the thread's own stack that scripts may use; V8 itself needs some, too. */
const STACK_SHARE = 0.75;

/**
 * How a render process is started: it may read its own code and no other file, and start neither programs nor threads.
 * It works from the sources, and from what they are compiled to.
 */
export function childCommand({ heapMiB }: Pick<RenderLimits, 'heapMiB'>): ChildCommand {
  const here = realpathSync(import.meta.dirname);
  const program = path.join(here, import.meta.filename.endsWith('.ts') ? 'child.ts' : 'child.js');
  return {
    program: process.execPath,
    args: [
      '--permission',
      ...readablePaths(here).map((one) => `--allow-fs-read=${one}`),
      '--disallow-code-generation-from-strings',
      '--no-warnings',
      `--max-old-space-size=${heapMiB}`,
      '--max-semi-space-size=8',
      `--stack-size=${stackKiB()}`,
      program,
    ],
  };
}

/** The code of this program, and the packages that it loads. */
function readablePaths(here: string): string[] {
  const root = path.dirname(path.dirname(here));
  const paths = new Set([path.join(path.dirname(here), '*'), path.join(root, 'package.json')]);
  for (const name of PACKAGES) addPackage(name, path.join(here, 'child.js'), paths);
  return [...paths];
}

/** Adds the folder of a package and of all that it depends on, and the links on the way there, which Node reads too. */
function addPackage(name: string, from: string, found: Set<string>): void {
  const folder = packageFolder(name, from);
  const real = folder === undefined ? undefined : realpathSync(folder);
  if (folder === undefined || real === undefined || found.has(path.join(real, '*'))) return;
  found.add(path.join(real, '*'));
  for (let at = folder; at !== path.dirname(at); at = path.dirname(at)) {
    if (lstatSync(at).isSymbolicLink()) found.add(at);
  }
  const manifest = path.join(real, 'package.json');
  const { dependencies = {} } = JSON.parse(readFileSync(manifest, 'utf8')) as { dependencies?: object };
  for (const dependency of Object.keys(dependencies)) addPackage(dependency, manifest, found);
}

function packageFolder(name: string, from: string): string | undefined {
  const places = createRequire(from).resolve.paths(name) ?? [];
  return places.map((place) => path.join(place, name)).find((one) => existsSync(path.join(one, 'package.json')));
}

/** A stack beyond what the system gives ends the process without a word, so the wish must fit. */
function stackKiB(): number {
  const systemKiB = stackLimitKiB();
  return systemKiB === undefined ? WANTED_STACK : Math.min(WANTED_STACK, Math.floor(systemKiB * STACK_SHARE));
}

function stackLimitKiB(): number | undefined {
  try {
    const soft = /^Max stack size\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
    return soft === undefined ? undefined : Number(soft) / 1024;
  } catch {
    // Not Linux: V8's own default is the safe choice there.
    return 984 / STACK_SHARE;
  }
}
