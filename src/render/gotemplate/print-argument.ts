import { formatGoFloat } from '../../yaml/go-float.ts';
import { GoComplex } from './complex.ts';
import type { FloatVerb } from './format-float.ts';
import {
  type FormatFlags,
  formatFloatVerb,
  formatHexText,
  formatInteger,
  formatQuoted,
  formatText,
  formatUnicode,
  type IntegerForm,
  pad,
  runeOf,
} from './format-number.ts';
import { characterOf, compareStrings, fromBytes, quoteRune } from './go-string.ts';
import { printStruct } from './print-struct.ts';
import { isNil } from './sprig/nil-value.ts';
import { elementTypeOf, GoFunctionValue, GoInt, type GoMap, GoObject, type GoValue, goTypeOf } from './value.ts';

/**
 * What fmt prints of one argument for a verb: `%v` with the flags `plusV` and `sharpV` set for `%+v` and `%#v`.
 * A verb that does not fit gives Go's `%!verb(type=value)`.
 */
export function printArgument(value: GoValue, verb: string, flags: FormatFlags): string {
  if (value === undefined || value === null) return verb === 'T' || verb === 'v' ? pad(flags, '<nil>') : badVerb(verb);
  if (verb === 'T') return formatText(flags, goTypeOf(value));
  if (verb === 'p') return printPointer(value, flags);
  return printItem(value, verb, flags);
}

/** Says that a verb does not fit. */
function badVerb(verb: string, value?: GoValue, flags: FormatFlags = {}): string {
  if (value === undefined || value === null) return `%!${verb}(<nil>)`;
  return `%!${verb}(${goTypeOf(value)}=${printItem(value, 'v', flags)})`;
}

function printItem(value: GoValue, verb: string, flags: FormatFlags): string {
  if (typeof value === 'string') return printString(value, verb, flags);
  if (typeof value === 'number') return printFloat(value, verb, flags);
  if (typeof value === 'boolean') {
    return verb === 't' || verb === 'v' ? pad(flags, String(value)) : badVerb(verb, value, flags);
  }
  if (value instanceof GoInt) return printInteger(value, verb, flags);
  if (value === undefined || value === null) return verb === 'v' ? '<nil>' : badVerb(verb);
  return printComposite(value, verb, flags);
}

function printComposite(value: object & GoValue, verb: string, flags: FormatFlags): string {
  if (verb === 'w') return badVerb(verb, value, flags);
  if (value instanceof GoObject) return printObject(value, verb, flags);
  if (value instanceof GoFunctionValue) return printPointer(value, flags);
  if (value instanceof Uint8Array) return printBytes(value, verb, flags);
  return Array.isArray(value) ? printList(value, verb, flags) : printMap(value as GoMap, verb, flags);
}

function printString(value: string, verb: string, flags: FormatFlags): string {
  switch (verb) {
    case 'v':
      return flags.sharpV === true ? formatQuoted(flags, value) : formatText(flags, value);
    case 's':
      return formatText(flags, value);
    case 'x':
    case 'X':
      return formatHexText(flags, value, verb === 'X');
    case 'q':
      return formatQuoted(flags, value);
    default:
      return badVerb(verb, value, flags);
  }
}

function printFloat(value: number, verb: string, flags: FormatFlags): string {
  const isPlain = verb === 'v' && flags.width === undefined && flags.precision === undefined && flags.plus !== true;
  if (isPlain && flags.space !== true && flags.sharp !== true) return formatPlainFloat(value);
  const known = FLOAT_VERBS.get(verb);
  return known === undefined ? badVerb(verb, value, flags) : formatFloatVerb(flags, value, known.verb, known.precision);
}

/** What `%v` prints of a float. */
export function formatPlainFloat(value: number): string {
  const size = Math.abs(value);
  // In this range JavaScript writes the same digits the same way.
  return size >= 1e-4 && size < 1e6 ? String(value) : formatGoFloat(value, 64);
}

const FLOAT_VERBS: ReadonlyMap<string, { readonly verb: FloatVerb; readonly precision: number }> = new Map([
  floatVerb('v', 'g', -1),
  ...(['b', 'g', 'G', 'x', 'X'] as const).map((verb) => floatVerb(verb, verb, -1)),
  ...(['e', 'E', 'f'] as const).map((verb) => floatVerb(verb, verb, 6)),
  floatVerb('F', 'f', 6),
]);

function floatVerb(name: string, verb: FloatVerb, precision: number): [string, { verb: FloatVerb; precision: number }] {
  return [name, { verb, precision }];
}

function printInteger(value: GoInt, verb: string, flags: FormatFlags): string {
  const isHexV = verb === 'v' && flags.sharpV === true && value.type.startsWith('u');
  if (isHexV) return formatInteger({ ...flags, sharp: true }, value.value, { base: 16 });
  const form = INTEGER_FORMS.get(verb);
  if (form !== undefined) return formatInteger(flags, value.value, form);
  if (verb === 'c') return pad(flags, characterOf(runeOf(value.value)));
  if (verb === 'q') return pad(flags, quoteRune(runeOf(value.value), { ascii: flags.plus === true }));
  return verb === 'U' ? formatUnicode(flags, value.value) : badVerb(verb, value, flags);
}

const INTEGER_FORMS: ReadonlyMap<string, IntegerForm> = new Map<string, IntegerForm>([
  ['v', { base: 10 }],
  ['d', { base: 10 }],
  ['b', { base: 2 }],
  ['o', { base: 8 }],
  ['O', { base: 8, hasOctalPrefix: true }],
  ['x', { base: 16 }],
  ['X', { base: 16, isUpper: true }],
]);

/** Addresses differ from run to run in Go as well; one for all keeps renders the same. */
const ADDRESS = 0xc000012345n;

function printPointer(value: GoValue, flags: FormatFlags): string {
  const isPointer = value instanceof GoFunctionValue || Array.isArray(value) || value instanceof Map;
  if (!isPointer && !(value instanceof GoObject) && !(value instanceof Uint8Array)) return badVerb('p', value, flags);
  return formatInteger({ ...flags, sharp: flags.sharp !== true }, ADDRESS, { base: 16 });
}

const TEXT_VERBS = 'vsxXq';

function printObject(value: GoObject, verb: string, flags: FormatFlags): string {
  if (value instanceof GoComplex) return printComplex(value, verb, flags);
  const items = value.container();
  if (items instanceof Map) return printMap(items, verb, flags, value.goType);
  if (items !== undefined) return printList(items, verb, flags, value.goType);
  return printScalarObject(value, verb, flags);
}

function printScalarObject(value: GoObject, verb: string, flags: FormatFlags): string {
  const isText = flags.sharpV !== true && TEXT_VERBS.includes(verb) && value.printsItself;
  if (isText) return printString(value.toGoString(), verb, flags);
  if (value.fields() !== undefined) return (value.goKind === 'ptr' ? '&' : '') + printFields(value, verb, flags);
  const integer = value.integer();
  if (integer !== undefined) {
    const isBad = !INTEGER_FORMS.has(verb) && !'cqU'.includes(verb);
    return isBad
      ? `%!${verb}(${value.goType}=${printInteger(integer, 'v', flags)})`
      : printInteger(integer, verb, flags);
  }
  return flags.sharpV === true ? value.toGoString() : `%!${verb}(${value.goType}=${value.toGoString()})`;
}

function printFields(value: GoObject, verb: string, flags: FormatFlags): string {
  const form = { names: flags.plusV === true || flags.sharpV === true, goSyntax: flags.sharpV === true };
  return printStruct(value, form, (field) => printHidden(field, verb, flags));
}

/** A field, which does not print itself, as it can not be addressed. */
function printHidden(value: GoValue, verb: string, flags: FormatFlags): string {
  const isStruct = value instanceof GoObject && value.fields() !== undefined;
  return isStruct ? printFields(value, verb, flags) : printElement(value, 'interface {}', verb, flags);
}

/** A pointer to a struct within a list or map: where it is in memory. */
function printInnerPointer(value: GoObject, verb: string, flags: FormatFlags): string {
  if (flags.sharpV === true) return `(${value.goType})(${formatInteger({ sharp: true }, ADDRESS, { base: 16 })})`;
  if (verb === 'v') return formatInteger({ ...flags, sharp: flags.sharp !== true }, ADDRESS, { base: 16 });
  const form = 'bodxX'.includes(verb) ? INTEGER_FORMS.get(verb) : undefined;
  return form === undefined ? badVerb(verb, value, flags) : formatInteger(flags, ADDRESS, form);
}

function isInnerPointer(value: GoValue, verb: string, { sharpV }: FormatFlags): value is GoObject {
  if (!(value instanceof GoObject) || value.goKind !== 'ptr' || value.fields() === undefined) return false;
  return !(value.printsItself && sharpV !== true && TEXT_VERBS.includes(verb));
}

function printComplex(value: GoComplex, verb: string, flags: FormatFlags): string {
  const known = FLOAT_VERBS.get(verb);
  if (known === undefined) return `%!${verb}(complex128=${value.toGoString()})`;
  const real = formatFloatVerb(flags, value.real, known.verb, known.precision);
  return `(${real}${formatFloatVerb({ ...flags, plus: true }, value.imaginary, known.verb, known.precision)}i)`;
}

function printBytes(value: Uint8Array, verb: string, flags: FormatFlags): string {
  if (verb === 's') return formatText(flags, fromBytes(value));
  if (verb === 'q') return formatQuoted(flags, fromBytes(value));
  if (verb === 'x' || verb === 'X') return formatHexText(flags, value, verb === 'X');
  const isDecimal = verb === 'v' || verb === 'd';
  // Charts print whole files this way, with the dot that holds .Files: many times faster than one by one.
  if (isDecimal && isUnadorned(flags)) return `[${value.join(' ')}]`;
  const bytes = Array.from(value, (byte) => {
    if (isDecimal && flags.sharpV === true) return formatInteger({ ...flags, sharp: true }, BigInt(byte), { base: 16 });
    const form = isDecimal ? 'd' : verb;
    return printInteger(new GoInt('uint8', BigInt(byte)), form, flags);
  });
  return flags.sharpV === true ? `[]byte{${bytes.join(', ')}}` : `[${bytes.join(' ')}]`;
}

/** Whether the flags leave an integer as it is. */
function isUnadorned({ plus, space, sharpV, width, precision }: FormatFlags): boolean {
  return plus !== true && space !== true && sharpV !== true && width === undefined && precision === undefined;
}

function printList(
  list: readonly GoValue[],
  verb: string,
  flags: FormatFlags,
  goType: string = goTypeOf(list as GoValue[]),
): string {
  const type = elementTypeOf(list as GoValue[]);
  const items = list.map((item) => printElement(item, type, verb, flags));
  if (flags.sharpV !== true) return `[${items.join(' ')}]`;
  return isNil(list as GoValue[]) ? `${goType}(nil)` : `${goType}{${items.join(', ')}}`;
}

function printMap(map: GoMap, verb: string, flags: FormatFlags, goType: string = goTypeOf(map)): string {
  const type = elementTypeOf(map);
  const items = sortedKeys(map).map((key) => {
    return `${printString(key, verb, flags)}:${printElement(map.get(key), type, verb, flags)}`;
  });
  if (flags.sharpV !== true) return `map[${items.join(' ')}]`;
  return isNil(map) ? `${goType}(nil)` : `${goType}{${items.join(', ')}}`;
}

function printElement(value: GoValue, type: string, verb: string, flags: FormatFlags): string {
  if (isInnerPointer(value, verb, flags)) return printInnerPointer(value, verb, flags);
  if (value !== undefined && value !== null) return printItem(value, verb, flags);
  return flags.sharpV === true ? `${type}(nil)` : '<nil>';
}

/** The keys of a map in Go's order, that of their bytes. */
export function sortedKeys(map: GoMap): string[] {
  const keys = Array.from(map.keys());
  // Without surrogates, the engine's own order is that of the bytes, and far cheaper.
  return keys.some((key) => SURROGATES.test(key)) ? keys.sort(compareStrings) : keys.sort();
}

const SURROGATES = /[\ud800-\udfff]/;
