import { describe, expect, it } from 'vitest';

import { pause } from '../support/eventually.ts';
import { configMap, configMapPath } from '../support/manifests.ts';
import { useOperator } from '../support/operator-fixture.ts';
import { ownControlPlane } from '../support/own-control-plane.ts';

// A control plane of its own, since operators of other test files would warn as well.
const cluster = await ownControlPlane();
const one = await useOperator({ cluster });
const other = await useOperator({ cluster, controlNamespace: 'other' });

describe('two installations on one cluster', { timeout: 120_000 }, () => {
  it('serve their own Applications and leave those of the other alone', async () => {
    const namespaces = { one: await cluster.uniqueNamespace('one'), other: await cluster.uniqueNamespace('other') };
    const repository = await one.repository('both');
    await repository.commit({ 'same.json': configMap('same', {}) });
    const common = { name: 'same', repoURL: repository.url };
    await one.createApplication({ ...common, destination: namespaces.one });
    await other.createApplication({ ...common, destination: namespaces.other });
    await one.waitForSynced('same');
    await other.waitForSynced('same');
    const [mine, theirs] = await Promise.all([
      one.read(configMapPath(namespaces.one, 'same')),
      one.read(configMapPath(namespaces.other, 'same')),
    ]);
    const label = 'holdfast.dev/instance';
    expect(mine?.metadata.labels?.[label]).toBeDefined();
    expect(mine?.metadata.labels?.[label]).not.toBe(theirs?.metadata.labels?.[label]);

    const before = await Promise.all([one.application('same'), other.application('same')]);
    await one.restart();
    await pause(8_000);
    const after = await Promise.all([one.application('same'), other.application('same')]);
    expect(after.map(({ metadata }) => metadata.resourceVersion)).toEqual(
      before.map(({ metadata }) => metadata.resourceVersion),
    );
    expect(after.map(({ status }) => status?.conditions)).toEqual([undefined, undefined]);
    expect(after.map(({ status }) => status?.controllerNamespace)).toEqual(['argocd', 'other']);
  });

  it('warn about an Application that neither serves', async () => {
    const home = await cluster.uniqueNamespace('nobody');
    await one.createApplication({ name: 'lonely', namespace: home, repoURL: one.git.url('both'), destination: home });
    await one.waitForObject(`/apis/argoproj.io/v1alpha1/namespaces/${home}/applications/lonely`, ({ status }) => {
      return JSON.stringify(status ?? {}).includes('ExcludedResourceWarning');
    });
  });
});
