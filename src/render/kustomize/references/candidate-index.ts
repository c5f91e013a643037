import { effectiveNamespace, NO_NAMESPACE, type ResId } from '../resource/res-id.ts';
import type { ResMap } from '../resource/res-map.ts';
import type { Resource } from '../resource/resource.ts';

/** A resource that others may refer to, with what holds while references are fixed: names change, these do not. */
export interface Candidate {
  readonly resource: Resource;
  readonly prevIds: readonly ResId[];
  readonly isClusterScoped: boolean;
  readonly isServiceAccount: boolean;
  /** The namespace as written. */
  readonly namespace: string;
  readonly currentNamespace: string;
  readonly originalNamespace: string;
}

/** Finds the resources of a map by the names that they had. */
export class CandidateIndex {
  private readonly byName = new Map<string, Candidate[]>();
  private readonly byOriginalNamespace = new Map<string, Candidate[]>();

  constructor(resources: ResMap) {
    for (const resource of resources.resources()) {
      const candidate = toCandidate(resource);
      addTo(this.byOriginalNamespace, candidate.originalNamespace, candidate);
      for (const name of new Set(candidate.prevIds.map((id) => id.name))) addTo(this.byName, name, candidate);
    }
  }

  /** Those with `name` among their previous names, in the order of the map. */
  named(name: string): readonly Candidate[] {
    return this.byName.get(name) ?? [];
  }

  /** Those that were loaded with `namespace`. */
  loadedInto(namespace: string): readonly Candidate[] {
    return this.byOriginalNamespace.get(namespace) ?? [];
  }
}

function addTo(groups: Map<string, Candidate[]>, key: string, candidate: Candidate): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, [candidate]);
  else group.push(candidate);
}

function toCandidate(resource: Resource): Candidate {
  const id = resource.curId();
  const originalNamespace = effectiveNamespace(resource.orgId());
  return {
    resource,
    prevIds: resource.prevIds(),
    isClusterScoped: id.isClusterScoped,
    isServiceAccount: id.kind === 'ServiceAccount',
    namespace: id.namespace,
    currentNamespace: effectiveNamespace(id),
    originalNamespace: originalNamespace === NO_NAMESPACE ? '' : originalNamespace,
  };
}
