import { escapeCharacter } from '../../../yaml/print-scalar.ts';
import { STYLE } from './node.ts';

/**
 * A scalar as it stands in a YAML text, in a style that can hold it.
 * @param indent of the lines after the first, in columns
 */
export function printScalar(text: string, style: number, indent: number): string {
  switch (style) {
    case STYLE.singleQuoted:
      return printSingleQuoted(text, indent);
    case STYLE.doubleQuoted:
      return printDoubleQuoted(text);
    case STYLE.literal:
      return `|${blockHints(text)}\n${indentLines(text, indent)}`;
    case STYLE.folded:
      return `>${blockHints(text)}\n${foldLines(text, indent)}`;
    default:
      return text;
  }
}

const BREAK = /[\n\r\u0085\u2028\u2029]/;
const RUN_OF_BREAKS = /[\n\r\u0085\u2028\u2029]+/g;

/** A single line break would be read as a space, so that the first of each run is doubled. */
function printSingleQuoted(text: string, indent: number): string {
  const quoted = text.replaceAll("'", "''");
  if (!BREAK.test(text)) return `'${quoted}'`;
  const margin = ' '.repeat(indent);
  const folded = quoted.replaceAll(RUN_OF_BREAKS, (run, at: number) => {
    const isLast = at + run.length === quoted.length;
    return (run.startsWith('\n') ? `\n${run}` : run) + (isLast ? '' : margin);
  });
  return `'${folded}'`;
}

const ESCAPED = /[^\u0020\u0021\u0023-\u005b\u005d-\u007e\u00a0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]/gu;
/** Go's emitter looks for a byte order mark at the start of the text whichever character it is at. */
function printDoubleQuoted(text: string): string {
  const escaped = text.startsWith('\ufeff')
    ? Array.from(text, escapeCharacter).join('')
    : text.replaceAll(ESCAPED, escapeCharacter);
  return `"${escaped}"`;
}

/** The indentation, where the text starts with space of its own, and what happens to its last line breaks. */
function blockHints(text: string): string {
  const indentation = /^[ \n\r\u0085\u2028\u2029]/.test(text) ? '2' : '';
  if (!BREAK.test(text.at(-1) ?? '')) return `${indentation}-`;
  return text.length === 1 || BREAK.test(text.at(-2) ?? '') ? `${indentation}+` : indentation;
}

const LINE_START = /(^|[\n\r\u0085\u2028\u2029])(?=[^\n\r\u0085\u2028\u2029])/g;

function indentLines(text: string, indent: number): string {
  const margin = ' '.repeat(indent);
  return text.replaceAll(LINE_START, `$1${margin}`);
}

/** A line break between two lines of text would be read as a space, so that it is doubled. */
function foldLines(text: string, indent: number): string {
  const margin = ' '.repeat(indent);
  // libyaml looks at the start of the whole text where it means the next line.
  const canDouble = !/^[\n\r\u0085\u2028\u2029]*[ \t\0]/.test(text);
  let out = '';
  let isSpaced = true;
  for (const [, run = '', line = ''] of text.matchAll(/([\n\r\u0085\u2028\u2029]*)([^\n\r\u0085\u2028\u2029]*)/g)) {
    if (canDouble && out !== '' && !isSpaced && run.startsWith('\n')) out += '\n';
    out += run;
    if (line === '') continue;
    out += margin + line;
    isSpaced = /^[ \t]/.test(line);
  }
  return out;
}
