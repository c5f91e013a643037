/** What `$ARGOCD_APP_…` names stand for while a source is rendered. */
export interface BuildEnvironment {
  /** The value of a name; empty for names that stand for nothing. Remembers that it was asked. */
  get(name: string): string;
  /** The names that were asked for so far: a render depends on no others. */
  readonly asked: ReadonlySet<string>;
}

/** What of an application its build environment is made of. */
export interface BuildEnvironmentInputs {
  readonly appName: string;
  /** Of the destination. */
  readonly namespace: string;
  readonly project: string;
  /** The commit. */
  readonly revision: string;
  readonly repoURL: string;
  readonly path: string;
  readonly targetRevision: string;
}

/** Names that change with every commit: a render that asked for one stands for its own commit only. */
export const REVISION_VARIABLES: readonly string[] = [
  'ARGOCD_APP_REVISION',
  'ARGOCD_APP_REVISION_SHORT',
  'ARGOCD_APP_REVISION_SHORT_8',
];

/**
 * The build environment of one source at one commit.
 * @see https://github.com/argoproj/argo-cd/blob/v3.5.1/reposerver/repository/repository.go newEnv
 */
export function createBuildEnvironment(inputs: BuildEnvironmentInputs): BuildEnvironment {
  const values: ReadonlyMap<string, string> = new Map([
    ['ARGOCD_APP_NAME', inputs.appName],
    ['ARGOCD_APP_NAMESPACE', inputs.namespace],
    ['ARGOCD_APP_PROJECT_NAME', inputs.project],
    ['ARGOCD_APP_REVISION', inputs.revision],
    ['ARGOCD_APP_REVISION_SHORT', inputs.revision.slice(0, 7)],
    ['ARGOCD_APP_REVISION_SHORT_8', inputs.revision.slice(0, 8)],
    ['ARGOCD_APP_SOURCE_REPO_URL', inputs.repoURL],
    ['ARGOCD_APP_SOURCE_PATH', inputs.path],
    ['ARGOCD_APP_SOURCE_TARGET_REVISION', inputs.targetRevision],
  ]);
  const asked = new Set<string>();
  return {
    asked,
    get(name) {
      asked.add(name);
      return values.get(name) ?? '';
    },
  };
}

/**
 * `text` with `$name` and `${name}` replaced; `$$` is a dollar sign. Go's os.Expand, bad syntax included: what cannot be
 * a reference after `${` is dropped.
 */
export function expandVariables(text: string, environment: BuildEnvironment): string {
  return text.replaceAll(REFERENCE, (whole, braced?: string, special?: string, plain?: string) => {
    const name = braced ?? special ?? plain;
    if (name === undefined) return whole === '$' ? '$' : '';
    return name === '$' ? '$' : environment.get(name);
  });
}

/** `${name}`; a single special character or digit; a name; an opening brace without an end; a dollar sign alone. */
const REFERENCE = /\$(?:\{([^}]+)\}|([*#$@!?\-0-9])|(\w+)|\{\}?)?/g;
