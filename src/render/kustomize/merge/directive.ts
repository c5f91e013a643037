import { KustomizeError } from '../kustomize-error.ts';
import { clearField, fieldValue } from '../node/fields.ts';
import { isTaggedNull, type YamlNode } from '../node/node.ts';
import { setElement } from './set-element.ts';

/** What `$patch` in a patch asks for; `merge` where it says nothing. */
export type PatchDirective = 'merge' | 'replace' | 'delete';

const DIRECTIVE_KEY = '$patch';

/**
 * Takes the `$patch` directive out of a mapping or list of a patch.
 *
 * In a list it is an item with nothing but `$patch`.
 *
 * @throws {KustomizeError} if there is no such directive, or the node is a scalar
 * @see sigs.k8s.io/kustomize/kyaml v0.21.2 yaml/merge2/smpdirective.go
 */
export function takeDirective(patch: YamlNode | undefined): PatchDirective {
  if (patch === undefined) return 'merge';
  if (patch.kind === 'mapping') return takeFromMapping(patch);
  if (patch.kind === 'sequence') return takeFromList(patch);
  throw new KustomizeError(`no implemented strategic merge patch strategy for '${patch.tag}' ('${patch.value}')`);
}

/** As {@link takeDirective} where kustomize overlooks mistakes: what is no directive stays and is merged. */
export function takeDirectiveIfAny(patch: YamlNode | undefined): PatchDirective {
  if (patch === undefined || isTaggedNull(patch) || patch.kind === 'scalar') return 'merge';
  const text = patch.kind === 'mapping' ? fieldValue(patch, DIRECTIVE_KEY)?.value : undefined;
  return text === undefined || isDirective(text) ? takeDirective(patch) : 'merge';
}

function takeFromMapping(patch: YamlNode): PatchDirective {
  const value = fieldValue(patch, DIRECTIVE_KEY);
  if (value === undefined) return 'merge';
  const directive = toDirective(value.value);
  clearField(patch, DIRECTIVE_KEY);
  return directive;
}

function takeFromList(patch: YamlNode): PatchDirective {
  const item = patch.content.find((element) => fieldValue(element, DIRECTIVE_KEY) !== undefined);
  if (item === undefined || item.content.length > 2) return 'merge';
  const directive = toDirective(fieldValue(item, DIRECTIVE_KEY)?.value ?? '');
  setElement(patch, [DIRECTIVE_KEY], [directive], undefined);
  return directive;
}

function toDirective(text: string): PatchDirective {
  if (isDirective(text)) return text;
  throw new KustomizeError(`unknown patch strategy '${text}'`);
}

function isDirective(text: string): text is PatchDirective {
  return text === 'merge' || text === 'replace' || text === 'delete';
}
