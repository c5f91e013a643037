import { basename, posix } from 'node:path';
import { parseLooseFile } from '../config/load-transformer-config.ts';
import { StructReader } from '../config/struct-reader.ts';
import { KustomizeError } from '../kustomize-error.ts';
import { requireKind, setScalar } from '../node/fields.ts';
import { scalarNode, type YamlNode } from '../node/node.ts';
import { lookupCreate } from '../node/path.ts';
import type { PluginContext, TransformerPlugin } from '../plugin.ts';
import type { ResMap } from '../resource/res-map.ts';
import type { Resource } from '../resource/resource.ts';
import { readSelector, type Selector } from '../selector/selector.ts';
import { splitFieldPath } from './apply-field-specs.ts';
import { makeNamespaceFilter, NAMESPACE_PATH } from './namespace-filter.ts';

/**
 * Sets a field, or puts a part into a file path in one: `{value, targets: [{selector, fieldPath, filePathPosition}],
 * targetFilePath}`. The value is the name of the kustomization's folder by default.
 * @throws {KustomizeError} if a field has the wrong type or value, or there is no target
 * @see sigs.k8s.io/kustomize/api v0.21.2 internal/builtins/ValueAddTransformer.go, filters/valueadd
 */
export const valueAddTransformer: TransformerPlugin = (config, context) => {
  const fields = new StructReader(config, 'ValueAddTransformerPlugin');
  const value = fields.text('value').trim() || basename(context.loader.root) || '/';
  const targets = [...readTargets(fields), ...loadTargets(fields.text('targetFilePath'), context)];
  if (targets.length === 0) throw new KustomizeError('must specify at least one target');
  for (const target of targets) checkTarget(target);
  return (resources) => {
    for (const target of targets) {
      for (const resource of selectTargets(resources, target)) addValue(resource, target, value);
    }
  };
};

interface Target {
  readonly selector: Selector | undefined;
  readonly fieldPath: string;
  /** Counts from 1; 0 replaces the whole field. */
  readonly position: number;
}

function loadTargets(path: string, { loader }: PluginContext): readonly Target[] {
  if (path === '') return [];
  const targets = parseLooseFile(loader.load(path).toString(), path);
  return readTargets(new StructReader(targets, 'struct'));
}

function readTargets(fields: StructReader): readonly Target[] {
  return fields.list('targets', 'builtins.Target', readTarget) ?? [];
}

function readTarget(fields: StructReader): Target {
  const hasSelector = fields.value('selector') !== undefined;
  return {
    selector: hasSelector ? fields.struct('selector', 'types.Selector', readSelector) : undefined,
    fieldPath: fields.text('fieldPath'),
    position: Number(fields.integer('filePathPosition')),
  };
}

function checkTarget({ fieldPath, position }: Target): void {
  if (fieldPath === '') throw new KustomizeError('fieldPath cannot be empty');
  if (position < 0) throw new KustomizeError(`value of FilePathPosition (${position}) cannot be negative`);
}

function selectTargets(resources: ResMap, { selector }: Target): readonly Resource[] {
  return selector === undefined ? resources.resources() : resources.select(selector);
}

function addValue({ node, schema }: Resource, { fieldPath, position }: Target, value: string): void {
  if (node === undefined) return;
  if (fieldPath === NAMESPACE_PATH) {
    makeNamespaceFilter({ namespace: value, fieldSpecs: [], unsetOnly: false, subjects: 'defaultOnly' })(node, schema);
  } else setValue(node, fieldPath, position, value);
}

function setValue(node: YamlNode, fieldPath: string, position: number, value: string): void {
  const field = lookupCreate(node, splitFieldPath(fieldPath), 'scalar');
  if (field === undefined) return;
  requireKind(field, 'scalar');
  setScalar(field, scalarNode(position > 0 ? insertPathPart(field.value, position - 1, value) : value));
}

/** Puts `part` into a file path, at its end if it is shorter than that. An absolute path stays one. */
function insertPathPart(path: string, position: number, part: string): string {
  const isAbsolute = path.startsWith('/');
  const parts = path.split('/').slice(isAbsolute ? 1 : 0);
  if (parts.at(-1) === '' && (isAbsolute ? parts.length === 1 : path === '')) parts.pop();
  parts.splice(position, 0, part);
  return (isAbsolute ? '/' : '') + joinPath(parts);
}

/** As Go's filepath.Join: without empty parts, with `.` and `..` resolved. */
function joinPath(parts: readonly string[]): string {
  const given = parts.filter((part) => part !== '');
  return given.length === 0 ? '' : posix.normalize(given.join('/')).replace(/(.)\/$/, '$1');
}
