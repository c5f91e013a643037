import { KustomizeError } from '../kustomize-error.ts';

/** @throws {KustomizeError} if `key` is no key of a label: a name, with a DNS subdomain and a slash before it or not */
export function checkLabelKey(key: string): void {
  const mistakes = keyMistakes(key);
  if (mistakes.length > 0) throw new KustomizeError(`invalid label key ${JSON.stringify(key)}: ${mistakes.join('; ')}`);
}

/** @throws {KustomizeError} if `value` is no value of a label; `key` is for the message alone */
export function checkLabelValue(key: string, value: string): void {
  const mistakes: string[] = [];
  if (Buffer.byteLength(value) > MAX_NAME_LENGTH) mistakes.push(tooLong(MAX_NAME_LENGTH));
  if (value !== '' && !NAME.test(value))
    mistakes.push(
      regexMistake(`a valid label must be an empty string or ${NAME_RULE}`, `(${NAME_FORMAT})?`, VALUE_EXAMPLES),
    );
  if (mistakes.length > 0) {
    throw new KustomizeError(
      `invalid label value: ${JSON.stringify(value)}: at key: ${JSON.stringify(key)}: ${mistakes.join('; ')}`,
    );
  }
}

const MAX_NAME_LENGTH = 63;
const MAX_SUBDOMAIN_LENGTH = 253;
const NAME_FORMAT = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const NAME = new RegExp(`^${NAME_FORMAT}$`);
const LABEL_FORMAT = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const SUBDOMAIN_FORMAT = `${LABEL_FORMAT}(\\.${LABEL_FORMAT})*`;
const SUBDOMAIN = new RegExp(`^${SUBDOMAIN_FORMAT}$`);
const NAME_RULE =
  "consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";
const SUBDOMAIN_RULE =
  "a DNS-1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character";
const NAME_EXAMPLES = ['MyName', 'my.name', '123-abc'];
const VALUE_EXAMPLES = ['MyValue', 'my_value', '12345'];

function keyMistakes(key: string): string[] {
  const parts = key.split('/');
  if (parts.length > 2) {
    const rule = regexMistake(`must ${NAME_RULE}`, NAME_FORMAT, NAME_EXAMPLES);
    return [`a qualified name ${rule} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`];
  }
  const name = parts.at(-1) ?? '';
  return parts.length === 2 ? [...prefixMistakes(parts[0] ?? ''), ...nameMistakes(name)] : nameMistakes(name);
}

function prefixMistakes(prefix: string): string[] {
  if (prefix === '') return ['prefix part must be non-empty'];
  const mistakes: string[] = [];
  if (Buffer.byteLength(prefix) > MAX_SUBDOMAIN_LENGTH) mistakes.push(`prefix part ${tooLong(MAX_SUBDOMAIN_LENGTH)}`);
  if (!SUBDOMAIN.test(prefix))
    mistakes.push(`prefix part ${regexMistake(SUBDOMAIN_RULE, SUBDOMAIN_FORMAT, ['example.com'])}`);
  return mistakes;
}

function nameMistakes(name: string): string[] {
  const mistakes: string[] = [];
  if (name === '') mistakes.push('name part must be non-empty');
  else if (Buffer.byteLength(name) > MAX_NAME_LENGTH) mistakes.push(`name part ${tooLong(MAX_NAME_LENGTH)}`);
  if (!NAME.test(name)) mistakes.push(`name part ${regexMistake(`must ${NAME_RULE}`, NAME_FORMAT, NAME_EXAMPLES)}`);
  return mistakes;
}

function tooLong(length: number): string {
  return `must be no more than ${length} characters`;
}

function regexMistake(rule: string, format: string, examples: readonly string[]): string {
  const quoted = examples.map((example) => `'${example}'`).join(',  or ');
  return `${rule} (e.g. ${quoted}, regex used for validation is '${format}')`;
}
