import { YAMLException } from 'js-yaml';
import { HoldfastError } from '../lib/errors.ts';
import type { JsonValue } from '../object/kube-object.ts';
import { type ComposedDocument, ComposeError, type ComposeOptions, composeDocuments } from './compose.ts';
import { DEFAULT_YAML_LIMITS, type YamlLimits } from './limits.ts';
import { PADDING, type ParsedText, parseRelaxed } from './parse-relaxed.ts';

/** One document of a YAML file; `line` counts from 1 and is where its content starts. */
export interface YamlDocument {
  readonly value: JsonValue;
  readonly line: number;
}

/** What {@link parseYamlDocuments} needs to know beside the text. */
export interface ParseYamlOptions extends ComposeOptions {
  /** Names the file in errors. */
  readonly file: string;
  readonly limits?: YamlLimits;
}

/**
 * The documents of a YAML text, empty ones as `null`, with the semantics of Go's sigs.k8s.io/yaml (see ADR 0004).
 * Integers beyond 2^53 are `bigint`. The values share nothing with one another.
 *
 * @throws {HoldfastError} RENDER_YAML with the position of the first mistake. The message never quotes values.
 * @throws {HoldfastError} RENDER_LIMIT if the text is too long or too deep, or its aliases expand to too much
 */
export function parseYamlDocuments(text: string, options: ParseYamlOptions): YamlDocument[] {
  const limits = options.limits ?? DEFAULT_YAML_LIMITS;
  if (text.length > limits.maxLength) {
    const message = `Cannot parse ${options.file}: it has ${text.length} characters, more than the ${limits.maxLength} allowed`;
    throw new HoldfastError('RENDER_LIMIT', message, { retry: 'never', position: { file: options.file } });
  }
  let parsed: ParsedText = { events: [], source: text, padded: new Set() };
  try {
    parsed = parseRelaxed(text, limits.maxDepth);
    return locate(parsed.source, composeDocuments(parsed.source, parsed.events, limits, options));
  } catch (error) {
    throw explain(error, parsed, options.file);
  }
}

function locate(text: string, documents: readonly ComposedDocument[]): YamlDocument[] {
  let line = 1;
  let from = 0;
  return documents.map(({ value, offset }) => {
    for (let at = text.indexOf('\n', from); at >= 0 && at < offset; at = text.indexOf('\n', from)) {
      line += 1;
      from = at + 1;
    }
    return { value, line };
  });
}

function explain(error: unknown, { source, padded }: ParsedText, file: string): HoldfastError {
  if (error instanceof ComposeError) {
    const { line, column } = positionAt(source, Math.max(error.offset, 0));
    const position = { file, line, column: padded.has(line) ? column - PADDING : column };
    return failure(error.isLimit, error.message + hint('', source, line), position);
  }
  if (error instanceof YAMLException) {
    const { reason, mark } = error;
    const line = (mark?.line ?? 0) + 1;
    const position = { file, line, column: Math.min((mark?.column ?? 0) + 1, lineAt(source, line).length + 1) };
    const isLimit = reason.includes('maxDepth');
    const message = isLimit ? 'collections are nested too deep' : reason + hint(reason, source, line);
    return failure(isLimit, message, position);
  }
  return HoldfastError.from(error);
}

/** The library's error is not kept as the cause: it quotes the lines around the mistake, which may be a secret's. */
function failure(
  isLimit: boolean,
  reason: string,
  position: { file: string; line: number; column: number },
): HoldfastError {
  const where = `${position.file}:${position.line}:${position.column}`;
  return new HoldfastError(isLimit ? 'RENDER_LIMIT' : 'RENDER_YAML', `Cannot parse ${where} as YAML: ${reason}`, {
    retry: 'never',
    position,
  });
}

function hint(reason: string, source: string, lineNumber: number): string {
  const line = lineAt(source, lineNumber);
  const conflict = CONFLICT.exec(source);
  if (conflict !== null) return ` (line ${positionAt(source, conflict.index).line} is the mark of a merge conflict)`;
  if (/^\s*\t/.test(line)) return ' (the line is indented with a tab: YAML takes only spaces)';
  if (line.includes('{{')) return ' (the line looks like a template: a chart or generator must render it first)';
  const isNested = reason.includes('nested mappings') || /:\s[^'"]*:\s/.test(line);
  return isNested ? ' (quote a value that holds ": ")' : '';
}

const CONFLICT = /^(?:<{7} |={7}$|>{7} )/m;

function lineAt(text: string, line: number): string {
  return text.split('\n', line)[line - 1] ?? '';
}

function positionAt(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
