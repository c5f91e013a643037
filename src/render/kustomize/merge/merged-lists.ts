import type { YamlNode } from '../node/node.ts';

/** Two lists whose items are merged where their keys have the same values. */
export interface MergedLists {
  readonly target: YamlNode;
  readonly patch: YamlNode | undefined;
  /** Fields that tell items apart; none for lists of scalars. */
  readonly keys: readonly string[];
  /** Merges two items, of which one may be missing; undefined when there is to be none. */
  readonly mergeItem: (target: YamlNode | undefined, patch: YamlNode | undefined) => YamlNode | undefined;
}
