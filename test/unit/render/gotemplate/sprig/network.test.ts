import { describe, expect, it } from 'vitest';
import { NETWORK_FUNCTIONS } from '../../../../../src/render/gotemplate/sprig/network.ts';
import { callFunction } from './recorded-calls.ts';

describe('NETWORK_FUNCTIONS', () => {
  it('tell a template nothing of the network', () => {
    expect(callFunction(NETWORK_FUNCTIONS, 'getHostByName', ['localhost'])).toBe('');
  });

  it('have nothing of the environment', () => {
    expect(['env', 'expandenv'].filter((name) => NETWORK_FUNCTIONS.has(name))).toEqual([]);
  });
});
