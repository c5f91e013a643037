/** What kind of manifests a source holds. */
export type SourceType = 'Helm' | 'Kustomize' | 'Directory' | 'Plugin';

/**
 * Where manifests come from. Kept as written, since `status.sync.comparedTo` must equal it.
 * @see https://github.com/argoproj/argo-cd/blob/37ee0097cf851bc2dd7665fc081bbce61a7e836e/pkg/apis/application/v1alpha1/types.go
 */
export interface ApplicationSource {
  /** Git repository, chart repository or `oci://` URL. */
  readonly repoURL: string;
  /** Folder in the repository; `.` is its root. */
  readonly path?: string;
  /** Branch, tag, commit or semver range; absent or `''` means `HEAD`. */
  readonly targetRevision?: string;
  /** Chart name, for chart repositories. */
  readonly chart?: string;
  /** Name under which value files of other sources find this one (`$ref/…`). */
  readonly ref?: string;
  readonly name?: string;
  readonly tagPrefix?: string;
  readonly helm?: HelmSource;
  readonly kustomize?: KustomizeSource;
  readonly directory?: DirectorySource;
  readonly plugin?: PluginSource;
}

/** One `--set` or, with `forceString`, `--set-string`. */
export interface HelmParameter {
  readonly name?: string;
  readonly value?: string;
  readonly forceString?: boolean;
}

/** One `--set-file`. */
export interface HelmFileParameter {
  readonly name?: string;
  readonly path?: string;
}

/** Options of a chart. */
export interface HelmSource {
  readonly valueFiles?: readonly string[];
  readonly parameters?: readonly HelmParameter[];
  readonly fileParameters?: readonly HelmFileParameter[];
  readonly releaseName?: string;
  /** YAML text; `valuesObject` wins. */
  readonly values?: string;
  readonly valuesObject?: Readonly<Record<string, unknown>>;
  readonly version?: string;
  readonly namespace?: string;
  readonly passCredentials?: boolean;
  readonly ignoreMissingValueFiles?: boolean;
  readonly skipCrds?: boolean;
  readonly skipTests?: boolean;
  readonly skipSchemaValidation?: boolean;
  readonly kubeVersion?: string;
  readonly apiVersions?: readonly string[];
}

/** A replica count for the workloads of one name; a string is a number in quotes. */
export interface KustomizeReplica {
  readonly name: string;
  readonly count: number | string;
}

/** A patch with its target. */
export interface KustomizePatch {
  readonly path?: string;
  readonly patch?: string;
  readonly target?: {
    readonly group?: string;
    readonly version?: string;
    readonly kind?: string;
    readonly name?: string;
    readonly namespace?: string;
    readonly labelSelector?: string;
    readonly annotationSelector?: string;
  };
  readonly options?: Readonly<Record<string, boolean>>;
}

/** Options of a kustomization. */
export interface KustomizeSource {
  readonly namePrefix?: string;
  readonly nameSuffix?: string;
  readonly images?: readonly string[];
  readonly replicas?: readonly KustomizeReplica[];
  readonly commonLabels?: Readonly<Record<string, string>>;
  readonly commonAnnotations?: Readonly<Record<string, string>>;
  readonly forceCommonLabels?: boolean;
  readonly forceCommonAnnotations?: boolean;
  readonly commonAnnotationsEnvsubst?: boolean;
  readonly labelWithoutSelector?: boolean;
  readonly labelIncludeTemplates?: boolean;
  readonly namespace?: string;
  readonly patches?: readonly KustomizePatch[];
  readonly components?: readonly string[];
  readonly ignoreMissingComponents?: boolean;
  readonly version?: string;
  readonly kubeVersion?: string;
  readonly apiVersions?: readonly string[];
}

/** A Jsonnet variable; with `code` the value is an expression. */
export interface JsonnetVariable {
  readonly name: string;
  readonly value: string;
  readonly code?: boolean;
}

/** Options of Jsonnet files in a folder. */
export interface JsonnetOptions {
  readonly extVars?: readonly JsonnetVariable[];
  readonly tlas?: readonly JsonnetVariable[];
  readonly libs?: readonly string[];
}

/** Options of a folder of manifests. */
export interface DirectorySource {
  readonly recurse?: boolean;
  /** Glob on the path relative to the source's folder. */
  readonly include?: string;
  /** Glob; wins over `include`. */
  readonly exclude?: string;
  readonly disableExtensionFilter?: boolean;
  readonly jsonnet?: JsonnetOptions;
}

/** A variable of a plugin's environment. */
export interface EnvironmentEntry {
  readonly name: string;
  readonly value: string;
}

/** A plugin's parameter: a string, a list or a map. */
export interface PluginParameter {
  readonly name?: string;
  readonly string?: string;
  readonly array?: readonly string[];
  readonly map?: Readonly<Record<string, string>>;
}

/** Options of a configuration management plugin. */
export interface PluginSource {
  readonly name?: string;
  readonly env?: readonly EnvironmentEntry[];
  readonly parameters?: readonly PluginParameter[];
}

/** Rendering into a branch first and syncing from there. */
export interface SourceHydrator {
  readonly drySource: {
    readonly repoURL: string;
    readonly targetRevision: string;
    readonly path: string;
    readonly helm?: HelmSource;
    readonly kustomize?: KustomizeSource;
    readonly directory?: DirectorySource;
    readonly plugin?: PluginSource;
  };
  readonly syncSource: { readonly targetBranch: string; readonly path: string; readonly repoURL?: string };
  readonly hydrateTo?: { readonly targetBranch: string };
}
