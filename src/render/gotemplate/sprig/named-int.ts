import { GoObject, type GoValue } from '../value.ts';

/** A value of a named integer type that prints itself: a time.Month, a time.Weekday. */
export class GoNamedInt extends GoObject {
  readonly goType: string;
  override readonly goKind: string = 'int';
  readonly value: bigint;
  readonly #name: string;

  constructor(goType: string, value: number, name: string) {
    super();
    this.goType = goType;
    this.value = BigInt(value);
    this.#name = name;
  }

  override get(name: string): GoValue {
    return name === 'String' ? this.#name : undefined;
  }

  override toGoString(): string {
    return this.#name;
  }
}
