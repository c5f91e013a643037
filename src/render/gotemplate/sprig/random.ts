import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import {
  type CallContext,
  define,
  type FunctionTable,
  GoFunctionError,
  type TemplateFunction,
} from '../function-table.ts';
import { type GoValue, goInt } from '../value.ts';
import { intArgument, textArgument } from './arguments.ts';

const DIGITS = '0123456789';
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** Sprig's functions of chance. All but `shuffle` and `randInt` are random enough for secrets, as in Sprig. */
export const RANDOM_FUNCTIONS: FunctionTable = new Map([
  ['randAlphaNum', ofLetters(LETTERS + DIGITS)],
  ['randAlpha', ofLetters(LETTERS)],
  ['randNumeric', ofLetters(DIGITS)],
  ['randAscii', ofLetters(String.fromCharCode(...Array.from({ length: 95 }, (_, i) => 0x20 + i)))],
  ['randBytes', define(['int'], randBytes)],
  ['randInt', define(['int', 'int'], ([low, high]) => randInt(intArgument(low), intArgument(high)))],
  ['shuffle', define(['string'], ([text]) => shuffle(textArgument(text)))],
  ['uuidv4', define([], () => randomUUID())],
]);

const OTHERS = [
  'bcrypt',
  'htpasswd',
  'encryptAES',
  'genPrivateKey',
  'genCA',
  'genCAWithKey',
  'genSelfSignedCert',
  'genSelfSignedCertWithKey',
  'genSignedCert',
  'genSignedCertWithKey',
];

/**
 * Functions that give something else in every render, so that what uses their results is never in sync. What takes the
 * present time is not among them: `dateFunctions` says it of each itself.
 */
export const NONDETERMINISTIC_FUNCTIONS: ReadonlySet<string> = new Set([...RANDOM_FUNCTIONS.keys(), ...OTHERS]);

/** The same functions, those that are left to chance marked as such. */
export function markRandom(functions: FunctionTable): FunctionTable {
  const mark = ([name, fn]: [string, TemplateFunction]): [string, TemplateFunction] =>
    NONDETERMINISTIC_FUNCTIONS.has(name) ? [name, { ...fn, isRandom: () => true }] : [name, fn];
  return new Map([...functions].map(mark));
}

/** So many letters; none for a negative number, of which Sprig drops the error. */
function ofLetters(letters: string) {
  return define(['int'], ([count], context) => {
    const length = Math.max(intArgument(count), 0);
    chargeLength(length, context);
    return Array.from({ length }, () => letters[randomInt(letters.length)]).join('');
  });
}

function randBytes([count]: readonly GoValue[], context: CallContext): string {
  const length = intArgument(count);
  if (length < 0) throw new GoFunctionError('runtime error: makeslice: len out of range');
  chargeLength(length, context);
  return randomBytes(length).toString('base64');
}

/** Random letters take longer than others. */
const COST_EACH = 4;
/** Whatever the limits of a render are, nobody needs more. */
const MAX_LENGTH = 2 ** 24;

function chargeLength(length: number, context: CallContext): void {
  context.charge(length * COST_EACH);
  if (length > MAX_LENGTH)
    throw new GoFunctionError(`${length} random characters are more than may be made (${MAX_LENGTH})`);
}

/** From `low` up to but not including `high`. */
function randInt(low: number, high: number): GoValue {
  if (high <= low) throw new GoFunctionError('invalid argument to Intn');
  const range = high - low;
  // Node's own takes 48 bits.
  const offset = range < 2 ** 48 ? randomInt(range) : Number(randomBytes(8).readBigUInt64BE() % BigInt(range));
  return goInt(BigInt(low) + BigInt(offset));
}

function shuffle(text: string): string {
  const characters = Array.from(text.toWellFormed());
  for (let i = characters.length - 1; i > 0; i--) {
    const other = randomInt(i + 1);
    [characters[i], characters[other]] = [characters[other] ?? '', characters[i] ?? ''];
  }
  return characters.join('');
}
