import type { Application } from '../api/types.ts';
import { redactUrl } from '../source/git/url.ts';
import type { ApplicationSample } from '../telemetry/metrics.ts';
import type { TrackedApplication } from './tracked-application.ts';

/** The applications as the metrics show them; those that cannot be understood are left out. */
export function* applicationSamples(apps: Iterable<TrackedApplication>): Iterable<ApplicationSample> {
  for (const { application, object } of apps) {
    if (application === undefined) continue;
    const { namespace = '', name } = object.metadata;
    const { sync, health } = (object['status'] ?? {}) as Application['status'];
    const operation = object['operation'] === undefined ? '' : 'sync';
    yield { namespace, name, ...specLabels(application), ...statusLabels(sync?.status, health?.status), operation };
  }
}

function specLabels(
  application: Application,
): Pick<ApplicationSample, 'project' | 'repo' | 'destServer' | 'destNamespace' | 'autosync'> {
  const { destination, project } = application.spec;
  const [source] = application.settings.sources;
  return {
    project,
    repo: source === undefined ? '' : redactUrl(source.repoURL),
    destServer: destination.server ?? '',
    destNamespace: destination.namespace ?? '',
    autosync: application.settings.automation !== undefined,
  };
}

function statusLabels(syncStatus = 'Unknown', healthStatus = 'Unknown'): { syncStatus: string; healthStatus: string } {
  return { syncStatus, healthStatus };
}
