import { KustomizeError, wrapError } from '../kustomize-error.ts';
import { matchPath } from '../node/match-path.ts';
import { getAnnotations, getLabels } from '../node/metadata.ts';
import { isNilOrEmpty, type NodeKind, scalarNode, type YamlNode } from '../node/node.ts';
import { lookup } from '../node/path.ts';
import { splitBracketedPath } from '../references/split-path.ts';
import { DEFAULT_FIELD_PATH } from '../references/var.ts';
import { makeResIds } from '../resource/make-res-ids.ts';
import { formatResId, isResIdEmpty, isResIdSelected, makeResId, type ResId } from '../resource/res-id.ts';
import { type CompiledSelector, compileSelector, type Selector } from '../selector/selector.ts';
import { refineValue, writeValue } from './field-value.ts';
import { describeSource, type Replacement, type ReplacementSource, type ReplacementTarget } from './replacement.ts';
import { replaceInStructuredData } from './structured-data.ts';

/**
 * Copies the value of each replacement's source to its targets, in place. Returns `nodes`.
 * @throws {KustomizeError} if a source is not found once, or a field is neither there nor to be made
 * @see sigs.k8s.io/kustomize/api v0.21.2 filters/replacement/replacement.go
 */
export function applyReplacements(nodes: YamlNode[], replacements: readonly Replacement[]): YamlNode[] {
  for (const replacement of replacements) {
    const { source, sourceValue, targets } = replacement;
    if ((source === undefined && sourceValue === undefined) || targets === undefined) {
      throw new KustomizeError('replacements must specify a source and at least one target');
    }
    const value = findValue(nodes, replacement);
    for (const target of targets) applyToTargets(nodes, value, target);
  }
  return nodes;
}

function findValue(nodes: readonly YamlNode[], { source, sourceValue }: Replacement): YamlNode {
  if (source === undefined) return scalarNode(sourceValue ?? '');
  if (sourceValue !== undefined) throw new KustomizeError('value and resource selectors are mutually exclusive');
  const node = findSource(nodes, source);
  const path = source.fieldPath === '' ? DEFAULT_FIELD_PATH : source.fieldPath;
  const field = within('error looking up replacement source', () => lookup(node, splitBracketedPath(path, '.')));
  if (field === undefined || isNilOrEmpty(field)) {
    throw new KustomizeError(`fieldPath \`${path}\` is missing for replacement source ${formatResId(source)}`);
  }
  return refineValue(field, source.options);
}

function findSource(nodes: readonly YamlNode[], source: ReplacementSource): YamlNode {
  const [match, ...others] = nodes.filter((node) => makeResIds(node).some((id) => isResIdSelected(id, source)));
  if (others.length > 0) throw new KustomizeError(`multiple matches for selector ${describeSource(source)}`);
  if (match === undefined) throw new KustomizeError(`nothing selected by ${describeSource(source)}`);
  return match;
}

function applyToTargets(nodes: readonly YamlNode[], value: YamlNode, target: ReplacementTarget): void {
  if (target.select === undefined) throw new KustomizeError('target must specify resources to select');
  const choice = compileChoice(target.select, target.reject);
  const paths = (target.fieldPaths.length === 0 ? [DEFAULT_FIELD_PATH] : target.fieldPaths).map((path) => ({
    path,
    parts: splitBracketedPath(path, '.'),
  }));
  for (const node of nodes) {
    if (!isChosen(node, choice)) continue;
    for (const path of paths) copyValue(node, path, value, target);
  }
}

interface Choice {
  readonly select: CompiledSelector;
  /** Those of the rejecting selectors that look at ids, and those that look at labels or annotations. */
  readonly rejectsById: readonly CompiledSelector[];
  readonly rejectsByMetadata: readonly CompiledSelector[];
}

function compileChoice(select: Selector, reject: readonly Selector[]): Choice {
  return within('error creating target selector', () => {
    const compiled = reject.map((selector) => ({ selector, matcher: compileSelector(selector) }));
    return {
      select: compileSelector(select),
      rejectsById: compiled.filter(({ selector }) => !isResIdEmpty(makeResId(selector))).map(({ matcher }) => matcher),
      rejectsByMetadata: compiled
        .filter(({ selector }) => selector.annotationSelector !== '' || selector.labelSelector !== '')
        .map(({ matcher }) => matcher),
    };
  });
}

function isChosen(node: YamlNode, { select, rejectsById, rejectsByMetadata }: Choice): boolean {
  const ids = makeResIds(node);
  const labels = getLabels(node);
  const annotations = getAnnotations(node);
  const matchesMetadata = (selector: CompiledSelector): boolean => {
    const isAnnotated = selector.matchesAnnotations(annotations);
    return selector.matchesLabels(labels) && isAnnotated;
  };
  if (!matchesMetadata(select) || rejectsByMetadata.some(matchesMetadata)) return false;
  if (rejectsById.some((selector) => ids.some((id) => matchesId(selector, id)))) return false;
  return ids.some((id) => matchesId(select, id));
}

function matchesId(selector: CompiledSelector, id: ResId): boolean {
  return selector.matchesGvk(id) && selector.matchesName(id.name) && selector.matchesNamespace(id.namespace);
}

interface FieldPath {
  readonly path: string;
  readonly parts: readonly string[];
}

function copyValue(node: YamlNode, { path, parts }: FieldPath, value: YamlNode, { options }: ReplacementTarget): void {
  const create = options?.create === true ? value.kind : undefined;
  if (replaceInStructuredData(node, parts, value, options)) return;
  const what = create === undefined ? 'find' : 'find or create';
  const missing = `unable to ${what} field ${JSON.stringify(path)} in replacement target`;
  const fields = within(missing, () => findFields(node, parts, create));
  if (fields.length === 0) throw new KustomizeError(missing);
  for (const field of fields) writeValue(field, value, options);
}

function findFields(node: YamlNode, parts: readonly string[], create: NodeKind | undefined): YamlNode[] {
  return create === undefined ? matchPath(node, parts) : matchPath(node, parts, create);
}

function within<T>(what: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw wrapError(error, what);
  }
}
