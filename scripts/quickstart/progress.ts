/** Tells on standard output what is going on and how long it has taken since the start. */
export interface Progress {
  /** One line. */
  say(text: string): void;
  /** Announces work and says every two seconds that it still goes on; returns what the work returns. */
  during<T>(text: string, work: (detail: (text: string) => void) => Promise<T>): Promise<T>;
}

const STILL_MS = 2_000;

/** Starts the clock. */
export function startProgress(): Progress {
  const startedAt = performance.now();
  const say = (text: string): void => {
    const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
    process.stdout.write(`[${seconds.padStart(6)} s] ${text}\n`);
  };
  return {
    say,
    async during(text, work) {
      say(`${text} …`);
      let detail = text;
      const timer = setInterval(() => say(`… ${detail}`), STILL_MS);
      try {
        return await work((line) => {
          detail = line;
        });
      } finally {
        clearInterval(timer);
      }
    },
  };
}
