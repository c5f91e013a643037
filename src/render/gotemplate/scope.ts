import type { FunctionTable } from './function-table.ts';

interface Variable {
  readonly name: string;
  readonly slot: number;
  readonly next: Variable | undefined;
}

/** The variables of one template: each declaration has a slot of its own, which names find from the inside out. */
export class Scope {
  private readonly shared: { slots: number; functions: FunctionTable | undefined };
  /** The latest declaration. */
  private head: Variable | undefined;

  constructor(functions: FunctionTable | undefined, parent?: Scope) {
    this.shared = parent?.shared ?? { slots: 0, functions };
    this.head = parent?.head;
    if (parent === undefined) this.declare('$');
  }

  /** The functions that the template is compiled with; known until {@link Scope.close}. */
  get functions(): FunctionTable {
    return this.shared.functions ?? new Map();
  }

  /** Forgets the functions when all is compiled: templates are kept for long, the functions of a render are not. */
  close(): void {
    this.shared.functions = undefined;
  }

  /** How many slots the template needs so far. */
  get slots(): number {
    return this.shared.slots;
  }

  /** A scope within this one; it does not see what this one declares later. */
  nest(): Scope {
    return new Scope(undefined, this);
  }

  /** The slot of a new variable; it hides others of its name. */
  declare(name: string): number {
    const slot = this.shared.slots++;
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
