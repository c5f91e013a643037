// Broken kustomizations: none may crash, hang, leave its tree or come out differently the second time.
//
//   npm run prove -- kustomize-fuzz [--from=0] [--count=20000]
//
// The seed of each input is its number, so a run can be repeated.
import process from 'node:process';
import { parseArgs } from 'node:util';
import { judgeBuild } from '../property/kustomize/judge-build.ts';
import { sampleInput } from '../property/kustomize/sample-inputs.ts';

/** A build that takes longer hangs. */
const MAX_MS = 2000;

const { values } = parseArgs({
  options: { from: { type: 'string', default: '0' }, count: { type: 'string', default: '20000' } },
});
const from = Number(values.from);
const end = from + Number(values.count);
const codes = new Map<string, number>();
let failed = 0;
for (let seed = from; seed < end; seed++) {
  const { files, path } = sampleInput(seed);
  const { code, elapsedMs, complaints: found } = judgeBuild(files, path);
  const complaints = elapsedMs > MAX_MS ? [...found, `it took ${Math.round(elapsedMs)} ms`] : found;
  codes.set(code, (codes.get(code) ?? 0) + 1);
  if (complaints.length === 0) continue;
  failed++;
  console.log(`FAILED seed ${seed}: ${complaints.join('; ')}`);
}
const tally = [...codes].map(([code, count]) => `${code} ${count}`).join(', ');
console.log(`${end - from} inputs, ${failed} failed (${tally})`);
process.exitCode = failed === 0 ? 0 : 1;
