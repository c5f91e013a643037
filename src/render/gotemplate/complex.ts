import { formatFloatVerb } from './format-number.ts';
import { GoObject, type GoValue } from './value.ts';

/** A complex128, which only a constant such as `1+2i` gives. */
export class GoComplex extends GoObject {
  override readonly goType = 'complex128';
  override readonly goKind = 'complex128';
  readonly real: number;
  readonly imaginary: number;

  constructor(real: number, imaginary: number) {
    super();
    this.real = real;
    this.imaginary = imaginary;
  }

  override get(): GoValue {
    return undefined;
  }

  override toGoString(): string {
    return `(${formatFloatVerb({}, this.real, 'g', -1)}${formatFloatVerb({ plus: true }, this.imaginary, 'g', -1)}i)`;
  }
}
