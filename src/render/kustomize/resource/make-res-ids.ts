import { KustomizeError } from '../kustomize-error.ts';
import { getAnnotation, getApiVersion, getKind, getName, getNamespace } from '../node/metadata.ts';
import type { YamlNode } from '../node/node.ts';
import { BUILD_ANNOTATION } from './build-annotations.ts';
import { makeGvk, type ResId } from './res-id.ts';

/** The id of a node that is no resource; without the schema's say on scope. kyaml's resid.FromRNode. */
export function idOfNode(node: YamlNode): ResId {
  const gvk = makeGvk(getApiVersion(node), getKind(node));
  return { ...gvk, name: getName(node), namespace: getNamespace(node), isClusterScoped: false };
}

/**
 * The current and then the previous ids of a node that is no resource; without the schema's say on scope.
 * @throws {KustomizeError} if the notes of the build do not fit together
 * @see sigs.k8s.io/kustomize/api v0.21.2 internal/utils/makeResIds.go
 */
export function makeResIds(node: YamlNode): ResId[] {
  const current = idOfNode(node);
  const names = getAnnotation(node, BUILD_ANNOTATION.previousNames);
  if (names === undefined) return [current];
  const namespaces = getAnnotation(node, BUILD_ANNOTATION.previousNamespaces);
  const kinds = getAnnotation(node, BUILD_ANNOTATION.previousKinds);
  return [current, ...makePreviousIds(getApiVersion(node), names, namespaces, kinds)];
}

/**
 * Previous ids of their notes, which are lists with commas between.
 * @throws {KustomizeError} if the lists are not of one length
 */
export function makePreviousIds(
  apiVersion: string,
  names: string,
  namespaces: string | undefined,
  kinds: string | undefined,
): readonly ResId[] {
  const nameList = names.split(',');
  const namespaceList = (namespaces ?? '').split(',');
  const kindList = (kinds ?? '').split(',');
  if (nameList.length !== namespaceList.length || nameList.length !== kindList.length) {
    throw new KustomizeError(
      'number of previous names, number of previous namespaces, number of previous kinds not equal',
    );
  }
  return nameList.map((name, index) => {
    const gvk = makeGvk(apiVersion, kindList[index] ?? '');
    return { ...gvk, name, namespace: namespaceList[index] ?? '', isClusterScoped: false };
  });
}
