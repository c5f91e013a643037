/**
 * Splits `path` at each `delimiter` that no backslash precedes; one delimiter at the start does not count. kyaml's
 * PathSplitter.
 * @see sigs.k8s.io/kustomize/kyaml v0.21.2 utils/pathsplitter.go
 */
export function splitPath(path: string, delimiter: string): string[] {
  const parts = path.split(delimiter);
  if (parts.length > 1 && parts[0] === '') parts.shift();
  const joined: string[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    if (last?.endsWith('\\')) joined[joined.length - 1] = last.slice(0, -1) + delimiter + part;
    else joined.push(part);
  }
  return joined;
}

/**
 * As {@link splitPath}, where delimiters in brackets do not split: `[name=a.b]` stays as it is, of `[a.b]` the brackets
 * go. kyaml's SmarterPathSplitter.
 */
export function splitBracketedPath(path: string, delimiter: string): string[] {
  const parts = splitPath(path, delimiter);
  const result: string[] = [];
  for (let index = 0; index < parts.length; index += 1) {
    const part = parts[index] ?? '';
    if (!part.startsWith('[') || part.endsWith(']')) {
      result.push(part);
      continue;
    }
    const start = index;
    do index += 1;
    while (index < parts.length && parts[index]?.endsWith(']') !== true);
    const bracketed = parts.slice(start, index + 1).join(delimiter);
    result.push(bracketed.includes('=') ? bracketed : bracketed.replace(/^[[\]]+|[[\]]+$/g, ''));
  }
  return result;
}
