import { describe, expect, it } from 'vitest';
import { FrameReader } from '../../../src/render-process/frame-reader.ts';
import { decodeMessage, encodeMessage, type FromChild } from '../../../src/render-process/messages.ts';

describe('FrameReader', () => {
  const messages: FromChild[] = [
    { type: 'ready' },
    { type: 'at', template: 'web/templates/a.yaml' },
    { type: 'call', id: 3, args: ['x'.repeat(500)] },
  ];
  const stream = Buffer.concat(messages.map(encodeMessage));

  it.each([1, 2, 3, 5, 7, 64, 4096])('gives the same messages when they come in pieces of %i bytes', (size) => {
    const reader = new FrameReader(10_000);
    const got: unknown[] = [];
    for (let start = 0; start < stream.length; start += size) {
      for (const body of reader.push(stream.subarray(start, start + size))) got.push(decodeMessage(body));
    }
    expect(got).toEqual(messages);
  });

  it('refuses a message that is announced as too long, before it has come', () => {
    const header = Buffer.alloc(4);
    header.writeUInt32LE(10_001);
    expect(() => new FrameReader(10_000).push(header)).toThrow('10001 bytes, and 10000 are the limit');
  });
});
