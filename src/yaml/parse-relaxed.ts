import { type Event, parseEvents, YAMLException } from 'js-yaml';

/** The parser's events and the text to which their offsets refer. */
export interface ParsedText {
  readonly events: readonly Event[];
  /** The text with {@link PADDING} spaces put before some lines. */
  readonly source: string;
  /** Numbers, from 1, of the lines that were padded. */
  readonly padded: ReadonlySet<number>;
}

/** How many spaces a padded line has more than it had. */
export const PADDING = 256;

/**
 * Parses YAML as libyaml does where the specification is stricter: a line inside a flow collection or quoted scalar
 * may be indented as little as it likes, which many manifests make use of by closing brackets below their key. The
 * parser refuses such a line; leading spaces mean nothing there, so the line gets more of them and another try.
 *
 * @throws {YAMLException} if the text is not well-formed
 */
export function parseRelaxed(text: string, maxDepth: number): ParsedText {
  try {
    return { events: parseEvents(text, { maxDepth }), source: text, padded: new Set() };
  } catch (error) {
    if (!isDeficient(error)) throw error;
  }
  const documents = text.split(DOCUMENT_START);
  const padded = new Set<number>();
  let line = 0;
  const relaxed = documents.map((document) => {
    const result = padLines(document, maxDepth);
    for (const one of result.padded) padded.add(line + one);
    line += document.split('\n').length - 1;
    return result.document;
  });
  const source = relaxed.join('');
  return { events: parseEvents(source, { maxDepth }), source, padded };
}

/** A document starts at this mark wherever it stands, so that documents can be tried one by one. */
const DOCUMENT_START = /^(?=---(?:\s|$))/m;
const MAX_TRIES = 2000;
/** Bounds the work on a document, in characters parsed. */
const MAX_WORK = 256 * 1024 * 1024;

function padLines(document: string, maxDepth: number): { document: string; padded: ReadonlySet<number> } {
  const lines = document.split('\n');
  const padded = new Set<number>();
  const maxTries = Math.min(MAX_TRIES, MAX_WORK / (document.length + 1));
  for (let tries = 0; tries < maxTries; tries++) {
    const mark = deficientMark(lines.join('\n'), maxDepth);
    const line = lines[mark?.line ?? -1];
    if (mark === undefined || line === undefined) break;
    const relaxed = relaxLine(line, mark.column);
    if (relaxed === undefined || padded.has(mark.line + 1)) break;
    if (relaxed.length > line.length) padded.add(mark.line + 1);
    lines[mark.line] = relaxed;
  }
  return { document: lines.join('\n'), padded };
}

/**
 * The line with more indentation, if the parser gave up at its start. Otherwise it gave up for a tab, among the spaces
 * before `column` or after an earlier indicator, which is as good as a space there. Undefined if it is neither.
 */
function relaxLine(line: string, column: number): string | undefined {
  const before = line.slice(0, column);
  if (before.trim() === '') return ' '.repeat(PADDING) + line;
  const text = before.trimEnd();
  const gap = before.slice(text.length);
  if (gap.includes('\t')) return text + gap.replaceAll('\t', ' ') + line.slice(column);
  return AFTER_INDICATOR.test(before) ? line.replace(AFTER_INDICATOR, '$1 ') : undefined;
}

/** A tab after `:`, `-`, `,` or `?`, with nothing before it that might be quoted or a comment. */
const AFTER_INDICATOR = /^([^'"#\t]*[:,?-] *)\t/;

interface Mark {
  readonly line: number;
  readonly column: number;
}

/** Where the parser gives up for want of indentation. Any other mistake is for the last parse to report. */
function deficientMark(document: string, maxDepth: number): Mark | undefined {
  try {
    parseEvents(document, { maxDepth });
    return undefined;
  } catch (error) {
    return isDeficient(error) ? error.mark : undefined;
  }
}

function isDeficient(error: unknown): error is YAMLException & { readonly mark: Mark } {
  return error instanceof YAMLException && error.mark !== undefined && error.reason === 'deficient indentation';
}
