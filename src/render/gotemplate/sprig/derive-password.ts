import { createHmac, scryptSync } from 'node:crypto';
import { toBytes } from '../go-string.ts';

/** What the Master Password algorithm makes a password from. */
export interface PasswordSeed {
  /** Unsigned, of 32 bits. */
  readonly counter: number;
  /** `maximum`, `long`, `medium`, `short`, `basic` or `pin`. */
  readonly type: string;
  readonly password: string;
  readonly user: string;
  readonly site: string;
}

/**
 * The password of a user for a site, always the same for the same seed; an error text for an unknown type, as in Sprig.
 * @see https://spectre.app/spectre-algorithm.pdf
 */
export function derivePassword({ counter, type, password, user, site }: PasswordSeed): string {
  const templates = TEMPLATES.get(type);
  if (templates === undefined) return `cannot find password template ${type}`;
  const salt = Buffer.concat([SCOPE, withLength(user)]);
  const key = scryptSync(toBytes(password), salt, 64, { N: 32_768, r: 8, p: 2, maxmem: MAX_MEMORY_BYTES });
  const seed = createHmac('sha256', key)
    .update(Buffer.concat([SCOPE, withLength(site), uint32(counter)]))
    .digest();
  const template = templates[(seed[0] ?? 0) % templates.length] ?? '';
  const pick = (letters: string, at: number) => letters[(seed[at + 1] ?? 0) % letters.length] ?? '';
  return Array.from(template, (letter, at) => pick(LETTERS.get(letter) ?? letter, at)).join('');
}

const SCOPE = Buffer.from('com.lyndir.masterpassword');
const MAX_MEMORY_BYTES = 64 * 1024 * 1024;

function withLength(text: string): Buffer {
  const bytes = toBytes(text);
  return Buffer.concat([uint32(bytes.length), bytes]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** Each letter stands for some: see LETTERS. */
const TEMPLATES: ReadonlyMap<string, readonly string[]> = new Map([
  ['maximum', ['anoxxxxxxxxxxxxxxxxx', 'axxxxxxxxxxxxxxxxxno']],
  ['long', longTemplates()],
  ['medium', ['CvcnoCvc', 'CvcCvcno']],
  ['short', ['Cvcn']],
  ['basic', ['aaanaaan', 'aannaaan', 'aaannaaa']],
  ['pin', ['nnnn']],
]);

/**
 * Three syllables, of which some end in a consonant more, and a number with a sign after one of them; in the order of
 * the algorithm's table.
 */
function longTemplates(): string[] {
  const endings = ['vvv', 'cvv', 'vcv', 'vvc', 'ccv', 'vcc', 'cvc'];
  return endings.flatMap((ends) => {
    const syllables = Array.from(ends, (end) => `Cvc${end}`);
    return [0, 1, 2].map((place) =>
      syllables.map((syllable, i) => (i === place ? `${syllable}no` : syllable)).join(''),
    );
  });
}

const CONSONANTS = 'bcdfghjklmnpqrstvwxyz';
const VOWELS = 'aeiou';
const ALPHABET = VOWELS.toUpperCase() + VOWELS + CONSONANTS.toUpperCase() + CONSONANTS;
const LETTERS: ReadonlyMap<string, string> = new Map([
  ['V', VOWELS.toUpperCase()],
  ['v', VOWELS],
  ['C', CONSONANTS.toUpperCase()],
  ['c', CONSONANTS],
  ['a', ALPHABET],
  ['n', '0123456789'],
  ['o', "@&%?,=[]_:-+*$#!'^~;()/."],
  ['x', `${ALPHABET}0123456789!@#$%^&*()`],
]);
