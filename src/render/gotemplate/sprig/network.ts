import { define, type FunctionTable } from '../function-table.ts';

/**
 * Sprig's functions of the network, as Helm leaves them unless DNS is enabled: a template learns nothing of it.
 * `env` and `expandenv` are no functions at all.
 */
export const NETWORK_FUNCTIONS: FunctionTable = new Map([['getHostByName', define(['string'], () => '')]]);
