import type { ApplicationSummary } from '../api/types.ts';
import type { KubeObject } from '../object/kube-object.ts';

/** The images that an application's objects name and whether it holds Applications itself. Pure; sorted. */
export function summarize(objects: readonly KubeObject[]): ApplicationSummary {
  const images = new Set<string>();
  let isAppOfApps = false;
  for (const object of objects) {
    if (object.kind === 'Application' && object.apiVersion.startsWith('argoproj.io/')) isAppOfApps = true;
    else if (POD_KINDS.has(object.kind)) collectImages(object['spec'], images);
  }
  return {
    ...(images.size === 0 ? {} : { images: [...images].sort() }),
    ...(isAppOfApps ? { isAppOfApps } : {}),
  };
}

const POD_KINDS = new Set(['Pod', 'Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job', 'CronJob']);
const CONTAINER_LISTS = ['containers', 'initContainers'];
const NESTING = ['template', 'jobTemplate', 'spec'];

function collectImages(spec: unknown, images: Set<string>): void {
  if (typeof spec !== 'object' || spec === null) return;
  const fields = spec as Record<string, unknown>;
  for (const list of CONTAINER_LISTS) {
    for (const container of Array.isArray(fields[list]) ? (fields[list] as unknown[]) : []) {
      const image = (container as { image?: unknown } | null)?.image;
      if (typeof image === 'string') images.add(image);
    }
  }
  for (const name of NESTING) collectImages(fields[name], images);
}
