import { type GoMap, type GoValue, goTypeOf, typedList } from '../value.ts';
import { joinKey } from './encode-toml.ts';

/**
 * The tables of a TOML document while it is read: which exist, which were only implied by longer names, and in which
 * one keys are set. Errors are texts, for the parser to place.
 *
 * @see github.com/BurntSushi/toml v1.6.0 parse.go addContext, setValue
 */
export class TomlTables {
  readonly root: GoMap = new Map();
  /** The table in which keys are set. */
  context: readonly string[] = [];
  readonly #implied = new Set<string>();
  readonly #arrays = new Set<string>();
  readonly #fail: (message: string) => never;

  constructor(fail: (message: string) => never) {
    this.#fail = fail;
  }

  /** Opens the table of a name, or adds one to the list of tables of that name. */
  open(key: readonly string[], isListed: boolean): void {
    const name = key.at(-1) ?? '';
    const parent = this.#descend(key.slice(0, -1));
    this.context = key.slice(0, -1);
    if (isListed) this.#append(parent, key, name);
    else this.set(name, new Map());
    this.context = key;
  }

  /** Opens a table that a dotted key implies, inside the present one. */
  imply(name: string): void {
    const key = [...this.context, name];
    this.markImplied(key);
    this.open(key, false);
  }

  /** Says that a table may yet be defined. */
  markImplied(key: readonly string[]): void {
    this.#implied.add(idOf(key));
  }

  /** Says whether a key of the present table holds a list. As in Go, an empty name stands for the table itself. */
  noteType(name: string, isArray: boolean): void {
    const isSelf = name === '' && this.context.length > 0;
    const id = idOf(isSelf ? this.context : [...this.context, name]);
    if (isArray) this.#arrays.add(id);
    else this.#arrays.delete(id);
  }

  /** Sets a key of the present table. What was implied may be defined once. */
  set(name: string, value: GoValue): void {
    const table = this.present();
    const key = [...this.context, name];
    if (!table.has(name)) {
      table.set(name, value);
      return;
    }
    if (!this.#implied.delete(idOf(key))) this.#fail(`Key '${joinKey(key)}' has already been defined.`);
    if (this.#arrays.has(idOf(key))) table.set(name, value);
  }

  #append(parent: GoMap, key: readonly string[], name: string): void {
    if (!parent.has(name)) parent.set(name, typedList([], TABLE_LIST));
    const list = parent.get(name);
    if (!isTableList(list)) this.#fail(`Key '${joinKey(key)}' was already created and cannot be used as an array.`);
    list.push(new Map());
  }

  #descend(key: readonly string[]): GoMap {
    let table = this.root;
    for (const [at, name] of key.entries()) {
      const path = key.slice(0, at + 1);
      if (!table.has(name)) {
        this.markImplied(path);
        table.set(name, new Map());
      }
      table = lastTable(table.get(name)) ?? this.#fail(`Key '${joinKey(path)}' was already created as a hash.`);
    }
    return table;
  }

  /** The present table. */
  present(): GoMap {
    let table = this.root;
    for (const [at, name] of this.context.entries()) {
      const next = lastTable(table.get(name));
      table = next ?? this.#fail(`Key '${joinKey(this.context.slice(0, at + 1))}' has already been defined.`);
    }
    return table;
  }
}

const TABLE_LIST = '[]map[string]interface {}';

function isTableList(value: GoValue): value is GoValue[] {
  return Array.isArray(value) && goTypeOf(value) === TABLE_LIST;
}

function lastTable(value: GoValue): GoMap | undefined {
  const table = isTableList(value) ? value.at(-1) : value;
  return table instanceof Map ? table : undefined;
}

function idOf(key: readonly string[]): string {
  return JSON.stringify(key);
}
