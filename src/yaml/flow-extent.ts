/** Inside of what a line starts, as the parser says of the text before it. */
export type FlowContext = 'flow' | 'single' | 'double';

/**
 * The offset at which what `source` is inside of at `start` ends: the quoted scalar, or the innermost flow collection.
 * Every line that starts before it is inside. Equal to `start` when that cannot be told for sure.
 */
export function flowExtent(source: string, start: number, context: FlowContext): number {
  if (context === 'double') return endOfDoubleQuoted(source, start);
  if (context === 'single') return endOfSingleQuoted(source, start);
  // A plain text or a comment before the line could make a quote in it mean nothing.
  const before = /([^\n]*)\n\s*$/.exec(source.slice(0, start))?.[1] ?? '';
  return !before.includes('#') && /[[{,:]\s*$/.test(before) ? endOfFlow(source, start) : start;
}

function endOfDoubleQuoted(source: string, start: number): number {
  for (let at = start; at < source.length; at++) {
    if (source[at] === '\\') at += 1;
    else if (source[at] === '"') return at;
  }
  return start;
}

function endOfSingleQuoted(source: string, start: number): number {
  for (let at = start; at < source.length; at++) {
    if (source[at] !== "'") continue;
    if (source[at + 1] !== "'") return at;
    at += 1;
  }
  return start;
}

/** One token: a quoted text, a comment, a bracket, or anything else up to the next of these. */
const TOKEN = /"(?:[^"\\]|\\[^])*"|'(?:[^']|'')*'|(?<=\s)#[^\n]*|[[{\]}]|[^[{\]}"'#]+|#|["']/y;

function endOfFlow(source: string, start: number): number {
  let depth = 0;
  let before = ',';
  TOKEN.lastIndex = start;
  for (let match = TOKEN.exec(source); match !== null; match = TOKEN.exec(source)) {
    const token = match[0];
    // A quote inside a plain text starts nothing, and then what follows was taken apart wrongly.
    if (/^["']/.test(token) && !/[[{,:?\s]$/.test(before)) return start;
    if (token === '[' || token === '{') depth += 1;
    else if (token === ']' || token === '}') depth -= 1;
    if (depth < 0) return match.index;
    before = token;
  }
  return start;
}
