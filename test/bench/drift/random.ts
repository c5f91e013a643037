/** A fixed-seed source of choices: the same seed gives the same ones. */
export interface Random {
  /** In [0, 1). */
  next(): number;
  /** A whole number in [0, bound). */
  below(bound: number): number;
  /** One of the items; `undefined` only of none. */
  pick<T>(items: readonly T[]): T | undefined;
  /** The items in another order; the input stays as it is. */
  shuffle<T>(items: readonly T[]): T[];
}

/**
 * Choices from a seed, by the mulberry32 generator: small and even enough for tests.
 * @see https://github.com/cprosche/mulberry32
 */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (bound: number): number => Math.floor(next() * bound);
  return {
    next,
    below,
    pick: (items) => items[below(items.length)],
    shuffle: (items) => {
      const left = [...items];
      return items.flatMap(() => left.splice(below(left.length), 1));
    },
  };
}
