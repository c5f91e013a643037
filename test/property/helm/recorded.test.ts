import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { chartFiles, type MadeChart } from './generate-chart.ts';
import { renderGenerated } from './render-generated.ts';

interface Recorded extends MadeChart {
  readonly kind: 'output' | 'error';
  /** What Helm's engine printed, or its message: latin1 of the bytes. */
  readonly text: string;
}

const RECORDED = readFileSync(new URL('../../golden/helm/fuzz/recorded.jsonl', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as Recorded);

describe('renderTemplates()', () => {
  it.each(RECORDED.map((one, index) => ({ ...one, index })))('gives what Helm gave for $template', (recorded) => {
    const { kind, bytes } = renderGenerated(chartFiles(recorded));
    expect({ kind, text: withoutAddresses(bytes) }).toEqual({ kind: recorded.kind, text: recorded.text });
  });
});

/** Where in memory a thing is, which changes from run to run. */
function withoutAddresses(bytes: Uint8Array): string {
  return Buffer.from(bytes)
    .toString('latin1')
    .replaceAll(/0x[0-9a-f]{9,12}/g, '0x');
}
