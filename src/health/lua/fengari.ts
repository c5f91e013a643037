import { createRequire } from 'node:module';

/** A state of the Lua machine; only handed on. */
export type LuaState = { readonly __luaState: never };
type LuaFunction = (state: LuaState) => number;

/** The part of Lua's C interface that is used here. Texts are bytes. */
export interface LuaApi {
  readonly LUA_MASKCOUNT: number;
  readonly LUA_TNIL: number;
  readonly LUA_TSTRING: number;
  readonly LUA_TTABLE: number;
  readonly LUA_OK: number;
  readonly lua_checkstack: (state: LuaState, places: number) => number;
  readonly lua_createtable: (state: LuaState, list: number, fields: number) => void;
  readonly lua_getfield: (state: LuaState, index: number, name: Uint8Array) => number;
  readonly lua_pcall: (state: LuaState, args: number, results: number, handler: number) => number;
  readonly lua_pop: (state: LuaState, count: number) => void;
  readonly lua_pushboolean: (state: LuaState, value: boolean) => void;
  readonly lua_pushinteger: (state: LuaState, value: number) => void;
  readonly lua_pushjsfunction: (state: LuaState, call: LuaFunction) => void;
  readonly lua_pushnil: (state: LuaState) => void;
  readonly lua_pushnumber: (state: LuaState, value: number) => void;
  readonly lua_pushstring: (state: LuaState, text: Uint8Array) => void;
  readonly lua_rawseti: (state: LuaState, index: number, position: number) => void;
  readonly lua_rawset: (state: LuaState, index: number) => void;
  readonly lua_setfield: (state: LuaState, index: number, name: Uint8Array) => void;
  readonly lua_setglobal: (state: LuaState, name: Uint8Array) => void;
  readonly lua_sethook: (state: LuaState, hook: () => void, mask: number, count: number) => void;
  readonly lua_tojsstring: (state: LuaState, index: number) => string | null;
  readonly lua_type: (state: LuaState, index: number) => number;
  readonly lua_typename: (state: LuaState, type: number) => Uint8Array;
}

/** What is loaded of Lua: its machine, and the libraries that may be opened. */
export interface Lua {
  readonly api: LuaApi;
  readonly newState: () => LuaState;
  /** Compiles a text and leaves it on the stack. */
  readonly load: (state: LuaState, text: Uint8Array, name: Uint8Array) => number;
  readonly open: (state: LuaState, library: LuaLibrary) => void;
  readonly bytesOf: (text: string) => Uint8Array;
  readonly textOf: (bytes: Uint8Array) => string;
  /** Sets what is called with the length of each text that the machine makes; it may throw. */
  readonly onText: (count: (bytes: number) => void) => void;
}

/** Libraries that reach nothing outside of the machine. */
export type LuaLibrary = '_G' | 'table' | 'string' | 'math';

/**
 * Loads the machine, once, and only when somebody asks for it. Synchronous, so that no object is judged without the
 * checks that it should have. Texts are counted where all are made: that is the one place at which their memory can be
 * bounded, and it must be set before the machine's other modules take hold of it.
 */
export function loadLua(): Lua {
  loaded ??= assemble(createRequire(import.meta.url));
  return loaded;
}

let loaded: Lua | undefined;

type Bless = (state: LuaState, bytes: Uint8Array) => unknown;
interface Strings {
  luaS_bless: Bless;
  luaS_new: Bless;
}
interface Objects {
  luaO_tostring: (
    state: LuaState,
    object: { readonly value: number; readonly setsvalue: (text: unknown) => void },
  ) => void;
}
interface Auxiliary {
  readonly luaL_newstate: () => LuaState;
  readonly luaL_loadbuffer: (state: LuaState, text: Uint8Array, length: number, name: Uint8Array) => number;
  readonly luaL_requiref: (state: LuaState, name: Uint8Array, open: LuaFunction, global: number) => void;
}
interface Core {
  readonly to_luastring: (text: string) => Uint8Array;
  readonly to_jsstring: (bytes: Uint8Array) => string;
}

const OPENERS: Readonly<Record<LuaLibrary, readonly [module: string, opener: string]>> = {
  _G: ['lbaselib', 'luaopen_base'],
  table: ['ltablib', 'luaopen_table'],
  string: ['lstrlib', 'luaopen_string'],
  math: ['lmathlib', 'luaopen_math'],
};

function assemble(require: NodeJS.Require): Lua {
  const module = (name: string): unknown => require(`fengari/src/${name}.js`);
  let count: (bytes: number) => void = () => undefined;
  const strings = module('lstring') as Strings;
  countTexts(strings, (bytes) => count(bytes));
  // In the order in which the library loads them itself: its modules name each other.
  const core = module('fengaricore') as Core;
  const api = module('lua') as LuaApi;
  const auxiliary = module('lauxlib') as Auxiliary;
  module('lualib');
  // Lua 5.1, which Argo CD has, prints whole numbers without a fraction, whatever they came from.
  (module('lobject') as Objects).luaO_tostring = (state, object) => {
    object.setsvalue(strings.luaS_bless(state, core.to_luastring(String(object.value))));
  };
  return {
    api,
    newState: auxiliary.luaL_newstate,
    load: (state, text, name) => auxiliary.luaL_loadbuffer(state, text, text.length, name),
    open: (state, library) => {
      const [file, opener] = OPENERS[library];
      const open = (module(file) as Readonly<Record<string, LuaFunction>>)[opener];
      if (open === undefined) throw new TypeError(`fengari has no ${opener}`);
      auxiliary.luaL_requiref(state, core.to_luastring(library), open, 1);
    },
    bytesOf: core.to_luastring,
    textOf: core.to_jsstring,
    onText: (callback) => {
      count = callback;
    },
  };
}

/** Ordinary functions take the place of the library's, which calls them with `new`, too. */
function countTexts(strings: Strings, count: (bytes: number) => void): void {
  const { luaS_bless: bless, luaS_new: create } = strings;
  strings.luaS_bless = function countAndTake(state, bytes) {
    count(bytes.length);
    return bless(state, bytes);
  };
  strings.luaS_new = function countAndCopy(state, bytes) {
    count(bytes.length);
    return create(state, bytes);
  };
}
