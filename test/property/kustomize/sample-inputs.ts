import { readFileSync } from 'node:fs';
import { FIRST_ODD_SEED, generateCase } from '../../conformance/generate/generate-case.ts';
import { Random } from '../../conformance/generate/random.ts';
import { type Files, mutateFiles } from './mutate-files.ts';

/** A tree and the folder in it to build. */
export interface Input {
  readonly files: Files;
  readonly path: string;
}

interface RecordedCase {
  readonly path: string;
  readonly files: Readonly<Record<string, unknown>>;
}

const RECORDED = (
  JSON.parse(
    readFileSync(new URL('../../golden/kustomize/build/cases.json', import.meta.url), 'utf8'),
  ) as readonly RecordedCase[]
).map(({ path, files }) => {
  const texts = Object.entries(files).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return { path, files: new Map(texts) };
});

/** The broken input of a seed: every second one is made of a recorded build, the others are made up. */
export function sampleInput(seed: number): Input {
  const random = new Random(seed);
  const whole = seed % 2 === 0 ? random.pick(RECORDED) : generateCase(FIRST_ODD_SEED + random.integer(0, 99_999));
  return { path: whole.path, files: mutateFiles(random, whole.files) };
}
