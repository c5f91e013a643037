import type { KustomizePatch, KustomizeReplica, KustomizeSource } from '../../api/source-types.ts';
import { HoldfastError } from '../../lib/errors.ts';
import type { JsonObject, JsonValue } from '../../object/kube-object.ts';
import { splitImage } from '../kustomize/filters/image-name.ts';
import type { Kustomization, LabelArgs } from '../kustomize/kustomization/kustomization.ts';
import { type BuildEnvironment, expandVariables } from './build-environment.ts';

/** What the edits of a kustomization depend on. */
export interface EditContext {
  readonly environment: BuildEnvironment;
  /** Whether there is anything at a path relative to the kustomization. */
  readonly exists: (path: string) => boolean;
  /** The paths relative to the kustomization that a pattern stands for; a plain path stands for itself if it exists. */
  readonly matching: (pattern: string) => readonly string[];
}

/**
 * The kustomization with the fields of `spec.source.kustomize` put in, in the order and with the rules of the
 * `kustomize edit` commands that Argo CD runs. Pure; the input is untouched.
 * @throws {HoldfastError} APPLICATION_INVALID if a field is not usable, or a label or annotation is there already
 * @see https://github.com/argoproj/argo-cd/blob/v3.5.1/util/kustomize/kustomize.go Build
 */
export function editKustomization(
  kustomization: Kustomization,
  source: KustomizeSource,
  context: EditContext,
): Kustomization {
  const edited: Kustomization = structuredClone(kustomization);
  for (const edit of EDITS) edit(edited, source, context);
  return edited;
}

type Edit = (kustomization: Kustomization, source: KustomizeSource, context: EditContext) => void;

const EDITS: readonly Edit[] = [
  setTexts,
  setImages,
  setReplicas,
  addLabels,
  addAnnotations,
  (kustomization, { namespace = '' }) => void (namespace === '' || (kustomization.namespace = namespace)),
  addPatches,
  addComponents,
];

function setTexts(kustomization: Kustomization, { namePrefix = '', nameSuffix = '' }: KustomizeSource): void {
  if (namePrefix !== '') kustomization.namePrefix = namePrefix;
  if (nameSuffix !== '') kustomization.nameSuffix = nameSuffix;
}

function setImages(kustomization: Kustomization, { images = [] }: KustomizeSource, context: EditContext): void {
  if (images.length === 0) return;
  const wanted = new Map<string, ImageFields>();
  for (const image of images) {
    const parsed = parseImage(expandVariables(image, context.environment));
    wanted.set(parsed.name, parsed);
  }
  for (const there of kustomization.images ?? []) {
    const before = imageFields(there);
    const image = wanted.get(before.name);
    wanted.set(before.name, image === undefined ? before : keepMarked(image, before));
  }
  const none: ImageFields = { name: '', newName: '', newTag: '', tagSuffix: '', digest: '' };
  const merged = [...wanted.values()].map((image) => keepMarked(image, none));
  kustomization.images = merged.sort((a, b) => (a.name < b.name ? -1 : 1)).map(withoutEmpty);
}

interface ImageFields {
  readonly name: string;
  readonly newName: string;
  readonly newTag: string;
  readonly tagSuffix: string;
  readonly digest: string;
}

/** In place of a part: take what the kustomization says. */
const KEEP = '*';

/** `[name=]newName[:newTag][@digest]` */
function parseImage(text: string): ImageFields {
  const at = text.indexOf('=');
  const value = at < 0 ? text : text.slice(at + 1);
  const { name, tag, digest } = splitImage(value);
  if (name === text) {
    const forms = 'image:newtag, image@digest, or image=newimage with an optional tag or digest';
    throw invalid(`images has "${text}"`, `an image is written as ${forms}`);
  }
  const version = { newTag: tag, tagSuffix: '', digest };
  return at < 0 ? { name, newName: '', ...version } : { name: text.slice(0, at), newName: name, ...version };
}

/** A tag suffix is lost with the first part that is kept. */
function keepMarked(image: ImageFields, before: ImageFields): ImageFields {
  const part = (field: 'newName' | 'newTag' | 'digest'): string =>
    image[field] === KEEP ? before[field] : image[field];
  if (![image.newName, image.newTag, image.digest].includes(KEEP)) return image;
  return { name: image.name, newName: part('newName'), newTag: part('newTag'), tagSuffix: '', digest: part('digest') };
}

function imageFields(image: JsonObject): ImageFields {
  const text = (field: string): string => (typeof image[field] === 'string' ? image[field] : '');
  return {
    name: text('name'),
    newName: text('newName'),
    newTag: text('newTag'),
    tagSuffix: text('tagSuffix'),
    digest: text('digest'),
  };
}

function withoutEmpty(image: ImageFields): JsonObject {
  return Object.fromEntries(Object.entries(image).filter(([field, value]) => field === 'name' || value !== ''));
}

function setReplicas(kustomization: Kustomization, { replicas = [] }: KustomizeSource): void {
  if (replicas.length === 0) return;
  const wanted = new Map(replicas.map((replica): [string, JsonObject] => [replica.name, replicaFields(replica)]));
  for (const there of kustomization.replicas ?? []) {
    const { name = '' } = there;
    if (typeof name === 'string' && !wanted.has(name)) wanted.set(name, there);
  }
  kustomization.replicas = [...wanted].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, fields]) => fields);
}

function replicaFields({ name, count }: KustomizeReplica): JsonObject {
  const text = String(count);
  if (!/^[+-]?\d+$/.test(text)) throw invalid(`replicas of "${name}" has the count "${text}"`, 'give a whole number');
  return { name, count: Number(text) };
}

function addLabels(kustomization: Kustomization, source: KustomizeSource, { environment }: EditContext): void {
  const labels = source.commonLabels ?? {};
  if (Object.keys(labels).length === 0) return;
  const includeTemplates = source.labelIncludeTemplates === true;
  const withoutSelector = source.labelWithoutSelector === true;
  if (includeTemplates && !withoutSelector) {
    throw invalid('labelIncludeTemplates is set', 'set labelWithoutSelector, too');
  }
  const expanded = Object.entries(labels).map(([name, value]) =>
    throughArgument('label', name, expandVariables(value, environment)),
  );
  const force = source.forceCommonLabels === true;
  if (!withoutSelector) {
    kustomization.commonLabels = addEntries(kustomization.commonLabels, expanded, { field: 'label', force });
    return;
  }
  const settings = { includeSelectors: false, includeTemplates };
  const lists = (kustomization.labels ??= []);
  let entry = lists.find((label) => hasSettings(label, settings));
  if (entry === undefined) lists.push((entry = { pairs: {}, ...settings }));
  entry.pairs = addEntries(entry.pairs, expanded, { field: 'label', force });
}

function hasSettings(label: LabelArgs, wanted: { includeSelectors: boolean; includeTemplates: boolean }): boolean {
  return (
    (label.includeSelectors ?? false) === wanted.includeSelectors &&
    (label.includeTemplates ?? false) === wanted.includeTemplates
  );
}

function addAnnotations(kustomization: Kustomization, source: KustomizeSource, { environment }: EditContext): void {
  const annotations = Object.entries(source.commonAnnotations ?? {});
  if (annotations.length === 0) return;
  const expand = source.commonAnnotationsEnvsubst === true;
  const entries = annotations.map(([name, value]) =>
    throughArgument('annotation', name, expand ? expandVariables(value, environment) : value),
  );
  const force = source.forceCommonAnnotations === true;
  kustomization.commonAnnotations = addEntries(kustomization.commonAnnotations, entries, {
    field: 'annotation',
    force,
  });
}

function addEntries(
  before: Readonly<Record<string, string>> | undefined,
  entries: readonly (readonly [string, string])[],
  { field, force }: { readonly field: 'label' | 'annotation'; readonly force: boolean },
): Record<string, string> {
  const taken = entries.find(([name]) => before !== undefined && Object.hasOwn(before, name));
  if (taken !== undefined && !force) {
    const [name] = taken;
    const option = field === 'label' ? 'forceCommonLabels' : 'forceCommonAnnotations';
    throw invalid(`${field} "${name}" is already in the kustomization file`, `set ${option} to override it`);
  }
  // fromEntries defines fields, so that a label named __proto__ is one.
  return Object.fromEntries([...Object.entries(before ?? {}), ...entries]);
}

/** What comes out of the command line argument `name:value`, whose value may be in double quotes. */
function throughArgument(field: 'label' | 'annotation', name: string, value: string): [name: string, value: string] {
  const argument = `${name}:${value}`;
  const at = argument.indexOf(':');
  if (at === 0) throw invalid(`${field} '${argument}' has no name`, `name it as in name: value`);
  const text = argument.slice(at + 1);
  const isQuoted = text.length >= 2 && text.startsWith('"') && text.endsWith('"');
  return [argument.slice(0, at), isQuoted ? text.slice(1, -1) : text];
}

function addPatches(kustomization: Kustomization, { patches = [] }: KustomizeSource): void {
  if (patches.length === 0) return;
  kustomization.patches = [...(kustomization.patches ?? []), ...patches.map(patchFields)];
}

function patchFields({ path, patch, target, options }: KustomizePatch): JsonObject {
  const fields: [string, JsonValue][] = [];
  if (path !== undefined && path !== '') fields.push(['path', path]);
  if (patch !== undefined && patch !== '') fields.push(['patch', patch]);
  if (target !== undefined) fields.push(['target', { ...target }]);
  if (options !== undefined) fields.push(['options', { ...options }]);
  return Object.fromEntries(fields);
}

function addComponents(kustomization: Kustomization, source: KustomizeSource, context: EditContext): void {
  const { components = [], ignoreMissingComponents = false } = source;
  const there = ignoreMissingComponents ? components.filter(context.exists) : components;
  // What matches nothing may be in another repository; if it is nowhere the build says so.
  const paths = there.flatMap((pattern) => {
    const found = context.matching(pattern);
    return found.length === 0 ? [pattern] : found;
  });
  const added = paths.filter((path) => kustomization.components?.includes(path) !== true);
  if (added.length > 0) kustomization.components = [...(kustomization.components ?? []), ...new Set(added)];
}

function invalid(what: string, remedy: string): HoldfastError {
  const message = `Cannot use spec.source.kustomize: ${what}; ${remedy}`;
  return new HoldfastError('APPLICATION_INVALID', message, { retry: 'never' });
}
