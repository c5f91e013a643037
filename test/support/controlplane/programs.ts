import { access, constants } from 'node:fs/promises';
import path from 'node:path';

import { PROGRAMS, type Program } from './components.ts';

/** For each program the command that runs it: a path, and the argument that selects it in a binary of many. */
export type Programs = Readonly<Record<Program, readonly string[]>>;

/** The commands of all programs that are in `dir`, or undefined if one is missing. */
export async function programsIn(dir: string): Promise<Programs | undefined> {
  const all = path.join(dir, ALL_IN_ONE);
  const entries: [Program, readonly string[]][] = (await isExecutable(all))
    ? PROGRAMS.map((program) => [program, [all, program]])
    : PROGRAMS.map((program) => [program, [path.join(dir, program)]]);
  for (const [, [file = '']] of entries) {
    if (!(await isExecutable(file))) return undefined;
  }
  return Object.fromEntries(entries) as Record<Program, readonly string[]>;
}

/** The binary that holds every program and takes the program's name as its first argument. */
export const ALL_IN_ONE = 'controlplane';

async function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}
