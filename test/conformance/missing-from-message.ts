/** `'x'`, `"x"` and `` `x` `` within a line. An apostrophe inside a word (`can't`) opens nothing. */
const QUOTED = /(?<![\p{L}\p{N}])'([^'\n]+)'|"([^"\n]+)"|`([^`\n]+)`/gu;
/** Names of files by the endings that kustomizations use. */
const FILE = /[\w.@+~%-]+(?:\/[\w.@+~%-]+)*\.(?:ya?ml|json|env|properties|txt|conf|ini|toml|sh|crt|key)\b/g;
/** Where in memory a thing is, which changes from run to run. */
const ADDRESS = /0x[0-9a-f]{6,}/g;

/**
 * What a message of the real tool names and ours does not: every quoted identifier and every file. `<INPUT>/` and paths
 * of the input's folder are left out of both.
 * @param inputFolder where the case's input is on this machine
 */
export function missingFromMessage(real: string, ours: string, inputFolder: string): string[] {
  const expected = withoutWarnings(plain(real, inputFolder));
  const actual = plain(ours, inputFolder);
  const names = new Set([...quotedIn(expected), ...(expected.match(FILE) ?? [])]);
  return [...names].filter((name) => !actual.includes(name) && !actual.includes(unescaped(name)));
}

/** Identifiers in quotes of any of the three kinds; those in quotes inside other quotes as well. */
function quotedIn(text: string): string[] {
  const found: string[] = [];
  for (const [, single, double, back] of text.matchAll(QUOTED)) {
    const name = (single ?? double ?? back ?? '').trim();
    if (name === '') continue;
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
    .replaceAll(ADDRESS, '');
}

function withoutWarnings(text: string): string {
  const lines = text.split('\n');
  return lines.filter((line) => !line.startsWith('# Warning: ') && !line.startsWith('Flag --')).join('\n');
}

/** `a\nb` of a Go %q as the text itself. */
function unescaped(text: string): string {
  return text.replaceAll('\\n', '\n').replaceAll('\\"', '"').replaceAll('\\t', '\t').replaceAll('\\\\', '\\');
}
