import { HoldfastError } from '../lib/errors.ts';
import type { RenderBudget } from './gotemplate/budget.ts';
import { HelmError } from './helm/helm-error.ts';
import { type Capabilities, capabilitiesFor, helmTemplate, printChart } from './helm/index.ts';
import { nameRelease } from './helm/name-release.ts';
import type { HelmRenderer, HelmRequest } from './kustomize/index.ts';

/** What {@link chartInflator} renders with. */
export interface InflateOptions {
  /** What charts are told of the cluster, given what the kustomization or its flags state; absent: just that. */
  readonly capabilities?: (stated: Pick<HelmRequest, 'kubeVersion' | 'apiVersions'>) => Capabilities;
  /** Bounds of all charts together; absent: the default ones for each. */
  readonly budget?: RenderBudget;
}

/**
 * Inflates charts of kustomizations with our own Helm, as the real kustomize has the real one do it. What Helm warns of
 * is dropped, as there.
 */
export function chartInflator({ capabilities = capabilitiesFor, budget }: InflateOptions = {}): HelmRenderer {
  return (request) => {
    const { tree, path, displayRoot, namespace, values } = request;
    const { releaseName, known } = withCode(path, () => ({
      releaseName: releaseNameOf(request),
      known: capabilities(request),
    }));
    const chart = helmTemplate(tree, path, {
      releaseName,
      namespace: namespace === '' ? 'default' : namespace,
      values: { files: values },
      capabilities: known,
      displayRoot,
      ...(budget === undefined ? {} : { budget }),
    });
    const { includeCrds, skipHooks, skipTests } = request;
    return printChart(chart, { includeCrds, noHooks: skipHooks, skipTests });
  };
}

/** Without a name kustomize asks for a generated one, which `helm template` does not do. */
function releaseNameOf({ releaseName, nameTemplate }: HelmRequest): string {
  if (nameTemplate === '') return releaseName === '' ? 'release-name' : releaseName;
  if (releaseName !== '') throw new HelmError('cannot set --name-template and also specify a name');
  return nameRelease(nameTemplate);
}

function withCode<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof HelmError)) throw error;
    const message = `Cannot render chart ${path}: ${error.message}`;
    throw new HoldfastError('RENDER_HELM', message, { retry: 'never', cause: error });
  }
}
