import type { FunctionTable } from './function-table.ts';

interface Variable {
  readonly name: string;
  readonly slot: number;
  readonly next: Variable | undefined;
}

/** The variables of one template: each declaration has a slot of its own, which names find from the inside out. */
export class Scope {
  /** The functions that the text was parsed with. */
  readonly functions: FunctionTable;
  private readonly counter: { slots: number };
  /** The latest declaration. */
  private head: Variable | undefined;

  constructor(functions: FunctionTable, parent?: Scope) {
    this.functions = functions;
    this.counter = parent?.counter ?? { slots: 0 };
    this.head = parent?.head;
    if (parent === undefined) this.declare('$');
  }

  /** How many slots the template needs so far. */
  get slots(): number {
    return this.counter.slots;
  }

  /** A scope within this one; it does not see what this one declares later. */
  nest(): Scope {
    return new Scope(this.functions, this);
  }

  /** The slot of a new variable; it hides others of its name. */
  declare(name: string): number {
    const slot = this.counter.slots++;
    this.head = { name, slot, next: this.head };
    return slot;
  }

  /** The slot that a name stands for here. */
  find(name: string): number | undefined {
    for (let at = this.head; at !== undefined; at = at.next) {
      if (at.name === name) return at.slot;
    }
    return undefined;
  }
}
