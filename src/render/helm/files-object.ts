import { compileGlob, GlobError, type GlobMatcher } from '../../lib/glob.ts';
import { printYaml } from '../../yaml/print.ts';
import { define, type TemplateFunction } from '../gotemplate/function-table.ts';
import { fromBytes } from '../gotemplate/go-string.ts';
import { type GoMap, GoObject, type GoValue, typedList, typedMap } from '../gotemplate/value.ts';
import type { ChartFile } from './chart.ts';

/**
 * `.Files`: the chart's files that are no templates, a map of bytes by path with methods.
 * @see helm.sh/helm/v4 pkg/engine/files.go
 */
export class FilesObject extends GoObject {
  readonly goType = 'engine.files';
  override readonly goKind = 'map';
  private readonly files: ReadonlyMap<string, Uint8Array>;

  constructor(files: Iterable<readonly [string, Uint8Array]>) {
    super();
    this.files = new Map(files);
  }

  /** The files of a chart. */
  static of(files: readonly ChartFile[]): FilesObject {
    return new FilesObject(files.map(({ name, data }) => [name, data] as const));
  }

  /** As a map, a missing file is nil bytes. */
  override get(name: string): GoValue {
    return this.files.get(name);
  }

  override typedMethod(name: string): TemplateFunction | undefined {
    const method = METHODS.get(name);
    return method === undefined ? undefined : method(this.files);
  }

  override container(): GoMap {
    return typedMap(new Map<string, GoValue>(this.files), 'map[string][]uint8');
  }

  override toGoString(): string {
    const entries = [...this.files].sort(([a], [b]) => (a < b ? -1 : 1));
    return `map[${entries.map(([name, data]) => `${name}:[${data.join(' ')}]`).join(' ')}]`;
  }
}

type Files = ReadonlyMap<string, Uint8Array>;

const METHODS: ReadonlyMap<string, (files: Files) => TemplateFunction> = new Map([
  ['GetBytes', (files) => define(['string'], ([name]) => files.get(name as string) ?? new Uint8Array())],
  ['Get', (files) => define(['string'], ([name]) => textOf(files, name as string))],
  ['Glob', (files) => define(['string'], ([pattern]) => glob(files, pattern as string))],
  ['AsConfig', (files) => define([], () => asYaml(files, fromBytes))],
  ['AsSecrets', (files) => define([], () => asYaml(files, (data) => Buffer.from(data).toString('base64')))],
  ['Lines', (files) => define(['string'], ([name]) => linesOf(files, name as string))],
]);

function textOf(files: Files, name: string): string {
  const data = files.get(name);
  return data === undefined ? '' : fromBytes(data);
}

function glob(files: Files, pattern: string): FilesObject {
  const matches = matcherOf(pattern);
  return new FilesObject([...files].filter(([name]) => matches(name)));
}

/** A pattern that is none matches everything, as in Helm. */
function matcherOf(pattern: string): GlobMatcher {
  try {
    return compileGlob(pattern, '/');
  } catch (error) {
    if (error instanceof GlobError) return () => true;
    throw error;
  }
}

/** By the last names of the paths: of two alike the later one stays. */
function asYaml(files: Files, print: (data: Uint8Array) => string): string {
  const entries = [...files].map(([name, data]) => [name.slice(name.lastIndexOf('/') + 1), print(data)] as const);
  return printYaml(Object.fromEntries(entries)).replace(/\n$/, '');
}

function linesOf(files: Files, name: string): GoValue[] {
  const text = textOf(files, name);
  return typedList(text === '' ? [] : text.replace(/\n$/, '').split('\n'), '[]string');
}
