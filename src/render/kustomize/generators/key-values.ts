import { isUtf8 } from 'node:buffer';
import { posix } from 'node:path';
import type { GeneratorArgs } from '../kustomization/kustomization.ts';
import { KustomizeError, wrapError } from '../kustomize-error.ts';
import type { Loader } from '../loader/loader.ts';

/** An entry of a generated ConfigMap or Secret. */
export interface KeyValue {
  readonly key: string;
  readonly value: string | Buffer;
}

/**
 * The entries that a generator's sources name: of env files, then literals, then files.
 * @throws {KustomizeError} if a source is malformed or a file cannot be read. Values are never quoted
 * @see https://github.com/kubernetes-sigs/kustomize/blob/api/v0.21.2/api/kv/kv.go
 */
export function loadKeyValues(loader: Loader, args: GeneratorArgs): KeyValue[] {
  const { envs = [], literals = [], files = [] } = args;
  return [
    ...within(`env source files: [${envs.join(' ')}]`, () =>
      envs.flatMap((path) => parseEnvFile(loader.load(path), path)),
    ),
    ...within('literal sources', () => literals.map(parseLiteral)),
    ...within(`file sources: [${files.join(' ')}]`, () =>
      files.map((source) => {
        const { key, path } = parseFileSource(source);
        return { key, value: loader.load(path) };
      }),
    ),
  ];
}

function within(what: string, read: () => KeyValue[]): KeyValue[] {
  try {
    return read();
  } catch (error) {
    throw wrapError(error, what);
  }
}

/** A longer line ends the file, without a word, as Go's scanner does. */
const MAX_LINE_BYTES = 65_535;
const BYTE_ORDER_MARK = '\ufeff';

/** The entries of a file of `KEY=value` lines; without `=` the value is empty. Comments start with `#`. */
function parseEnvFile(content: Buffer, path: string): KeyValue[] {
  const entries: KeyValue[] = [];
  let number = 0;
  for (const bytes of linesOf(content)) {
    number += 1;
    if (!isUtf8(bytes)) throw new KustomizeError(`line ${number} of '${path}' has invalid utf8 bytes`);
    const text = bytes.toString();
    const line = (number === 1 && text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text).replace(LEADING_SPACE, '');
    if (line === '' || line.startsWith('#')) continue;
    const [key, value] = cut(line);
    // A line without a name is passed over.
    if (key !== '') entries.push({ key, value: value ?? '' });
  }
  return entries;
}

/** What Go's unicode.IsSpace takes for space. */
const LEADING_SPACE = /^[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/;

function* linesOf(content: Buffer): Generator<Buffer> {
  for (let start = 0; start < content.length; ) {
    const newline = content.indexOf(0x0a, start);
    const end = newline < 0 ? content.length : newline;
    if (end - start > MAX_LINE_BYTES) return;
    yield content.subarray(start, end > start && content[end - 1] === 0x0d ? end - 1 : end);
    start = end + 1;
  }
}

function parseLiteral(source: string, index: number): KeyValue {
  const [key, value] = cut(source);
  if (key === '' || value === undefined) {
    throw new KustomizeError(`invalid literal source number ${index + 1}, expected key=value`);
  }
  return { key, value: withoutQuotes(value) };
}

function withoutQuotes(text: string): string {
  const isQuoted = text.length > 1 && text.at(0) === text.at(-1) && /^["']/.test(text);
  return isQuoted ? text.slice(1, -1) : text;
}

/** `key=path`, or a path whose last name is the key. */
function parseFileSource(source: string): { key: string; path: string } {
  const [key, path, ...more] = source.split('=');
  if (key === undefined || path === undefined) return { key: posix.basename(source) || '.', path: source };
  const quoted = JSON.stringify(source);
  if (more.length > 0) throw new KustomizeError(`source ${quoted} key name or file path contains '='`);
  if (key === '')
    throw new KustomizeError(`missing key name for file path ${JSON.stringify(path)} in source ${quoted}`);
  if (path === '')
    throw new KustomizeError(`missing file path for key name ${JSON.stringify(key)} in source ${quoted}`);
  return { key, path };
}

/** Splits at the first `=`; the second part is undefined without one. */
function cut(text: string): readonly [key: string, value: string | undefined] {
  const at = text.indexOf('=');
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}
