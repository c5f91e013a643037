import type { Clock, Timer } from '../lib/clock.ts';
import { HoldfastError } from '../lib/errors.ts';

/** Above this a render is slow: few charts take a second. */
const SLOW_MS = 10_000;
/** Time for which an owner of a slow render keeps to its share. */
const FORGIVE_MS = 600_000;
/** How many may wait of such an owner. Whoever waits keeps an application's turn busy, and there are not that many. */
const MAX_WAITING_SLOW = 4;

/** Gives a turn back; to be called once. */
export type EndTurn = () => void;

interface Waiting {
  readonly owner: string;
  readonly start: (end: EndTurn) => void;
  readonly refuse: (error: HoldfastError) => void;
}

/**
 * Lets a number of renders run at once. First come, first served, but an owner that had a slow render never gets the
 * last free turn, nor waits for its own in large numbers: however much of it loops, the others go on.
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

  /**
   * Waits for a turn; gives what ends it.
   * @throws {HoldfastError} RENDER_LIMIT, to be tried again, if the owner had a slow render and many wait already
   */
  take(owner: string): Promise<EndTurn> {
    return new Promise((start, refuse) => {
      this.#waiting.push({ owner, start, refuse });
      this.#startNext();
      this.#refuseSurplus(owner);
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

  #refuseSurplus(owner: string): void {
    if (!this.#slow.has(owner)) return;
    const own = this.#waiting.filter((waiting) => waiting.owner === owner);
    for (const surplus of own.slice(MAX_WAITING_SLOW)) {
      this.#waiting.splice(this.#waiting.indexOf(surplus), 1);
      surplus.refuse(tooMany());
    }
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
    this.#refuseSurplus(owner);
  }
}

function tooMany(): HoldfastError {
  const reason = `a chart of the same repository took more than ${SLOW_MS / 1000} s lately, and ${MAX_WAITING_SLOW} others of it wait already`;
  const message = `Cannot render the chart yet: ${reason}. It is tried again; find the chart that is slow`;
  return new HoldfastError('RENDER_LIMIT', message, { retry: 'backoff' });
}
