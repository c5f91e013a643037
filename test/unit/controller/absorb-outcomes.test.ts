import { describe, expect, it } from 'vitest';
import { inventoryAfter, inventoryBefore } from '../../../src/controller/absorb-outcomes.ts';
import type { Services } from '../../../src/controller/services.ts';
import { TrackedApplication } from '../../../src/controller/tracked-application.ts';
import { type KubeObject, keyOf, type ObjectKey } from '../../../src/object/kube-object.ts';
import type { SyncTask } from '../../../src/sync/plan/plan-sync.ts';
import { applicationObject } from '../status/applications.ts';
import { desiredOf } from '../sync/desired-objects.ts';

const A = desiredOf('v1', 'ConfigMap', 'a');
const B = desiredOf('v1', 'ConfigMap', 'b');

function tracked(inventory: readonly ObjectKey[]): TrackedApplication {
  const app = new TrackedApplication('argocd/shop', applicationObject());
  app.instanceName = 'shop';
  app.inventory = new Set(inventory);
  return app;
}

describe('inventoryBefore()', () => {
  const apply: SyncTask = { action: 'apply', key: B.key, desired: B };
  const prune: SyncTask = { action: 'prune', key: B.key, live: B.object };

  it('holds what is about to be made, and still what is there', () => {
    expect(inventoryBefore(tracked([A.key]), [apply])).toEqual(new Set([A.key, B.key]));
  });

  it('stays the same, and needs no write, when nothing new is made', () => {
    const app = tracked([A.key, B.key]);
    expect(inventoryBefore(app, [apply])).toBe(app.inventory);
    expect(inventoryBefore(tracked([A.key]), [prune])).toEqual(new Set([A.key]));
  });
});

describe('inventoryAfter()', () => {
  /** Only what the function asks for. */
  function services(live: readonly KubeObject[], unlisted: readonly ObjectKey[] = []): Services {
    return {
      live: { ownedBy: (owner: string) => (owner === 'shop' ? live : []) },
      kindListed: (key: ObjectKey) => !unlisted.includes(key),
    } as unknown as Services;
  }

  it.each<readonly [title: string, live: readonly KubeObject[], unlisted: readonly ObjectKey[], kept: boolean]>([
    ['lets go what is gone', [], [], false],
    ['keeps what is still there', [B.object], [], true],
    ['keeps what cannot be seen now', [], [keyOf(B.object)], true],
  ])('%s', (_title, live, unlisted, kept) => {
    const app = tracked([A.key, B.key]);
    app.desired = new Map([[A.key, A]]);
    expect(inventoryAfter(app, services(live, unlisted)).has(B.key)).toBe(kept);
  });

  it('keeps what Git states, live or not, and is the same set when nothing goes', () => {
    const app = tracked([A.key]);
    app.desired = new Map([[A.key, A]]);
    expect(inventoryAfter(app, services([]))).toBe(app.inventory);
  });
});
