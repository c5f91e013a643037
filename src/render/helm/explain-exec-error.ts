import type { TemplateExecError } from '../gotemplate/template-error.ts';
import { WARNING_END, WARNING_START } from './template-functions.ts';

/**
 * What Helm says of a template that failed: the message of `required` or `fail` alone, else the places that led to the
 * error, one below the other, where they can be told from Go's message, else that message.
 * @see helm.sh/helm/v4 pkg/engine/engine.go reformatExecErrorMsg
 */
export function explainExecError(name: string, error: TemplateExecError): string {
  const [, location, rest] = splitAt(error.message, 3);
  if (location === undefined || rest === undefined) return `execution error in (${name}): ${error.message}`;
  const warning = WARNING.exec(rest)?.[1];
  if (warning !== undefined) return `execution error at (${location}): ${warning}`;
  const traces: string[] = [];
  for (let current: unknown = error; current instanceof Error; current = current.cause) {
    const trace = parseTrace(current.message);
    if (trace === undefined) return error.message;
    if (traces.at(-1) !== trace) traces.push(trace);
  }
  return traces.join('').trim();
}

const WARNING = new RegExp(`${WARNING_START}([\\s\\S]*)${WARNING_END}`);
const PREFIX = 'template: ';

/** Pieces between `: `, the last one with all that is left. */
function splitAt(text: string, count: number): string[] {
  const pieces = text.split(': ');
  return pieces.length <= count ? pieces : [...pieces.slice(0, count - 1), pieces.slice(count - 1).join(': ')];
}

/** One place of Go's message, in Helm's lines; undefined where the message is none of text/template. */
function parseTrace(message: string): string | undefined {
  if (!message.startsWith(PREFIX)) return undefined;
  const rest = message.slice(PREFIX.length);
  if (rest.startsWith('no template ')) return `${message}\n`;
  return parseExecuting(rest) ?? parsePlain(rest);
}

function parseExecuting(rest: string): string | undefined {
  const at = rest.indexOf(': executing ');
  if (at < 0) return undefined;
  const match = /^"([^"]*)" at </.exec(rest.slice(at + ': executing '.length));
  if (match === null) return undefined;
  const after = rest.slice(at + ': executing '.length + match[0].length);
  const end = after.indexOf('>: ');
  if (end < 0) return undefined;
  const message = untilNext(after.slice(end + '>: '.length));
  return format(rest.slice(0, at), `executing "${match[1]}" at <${after.slice(0, end)}>:`, message);
}

function parsePlain(rest: string): string | undefined {
  const at = rest.lastIndexOf(': ');
  return at < 0 ? undefined : format(rest.slice(0, at), '', untilNext(rest.slice(at + 2)));
}

/** Without the error that it wraps, which has lines of its own. */
function untilNext(message: string): string {
  const at = message.indexOf(' template:');
  return at < 0 ? message : message.slice(0, at);
}

function format(location: string, executing: string, message: string): string {
  const first = location === '' ? '' : `${location}\n  `;
  const second = executing === '' ? '' : `${executing}\n    `;
  return first + second + (message === '' ? '' : `${message}\n`);
}
