import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { ObjectKey } from '../../../src/object/kube-object.ts';
import { decodeInventory, encodeInventory } from '../../../src/status/inventory.ts';

const KEYS = ['/ConfigMap/prod/web', '/Namespace//prod', 'apps/Deployment/prod/web'] as ObjectKey[];
const pack = (text: string | Buffer): string => deflateRawSync(text).toString('base64');

describe('encodeInventory()', () => {
  it('has one text for one set, whatever its order', () => {
    expect(encodeInventory(new Set(KEYS.toReversed()))).toBe(encodeInventory(new Set(KEYS)));
  });

  it('fits thousands of objects into an annotation', () => {
    const keys = Array.from(
      { length: 10_000 },
      (_, i) => `apps/Deployment/namespace-${i % 50}/service-${i}` as ObjectKey,
    );
    expect(encodeInventory(new Set(keys)).length).toBeLessThan(100_000);
  });
});

describe('decodeInventory()', () => {
  it('reads what was written', () => {
    expect(decodeInventory(encodeInventory(new Set(KEYS)))).toEqual(new Set(KEYS));
    expect(decodeInventory(encodeInventory(new Set()))).toEqual(new Set());
  });

  const text = encodeInventory(new Set(KEYS));
  it.each([
    ['nothing', undefined],
    ['an empty text', ''],
    ['what is no base64', '!!!'],
    ['what is not packed', Buffer.from('{"/ConfigMap":["prod/web"]}').toString('base64')],
    ['half a text', text.slice(0, text.length / 2)],
    ['what is no JSON', pack('{"/ConfigMap":["prod/web"')],
    ['null', pack('null')],
    ['a number', pack('5')],
    ['a text', pack('"/ConfigMap"')],
    ['a list', pack('[]')],
    ['names that are no list', pack('{"/ConfigMap":"prod/web"}')],
    ['names that are no texts', pack('{"/ConfigMap":[5]}')],
    ['a kind without a group', pack('{"ConfigMap":["prod/web"]}')],
    ['a kind with too many parts', pack('{"a/b/c":["prod/web"]}')],
    ['an empty kind', pack('{"apps/":["prod/web"]}')],
    ['a name without a namespace', pack('{"/ConfigMap":["web"]}')],
    ['a name with too many parts', pack('{"/ConfigMap":["prod/web/x"]}')],
    ['an empty name', pack('{"/ConfigMap":["prod/"]}')],
  ])('does not take %s for an inventory', (_title, garbage) => {
    expect(decodeInventory(garbage)).toBeUndefined();
  });

  it('unpacks no bomb', () => {
    const bomb = pack(Buffer.concat([Buffer.from('{'), Buffer.alloc(64 * 1024 * 1024, ' '), Buffer.from('}')]));
    expect(bomb.length).toBeLessThan(256 * 1024);
    expect(decodeInventory(bomb)).toBeUndefined();
  });
});
