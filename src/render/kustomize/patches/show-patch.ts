/** Stands in messages for what may be a Secret's data. */
export const HIDDEN = '(not shown)';

/**
 * A patch as messages show it: hidden unless it can hold no Secret's data. It is for the kind of its target, or without a
 * target for the kinds that it names itself; escapes could spell a Secret.
 * @param targetKind kind that the target asks for; empty for any, undefined without a target
 */
export function showPatch(text: string, targetKind?: string): string {
  if (LONE_WORD.test(text)) return text;
  if (text.length > MAX_SHOWN || /secret|\\/i.test(text)) return HIDDEN;
  const isHarmless = targetKind === undefined ? NAMES_KIND.test(text) : isPlainKind(targetKind);
  return isHarmless ? text : HIDDEN;
}

/** An entry of a list that takes paths and YAML texts, as messages show it. */
export function showEntry(entry: string): string {
  return isPathLike(entry) ? entry : showPatch(entry);
}

/** Whether an entry of a list that takes paths and YAML texts is meant as a path. */
export function isPathLike(entry: string): boolean {
  return !/^\s*#|[\n{]|:(?: |$)/.test(entry);
}

/** No entry has room in it. */
const LONE_WORD = /^[A-Za-z]{0,40}$/;
/** Longer texts help nobody. */
const MAX_SHOWN = 4096;
const NAMES_KIND = /^kind: *[A-Za-z]+$/m;

/** Kinds of targets are regular expressions, of which only one of letters alone means what it says. */
function isPlainKind(kind: string): boolean {
  return /^[A-Za-z]+$/.test(kind) && kind !== 'Secret';
}
