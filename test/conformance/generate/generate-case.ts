import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Random } from './random.ts';
import { sampleFields } from './sample-kustomization.ts';
import { sampleOddFields } from './sample-odd-fields.ts';
import { sampleOddFile } from './sample-oddities.ts';
import { type Resource, sampleResource } from './sample-resources.ts';
import type { Surroundings } from './surroundings.ts';
import { type Data, writeYaml } from './write-yaml.ts';

/** A made-up input: texts by path, the folder to build, flags. */
export interface GeneratedCase {
  readonly files: ReadonlyMap<string, string>;
  readonly path: string;
  readonly flags: readonly string[];
}

/** A layer that others may build on. */
interface Layer {
  readonly folder: string;
  readonly resources: readonly Resource[];
  readonly generated: Surroundings['generated'];
}

/** What is being made. */
interface Draft {
  readonly random: Random;
  readonly files: Map<string, string>;
  /** Kind and name of the resources so far: two of the same are an error, which is enough to happen rarely. */
  readonly taken: Set<string>;
  /** The one folder whose kustomization may define the var. */
  readonly varsIn: string;
  /** How likely a layer has something out of the ordinary. */
  readonly oddity: number;
}

/** Seeds from here on have odd files and fields as well. */
export const FIRST_ODD_SEED = 100_000;

/** The case of a seed: a base, often with one or two overlays and a component. The same seed makes the same case. */
export function generateCase(seed: number): GeneratedCase {
  const random = new Random(seed);
  const varsIn = random.pick(['base', 'overlay', 'component', 'top']);
  const draft: Draft = { random, files: new Map(), taken: new Set(), varsIn, oddity: seed < FIRST_ODD_SEED ? 0 : 0.5 };
  const base = makeLayer(draft, 'base', []);
  const bases = random.chance(0.15) ? [base, makeLayer(draft, 'other', [])] : [base];
  const components = random.chance(0.2) ? [makeComponent(draft, bases)] : [];
  let top = random.chance(0.75) ? makeLayer(draft, 'overlay', bases, components) : base;
  if (random.chance(0.25)) top = makeLayer(draft, 'top', [top]);
  const flags = random.chance(0.2) ? ['--reorder', random.pick(['none', 'legacy'])] : [];
  return { files: draft.files, path: top.folder, flags };
}

function makeLayer(draft: Draft, folder: string, bases: readonly Layer[], components: readonly string[] = []): Layer {
  const { random } = draft;
  const own = sampleResources(draft, random.integer(bases.length === 0 ? 1 : 0, 4));
  const odd = random.chance(draft.oddity) ? [sampleOddFile(random, draft.files.size)] : [];
  for (const { name, text } of odd) draft.files.set(`${folder}/${name}`, text);
  const resources = [...bases.flatMap((base) => base.resources), ...own, ...odd.map(({ resource }) => resource)];
  const written = [...writeResources(draft, folder, own), ...odd.map(({ name }) => name)];
  const listed = [...bases.map((base) => `../${base.folder}`), ...written];
  const generated = bases.flatMap((base) => base.generated);
  const mayHaveVars = folder === draft.varsIn;
  const around = { resources, generated, mayHaveVars, addFile: fileAdder(draft, folder) };
  const fields = sampleFields(random, around);
  writeKustomization(draft, folder, {
    resources: random.chance(0.8) ? listed : random.shuffled(listed),
    ...(components.length === 0 ? {} : { components: components.map((name) => `../${name}`) }),
    ...fields,
    ...(random.chance(draft.oddity / 5) ? sampleOddFields(random, around) : {}),
  });
  return { folder, resources, generated: [...generated, ...generatedBy(fields)] };
}

function makeComponent(draft: Draft, bases: readonly Layer[]): string {
  const folder = 'component';
  const own = draft.random.chance(0.4) ? sampleResources(draft, 1) : [];
  const resources = [...bases.flatMap((base) => base.resources), ...own];
  const fields = sampleFields(draft.random, {
    resources,
    generated: [],
    mayHaveVars: folder === draft.varsIn,
    addFile: fileAdder(draft, folder),
  });
  writeKustomization(draft, folder, {
    apiVersion: 'kustomize.config.k8s.io/v1alpha1',
    kind: 'Component',
    ...(own.length > 0 ? { resources: writeResources(draft, folder, own) } : {}),
    ...fields,
  });
  return folder;
}

function sampleResources({ random, taken }: Draft, count: number): Resource[] {
  const made = Array.from({ length: count }, () => sampleResource(random));
  return made.filter((resource) => {
    const { kind, metadata } = resource as { kind: string; metadata: { name: string } };
    const id = `${kind}/${metadata.name}`;
    const isFree = !taken.has(id) || random.chance(0.05);
    taken.add(id);
    return isFree;
  });
}

/** Writes resources into one file each or all into one. */
function writeResources({ random, files }: Draft, folder: string, resources: readonly Resource[]): string[] {
  if (resources.length === 0) return [];
  const texts = resources.map((resource) => writeYaml(random, resource));
  const groups = random.chance(0.3) ? [texts.join('---\n')] : texts;
  return groups.map((text, index) => {
    const name = `resource-${index}.yaml`;
    files.set(`${folder}/${name}`, text);
    return name;
  });
}

function writeKustomization({ random, files }: Draft, folder: string, data: Resource): void {
  const fields = Object.fromEntries(random.shuffled(Object.entries(data)));
  files.set(`${folder}/${random.chance(0.9) ? 'kustomization.yaml' : 'kustomization.yml'}`, writeYaml(random, fields));
}

function fileAdder({ random, files }: Draft, folder: string): Surroundings['addFile'] {
  return (name: string, content: Data) => {
    const at = files.has(`${folder}/${name}`) ? name.replace('.', `-${files.size}.`) : name;
    files.set(`${folder}/${at}`, typeof content === 'string' ? content : writeYaml(random, content));
    return at;
  };
}

function generatedBy(fields: Resource): Surroundings['generated'] {
  const of = (kind: string, list: Data | undefined) =>
    ((list ?? []) as readonly { name: string }[]).map(({ name }) => ({ kind, name }));
  return [...of('ConfigMap', fields['configMapGenerator']), ...of('Secret', fields['secretGenerator'])];
}

/** Writes the case of a seed as a folder of the corpus layout, without what is expected. */
export function writeCase(corpus: string, seed: number): string {
  const { files, path: target, flags } = generateCase(seed);
  const folder = path.join(corpus, `seed-${seed}`);
  rmSync(folder, { recursive: true, force: true });
  for (const [file, text] of files) {
    const at = path.join(folder, 'input', file);
    mkdirSync(path.dirname(at), { recursive: true });
    writeFileSync(at, text);
  }
  const about = { tool: 'kustomize', toolVersion: 'v5.8.2', args: { path: `input/${target}`, flags } };
  writeFileSync(path.join(folder, 'case.json'), `${JSON.stringify(about, undefined, 1)}\n`);
  return folder;
}
