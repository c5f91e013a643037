import { YAMLException } from 'js-yaml';
import { MalformedYamlError } from '../kustomize-error.ts';

/**
 * A mistake that the parser found in `source`, in libyaml's words where they are known and with the line: `yaml: line
 * 3: did not find expected key`. Other errors come back as they are.
 *
 * The parser's own error is not kept as the cause: it quotes the lines around the mistake, which may be a secret's.
 */
export function explainYamlError(error: unknown, source: string): Error {
  if (error instanceof YAMLException) {
    const line = (error.mark?.line ?? 0) + 1;
    return new MalformedYamlError(`yaml: line ${line}: ${libyamlReason(error.reason, lineAt(source, line))}`);
  }
  return error instanceof Error ? error : new Error(String(error));
}

/** What libyaml says, by what the parser says. */
const REASONS: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [/maxDepth/, 'exceeded max depth'],
  [/^tab characters|firstTab/, 'found character that cannot start any token'],
  [/within a (single|double) quoted/, 'found unexpected end of stream'],
  [/within a flow collection/, "did not find expected ',' or '}' or ']'"],
  [/^missed comma/, "did not find expected ',' or '}' or ']'"],
  [/^undeclared tag handle/, 'found undefined tag handle'],
  [/multiline key may not be an implicit key/, "could not find expected ':'"],
  [/^expected ':' after a mapping key/, "could not find expected ':'"],
  [/^bad indentation of a sequence entry/, "did not find expected '-' indicator"],
  [/^bad indentation of a mapping entry/, 'did not find expected key'],
  [/non-printable|valid JSON character/, 'control characters are not allowed'],
  [/^unknown escape sequence/, 'found unknown escape character'],
  [/^expected hexadecimal/, 'did not find expected hexdecimal number'],
  [/document separator is expected/, 'did not find expected <document start>'],
];

function libyamlReason(reason: string, line: string): string {
  if (/^\s*\t/.test(line)) return 'found character that cannot start any token';
  if (/nested mappings|^bad indentation of a mapping entry/.test(reason) && /:\s[^'"#]*:(\s|$)/.test(line)) {
    return 'mapping values are not allowed in this context';
  }
  return REASONS.find(([pattern]) => pattern.test(reason))?.[1] ?? withoutQuotes(reason);
}

/** A reason may end with the text it is about. */
function withoutQuotes(reason: string): string {
  return reason.replace(/: .*$/s, '');
}

function lineAt(text: string, line: number): string {
  return text.split('\n', line)[line - 1] ?? '';
}
