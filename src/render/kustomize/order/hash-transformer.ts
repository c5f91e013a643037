import type { TransformerPlugin } from '../plugin.ts';

/**
 * Ends the names of generated resources that ask for it with a hash of their content.
 * @returns a transformer that throws a KustomizeError if a content cannot be hashed
 * @see sigs.k8s.io/kustomize/api v0.21.2 internal/builtins/HashTransformer.go
 */
export const hashTransformer: TransformerPlugin =
  (_config, { factory }) =>
  (resources) => {
    for (const resource of resources.resources()) {
      if (!resource.needsHashSuffix()) continue;
      const hash = factory.hash(resource.root);
      resource.storePreviousId();
      resource.setName(`${resource.name}-${hash}`);
    }
  };
