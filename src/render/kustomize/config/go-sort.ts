/** A comparison: negative if `a` comes first, zero if neither does. */
type Compare<T> = (a: T, b: T) => number;

/**
 * A sorted copy in which equal items come in the order that Go's `sort.Sort` leaves them in. That sort is not stable,
 * yet it always does the same, and the order of equal field specs shows in the order of the fields they make.
 * @see Go 1.26 sort/zsortinterface.go
 */
export function sortAsGo<T>(items: readonly T[], compare: Compare<T>): T[] {
  return new PatternDefeatingSort(items, compare).sorted();
}

/** Up to this length Go sorts by insertion, which is stable. */
const INSERTION_LENGTH = 12;
/** From this length on the pivot is a median of medians, and nearly sorted runs are mended in place. */
const LONG_LENGTH = 50;
const MAX_SWAPS = 12;
const MAX_MENDED_PAIRS = 5;

interface Pivot {
  readonly index: number;
  /** How many of its comparisons found a pair out of order. */
  readonly swaps: number;
}

class PatternDefeatingSort<T> {
  readonly #items: (T | undefined)[];
  readonly #compare: Compare<T>;
  #swaps = 0;

  constructor(items: readonly T[], compare: Compare<T>) {
    this.#items = [...items];
    this.#compare = compare;
  }

  sorted(): T[] {
    const { length } = this.#items;
    if (length > 1) this.#sort(0, length, bitLength(length));
    return this.#items as T[];
  }

  #less(a: number, b: number): boolean {
    return this.#compare(this.#items[a] as T, this.#items[b] as T) < 0;
  }

  #swap(a: number, b: number): void {
    const item = this.#items[a];
    this.#items[a] = this.#items[b];
    this.#items[b] = item;
  }

  /** Sorts from `from` up to `end`, with heapsort once `limit` bad pivots were met. */
  #sort(from: number, end: number, limit: number): void {
    let start = from;
    let stop = end;
    let badPivotsLeft = limit;
    let isBalanced = true;
    let isPartitioned = true;
    while (stop - start > INSERTION_LENGTH) {
      if (badPivotsLeft === 0) return this.#heapSort(start, stop);
      if (!isBalanced) {
        this.#breakPatterns(start, stop);
        badPivotsLeft -= 1;
      }
      const pivot = this.#pivot(start, stop);
      if (isBalanced && isPartitioned && this.#mendIfSorted(pivot, start, stop)) return undefined;
      if (start > 0 && !this.#less(start - 1, pivot.index)) {
        start = this.#skipEqual(start, stop, pivot.index);
        continue;
      }
      const split = this.#partition(start, stop, pivot.index);
      isPartitioned = split.wasPartitioned;
      const left = split.middle - start;
      const right = stop - split.middle;
      isBalanced = Math.min(left, right) >= Math.trunc((stop - start) / 8);
      if (left < right) {
        this.#sort(start, split.middle, badPivotsLeft);
        start = split.middle + 1;
      } else {
        this.#sort(split.middle + 1, stop, badPivotsLeft);
        stop = split.middle;
      }
    }
    return this.#insertionSort(start, stop);
  }

  #insertionSort(start: number, stop: number): void {
    for (let next = start + 1; next < stop; next += 1) {
      for (let at = next; at > start && this.#less(at, at - 1); at -= 1) this.#swap(at, at - 1);
    }
  }

  #heapSort(start: number, stop: number): void {
    const length = stop - start;
    for (let root = Math.trunc((length - 1) / 2); root >= 0; root -= 1) this.#sink(root, length, start);
    for (let last = length - 1; last >= 0; last -= 1) {
      this.#swap(start, start + last);
      this.#sink(0, last, start);
    }
  }

  #sink(from: number, length: number, start: number): void {
    let root = from;
    for (let child = 2 * root + 1; child < length; child = 2 * root + 1) {
      if (child + 1 < length && this.#less(start + child, start + child + 1)) child += 1;
      if (!this.#less(start + root, start + child)) return;
      this.#swap(start + root, start + child);
      root = child;
    }
  }

  /** Moves three items in the middle to places drawn by a generator that is seeded with the length. */
  #breakPatterns(start: number, stop: number): void {
    const length = stop - start;
    const mask = (1n << BigInt(bitLength(length))) - 1n;
    const middle = start + Math.trunc(length / 4) * 2;
    let random = BigInt(length);
    for (let at = middle - 1; at <= middle + 1; at += 1) {
      random = xorShift(random);
      const drawn = Number(random & mask);
      this.#swap(at, start + (drawn >= length ? drawn - length : drawn));
    }
  }

  /** Chooses a pivot; items that look sorted the wrong way round are turned round. */
  #pivot(start: number, stop: number): Pivot {
    const length = stop - start;
    const quarter = Math.trunc(length / 4);
    this.#swaps = 0;
    const [a, b, c] = [1, 2, 3].map((count) => {
      const index = start + quarter * count;
      return length >= LONG_LENGTH ? this.#median(index - 1, index, index + 1) : index;
    }) as [number, number, number];
    const index = this.#median(a, b, c);
    if (this.#swaps < MAX_SWAPS) return { index, swaps: this.#swaps };
    for (let low = start, high = stop - 1; low < high; low += 1, high -= 1) this.#swap(low, high);
    return { index: stop - 1 - (index - start), swaps: 0 };
  }

  #median(first: number, second: number, third: number): number {
    let [a, b, c] = [first, second, third];
    [a, b] = this.#ordered(a, b);
    [b, c] = this.#ordered(b, c);
    [, b] = this.#ordered(a, b);
    return b;
  }

  #ordered(a: number, b: number): [number, number] {
    if (!this.#less(b, a)) return [a, b];
    this.#swaps += 1;
    return [b, a];
  }

  #mendIfSorted({ swaps }: Pivot, start: number, stop: number): boolean {
    return swaps === 0 && this.#mend(start, stop);
  }

  /** Puts a few pairs right that are out of order; whether everything is sorted then. */
  #mend(start: number, stop: number): boolean {
    let at = start + 1;
    for (let pair = 0; pair < MAX_MENDED_PAIRS; pair += 1) {
      while (at < stop && !this.#less(at, at - 1)) at += 1;
      if (at === stop) return true;
      if (stop - start < LONG_LENGTH) return false;
      this.#swap(at, at - 1);
      this.#shift(start, stop, at);
    }
    return false;
  }

  #shift(start: number, stop: number, at: number): void {
    if (at - start >= 2)
      for (let low = at - 1; low >= 1 && this.#less(low, low - 1); low -= 1) this.#swap(low, low - 1);
    if (stop - at < 2) return;
    for (let high = at + 1; high < stop && this.#less(high, high - 1); high += 1) this.#swap(high, high - 1);
  }

  /** Moves what equals the pivot, the least item there is, to the front; where the greater ones begin. */
  #skipEqual(start: number, stop: number, pivot: number): number {
    this.#swap(start, pivot);
    let low = start + 1;
    let high = stop - 1;
    for (;;) {
      while (low <= high && !this.#less(start, low)) low += 1;
      while (low <= high && this.#less(start, high)) high -= 1;
      if (low > high) return low;
      this.#swap(low, high);
      low += 1;
      high -= 1;
    }
  }

  /** Moves what is less than the pivot before it; where the pivot is then, and whether nothing had to move. */
  #partition(start: number, stop: number, pivot: number): { middle: number; wasPartitioned: boolean } {
    this.#swap(start, pivot);
    let low = start + 1;
    let high = stop - 1;
    for (let swaps = 0; ; swaps += 1) {
      while (low <= high && this.#less(low, start)) low += 1;
      while (low <= high && !this.#less(high, start)) high -= 1;
      if (low > high) {
        this.#swap(high, start);
        return { middle: high, wasPartitioned: swaps === 0 };
      }
      this.#swap(low, high);
      low += 1;
      high -= 1;
    }
  }
}

function bitLength(value: number): number {
  return 32 - Math.clz32(value);
}

function xorShift(seed: bigint): bigint {
  let value = seed;
  value ^= BigInt.asUintN(64, value << 13n);
  value ^= value >> 7n;
  return value ^ BigInt.asUintN(64, value << 17n);
}
