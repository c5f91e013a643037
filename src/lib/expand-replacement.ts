import type { MatchPlaces } from './go-regexp.ts';

/** A match to take groups from. */
export interface ExpandedMatch {
  readonly match: MatchPlaces;
  readonly text: string;
  /** Names of groups 1 and up. */
  readonly groupNames: readonly string[];
}

/**
 * Fills `$1`, `${1}`, `$name` and `$$` in a replacement as Go's Regexp.Expand: a name is as long as it can be, so `$1x`
 * is the group `1x`; a group that is not there gives nothing; a `$` without a name stays.
 */
export function expandReplacement(template: string, match: ExpandedMatch): string {
  return template.replaceAll(REFERENCE, (_, dollar?: string, braced?: string, bare?: string) => {
    return dollar === undefined ? groupText(braced ?? bare ?? '', match) : '$';
  });
}

const REFERENCE = /\$(?:(\$)|\{([\p{L}\p{Nd}_]+)\}|([\p{L}\p{Nd}_]+))/gu;

function groupText(name: string, { match, text, groupNames }: ExpandedMatch): string {
  for (const group of groupsNamed(name, groupNames)) {
    const start = match[2 * group] ?? -1;
    if (start >= 0) return text.slice(start, match[2 * group + 1]);
  }
  return '';
}

/** A name may have several groups; the first one in the match counts. */
function groupsNamed(name: string, groupNames: readonly string[]): number[] {
  if (/^\d+$/.test(name) && (name === '0' || !name.startsWith('0'))) return [Number(name)];
  return groupNames.flatMap((known, index) => (known === name ? [index + 1] : []));
}
