import { describe, expect, it } from 'vitest';
import { foughtOver } from '../../../src/controller/heal.ts';
import type { Services } from '../../../src/controller/services.ts';
import { TrackedApplication } from '../../../src/controller/tracked-application.ts';
import type { ObjectKey } from '../../../src/object/kube-object.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { applicationObject } from '../status/applications.ts';

const A = '/ConfigMap/prod/a' as ObjectKey;
const B = '/ConfigMap/prod/b' as ObjectKey;

describe('foughtOver()', () => {
  it('names what was repaired five times within a minute, until that is over', async () => {
    const clock = createFakeClock();
    const services = { clock } as unknown as Services;
    const app = new TrackedApplication('argocd/shop', applicationObject());
    const repair = (key: ObjectKey): unknown =>
      app.repairs.set(key, [...(app.repairs.get(key) ?? []), clock.monotonicMs()]);
    await clock.advance(100_000);
    for (let times = 0; times < 4; times += 1) {
      repair(A);
      repair(B);
      await clock.advance(1_000);
    }
    expect(foughtOver(app, services)).toEqual(new Set());
    repair(A);
    expect(foughtOver(app, services)).toEqual(new Set([A]));
    await clock.advance(57_000);
    expect(foughtOver(app, services)).toEqual(new Set());
    await clock.advance(60_000);
    foughtOver(app, services);
    expect([...app.repairs.keys()]).toEqual([]);
  });
});
