import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chartOf, type FunctionCase, readCases } from './chart.ts';

const HELM = process.argv[2] ?? 'helm';
const values = readFileSync(path.join(import.meta.dirname, 'values.yaml'), 'utf8');
const cases = readCases(readFileSync(path.join(import.meta.dirname, 'cases.txt'), 'utf8'));
const groups = [...Map.groupBy(cases, (one) => one.function).values()];
const lines = groups.flatMap(record).map((one) => `${JSON.stringify(one)}\n`);
writeFileSync(path.join(import.meta.dirname, 'functions.jsonl'), lines.join(''));

type Printed = NonNullable<FunctionCase['out']>;

/** Renders cases together; the one that fails is told by the error and recorded, then the others are tried again. */
function record(group: readonly FunctionCase[]): FunctionCase[] {
  const recorded = new Map<FunctionCase, FunctionCase>();
  for (let open = group; open.length > 0; open = open.filter((one) => !recorded.has(one))) {
    const [failed, error, printed] = render(open);
    if (failed === undefined) {
      for (const [index, one] of open.entries()) recorded.set(one, { ...one, out: JSON.parse(printed[index] ?? '') as Printed });
      continue;
    }
    recorded.set(failed, { ...failed, err: error.replaceAll(/case-\d+\.yaml/g, 'case-0.yaml') });
  }
  return group.map((one) => recorded.get(one) ?? one);
}

function render(open: readonly FunctionCase[]): [failed: FunctionCase | undefined, error: string, printed: string[]] {
  const folder = mkdtempSync(path.join(tmpdir(), 'functions-'));
  const chart = chartOf(values, open.map((one) => one.in));
  for (const [name, text] of Object.entries(chart)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  try {
    const env = { HOME: folder, TZ: 'UTC' };
    const output = execFileSync(HELM, ['template', 'rel', folder, '-n', 'ns'], { env, encoding: 'utf8', stdio: 'pipe' });
    const printed = new Map([...output.matchAll(/case-(\d+)\.yaml\nout: (.*)/g)].map(([, at, text]) => [Number(at), text]));
    return [undefined, '', open.map((_, index) => printed.get(index) ?? '')];
  } catch (error) {
    const stderr = String((error as { stderr?: unknown }).stderr);
    const failed = open[Number(/case-(\d+)\.yaml/.exec(stderr)?.[1] ?? -1)];
    if (failed === undefined) throw error;
    return [failed, stderr.slice(stderr.indexOf('Error: ') + 'Error: '.length).trimEnd(), []];
  } finally {
    rmSync(folder, { recursive: true });
  }
}
