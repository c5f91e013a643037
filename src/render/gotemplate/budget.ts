import type { CallContext } from './function-table.ts';
import { TemplateLimitError } from './template-error.ts';

/** Bounds of a render. */
export interface BudgetOptions {
  /** How much may be done: a step counts {@link STEP}, a character of output one. Default 100 million. */
  readonly maxWork?: number;
  /** Called now and then; ends the render by throwing, when its time is over. */
  readonly checkDeadline?: () => void;
  /** Told of each file before it is rendered, for whoever has to say later where a render got stuck. */
  readonly onFile?: (name: string) => void;
}

/** What a whole render may use, templates within templates included. */
export class RenderBudget implements CallContext {
  private readonly maxWork: number;
  private readonly checkDeadline: (() => void) | undefined;
  private readonly onFile: ((name: string) => void) | undefined;
  /** Tells where the innermost of the templates is that run now; stays when a render is broken off from outside. */
  whereabouts: (() => string | undefined) | undefined;
  private used = 0;
  private nextCheck = 0;

  constructor({ maxWork = 100_000_000, checkDeadline, onFile }: BudgetOptions = {}) {
    this.maxWork = maxWork;
    this.checkDeadline = checkDeadline;
    this.onFile = onFile;
  }

  /** Says which file is rendered from now on. */
  enter(name: string): void {
    this.onFile?.(name);
  }

  /** The same bounds, of which nothing is used yet. */
  renew(): RenderBudget {
    const { maxWork, checkDeadline, onFile } = this;
    return new RenderBudget({
      maxWork,
      ...(checkDeadline === undefined ? {} : { checkDeadline }),
      ...(onFile === undefined ? {} : { onFile }),
    });
  }

  /** @throws {TemplateLimitError} when that is too much */
  charge(amount: number): void {
    this.used += amount;
    if (this.used < this.nextCheck) return;
    if (this.used > this.maxWork)
      throw new TemplateLimitError(`the render takes more than ${this.maxWork} steps`, 'work');
    this.checkDeadline?.();
    this.nextCheck = Math.min(this.used + CHECK_EVERY, this.maxWork);
  }
}

/** What one action or one round of a loop counts. */
export const STEP = 10;

const CHECK_EVERY = 10_000;
