/** The state of a Blowfish cipher: 18 subkeys and four boxes of 256 words, one after the other. */
export interface BlowfishState {
  readonly subkeys: Int32Array;
  readonly boxes: Int32Array;
}

/** A fresh state: the digits of π after the point, which Blowfish starts from. */
export function initialState(): BlowfishState {
  digits ??= wordsOfPi(SUBKEYS + BOX_WORDS);
  return { subkeys: digits.slice(0, SUBKEYS), boxes: digits.slice(SUBKEYS) };
}

const SUBKEYS = 18;
const BOX_WORDS = 1024;
const WORD_BITS = 32n;
/** Bits that rounding may spoil. */
const GUARD_BITS = 64n;

let digits: Int32Array | undefined;

/** π = 16·atan(1/5) − 4·atan(1/239) (Machin), in fixed point. */
function wordsOfPi(count: number): Int32Array {
  const bits = BigInt(count) * WORD_BITS;
  const one = 1n << (bits + GUARD_BITS);
  const pi = 16n * arcTangent(5n, one) - 4n * arcTangent(239n, one);
  const fraction = (pi - 3n * one) >> GUARD_BITS;
  const hex = fraction.toString(16).padStart(Number(bits / 4n), '0');
  return Int32Array.from({ length: count }, (_, i) => Number.parseInt(hex.slice(8 * i, 8 * i + 8), 16) | 0);
}

/** atan(1/inverse) as its series, scaled by `one`. */
function arcTangent(inverse: bigint, one: bigint): bigint {
  const square = inverse * inverse;
  let power = one / inverse;
  let sum = 0n;
  for (let n = 1n; power !== 0n; n += 2n) {
    sum += n % 4n === 1n ? power / n : -(power / n);
    power /= square;
  }
  return sum;
}
