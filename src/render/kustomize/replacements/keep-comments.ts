/**
 * Puts the comments of a YAML text into what it was written anew as. The engine's trees have no comments, so lines are
 * compared: this works where the text was laid out the way it is written, comments and blank lines apart, and only
 * values within lines have changed. Else `after` comes back as it is.
 *
 * Blank lines go, but for those that set comments apart, as yaml.v3 has it.
 *
 * @param before the text as it is written without a change, without comments
 * @param after the text with the change, without comments
 */
export function keepComments(original: string, before: string, after: string): string {
  const plain = before.split('\n');
  const changed = after.split('\n');
  const blocks = plain.length === changed.length ? alignComments(original.trimEnd().split('\n'), plain) : undefined;
  return blocks === undefined ? after : changed.map((line, index) => withComments(line, blocks[index])).join('\n');
}

interface LineComments {
  readonly above: readonly string[];
  readonly behind: string;
}

/** The comments of each line of `plain`; undefined where the lines do not fit. */
function alignComments(lines: readonly string[], plain: readonly string[]): LineComments[] | undefined {
  const found: LineComments[] = [];
  let pending: string[] = [];
  for (const line of lines) {
    const expected = plain[found.length];
    const behind = expected === undefined ? undefined : commentBehind(line, expected);
    if (behind === undefined || expected === undefined) {
      if (!/^\s*(?:#.*)?$/.test(line)) return undefined;
      pending.push(line);
      continue;
    }
    const above = placeAbove(pending, plain[found.length - 1], expected);
    if (above === undefined) return undefined;
    found.push({ above, behind });
    pending = [];
  }
  return pending.length === 0 && found.length === plain.length ? found : undefined;
}

/** The comment at the end of `line`, if all before it is `expected`; empty without one. */
function commentBehind(line: string, expected: string): string | undefined {
  if (line.trimEnd() === expected) return '';
  if (!line.startsWith(expected)) return undefined;
  return /^\s+(#.*)$/.exec(line.slice(expected.length))?.[1]?.trimEnd();
}

/**
 * The lines to write between `previous` and `next`, for the comments and blank lines that were there. What stands right
 * below a line and has a blank line behind it belongs to that line, all else to the next one. Undefined where that is
 * not plain.
 */
function placeAbove(lines: readonly string[], previous: string | undefined, next: string): string[] | undefined {
  const blocks = splitBlocks(lines);
  const isTop = previous === undefined;
  const foot = isTop ? [] : takeFoot(blocks, previous);
  const head = blocks.filter((block, index) => block.length > 0 || (isTop && index > 0));
  if (head.flat().some((line) => indentOf(line) !== indentOf(next))) return undefined;
  const isApart = foot.some((line) => indentOf(line) === indentOf(next));
  if (!isApart && foot.some((line) => indentOf(line) !== indentOf(previous ?? ''))) return undefined;
  const above = head.flatMap((block, index) => (index === 0 ? block : ['', ...block]));
  return [...foot, ...(isApart ? [''] : []), ...above];
}

/** Takes the block right below `previous` away, where a blank line follows it; a line that opens a block has no such. */
function takeFoot(blocks: string[][], previous: string): string[] {
  const isFoot = blocks.length > 1 && blocks[0]?.length !== 0 && !previous.endsWith(':');
  return isFoot ? (blocks.shift() ?? []) : [];
}

/** The comments between blank lines; the last block, which may be empty, is right above what follows. */
function splitBlocks(lines: readonly string[]): string[][] {
  const blocks: string[][] = [[]];
  for (const line of lines) {
    if (line.trim() === '') blocks.push([]);
    else blocks.at(-1)?.push(line.trimEnd());
  }
  return blocks;
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

function withComments(line: string, comments: LineComments | undefined): string {
  if (comments === undefined) return line;
  const { above, behind } = comments;
  return [...above, behind === '' ? line : `${line} ${behind}`].join('\n');
}
