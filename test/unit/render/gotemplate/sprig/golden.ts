import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { CallContext, FunctionTable } from '../../../../../src/render/gotemplate/function-table.ts';
import { GoFunctionError } from '../../../../../src/render/gotemplate/function-table.ts';
import { unquoteString } from '../../../../../src/render/gotemplate/go-string.ts';
import { formatValue } from '../../../../../src/render/gotemplate/print-value.ts';
import { CONVERSION_FUNCTIONS } from '../../../../../src/render/gotemplate/sprig/conversion.ts';
import { dateFunctions } from '../../../../../src/render/gotemplate/sprig/dates.ts';
import { DEFAULT_FUNCTIONS } from '../../../../../src/render/gotemplate/sprig/defaults.ts';
import { DICT_FUNCTIONS } from '../../../../../src/render/gotemplate/sprig/dicts.ts';
import { DURATION_FUNCTIONS } from '../../../../../src/render/gotemplate/sprig/durations.ts';
import { encodeJson } from '../../../../../src/render/gotemplate/sprig/encode-json.ts';
import { JSON_FUNCTIONS } from '../../../../../src/render/gotemplate/sprig/json.ts';
import { LIST_FUNCTIONS } from '../../../../../src/render/gotemplate/sprig/lists.ts';
import { MATH_FUNCTIONS } from '../../../../../src/render/gotemplate/sprig/math.ts';
import { REFLECTION_FUNCTIONS } from '../../../../../src/render/gotemplate/sprig/reflection.ts';
import { SEMVER_FUNCTIONS } from '../../../../../src/render/gotemplate/sprig/semver.ts';
import { STRING_FUNCTIONS } from '../../../../../src/render/gotemplate/sprig/strings.ts';
import { TOML_FUNCTIONS } from '../../../../../src/render/gotemplate/sprig/toml.ts';
import { YAML_FUNCTIONS } from '../../../../../src/render/gotemplate/sprig/yaml.ts';
import { type GoValue, goInt, goTypeOf } from '../../../../../src/render/gotemplate/value.ts';

/** A call, as a template writes it in parentheses, and what the real function gave. */
export interface GoldenCall {
  readonly in: string;
  readonly type?: string;
  /** The result in JSON. */
  readonly out?: string;
  readonly err?: string;
}

/** The recorded calls of `test/golden/helm/sprig-data/<name>.jsonl`. */
export function readCalls(name: string): GoldenCall[] {
  const file = new URL(`../../../../golden/helm/sprig-data/${name}.jsonl`, import.meta.url);
  const lines = readFileSync(fileURLToPath(file), 'utf8').trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as GoldenCall);
}

/** What the functions make of a call, in the form of the recording. */
export function evaluate(call: string): GoldenCall {
  try {
    const [value] = new Reader(call).read();
    return { in: call, type: goTypeOf(value), out: encodeOrPrint(value) };
  } catch (error) {
    if (error instanceof GoFunctionError) return { in: call, err: error.message };
    throw error;
  }
}

/** Every function of the tables under test, and two that make floats no literal can. */
const functions: FunctionTable = new Map([
  ...LIST_FUNCTIONS,
  ...DICT_FUNCTIONS,
  ...MATH_FUNCTIONS,
  ...CONVERSION_FUNCTIONS,
  ...DEFAULT_FUNCTIONS,
  ...REFLECTION_FUNCTIONS,
  ...dateFunctions(),
  ...DURATION_FUNCTIONS,
  ...JSON_FUNCTIONS,
  ...YAML_FUNCTIONS,
  ...TOML_FUNCTIONS,
  ...SEMVER_FUNCTIONS,
  ...STRING_FUNCTIONS,
  ['nan', { parameters: [], call: () => Number.NaN }],
  ['inf', { parameters: [], call: () => Infinity }],
]);

const context: CallContext = { charge: () => {} };

function encodeOrPrint(value: GoValue): string {
  try {
    return encodeJson(value, context);
  } catch (error) {
    if (error instanceof GoFunctionError) return formatValue(value);
    throw error;
  }
}

/** Reads and calls `(name arg …)`, where an argument is a literal, another call or the name of a function. */
class Reader {
  readonly #tokens: string[];

  constructor(text: string) {
    this.#tokens = text.match(/"(?:[^"\\]|\\.)*"|[()]|[^\s()]+/g) ?? [];
  }

  read(): GoValue[] {
    const values: GoValue[] = [];
    for (let token = this.#tokens.shift(); token !== undefined && token !== ')'; token = this.#tokens.shift()) {
      if (token === '(') values.push(this.#call());
      else
        values.push(
          functions.has(token) && Number.isNaN(Number(token)) && token !== 'nil'
            ? callNamed(token, [])
            : literal(token),
        );
    }
    return values;
  }

  #call(): GoValue {
    const name = this.#tokens.shift() ?? '';
    let value = callNamed(name, this.#arguments());
    while (this.#tokens[0] === '|') {
      this.#tokens.shift();
      value = callNamed(this.#tokens.shift() ?? '', [value]);
    }
    return value;
  }

  #arguments(): GoValue[] {
    const end = this.#findPipe();
    if (end < 0) return this.read();
    const rest = this.#tokens.splice(end);
    this.#tokens.push(')');
    const values = this.read();
    this.#tokens.push(...rest.filter((_, at) => at < rest.length));
    return values;
  }

  #findPipe(): number {
    const at = this.#tokens.indexOf('|');
    const close = this.#tokens.indexOf(')');
    return at >= 0 && close !== 0 && this.#depthAt(at) === 0 ? at : -1;
  }

  #depthAt(end: number): number {
    return this.#tokens.slice(0, end).reduce((depth, token) => depth + (token === '(' ? 1 : token === ')' ? -1 : 0), 0);
  }
}

function callNamed(name: string, args: readonly GoValue[]): GoValue {
  const called = functions.get(name);
  if (called === undefined) throw new Error(`no function ${name}`);
  const converted = args.map((arg, at) => convert(arg, called.parameters[at] ?? called.variadic ?? 'any'));
  try {
    return called.call(converted, context);
  } catch (error) {
    if (!(error instanceof GoFunctionError) || error.message.startsWith('error calling ')) throw error;
    throw new GoFunctionError(`error calling ${name}: ${error.message}`);
  }
}

/** As the template language does it for constants. */
function convert(value: GoValue, type: string): GoValue {
  if (type === 'float64' && value !== null && typeof value === 'object' && 'type' in value) return Number(value.value);
  return value;
}

function literal(token: string): GoValue {
  if (token.startsWith('"')) return unquoteString(token);
  if (token === 'nil') return null;
  if (token === 'true' || token === 'false') return token === 'true';
  return /^[+-]?[0-9]+$/.test(token) ? goInt(BigInt(token)) : Number(token);
}
