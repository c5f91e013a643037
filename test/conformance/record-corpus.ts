// Records for every case below a folder what the real kustomize says of it: node test/conformance/record-corpus.ts DIR
import { globSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { realKustomize, recordCases } from './real-kustomize.ts';

const [folder] = process.argv.slice(2);
const binary = realKustomize();
if (folder === undefined || binary === undefined) {
  console.error('Usage: record-corpus.ts DIR, with the real kustomize at HOLDFAST_KUSTOMIZE');
  process.exit(2);
}
const cases = globSync('**/case.json', { cwd: folder }).map((file) => path.resolve(folder, path.dirname(file)));
await recordCases(binary, cases);
console.log(`${cases.length} cases recorded`);
