import { type Event, parseEvents, YAMLException } from 'js-yaml';
import { type FlowContext, flowExtent } from './flow-extent.ts';

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
const MAX_TRIES = 400;
/** Bounds the work on a document, in characters parsed: about a second. */
const MAX_WORK = 16 * 1024 * 1024;

function padLines(document: string, maxDepth: number): { document: string; padded: ReadonlySet<number> } {
  const lines = document.split('\n');
  const padded = new Set<number>();
  const maxTries = Math.min(MAX_TRIES, MAX_WORK / (document.length + 1));
  for (let tries = 0; tries < maxTries; tries++) {
    const mark = failureMark(lines.join('\n'), maxDepth, isDeficient);
    const line = lines[mark?.line ?? -1];
    if (mark === undefined || line === undefined || padded.has(mark.line + 1)) break;
    if (line.slice(0, mark.column).trim() === '') {
      padFrom(lines, mark.line, { padded, maxDepth });
    } else {
      const relaxed = withoutTab(line, mark.column);
      if (relaxed === undefined) break;
      lines[mark.line] = relaxed;
    }
  }
  return { document: lines.join('\n'), padded };
}

/** Pads the line at `first` (from 0) and those after it that are certainly inside the same scalar or collection. */
function padFrom(lines: string[], first: number, state: { padded: Set<number>; maxDepth: number }): void {
  const before = lines
    .slice(0, first)
    .map((line) => `${line}\n`)
    .join('');
  const source = before + lines.slice(first).join('\n');
  const context = contextAtEnd(before, state.maxDepth);
  const end = context === undefined ? before.length : flowExtent(source, before.length, context);
  let start = before.length;
  for (let index = first; index < lines.length && (index === first || start <= end); index++) {
    const line = lines[index] ?? '';
    start += line.length + 1;
    if (state.padded.has(index + 1)) continue;
    state.padded.add(index + 1);
    lines[index] = ' '.repeat(PADDING) + line;
  }
}

/** What a text that breaks off breaks off in. Without the last line break, which would need indentation after it. */
function contextAtEnd(text: string, maxDepth: number): FlowContext | undefined {
  let reason = '';
  failureMark(text.trimEnd(), maxDepth, (error) => {
    reason = error.reason;
    return true;
  });
  const name = /^unexpected end of the stream within a (flow collection|single quoted scalar|double quoted scalar)$/;
  const word = name.exec(reason)?.[1]?.split(' ')[0];
  return word === 'flow' || word === 'single' || word === 'double' ? word : undefined;
}

/**
 * The line with a space for the tab for which the parser gave up, among the spaces before `column` or after an earlier
 * indicator. Undefined if there is none.
 */
function withoutTab(line: string, column: number): string | undefined {
  const before = line.slice(0, column);
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

/** Where the parser gives up for a reason that `matches`. Any other mistake is for the last parse to report. */
function failureMark(text: string, maxDepth: number, matches: (error: YAMLException) => boolean): Mark | undefined {
  try {
    parseEvents(text, { maxDepth });
    return undefined;
  } catch (error) {
    return error instanceof YAMLException && matches(error) ? error.mark : undefined;
  }
}

function isDeficient(error: unknown): boolean {
  return error instanceof YAMLException && error.reason === 'deficient indentation';
}
