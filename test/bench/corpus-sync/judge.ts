import { HOLDFAST } from '../../../src/api/annotations.ts';
import { compareManifest } from '../../../src/diff/compare-manifest.ts';
import { comparePredicted } from '../../../src/diff/compare-predicted.ts';
import { prepareDesired } from '../../../src/diff/prepare-desired.ts';
import { describeKey, type KubeObject, keyOf } from '../../../src/object/kube-object.ts';
import { type CorpusApp, type Kinds, kindKey } from './corpus-objects.ts';
import { type CorpusRig, inTurns } from './corpus-rig.ts';

/** How many of the applied objects are told to be in sync by their managed fields alone. */
export interface PlainComparison {
  readonly settled: number;
  readonly missing: number;
  /** The paths in doubt, without names and keys of lists, with how many objects have one there. */
  readonly doubts: ReadonlyMap<string, number>;
}

/** Compares every object as the operator does when it remembers nothing, with what is live. */
export async function comparePlainly(
  rig: CorpusRig,
  apps: readonly CorpusApp[],
  kinds: Kinds,
): Promise<PlainComparison> {
  const doubts = new Map<string, number>();
  let [settled, missing] = [0, 0];
  await inTurns(statedBy(apps), async ({ app, object }) => {
    const live = await rig.read(object, kinds);
    if (live === undefined) {
      missing += 1;
      return;
    }
    const paths = compareManifest(asApplied(app, object, live, kinds), live, HOLDFAST.fieldManager);
    if (paths.length === 0) settled += 1;
    const places = new Set(paths.map((path) => `${object.kind} ${path.replaceAll(/\[[^\]]*\]/g, '[]')}`));
    for (const place of places) doubts.set(place, (doubts.get(place) ?? 0) + 1);
  });
  return { settled, missing, doubts };
}

function statedBy(apps: readonly CorpusApp[]): { app: string; object: KubeObject }[] {
  return apps.flatMap(({ name, objects }) => objects.map((object) => ({ app: name, object })));
}

function asApplied(app: string, object: KubeObject, live: KubeObject, kinds: Kinds): KubeObject {
  const kind = kinds.get(kindKey(object));
  const scope = { namespaced: kind?.namespaced === true, statusSubresource: kind?.hasStatus === true };
  const installationId = live.metadata.labels?.[HOLDFAST.instanceLabel] ?? '';
  const context = { instanceName: app, installationId, destinationNamespace: app };
  return prepareDesired(object, scope, context, '').object;
}

/** The paths at which an apply would change the object now, or why the API server refuses it. */
export async function explainDifference(
  rig: CorpusRig,
  { app, object }: { readonly app: string; readonly object: KubeObject },
  kinds: Kinds,
): Promise<string> {
  const title = describeKey(keyOf(object));
  const live = await rig.read(object, kinds);
  if (live === undefined) return `${title}: is not there`;
  const predicted = await rig.dryRun(asApplied(app, object, live, kinds), kinds, HOLDFAST.fieldManager);
  if (typeof predicted === 'string') return `${title}: an apply is refused: ${predicted.slice(0, 300)}`;
  const paths = comparePredicted(predicted, live, HOLDFAST.fieldManager, kinds.get(kindKey(object))?.hasStatus);
  return `${title}: ${paths.join(', ') || 'an apply would change nothing'}`;
}
