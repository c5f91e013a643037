import type { Clock, Timer } from '../lib/clock.ts';

/** Above this a render is slow: few charts take a second. */
const SLOW_MS = 5_000;
/** Time for which an owner of a slow render keeps to its share. */
const FORGIVE_MS = 600_000;

/** Gives a turn back; to be called once. */
export type EndTurn = () => void;

interface Waiting {
  readonly owner: string;
  readonly start: (end: EndTurn) => void;
}

/**
 * Lets a number of renders run at once. First come, first served, but an owner that had a slow render never gets the
 * last free turn: however much of it loops, the others go on.
 */
export class Turns {
  readonly #size: number;
  readonly #clock: Clock;
  readonly #waiting: Waiting[] = [];
  /** Owners of what runs now, each as often as it runs. */
  readonly #running: string[] = [];
  readonly #slow = new Map<string, Timer>();

  /** @param size at least 2, or owners cannot be kept apart */
  constructor(size: number, clock: Clock) {
    this.#size = size;
    this.#clock = clock;
  }

  /** Waits for a turn; gives what ends it. */
  take(owner: string): Promise<EndTurn> {
    return new Promise((start) => {
      this.#waiting.push({ owner, start });
      this.#startNext();
    });
  }

  #startNext(): void {
    const at = this.#waiting.findIndex(({ owner }) => this.#mayStart(owner));
    const [next] = at < 0 ? [] : this.#waiting.splice(at, 1);
    next?.start(this.#begin(next.owner));
  }

  #mayStart(owner: string): boolean {
    const share = this.#slow.has(owner) ? Math.max(1, this.#size - 1) : this.#size;
    return this.#running.length < this.#size && this.#running.filter((other) => other === owner).length < share;
  }

  #begin(owner: string): EndTurn {
    this.#running.push(owner);
    const slow = this.#clock.after(SLOW_MS, () => this.#markSlow(owner));
    return () => {
      slow.cancel();
      this.#running.splice(this.#running.indexOf(owner), 1);
      this.#startNext();
    };
  }

  #markSlow(owner: string): void {
    this.#slow.get(owner)?.cancel();
    this.#slow.set(
      owner,
      this.#clock.after(FORGIVE_MS, () => {
        this.#slow.delete(owner);
        this.#startNext();
      }),
    );
  }
}
