import { KustomizeError, wrapError } from '../kustomize-error.ts';
import { clearField, fieldPairs, getField } from '../node/fields.ts';
import { compareStrings } from '../node/metadata.ts';
import { isMissingOrNull, stringNode } from '../node/node.ts';
import { setAtPath } from '../node/path.ts';
import { encodeBase64Lines } from './encode-base64-lines.ts';
import { getOrigin, setOrigin } from './origin.ts';
import { formatGoResId, formatResId, isResIdEqual, type ResId } from './res-id.ts';
import type { Resource } from './resource.ts';

/** What is asked of the resources of a build to {@link absorbResource}; a ResMap has it all. */
export interface AbsorbingResources {
  resources(): readonly Resource[];
  matchingByAnyId(matches: (id: ResId) => boolean): readonly Resource[];
  append(resource: Resource): void;
  replace(resource: Resource): number;
}

/**
 * Adds a generated resource, or lets it replace or merge with the one of its id, as its behaviour says.
 * @throws {KustomizeError} if the behaviour does not suit what is there
 */
export function absorbResource(resources: AbsorbingResources, incoming: Resource): void {
  const id = incoming.curId();
  const matches = resources.matchingByAnyId((other) => isResIdEqual(id, other));
  const [old, ...others] = matches;
  const behavior = incoming.behavior();
  if (others.length > 0) {
    const found = matches.map((match) => formatResId(match.curId())).join(' ');
    throw new KustomizeError(`found multiple objects [${found}] that could accept merge of ${formatResId(id)}`);
  }
  if (old === undefined) {
    if (behavior === 'merge' || behavior === 'replace') {
      throw new KustomizeError(`id ${formatGoResId(id)} does not exist; cannot merge or replace`);
    }
    resources.append(incoming);
    return;
  }
  const index = resources.resources().indexOf(old);
  if (behavior === 'replace') incoming.copyMergeMetadataFrom(old);
  else if (behavior === 'merge') mergeInto(incoming, old);
  else {
    const reason = `can not use behavior: '${behavior}', behavior must be merge or replace`;
    throw new KustomizeError(`id ${formatGoResId(id)} exists; ${reason}`);
  }
  if (resources.replace(incoming) !== index) throw new KustomizeError('unexpected target index in replacement');
}

function mergeInto(incoming: Resource, old: Resource): void {
  const origin = getOrigin(old);
  const isSecret = incoming.apiVersion === 'v1' && incoming.kind === 'Secret';
  const oldForData = isSecret ? withStringDataEncoded(old, formatResId(incoming.curId())) : old;
  incoming.copyMergeMetadataFrom(old);
  incoming.mergeTextMapFrom(oldForData, 'data');
  incoming.mergeTextMapFrom(old, 'binaryData');
  if (origin !== undefined) setOrigin(incoming, origin);
}

/** A copy with `stringData` moved into `data`, as the API server does. */
function withStringDataEncoded(secret: Resource, id: string): Resource {
  const copied = secret.copy();
  const stringData = getField(copied.root, 'stringData');
  if (!isMissingOrNull(stringData)) {
    try {
      for (const [key, value] of textsOf(stringData)) {
        setAtPath(copied.root, ['data', key], stringNode(encodeBase64Lines(value)));
      }
    } catch (error) {
      throw wrapError(error, `failed to normalize stringData for ${id}: read stringData`);
    }
  }
  clearField(copied.root, 'stringData');
  return copied;
}

function textsOf(stringData: Parameters<typeof fieldPairs>[0]): [key: string, value: string][] {
  const texts = fieldPairs(stringData).map(({ key, value }): [string, string] => {
    if (value.kind !== 'scalar') {
      throw new KustomizeError(`stringData value for key ${JSON.stringify(key.value)} must be a scalar`);
    }
    return [key.value, isMissingOrNull(value) ? '' : value.value];
  });
  return texts.sort(([a], [b]) => compareStrings(a, b));
}
