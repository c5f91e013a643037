import { formatGoFloat } from '../../../yaml/go-float.ts';
import { type CallContext, GoFunctionError } from '../function-table.ts';
import { GoFunctionValue, GoInt, type GoMap, type GoObject, type GoValue, goKindOf } from '../value.ts';
import { itemsOf } from './arguments.ts';
import { GoTime } from './go-time.ts';
import { GoNamedInt } from './named-int.ts';
import { isNil } from './nil-value.ts';
import { sortedKeys } from './sorted-keys.ts';

/**
 * A value as BurntSushi's encoder writes it: plain keys before tables, both sorted, tables indented by two spaces a
 * level, entries that are nil left out.
 *
 * @throws {GoFunctionError} in the encoder's words for what TOML cannot hold
 * @see github.com/BurntSushi/toml v1.6.0 encode.go
 */
export function encodeToml(value: GoValue, context: CallContext): string {
  if (value === undefined || value === null) {
    throw new GoFunctionError('reflect: call of reflect.Value.Type on zero Value');
  }
  const encoder = new TomlEncoder(context);
  encoder.entry([], contentOf(value));
  return encoder.text;
}

type Key = readonly string[];

class TomlEncoder {
  text = '';
  readonly #context: CallContext;

  constructor(context: CallContext) {
    this.#context = context;
  }

  /** Writes the value of a key, or the whole document if the key is empty. */
  entry(key: Key, value: GoValue): void {
    if (value instanceof Map) this.#table(key, value);
    else if (isTableList(value)) this.#tables(key, value);
    else this.#keyValue(key, value);
  }

  #keyValue(key: Key, value: GoValue): void {
    if (value instanceof GoFunctionValue) {
      throw new GoFunctionError(`unsupported type for key '${joinKey(key)}': ${goKindOf(value)}`);
    }
    const last = key.at(-1);
    if (last === undefined) this.#write(writeElement(value));
    else this.#write(`${indentOf(key)}${quoteKey(last)} = ${writeElement(value)}\n`);
  }

  #table(key: Key, map: GoMap): void {
    if (key.length === 1) this.#blankLine();
    if (key.length > 0) this.#write(`${indentOf(key)}[${joinKey(key)}]\n`);
    this.#entries(key, map);
  }

  #tables(key: Key, list: readonly GoValue[]): void {
    if (key.length === 0) throw new GoFunctionError('toml: top-level values must be Go maps or structs');
    for (const item of list) {
      const map = contentOf(item);
      if (!(map instanceof Map) || isNil(map)) continue;
      this.#blankLine();
      this.#write(`${indentOf(key)}[[${joinKey(key)}]]\n`);
      this.#entries(key, map);
    }
  }

  #entries(key: Key, map: GoMap): void {
    this.#context.charge(map.size);
    const { plain, tables } = partition(map);
    for (const name of [...plain, ...tables]) {
      const value = contentOf(map.get(name));
      if (!isNil(value)) this.entry([...key, name], value);
    }
  }

  #blankLine(): void {
    if (this.text !== '') this.#write('\n');
  }

  #write(text: string): void {
    this.#context.charge(text.length);
    this.text += text;
  }
}

/** What stands for a value of Go that has fields. */
function contentOf(value: GoValue): GoValue {
  if (typeof value !== 'object' || value === null || !('container' in value)) return value;
  return value.container() ?? value;
}

function partition(map: GoMap): { readonly plain: readonly string[]; readonly tables: readonly string[] } {
  const plain: string[] = [];
  const tables: string[] = [];
  for (const key of sortedKeys(map)) {
    const value = contentOf(map.get(key));
    const isTable = !isNil(value) && (value instanceof Map || isTableList(value));
    (isTable ? tables : plain).push(key);
  }
  return { plain, tables };
}

/** A list of nothing but tables. The encoder takes no nil in any list. */
function isTableList(value: GoValue): value is GoValue[] {
  if (!Array.isArray(value) || value.length === 0) return false;
  const items = value.map(contentOf);
  if (items.some(isNil)) throw new GoFunctionError('toml: cannot encode array with nil element');
  // The same holds for lists inside it.
  for (const item of items) isTableList(item);
  return items.every((item) => item instanceof Map);
}

function writeElement(value: GoValue): string {
  if (typeof value === 'string') return quote(value);
  if (typeof value === 'number') return writeFloat(value);
  if (typeof value === 'boolean') return String(value);
  if (value instanceof GoInt || value instanceof GoNamedInt) return value.value.toString();
  const items = itemsOf(value);
  if (items !== undefined) return `[${items.map((item) => writeElement(contentOf(item))).join(', ')}]`;
  return value instanceof Map ? writeInline(value) : writeObject(value as GoObject);
}

function writeObject(value: GoObject): string {
  if (value instanceof GoTime) return value.toTomlString();
  return quote(value.toGoString());
}

/** A key whose value is nil is left out, but not the comma that the encoder thinks it needs. */
function writeInline(map: GoMap): string {
  const { plain, tables } = partition(map);
  const names = [...plain, ...tables];
  const entries = names.map((name, at) => {
    const value = contentOf(map.get(name));
    if (isNil(value)) return '';
    return `${quoteKey(name)} = ${writeElement(value)}${at < names.length - 1 ? ', ' : ''}`;
  });
  return `{${entries.join('')}}`;
}

function writeFloat(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  const text = formatGoFloat(value, 64);
  return /[e.]/.test(text) ? text : `${text}.0`;
}

function indentOf(key: Key): string {
  return '  '.repeat(Math.max(key.length - 1, 0));
}

/** A key with dots between its parts, quoted where they need it. */
export function joinKey(key: Key): string {
  return key.map(quoteKey).join('.');
}

function quoteKey(key: string): string {
  return /^[A-Za-z0-9_-]+$/.test(key) ? key : quote(key);
}

function quote(text: string): string {
  return `"${text.replaceAll(ESCAPED, escapeCharacter)}"`;
}

// oxlint-disable-next-line no-control-regex -- control characters are what is escaped
const ESCAPED = /["\\\u0000-\u001f\u007f]/g;
const NAMED: ReadonlyMap<string, string> = new Map([
  ['"', '\\"'],
  ['\\', '\\\\'],
  ['\b', '\\b'],
  ['\t', '\\t'],
  ['\n', '\\n'],
  ['\f', '\\f'],
  ['\r', '\\r'],
]);

function escapeCharacter(character: string): string {
  return NAMED.get(character) ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
