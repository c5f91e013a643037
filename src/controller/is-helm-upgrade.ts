import { HOLDFAST } from '../api/annotations.ts';
import type { Application, ApplicationSource } from '../api/types.ts';
import type { JsonValue } from '../object/kube-object.ts';
import { printJson } from '../yaml/json.ts';
import type { TrackedApplication } from './tracked-application.ts';

/**
 * Whether charts are told that a release is upgraded: never, unless the application asks for it by annotation and has
 * deployed something else before. What it has deployed once stays an install then, so that the same revision renders the
 * same after its sync as before.
 */
export function isHelmUpgrade(
  app: TrackedApplication,
  application: Application,
  at: { readonly source: ApplicationSource; readonly revision: string },
): boolean {
  if (application.metadata.annotations?.[HOLDFAST.helmUpgradeAnnotation] !== 'true') return false;
  const source = textOf(at.source);
  return app.history.some((entry) => entry.revision !== at.revision || textOf(entry.source) !== source);
}

function textOf(source: ApplicationSource | undefined): string {
  return printJson((source ?? null) as unknown as JsonValue);
}
