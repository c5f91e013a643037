import type { KubeObject } from '../../object/kube-object.ts';
import type { Fields } from '../read.ts';
import { type Lua, type LuaState, loadLua } from './fengari.ts';
import { formatDate } from './format-date.ts';
import { PRELUDE } from './prelude.ts';

/** What a script may have and use. */
export interface LuaOptions {
  /** Opens `string` and `math` beside the basic functions, `table` and `os.time`/`os.date`. */
  readonly openLibs: boolean;
  readonly nowMs: number;
}

/** What a script returned: a table's `status` and `message`, nothing, or something else. */
export type LuaAnswer =
  | { readonly type: 'table'; readonly status: string | undefined; readonly message: string | undefined }
  | { readonly type: 'nil' }
  | { readonly type: 'other'; readonly typeName: string };

/** A script that went wrong; the message is Lua's. */
export class LuaError extends Error {
  override readonly name = 'LuaError';
}

/** Instructions that a script may carry out. Argo CD's longest takes some thousands. */
const MAX_INSTRUCTIONS = 500_000;
const HOOK_EVERY = 500;
/** Bytes of all texts that a script may make. */
const MAX_TEXT_BYTES = 1024 * 1024;

/**
 * Runs a script on an object, which it knows as `obj`, in a machine of its own. The script reaches nothing else, and is
 * ended when it takes too many steps or makes too much text; what its native functions do in one step must be bounded
 * by the caller (`withinTime`).
 * @throws {LuaError} when the script fails or exceeds a limit
 */
export function runLua(script: string, object: KubeObject, options: LuaOptions): LuaAnswer {
  const lua = loadLua();
  const limits = new Limits();
  lua.onText(() => undefined);
  try {
    const state = prepare(lua, options, limits);
    lua.api.lua_checkstack(state, PLACES_PER_LEVEL * MAX_DEPTH);
    pushValue(lua, state, object, 0);
    lua.api.lua_setglobal(state, lua.bytesOf('obj'));
    lua.onText((bytes) => limits.addText(bytes));
    lua.api.lua_sethook(state, () => limits.addSteps(), lua.api.LUA_MASKCOUNT, HOOK_EVERY);
    call(lua, state, script, limits);
    lua.onText(() => undefined);
    return readAnswer(lua, state);
  } finally {
    lua.onText(() => undefined);
  }
}

/** Counts; once over, always over, so that a script cannot catch the error and go on. */
class Limits {
  #steps = 0;
  #bytes = 0;
  exceeded: string | undefined;

  addSteps(): void {
    this.#steps += HOOK_EVERY;
    if (this.#steps > MAX_INSTRUCTIONS) this.#fail(`it took more than ${MAX_INSTRUCTIONS} steps`);
  }

  addText(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes > MAX_TEXT_BYTES) this.#fail(`it made more than ${MAX_TEXT_BYTES} bytes of text`);
  }

  #fail(message: string): never {
    this.exceeded = message;
    throw new LuaError(message);
  }
}

function prepare(lua: Lua, { openLibs, nowMs }: LuaOptions, limits: Limits): LuaState {
  const state = lua.newState();
  lua.open(state, '_G');
  lua.open(state, 'table');
  if (openLibs) {
    lua.open(state, 'string');
    lua.open(state, 'math');
    boundRepeat(lua, state, limits);
  }
  const { api } = lua;
  api.lua_pushinteger(state, Math.floor(nowMs / 1_000));
  api.lua_setglobal(state, lua.bytesOf('now'));
  api.lua_pushjsfunction(state, unixTime(lua));
  api.lua_setglobal(state, lua.bytesOf('unixtime'));
  api.lua_pushjsfunction(state, printDate(lua));
  api.lua_setglobal(state, lua.bytesOf('formatdate'));
  call(lua, state, PRELUDE, limits);
  return state;
}

/** `string.rep` would make its text before anybody can count it. */
function boundRepeat(lua: Lua, state: LuaState, limits: Limits): void {
  const { api } = lua;
  const repeat = (from: LuaState): number => {
    const text = api.lua_tojsstring(from, 1) ?? '';
    const times = Math.max(0, numberAt(lua, from, 2));
    limits.addText(text.length * times);
    api.lua_pushstring(from, lua.bytesOf(text.repeat(times)));
    return 1;
  };
  call(lua, state, 'return string', limits);
  api.lua_pushjsfunction(state, repeat);
  api.lua_setfield(state, -2, lua.bytesOf('rep'));
  api.lua_pop(state, 1);
}

function unixTime(lua: Lua): (state: LuaState) => number {
  return (state) => {
    const [year = 0, month = 1, ...rest] = [1, 2, 3, 4, 5, 6].map((index) => numberAt(lua, state, index));
    lua.api.lua_pushnumber(state, Date.UTC(year, month - 1, ...rest) / 1_000);
    return 1;
  };
}

function printDate(lua: Lua): (state: LuaState) => number {
  return (state) => {
    const text = formatDate(lua.api.lua_tojsstring(state, 1) ?? '', numberAt(lua, state, 2) * 1_000);
    lua.api.lua_pushstring(state, lua.bytesOf(text));
    return 1;
  };
}

function numberAt(lua: Lua, state: LuaState, index: number): number {
  const value = Number(lua.api.lua_tojsstring(state, index) ?? 0);
  return Number.isFinite(value) ? Math.trunc(value) : 0;
}

/** Leaves the one result on the stack. */
function call(lua: Lua, state: LuaState, text: string, limits: Limits): void {
  const { api } = lua;
  const bytes = lua.bytesOf(text);
  let code = lua.load(state, bytes, lua.bytesOf('=check'));
  if (code === api.LUA_OK) code = api.lua_pcall(state, 0, 1, 0);
  if (limits.exceeded !== undefined) throw new LuaError(limits.exceeded);
  if (code !== api.LUA_OK) throw new LuaError(api.lua_tojsstring(state, -1) ?? 'the script failed without a message');
}

const MAX_DEPTH = 100;
/** On Lua's stack: a table, a name and a value. */
const PLACES_PER_LEVEL = 3;
const MAX_INT32 = 2 ** 31;

/** Numbers beyond 32 bits become floating-point ones, of which Lua has all digits up to 2^53. */
function pushValue(lua: Lua, state: LuaState, value: unknown, depth: number): void {
  const { api } = lua;
  if (depth > MAX_DEPTH) throw new LuaError(`the object is nested more than ${MAX_DEPTH} levels deep`);
  if (typeof value === 'string') api.lua_pushstring(state, lua.bytesOf(value));
  else if (typeof value === 'boolean') api.lua_pushboolean(state, value);
  else if (typeof value === 'number' || typeof value === 'bigint') pushNumber(lua, state, Number(value));
  else if (Array.isArray(value)) pushList(lua, state, value, depth);
  else if (typeof value === 'object' && value !== null) pushFields(lua, state, value as Fields, depth);
  else api.lua_pushnil(state);
}

function pushNumber({ api }: Lua, state: LuaState, value: number): void {
  if (Number.isInteger(value) && Math.abs(value) < MAX_INT32) api.lua_pushinteger(state, value);
  else api.lua_pushnumber(state, value);
}

function pushList(lua: Lua, state: LuaState, list: readonly unknown[], depth: number): void {
  lua.api.lua_createtable(state, list.length, 0);
  for (const [index, item] of list.entries()) {
    pushValue(lua, state, item, depth + 1);
    lua.api.lua_rawseti(state, -2, index + 1);
  }
}

function pushFields(lua: Lua, state: LuaState, fields: Fields, depth: number): void {
  lua.api.lua_createtable(state, 0, 0);
  for (const [name, value] of Object.entries(fields)) {
    lua.api.lua_pushstring(state, lua.bytesOf(name));
    pushValue(lua, state, value, depth + 1);
    lua.api.lua_rawset(state, -3);
  }
}

function readAnswer(lua: Lua, state: LuaState): LuaAnswer {
  const { api } = lua;
  const type = api.lua_type(state, -1);
  if (type === api.LUA_TNIL) return { type: 'nil' };
  if (type !== api.LUA_TTABLE) return { type: 'other', typeName: lua.textOf(api.lua_typename(state, type)) };
  return { type: 'table', status: fieldAt(lua, state, 'status'), message: fieldAt(lua, state, 'message') };
}

function fieldAt(lua: Lua, state: LuaState, name: string): string | undefined {
  const { api } = lua;
  api.lua_getfield(state, -1, lua.bytesOf(name));
  const text = api.lua_type(state, -1) === api.LUA_TSTRING ? (api.lua_tojsstring(state, -1) ?? undefined) : undefined;
  api.lua_pop(state, 1);
  return text;
}
