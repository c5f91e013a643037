import type { FunctionTable } from './function-table.ts';

/** The variables of one template: each declaration has a slot of its own, which names find from the inside out. */
export class Scope {
  /** The functions that the text was parsed with. */
  readonly functions: FunctionTable;
  private readonly parent: Scope | undefined;
  private readonly counter: { slots: number };
  private readonly names = new Map<string, number>();

  constructor(functions: FunctionTable, parent?: Scope) {
    this.functions = functions;
    this.parent = parent;
    this.counter = parent?.counter ?? { slots: 0 };
    if (parent === undefined) this.declare('$');
  }

  /** How many slots the template needs so far. */
  get slots(): number {
    return this.counter.slots;
  }

  /** A scope within this one. */
  nest(): Scope {
    return new Scope(this.functions, this);
  }

  /** The slot of a new variable; it hides others of its name. */
  declare(name: string): number {
    const slot = this.counter.slots++;
    this.names.set(name, slot);
    return slot;
  }

  /** The slot that a name stands for here. */
  find(name: string): number | undefined {
    return this.names.get(name) ?? this.parent?.find(name);
  }
}
