/**
 * Compares two keys as Go's yaml.v2 sorts them: letters after other characters, numbers in them by their value.
 *
 * @see go.yaml.in/yaml/v2 v2.4.2 sorter.go
 */
export function compareKeys(a: string, b: string): number {
  if (a === b) return 0;
  const plain = comparePlain(a, b);
  if (plain !== undefined) return plain;
  const left = Array.from(a);
  const right = Array.from(b);
  const length = Math.min(left.length, right.length);
  for (let at = 0; at < length; at++) {
    const one = left[at] ?? '';
    const other = right[at] ?? '';
    if (one !== other) return compareFrom(at, { left, right, one, other });
  }
  return left.length - right.length;
}

/** The order of keys of ASCII, as far as no numbers have to be compared, which takes more; undefined otherwise. */
function comparePlain(a: string, b: string): number | undefined {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const one = a.charCodeAt(at);
    const other = b.charCodeAt(at);
    if (one > MAX_ASCII || other > MAX_ASCII) return undefined;
    if (one === other) continue;
    const isLetter = isAsciiLetter(one);
    if (isLetter !== isAsciiLetter(other)) return isLetter ? 1 : -1;
    return isAsciiDigit(one) || isAsciiDigit(other) ? undefined : one - other;
  }
  return a.length - b.length;
}

const MAX_ASCII = 0x7f;

function isAsciiDigit(unit: number): boolean {
  return unit >= 0x30 && unit <= 0x39;
}

function isAsciiLetter(unit: number): boolean {
  // The bit apart, capital letters are small ones.
  const small = unit | 0x20;
  return small >= 0x61 && small <= 0x7a;
}

interface Difference {
  readonly left: readonly string[];
  readonly right: readonly string[];
  readonly one: string;
  readonly other: string;
}

function compareFrom(at: number, difference: Difference): number {
  const { one, other } = difference;
  const isLetter = /\p{L}/u.test(one);
  const isOtherLetter = /\p{L}/u.test(other);
  if (isLetter && isOtherLetter) return code(one) - code(other);
  if (isLetter || isOtherLetter) return isOtherLetter ? -1 : 1;
  return compareNumbers(at, difference) || code(one) - code(other);
}

function compareNumbers(at: number, { left, right, one, other }: Difference): number {
  // A zero inside a number is a digit like others; leading zeros count for nothing.
  const start = (one === '0' || other === '0') && continuesNumber(left, at) ? 1n : 0n;
  const a = readNumber(left, at, start);
  const b = readNumber(right, at, start);
  if (a.value !== b.value) return a.value < b.value ? -1 : 1;
  return a.end - b.end;
}

function continuesNumber(characters: readonly string[], at: number): boolean {
  for (let before = at - 1; before >= 0; before--) {
    const character = characters[before] ?? '';
    if (!isDigit(character)) return false;
    if (character !== '0') return true;
  }
  return false;
}

function readNumber(characters: readonly string[], from: number, start: bigint): { value: bigint; end: number } {
  let value = start;
  let end = from;
  for (; end < characters.length && isDigit(characters[end] ?? ''); end++) {
    // Go's int64 wraps around.
    value = BigInt.asIntN(64, value * 10n + BigInt(code(characters[end] ?? '') - 0x30));
  }
  return { value, end };
}

function isDigit(character: string): boolean {
  return /\p{Nd}/u.test(character);
}

function code(character: string): number {
  return character.codePointAt(0) ?? 0;
}
