/**
 * Annotations that carry what a build notes about a resource. They live in the resource's own annotations, as in
 * kustomize, because their coming and going shows there: `annotations: {}` vanishes with them.
 * @see sigs.k8s.io/kustomize/api v0.21.2 internal/utils/annotations.go
 */
export const BUILD_ANNOTATION = {
  previousKinds: 'internal.config.kubernetes.io/previousKinds',
  previousNames: 'internal.config.kubernetes.io/previousNames',
  prefixes: 'internal.config.kubernetes.io/prefixes',
  suffixes: 'internal.config.kubernetes.io/suffixes',
  previousNamespaces: 'internal.config.kubernetes.io/previousNamespaces',
  allowNameChange: 'internal.config.kubernetes.io/allowNameChange',
  allowKindChange: 'internal.config.kubernetes.io/allowKindChange',
  refBy: 'internal.config.kubernetes.io/refBy',
  generatorBehavior: 'internal.config.kubernetes.io/generatorBehavior',
  needsHashSuffix: 'internal.config.kubernetes.io/needsHashSuffix',
} as const;

/** Says where a resource comes from; stays in the output when `buildMetadata` asks for it. */
export const ORIGIN_ANNOTATION = 'config.kubernetes.io/origin';

/** Lists what changed a resource; stays in the output when `buildMetadata` asks for it. */
export const TRANSFORMATIONS_ANNOTATION = 'alpha.config.kubernetes.io/transformations';

/** The value of the annotations that are switches. */
export const ENABLED = 'enabled';

/** What is taken away at the end of a build, the marks of kyaml's readers and of Helm included. */
export const REMOVED_ANNOTATIONS: readonly string[] = [
  ...Object.values(BUILD_ANNOTATION),
  'internal.config.kubernetes.io/path',
  'internal.config.kubernetes.io/index',
  'internal.config.kubernetes.io/seqindent',
  'internal.config.kubernetes.io/id',
  'internal.config.kubernetes.io/annotations-migration-resource-id',
  'config.kubernetes.io/path',
  'config.kubernetes.io/index',
  'config.k8s.io/id',
  'internal.config.kubernetes.io/helm-generated',
];
