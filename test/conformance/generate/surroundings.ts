import type { Random } from './random.ts';
import { LABEL_KEYS, type Resource } from './sample-resources.ts';
import type { Data } from './write-yaml.ts';

/** What a kustomization may refer to. */
export interface Surroundings {
  /** The resources that it sees, its bases' included. */
  readonly resources: readonly Resource[];
  /** Puts a file beside the kustomization; returns the path to name it by. */
  readonly addFile: (name: string, content: Data) => string;
  /** Two kustomizations that define the same var are an error. */
  readonly mayHaveVars: boolean;
  /** Generated names that a base has, with their kinds. */
  readonly generated: readonly { readonly kind: string; readonly name: string }[];
}

/** A selector that fits some of the resources. */
export function targetOf(random: Random, resource: Resource): Resource {
  const { kind, metadata } = resource as { kind: string; metadata: { name: string } };
  return random.pick<() => Resource>([
    () => ({ kind, name: metadata.name }),
    () => ({ kind }),
    () => ({ kind: `${kind.slice(0, 3)}.*` }),
    () => ({ name: `${metadata.name.slice(0, 1)}.*` }),
    () => ({
      kind,
      labelSelector: `${random.pick(LABEL_KEYS)}${random.pick(['=web', ' in (web, api)', '', '!=blue'])}`,
    }),
    () => ({ kind, annotationSelector: 'config.example/on=true' }),
  ])();
}
