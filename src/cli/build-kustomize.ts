import { statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { HoldfastError } from '../lib/errors.ts';
import { chartInflator } from '../render/inflate-chart.ts';
import { parseBuildFlags } from '../render/kustomize/build-flags.ts';
import { buildKustomization, printManifests } from '../render/kustomize/index.ts';
import { folderTree } from '../source/folder-tree.ts';
import type { Output } from './command-io.ts';

const REORDER_WARNING =
  "Flag --reorder has been deprecated, use the new 'sortOptions' field in kustomization.yaml instead.\n";

/**
 * Does what `kustomize build` does with the same arguments: prints the objects, or writes them to the file that
 * `--output` names; warnings go to the error output. Everything on the disk can be read, as the real tool can.
 * @param args flags and at most one path, as they stand on the command line
 * @returns the exit status
 */
export function buildKustomize(args: readonly string[], output: Output): number {
  try {
    const { options, paths, problems, output: file } = parseBuildFlags(args);
    const [problem] = problems;
    if (problem !== undefined) return fail(output, problem);
    if (paths.length > 1) return fail(output, 'specify one path to kustomization.yaml');
    if (options.reorder !== undefined) output.error(REORDER_WARNING);
    const world = { helm: chartInflator(), displayRoot: '/' };
    const result = buildKustomization(folderTree('/'), treePath(paths[0] ?? '.'), { ...options, ...world });
    if ('needs' in result) return fail(output, needsMessage(result.needs.map(({ key }) => key)));
    for (const warning of result.warnings) output.error(`${warning}\n`);
    return print(output, printManifests(result.manifests), file);
  } catch (error) {
    return fail(output, HoldfastError.from(error).message);
  }
}

/** The path from the root of the disk, which is the root of the tree. */
function treePath(target: string): string {
  return path.relative('/', path.resolve(target)) || '.';
}

function print(output: Output, text: string, file: string | undefined): number {
  if (file === undefined) {
    output.out(text);
    return 0;
  }
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory() === true) {
    return fail(output, `${file} is a folder; name a file for --output`);
  }
  writeFileSync(file, text);
  return 0;
}

function needsMessage(keys: readonly string[]): string {
  return `this needs ${keys.join(', ')}, and nothing is fetched here; copy it beside the kustomization and refer to that`;
}

function fail(output: Output, message: string): number {
  output.error(`Error: ${message}\n`);
  return 1;
}
