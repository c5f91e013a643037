import { registerHooks } from 'node:module';

/**
 * Takes from this process what a renderer has no use for, where Node's permission model leaves it: the network, signals
 * to others, and the way to any module that is not loaded yet. Permissions stop files, programs, threads and add-ons.
 */
export function sealProcess(): void {
  const refuse = (what: string) => (): never => {
    throw new Error(`a render process has no ${what}`);
  };
  for (const name of ['fetch', 'WebSocket', 'EventSource']) Reflect.deleteProperty(globalThis, name);
  Object.assign(process, { kill: refuse('signals'), getBuiltinModule: refuse('further modules') });
  registerHooks({ resolve: refuse('further modules') });
}
