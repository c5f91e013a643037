/**
 * Names of the annotations that Argo CD reads or writes and Holdfast knows. On Applications unless said otherwise.
 * @see https://github.com/argoproj/argo-cd/blob/37ee0097cf851bc2dd7665fc081bbce61a7e836e/common/common.go
 */
export const ANNOTATIONS = {
  /** `normal` or `hard`; the controller removes it when done. */
  refresh: 'argocd.argoproj.io/refresh',
  /** Tells one refresh request from another; removed together with `refresh`. */
  refreshTimestamp: 'argocd.argoproj.io/refresh-timestamp',
  hydrate: 'argocd.argoproj.io/hydrate',
  hydrateTimestamp: 'argocd.argoproj.io/hydrate-timestamp',
  /** On managed objects: which application owns them and which object it means. */
  trackingId: 'argocd.argoproj.io/tracking-id',
  /** On managed objects: which installation owns them. */
  installationId: 'argocd.argoproj.io/installation-id',
  /** On managed objects: hook types, comma-separated. */
  hook: 'argocd.argoproj.io/hook',
  /** On hooks. */
  hookDeletePolicy: 'argocd.argoproj.io/hook-delete-policy',
  /** On managed objects: an integer. */
  syncWave: 'argocd.argoproj.io/sync-wave',
  /** On managed objects: comma-separated options that beat the application's. */
  syncOptions: 'argocd.argoproj.io/sync-options',
  /** On managed objects and on Applications. */
  compareOptions: 'argocd.argoproj.io/compare-options',
  /** Semicolon-separated; Holdfast needs none, because it records what a render reads. */
  manifestGeneratePaths: 'argocd.argoproj.io/manifest-generate-paths',
  /** `true` makes the controller leave the application alone. */
  skipReconcile: 'argocd.argoproj.io/skip-reconcile',
  /** On managed objects: leave this object out of the application's health. */
  ignoreHealthcheck: 'argocd.argoproj.io/ignore-healthcheck',
  /** On managed objects. */
  ignoreResourceUpdates: 'argocd.argoproj.io/ignore-resource-updates',
  /** On Pods: judge one that need not restart as a long-running one. */
  ignoreRestartPolicy: 'argocd.argoproj.io/ignore-restart-policy',
  /** RFC 3339 time at which somebody confirmed a pending deletion. */
  deletionApproved: 'argocd.argoproj.io/deletion-approved',
  clientSideApplyMigrationManager: 'argocd.argoproj.io/client-side-apply-migration-manager',
  managedByUrl: 'argocd.argoproj.io/managed-by-url',
  ignoreDefaultLinks: 'argocd.argoproj.io/ignore-default-links',
  /** On ApplicationSets. */
  applicationSetRefresh: 'argocd.argoproj.io/application-set-refresh',
  /** Helm's own, on rendered objects; read where the Argo CD annotation is absent. */
  helmHook: 'helm.sh/hook',
  helmHookWeight: 'helm.sh/hook-weight',
  helmHookDeletePolicy: 'helm.sh/hook-delete-policy',
  /** `keep` means what `Delete=false` means. */
  helmResourcePolicy: 'helm.sh/resource-policy',
} as const;

/** Prefixes after which anything may stand. */
export const ANNOTATION_PREFIXES = {
  link: 'link.argocd.argoproj.io/',
  notice: 'notice.argocd.argoproj.io/',
  preference: 'pref.argocd.argoproj.io/',
  /** Then `<trigger>.<service>`. */
  subscribe: 'notifications.argoproj.io/subscribe.',
} as const;

/** Names of labels. */
export const LABELS = {
  /** On managed objects under label tracking. */
  instance: 'app.kubernetes.io/instance',
  partOf: 'app.kubernetes.io/part-of',
  /** On Secrets: what Argo CD uses one for; see {@link SECRET_TYPES}. */
  secretType: 'argocd.argoproj.io/secret-type',
} as const;

/** Values of {@link LABELS}`.secretType`. */
export const SECRET_TYPES = {
  cluster: 'cluster',
  repository: 'repository',
  repoCreds: 'repo-creds',
  repositoryWrite: 'repository-write',
  repoWriteCreds: 'repo-write-creds',
  scmCreds: 'scm-creds',
} as const;

/** Names of finalizers. */
export const FINALIZERS = {
  /** Deletes the managed objects before the Application goes; foreground. */
  resources: 'resources-finalizer.argocd.argoproj.io',
  resourcesForeground: 'resources-finalizer.argocd.argoproj.io/foreground',
  resourcesBackground: 'resources-finalizer.argocd.argoproj.io/background',
  preDelete: 'pre-delete-finalizer.argocd.argoproj.io',
  preDeleteCleanup: 'pre-delete-finalizer.argocd.argoproj.io/cleanup',
  postDelete: 'post-delete-finalizer.argocd.argoproj.io',
  postDeleteCleanup: 'post-delete-finalizer.argocd.argoproj.io/cleanup',
  /** On hooks that run. */
  hook: 'argocd.argoproj.io/hook-finalizer',
} as const;

/** Holdfast's own names: what Argo CD has no field for is never an extra field of the CRDs. */
export const HOLDFAST = {
  /** Label on managed objects: the id of the installation, by which they are watched. */
  instanceLabel: 'holdfast.dev/instance',
  /** Annotation on Applications: everything that may have to be pruned, written before it is applied. */
  inventoryAnnotation: 'holdfast.dev/inventory',
  /** Annotation on Applications: `true` tells charts from the history whether a release is installed or upgraded. */
  helmUpgradeAnnotation: 'holdfast.dev/helm-upgrade',
  /** Annotation on Applications: `true` lets charts look into the cluster, as far as argocd-cm allows it. */
  helmLookupAnnotation: 'holdfast.dev/helm-lookup',
  /** Field manager of every apply. */
  fieldManager: 'holdfast',
} as const;

/**
 * How a deletion of an Application treats its objects: `undefined` leaves them, else the propagation of the
 * first resources finalizer.
 */
export function cascadeOf(finalizers: readonly string[] = []): 'foreground' | 'background' | undefined {
  for (const finalizer of finalizers) {
    if (finalizer === FINALIZERS.resources || finalizer === FINALIZERS.resourcesForeground) return 'foreground';
    if (finalizer === FINALIZERS.resourcesBackground) return 'background';
  }
  return undefined;
}

/** The refresh that a client asked for; any value but `hard` is `normal`, as in Argo CD. */
export function requestedRefresh(annotations: Readonly<Record<string, string>> = {}): 'normal' | 'hard' | undefined {
  if (!Object.hasOwn(annotations, ANNOTATIONS.refresh)) return undefined;
  return annotations[ANNOTATIONS.refresh] === 'hard' ? 'hard' : 'normal';
}
