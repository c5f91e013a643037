import { readFieldSpecs } from '../config/field-spec.ts';
import { StructReader } from '../config/struct-reader.ts';
import { KustomizeError, wrapError } from '../kustomize-error.ts';
import type { TransformerPlugin } from '../plugin.ts';
import { formatResId, type ResId, resIdKey } from '../resource/res-id.ts';
import type { ResMap } from '../resource/res-map.ts';
import { makeNamespaceFilter, type NamespaceOptions, SUBJECT_MODES, type SubjectMode } from './namespace-filter.ts';

/**
 * Sets the namespace: `{metadata: {namespace}, fieldSpecs: […], unsetOnly, setRoleBindingSubjects}`. What Helm rendered
 * keeps its own.
 * @throws {KustomizeError} if a field has the wrong type or value
 * @returns a transformer that throws a KustomizeError if two resources have the same id afterwards
 */
export const namespaceTransformer: TransformerPlugin = (config) => {
  const options = readOptions(config);
  return (resources) => {
    if (options.namespace !== '') moveAll(resources, options);
  };
};

const HELM_ANNOTATION = 'internal.config.kubernetes.io/helm-generated';

function readOptions(config: Parameters<TransformerPlugin>[0]): NamespaceOptions {
  try {
    const fields = new StructReader(config, 'NamespaceTransformerPlugin');
    return {
      namespace: fields.struct('metadata', 'types.ObjectMeta', (metadata) => metadata.text('namespace')),
      fieldSpecs: readFieldSpecs(fields) ?? [],
      unsetOnly: fields.flag('unsetOnly'),
      subjects: subjectMode(fields.text('setRoleBindingSubjects')),
    };
  } catch (error) {
    throw error instanceof InvalidMode ? error : wrapError(error, 'unmarshalling NamespaceTransformer config');
  }
}

class InvalidMode extends KustomizeError {}

function subjectMode(text: string): SubjectMode {
  if (text === '') return 'defaultOnly';
  const mode = SUBJECT_MODES.find((known) => known === text);
  if (mode !== undefined) return mode;
  const [first, second, third] = SUBJECT_MODES.map((known) => JSON.stringify(known));
  const message = `invalid value ${JSON.stringify(text)} for setRoleBindingSubjects: must be one of`;
  throw new InvalidMode(`${message} ${first}, ${second} or ${third}`);
}

function moveAll(resources: ResMap, options: NamespaceOptions): void {
  const setNamespace = makeNamespaceFilter(options);
  const ids = new IdCounts(resources.allIds());
  for (const resource of resources.resources()) {
    const { node } = resource;
    if (node === undefined || resource.isEmpty() || resource.annotation(HELM_ANNOTATION) === 'true') continue;
    const before = resource.curId();
    resource.storePreviousId();
    setNamespace(node, resource.schema);
    const after = resource.curId();
    if (ids.move(before, after) !== 1) throw conflict(resources, after);
  }
}

/** How many resources have which id, so that looking for a conflict takes no pass over all of them. */
class IdCounts {
  readonly #counts = new Map<string, number>();

  constructor(ids: readonly ResId[]) {
    for (const id of ids) this.#add(resIdKey(id), 1);
  }

  /** Notes that one resource changed its id; how many have the new one. */
  move(from: ResId, to: ResId): number {
    this.#add(resIdKey(from), -1);
    return this.#add(resIdKey(to), 1);
  }

  #add(key: string, change: number): number {
    const count = (this.#counts.get(key) ?? 0) + change;
    this.#counts.set(key, count);
    return count;
  }
}

/** The real message prints the resources whole, which may be Secrets; ours says which they are. */
function conflict(resources: ResMap, id: ResId): KustomizeError {
  const key = resIdKey(id);
  const matches = resources
    .matchingByCurrentId((other) => resIdKey(other) === key)
    .map(({ apiVersion, kind, name, namespace }) =>
      JSON.stringify({ apiVersion, kind, metadata: { name, namespace: namespace || undefined } }),
    );
  return new KustomizeError(
    `namespace transformation produces ID conflict: [${matches.join(' ')}] (${formatResId(id)})`,
  );
}
