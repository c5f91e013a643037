// Writes crds/*.yaml, and their copies in the chart, from src/api/schema. With --check it writes nothing and fails if a file is not as it would be.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { customResourceDefinitions } from '../src/api/schema/definitions.ts';

const HEADER = '# Generated from src/api/schema by scripts/generate-crds.ts; change it there.\n';

/** The files of `crds/` by name, as they must be. */
export function renderDefinitions(): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const [name, definition] of customResourceDefinitions()) {
    files.set(name, `${HEADER}${printBlock(definition, 0).trimStart()}\n`);
  }
  return files;
}

/** Longest value that stands on one line: schemas are deep, and most leaves are `{type: string}`. */
const FLOW_LENGTH = 100;
const KEYWORDS = new Set(['yes', 'off', 'true', 'false', 'null']);

/** YAML with sorted keys. Short values stand on their key's line, in flow style. */
function printBlock(value: object, depth: number): string {
  const indent = `\n${'  '.repeat(depth)}`;
  if (Array.isArray(value)) return value.map((item: unknown) => `${indent}-${printItem(item, depth)}`).join('');
  return sortedEntries(value)
    .map(
      ([key, item]) =>
        `${indent}${printScalar(key)}:${isLong(item) ? printBlock(item, depth + 1) : ` ${printFlow(item)}`}`,
    )
    .join('');
}

/** An item of a list: the first key of an object follows the dash. */
function printItem(item: unknown, depth: number): string {
  return isLong(item) ? ` ${printBlock(item, depth + 1).trimStart()}` : ` ${printFlow(item)}`;
}

function isLong(value: unknown): value is object {
  return typeof value === 'object' && value !== null && printFlow(value).length > FLOW_LENGTH;
}

function printFlow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(printFlow).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return printScalar(value);
  return `{${sortedEntries(value)
    .map(([key, item]) => `${printScalar(key)}: ${printFlow(item)}`)
    .join(', ')}}`;
}

/** Plain where nobody could take it for anything but a string; else JSON, which YAML holds. */
function printScalar(value: unknown): string {
  const plain =
    typeof value === 'string' && /^[A-Za-z][A-Za-z0-9./-]{2,}$/.test(value) && !KEYWORDS.has(value.toLowerCase());
  return plain ? value : JSON.stringify(value);
}

function sortedEntries(value: object): [string, unknown][] {
  return Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Writes the files, or with `checkOnly` just tells which ones differ; returns their names. */
export function writeDefinitions(folder: string, checkOnly: boolean): string[] {
  const changed: string[] = [];
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of renderDefinitions()) {
    const file = path.join(folder, name);
    if (existsSync(file) && readFileSync(file, 'utf8') === content) continue;
    changed.push(name);
    if (!checkOnly) writeFileSync(file, content);
  }
  return changed;
}

/** The folders that hold the files. Helm reads nothing outside a chart, so the chart has its own copy. */
export const DEFINITION_FOLDERS: readonly string[] = ['crds', 'charts/holdfast/crds'];

if (import.meta.main) {
  const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
  const checkOnly = process.argv.includes('--check');
  const changed = DEFINITION_FOLDERS.flatMap((folder) =>
    writeDefinitions(path.join(root, folder), checkOnly).map((name) => `${folder}/${name}`),
  );
  for (const name of changed) console.error(`${name} ${checkOnly ? 'is out of date' : 'written'}`);
  if (checkOnly && changed.length > 0) {
    console.error('Run "node scripts/generate-crds.ts" and commit the result');
    process.exitCode = 1;
  }
}
