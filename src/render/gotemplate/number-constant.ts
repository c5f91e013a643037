import { quoteString, unquoteCharacter } from './go-string.ts';
import type { NumberConstant } from './nodes.ts';

/**
 * Reads a number as text/template does: an integer in any base, a float, a character or an imaginary number.
 *
 * @throws {SyntaxError} with Go's message
 */
export function parseNumber(text: string, type: 'number' | 'charConstant' | 'complex'): NumberConstant {
  if (type === 'charConstant') return parseCharacter(text);
  if (type === 'complex') return parseComplex(text);
  if (text.endsWith('i')) {
    const imaginary = parseFloatText(text.slice(0, -1));
    if (imaginary !== undefined) return simplify(text, 0, imaginary);
  }
  return parseReal(text);
}

function parseCharacter(text: string): NumberConstant {
  const character = unquoteCharacter(text, 1, "'");
  if (character === undefined) throw new SyntaxError('invalid syntax');
  if (text.slice(character.end) !== "'") throw new SyntaxError(`malformed character constant: ${text}`);
  const code = BigInt(character.code);
  return { text, int: code, uint: code, float: character.code };
}

function parseComplex(text: string): NumberConstant {
  const split = /^([+-]?[^+-]*(?:[eEpP][+-][^+-]*)?)([+-].*)i$/.exec(text);
  const real = parseFloatText(split?.[1] ?? '');
  const imaginary = parseFloatText(split?.[2] ?? '');
  if (real === undefined || imaginary === undefined) {
    throw new SyntaxError('syntax error scanning complex number');
  }
  return simplify(text, real, imaginary);
}

function simplify(text: string, real: number, imaginary: number): NumberConstant {
  const complex = { real, imaginary };
  return imaginary === 0 ? { text, complex, float: real, ...integersOf(real) } : { text, complex };
}

function parseReal(text: string): NumberConstant {
  const magnitude = parseDigits(text.replace(/^[+-]/, ''));
  if (magnitude !== undefined) {
    const signed = text.startsWith('-') ? -magnitude : magnitude;
    const isInt = signed >= MIN_INT64 && signed <= MAX_INT64;
    const isUint = signed === 0n || (!/^[+-]/.test(text) && signed <= MAX_UINT64);
    if (isInt || isUint) return { text, ...pick(signed, isInt, isUint), float: Number(signed) };
  }
  const float = parseFloatText(text);
  if (float === undefined) throw new SyntaxError(`illegal number syntax: ${quoteString(text)}`);
  if (!/[.eEpP]/.test(text)) throw new SyntaxError(`integer overflow: ${quoteString(text)}`);
  return { text, float, ...integersOf(float) };
}

const MIN_INT64 = -(2n ** 63n);
const MAX_INT64 = 2n ** 63n - 1n;
const MAX_UINT64 = 2n ** 64n - 1n;

function pick(value: bigint, isInt: boolean, isUint: boolean): { int?: bigint; uint?: bigint } {
  return { ...(isInt ? { int: value } : {}), ...(isUint ? { uint: value } : {}) };
}

function integersOf(float: number): { int?: bigint; uint?: bigint } {
  if (!Number.isInteger(float)) return {};
  const exact = BigInt(float);
  return pick(exact, exact >= MIN_INT64 && exact <= MAX_INT64, exact >= 0n && exact <= MAX_UINT64);
}

function parseDigits(text: string): bigint | undefined {
  if (text.length > MAX_DIGITS) return undefined;
  const plain = text.replaceAll('_', '').toLowerCase();
  if (/^(?:0|[1-9](?:_?\d)*|0x(?:_?[\da-f])+|0o(?:_?[0-7])+|0b(?:_?[01])+)$/i.test(text)) return BigInt(plain);
  return /^0(?:_?[0-7])+$/.test(text) ? BigInt(`0o${plain}`) : undefined;
}

/** No number of 64 bits takes more, and the time to read one grows with the square. */
const MAX_DIGITS = 512;

const DECIMAL = /^[+-]?(?:\d(?:_?\d)*(?:\.(?:\d(?:_?\d)*)?)?|\.\d(?:_?\d)*)(?:e[+-]?\d(?:_?\d)*)?$/i;
const HEX = /^([+-]?)0x(_?[\da-f](?:_?[\da-f])*)?(?:\.([\da-f](?:_?[\da-f])*)?)?p([+-]?\d(?:_?\d)*)$/i;

function parseFloatText(text: string): number | undefined {
  const value = DECIMAL.test(text) ? Number(text.replaceAll('_', '')) : parseHexFloat(text);
  return value !== undefined && Number.isFinite(value) ? value : undefined;
}

function parseHexFloat(text: string): number | undefined {
  const match = HEX.exec(text);
  if (match === null) return undefined;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match.map((part) => part?.replaceAll('_', ''));
  if (whole + fraction === '' || text.length > MAX_DIGITS) return undefined;
  const size = scale(BigInt(`0x${whole}${fraction}`), Number(exponent) - 4 * fraction.length);
  return sign === '-' ? -size : size;
}

/** `mantissa * 2 ** exponent`, rounded once. */
function scale(mantissa: bigint, exponent: number): number {
  const dropped = mantissa.toString(2).length - 62;
  if (dropped <= 0) return Number(mantissa) * 2 ** exponent;
  const isInexact = (mantissa & ((1n << BigInt(dropped)) - 1n)) > 0n;
  return Number((mantissa >> BigInt(dropped)) | (isInexact ? 1n : 0n)) * 2 ** (exponent + dropped);
}
