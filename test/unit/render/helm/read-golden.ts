import { readFileSync } from 'node:fs';
import { GoInt, type GoValue } from '../../../../src/render/gotemplate/value.ts';

/** A recorded case: what went in, and what the real Helm's packages answered. */
export interface Recorded<T> {
  readonly input: T;
  readonly out?: unknown;
  readonly error?: string;
}

/** The cases of `test/golden/helm/charts/NAME.jsonl`. */
export function readGolden<T>(name: string): Recorded<T>[] {
  const file = new URL(`../../../golden/helm/charts/${name}.jsonl`, import.meta.url);
  return readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Recorded<T>);
}

/** A template value as the recordings write it: maps by sorted key, int64 as `{"$int64": "1"}`. */
export function toPlain(value: GoValue): unknown {
  if (value === undefined) return null;
  if (value instanceof GoInt) return { $int64: String(value.value) };
  if (Array.isArray(value)) return value.map(toPlain);
  if (!(value instanceof Map)) return value;
  const entries = [...value].map(([key, item]): [string, unknown] => [key, toPlain(item)]);
  return Object.fromEntries(entries);
}

/** What a function returns, or the message of what it throws. */
export function outcome(run: () => unknown): { out?: unknown; error?: string } {
  try {
    return { out: run() };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}
