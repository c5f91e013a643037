import type { Random } from '../../conformance/generate/random.ts';

const SCALARS = [
  ...[
    '1',
    '-0',
    '1.5',
    '1e3',
    '1e21',
    '1e-9',
    '12345678901234567890',
    '9007199254740993',
    '0x1f',
    '017',
    '0o17',
    '1_000',
    '.5',
    '0.0',
  ],
  ...[
    'null',
    '~',
    'true',
    'yes',
    'no',
    'on',
    '"true"',
    '"null"',
    '"1"',
    '""',
    '"1e3"',
    '"0x1f"',
    '" lead"',
    '"trail "',
    '"a: b"',
    '"# c"',
  ],
  ...[
    '"- x"',
    '"multi\\nline"',
    '"multi\\nline\\n"',
    '"\\n"',
    '"tab\\t"',
    '"é 日本 😀"',
    '"\\u0001"',
    '"\\u2028\\u0085"',
    '"it\'s"',
    '"q\\"q"',
  ],
  ...[
    'plain',
    'two words',
    '2024-01-02',
    '12:30:45',
    '"="',
    '"<<"',
    '"*a"',
    '"&a"',
    '"!t"',
    '"%x"',
    '"@x"',
    '"`"',
    '"{"',
    '"["',
    '"|"',
    '">"',
  ],
  ...[
    '"y"',
    '"N"',
    '"a\\\\b"',
    '"  two\\n lines"',
    '"x\\n\\n"',
    '"\\ufeffbom"',
    '".inf"',
    '".nan"',
    '"0o7"',
    '"1_0"',
    '"<>&"',
    '"a #b"',
    '"a:"',
  ],
  '"long long long long long long long long long long long long long long long long long long long long long long"',
];
const KEYS = [
  'a',
  'b',
  'Z',
  '"1"',
  '"a b"',
  '"a.b"',
  '"é"',
  '""',
  '"true"',
  '"__proto__"',
  '"a: b"',
  'constructor',
  '"null"',
  '"x\\ny"',
  'y',
  '"#"',
];

/** A document in YAML's flow style, nested as deep as that at most. */
export function generateDocument(random: Random, depth: number): string {
  const kind = random.next();
  if (depth === 0 || kind < 0.3) return random.pick(SCALARS);
  if (kind < 0.6) {
    const items = Array.from({ length: random.integer(0, 4) }, () => generateDocument(random, depth - 1));
    return `[${items.join(', ')}]`;
  }
  const keys = random.some(KEYS, 0.25);
  return `{${keys.map((key) => `${key}: ${generateDocument(random, depth - 1)}`).join(', ')}}`;
}
