import { LuaError, runLua } from '../lua/run-lua.ts';
import { healthStatusOf, type UserCheck } from './user-check.ts';

/**
 * A check in Lua, as Argo CD has it: the script knows the object as `obj` and returns a table with `status` and
 * `message`. Without an answer the object has no health.
 *
 * @see https://github.com/argoproj/argo-cd/blob/v3.5.1/util/lua/lua.go
 */
export function luaCheck(name: string, script: string, openLibs: boolean): UserCheck {
  return {
    name,
    judge: (object) => {
      const answer = runLua(script, object, { openLibs, nowMs: Date.now() });
      if (answer.type === 'nil') return undefined;
      if (answer.type === 'other') throw new LuaError(`expect table output from Lua script, not ${answer.typeName}`);
      const { status, message = '' } = answer;
      if (status === undefined && message === '') return undefined;
      const known = healthStatusOf(status);
      return known === undefined
        ? { status: 'Unknown', message: 'Lua returned an invalid health status' }
        : { status: known, message };
    },
  };
}
