import { YAMLException } from 'js-yaml';
import { MalformedYamlError } from '../kustomize-error.ts';

/**
 * A mistake that the parser found in `source`, in libyaml's words where they are known and with the line: `yaml: line
 * 3: did not find expected key`. Other errors come back as they are.
 *
 * The parser's own error is not kept as the cause: it quotes the lines around the mistake, which may be a secret's.
 */
export function explainYamlError(error: unknown, source: string): Error {
  if (!(error instanceof YAMLException)) return error instanceof Error ? error : new Error(String(error));
  const { reason, line, isEarlier = false } = findPlace(error, source);
  // libyaml numbers lines from 0 where its parser fails, and does not name the first one.
  const named = isEarlier ? line - 1 : line;
  return new MalformedYamlError(`yaml: ${named > 0 && line > 1 ? `line ${named}: ` : ''}${reason}`);
}

function findPlace(error: YAMLException, source: string): Reason & { readonly line: number } {
  const line = (error.mark?.line ?? 0) + 1;
  const position = error.mark?.position ?? 0;
  const found = findReason(error.reason, source.split('\n', line));
  if (found !== NO_END) return { ...found, line };
  // The end of the text is on a line of its own.
  const isAtEnd = position >= source.length && !source.endsWith('\n');
  // What ends with an opening bracket, a comma or a colon misses a value first.
  const reason =
    position >= source.length && /[[{,:]\s*$/.test(source) ? NO_CONTENT : noEndOf(source.slice(0, position));
  return { ...reason, line: isAtEnd ? line + 1 : line };
}

interface Reason {
  readonly reason: string;
  /** The line that libyaml names is the one before. */
  readonly isEarlier?: boolean;
}

const NO_TOKEN: Reason = { reason: 'found character that cannot start any token' };
const NO_CONTENT: Reason = { reason: 'did not find expected node content', isEarlier: true };
const NO_KEY: Reason = { reason: 'did not find expected key', isEarlier: true };
const NO_ITEM: Reason = { reason: "did not find expected '-' indicator", isEarlier: true };
const NO_COLON: Reason = { reason: "could not find expected ':'", isEarlier: true };
const NO_MAPPING: Reason = { reason: 'mapping values are not allowed in this context' };
const NO_END: Reason = { reason: "did not find expected ',' or ']'", isEarlier: true };
const NO_MAPPING_END: Reason = { reason: "did not find expected ',' or '}'", isEarlier: true };

/** What libyaml says, by what the parser says. */
const REASONS: readonly (readonly [pattern: RegExp, reason: Reason])[] = [
  [/maxDepth/, { reason: 'exceeded max depth' }],
  [/^tab characters/, NO_TOKEN],
  [/within a (single|double) quoted/, { reason: 'found unexpected end of stream' }],
  [/within a flow collection|^missed comma/, NO_END],
  [/^expected the node content/, NO_CONTENT],
  [/^undeclared tag handle/, { reason: 'found undefined tag handle' }],
  [/multiline key|^expected ':' after a mapping key/, NO_COLON],
  [/^bad indentation of a sequence entry/, NO_ITEM],
  [/^bad indentation of a mapping entry/, NO_KEY],
  [/^duplication of an? (tag|anchor)/, NO_KEY],
  [/non-printable|valid JSON character/, { reason: 'control characters are not allowed' }],
  [/^unknown escape sequence/, { reason: 'found unknown escape character' }],
  [/^expected hexadecimal/, { reason: 'did not find expected hexdecimal number' }],
  [/^a line break is expected/, { reason: 'did not find expected comment or line break' }],
  [/^unacceptable YAML version/, { reason: 'found incompatible YAML document' }],
];

/** By the list or mapping that is open at the end of a text. */
function noEndOf(text: string): Reason {
  const open: string[] = [];
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\[^])*"|(?<=[[{,:\s])'[^']*'|(?<=^|\s)#.*|[[\]{}]/gm)) {
    if (token === '[' || token === '{') open.push(token);
    else if (token === ']' || token === '}') open.pop();
  }
  return open.at(-1) === '{' ? NO_MAPPING_END : NO_END;
}

/** @param lines the source up to the line of the mistake */
function findReason(reason: string, lines: readonly string[]): Reason {
  const byText = TEXTS.find(([pattern]) => pattern.test(lines.at(-1) ?? ''))?.[1];
  if (byText !== undefined) return byText;
  const isMisplaced = /nested mappings|^bad indentation of a mapping entry|separator is expected/.test(reason);
  if (isMisplaced && isMappingInText(lines)) return NO_MAPPING;
  if (/separator is expected/.test(reason)) return isSequence(lines) ? NO_ITEM : NO_KEY;
  const known = REASONS.find(([pattern]) => pattern.test(reason))?.[1];
  // A reason may end with the text it is about.
  return known ?? { reason: reason.replace(/: .*$/s, '') };
}

/** What is wrong by the look of the line alone. */
const TEXTS: readonly (readonly [pattern: RegExp, reason: Reason])[] = [
  [/^\s*\t|:\s+[@`%]/, NO_TOKEN],
  [/:\s+[,\]}]|^[\]}]/, NO_CONTENT],
  [/^[^'"{[]*:\s+-\s/, { reason: 'block sequence entries are not allowed in this context' }],
];

/** Whether the last line has a second `: `, or a key further in than the text before it. */
function isMappingInText(lines: readonly string[]): boolean {
  const line = lines.at(-1) ?? '';
  if (/:\s[^'"#]*:(\s|$)/.test(line)) return true;
  const before = lines.slice(0, -1).findLast((one) => one.trim() !== '') ?? '';
  const isDeeper = indentOf(line) > indentOf(before) && !/[:-]\s*$/.test(before);
  return /:(\s|$)/.test(line) && (isDeeper || (before !== '' && !/[:-](\s|$)/.test(before)));
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

function isSequence(lines: readonly string[]): boolean {
  return lines.find((line) => /^[^#\s]/.test(line) && !line.startsWith('---'))?.startsWith('-') ?? false;
}
