import type { FieldSpec } from '../config/field-spec.ts';
import { applyFieldSpecs } from '../filters/apply-field-specs.ts';
import { KustomizeError } from '../kustomize-error.ts';
import { isMissingOrNull, isString, STYLE, type YamlNode } from '../node/node.ts';
import type { ResMap } from '../resource/res-map.ts';
import { expandVars, type VarMapping } from './expand-vars.ts';
import type { VarValue } from './var-value.ts';

/** What replacing vars has come to. */
export interface VarUse {
  /** Names of the vars that no field refers to, in the order of `values`. */
  readonly unused: readonly string[];
  /** Names of the vars with a list or mapping for a value that a field refers to. */
  readonly unfit: readonly string[];
}

/**
 * Replaces `$(NAME)` in the fields that `fields` names, in place.
 * @param values by name; undefined: a value that cannot be put into text
 * @throws {KustomizeError} if a list or key among the fields holds something else than text
 * @see sigs.k8s.io/kustomize/api v0.21.2 filters/refvar/refvar.go
 */
export function replaceVars(
  resources: ResMap,
  fields: readonly FieldSpec[],
  values: ReadonlyMap<string, VarValue | undefined>,
): VarUse {
  const used = new Set<string>();
  const unfit = new Set<string>();
  const valueOf: VarMapping = (name) => {
    const value = values.get(name);
    if (value !== undefined) used.add(name);
    else if (values.has(name)) unfit.add(name);
    return value;
  };
  for (const resource of resources.resources()) {
    if (resource.isEmpty()) continue;
    applyFieldSpecs(resource.root, fields, { set: (node) => replaceIn(node, valueOf) });
  }
  return { unused: [...values.keys()].filter((name) => !used.has(name)), unfit: [...unfit] };
}

function replaceIn(node: YamlNode, valueOf: VarMapping): void {
  if (isMissingOrNull(node)) return;
  switch (node.kind) {
    case 'scalar':
      if (isString(node)) replaceScalar(node, valueOf);
      return;
    case 'mapping':
      replaceInMapping(node, valueOf);
      return;
    case 'sequence':
      for (const item of node.content) {
        if (!isString(item)) throw new KustomizeError('invalid value type expect a string');
        replaceScalar(item, valueOf);
      }
      return;
    case 'alias':
    case 'none':
      throw new KustomizeError(`invalid type encountered ${node.kind}`);
  }
}

function replaceInMapping(node: YamlNode, valueOf: VarMapping): void {
  for (let index = 0; index + 1 < node.content.length; index += 2) {
    const key = node.content[index];
    const value = node.content[index + 1];
    if (key === undefined || value === undefined) continue;
    if (!isString(key)) throw new KustomizeError(`invalid map key: value='${key.value}', tag='${key.tag}'`);
    if (isString(value)) replaceScalar(value, valueOf);
  }
}

function replaceScalar(node: YamlNode, valueOf: VarMapping): void {
  const { text, tag } = node.value.includes('$') ? expandVars(node.value, valueOf) : { text: node.value, tag: '!!str' };
  node.value = text;
  node.tag = tag;
  node.style = STYLE.plain;
}
