/** `'x'`, `"x"` and `` `x` `` within a line. An apostrophe inside a word (`can't`) opens nothing. */
const QUOTED = /(?<![\p{L}\p{N}])'([^'\n]+)'|"([^"\n]+)"|`([^`\n]+)`/gu;
/** Names of files by the endings that kustomizations use. */
const FILE = /[\w.@+~%-]+(?:\/[\w.@+~%-]+)*\.(?:ya?ml|json|env|properties|txt|conf|ini|toml|sh|crt|key)\b/g;
/** Where in memory a thing is, which changes from run to run. */
const ADDRESS = /0x[0-9a-f]{6,}/g;

/** What precedes a whole object in a message: JSON as it is or escaped, or Go's %#v. */
const DUMP = /\{\\*"|map\[string\]interface \{\}\{/g;

/**
 * What a message of the real tool names and ours does not: every quoted identifier and every file. `<INPUT>/` and paths
 * of the input's folder are left out of both, and so are objects that the real tool prints as a whole: ours never do,
 * for the sake of Secrets.
 * @param inputFolder where the case's input is on this machine
 */
export function missingFromMessage(real: string, ours: string, inputFolder: string): string[] {
  const expected = plain(withoutDumps(withoutWarnings(real)), inputFolder);
  const actual = plain(ours, inputFolder);
  const names = new Set([...quotedIn(expected), ...(expected.match(FILE) ?? [])]);
  return [...names].filter((name) => !actual.includes(name) && !actual.includes(unescaped(name)));
}

/** Identifiers in quotes of any of the three kinds; those in quotes inside other quotes as well. */
function quotedIn(text: string): string[] {
  const found: string[] = [];
  for (const [, single, double, back] of text.matchAll(QUOTED)) {
    const name = (single ?? double ?? back ?? '').trim();
    if (!/[\p{L}\p{N}]/u.test(name)) continue;
    const inner = quotedIn(name);
    // A quoted sentence is no identifier: what it quotes itself is.
    if (name.includes(' ')) found.push(...inner);
    else found.push(name);
  }
  return found;
}

function plain(text: string, inputFolder: string): string {
  return text
    .replaceAll(inputFolder, '<INPUT>')
    .replaceAll('<INPUT>/', '')
    .replaceAll('<INPUT>', '')
    .replaceAll("'input/", "'")
    .replaceAll(ADDRESS, '');
}

function withoutWarnings(text: string): string {
  const lines = text.split('\n');
  return lines.filter((line) => !/^(?:# Warning: |Flag --|\d{4}\/\d\d\/\d\d )/.test(line)).join('\n');
}

function withoutDumps(text: string): string {
  const [told = ''] = text.split(/(?:: node contents:|\*\*\*\* Too many possible)/, 1);
  let kept = '';
  let from = 0;
  for (const { index, 0: head } of told.matchAll(DUMP)) {
    if (index < from) continue;
    kept += told.slice(from, index);
    from = endOfBraces(told, index + head.lastIndexOf('{'));
  }
  return kept + told.slice(from);
}

/** Past the brace that closes the one at `start`. */
function endOfBraces(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    if (text[at] === '{') depth++;
    else if (text[at] === '}' && --depth === 0) return at + 1;
  }
  return text.length;
}

/** `a\nb` of a Go %q as the text itself. */
function unescaped(text: string): string {
  return text.replaceAll('\\n', '\n').replaceAll('\\"', '"').replaceAll('\\t', '\t').replaceAll('\\\\', '\\');
}
