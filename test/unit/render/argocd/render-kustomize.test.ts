import { describe, expect, it } from 'vitest';
import { createBuildEnvironment } from '../../../../src/render/argocd/build-environment.ts';
import { matchPaths } from '../../../../src/render/argocd/match-paths.ts';
import { renderKustomize } from '../../../../src/render/argocd/render-kustomize.ts';
import { type MemoryFile, memoryTree } from '../../../../src/source/memory-tree.ts';

const inputs = { appName: '', namespace: '', project: '', revision: '', repoURL: '', path: '', targetRevision: '' };
const environment = createBuildEnvironment(inputs);

const CONFIG_MAP = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n';
const FILES: Readonly<Record<string, MemoryFile>> = {
  'real/kustomization.yaml': 'resources: [x.yaml]\n',
  'real/x.yaml': CONFIG_MAP,
  link: { link: 'real' },
  'file/kustomization.yaml': { link: 'named-otherwise.yaml' },
  'file/named-otherwise.yaml': 'resources: [x.yaml]\n',
  'file/x.yaml': CONFIG_MAP,
};

describe('renderKustomize()', () => {
  it.each(['real', 'link', 'file'])('puts the fields of the Application in at %s, also over links', (path) => {
    const source = { namePrefix: 'p-', namespace: 'nn' };
    const render = { path, source, environment, buildOptions: '', remotes: new Map(), cache: undefined };
    const outcome = renderKustomize(memoryTree(FILES), render);
    const objects = 'needs' in outcome ? [] : outcome.manifests.map(({ object }) => object.metadata);
    expect(objects).toEqual([{ name: 'p-x', namespace: 'nn' }]);
  });

  it('shows no password of a URL in its errors', () => {
    const files = { 'kustomization.yaml': 'resources: ["https://user:s3cret@git.test/base.git//x?ref=main"]\n' };
    const remotes = new Map<string, { error: string }>();
    const render = { path: '', source: {}, environment, buildOptions: '', remotes, cache: undefined };
    const failure = (): unknown => {
      const outcome = renderKustomize(memoryTree(files), render);
      if (!('needs' in outcome)) return outcome;
      for (const { key } of outcome.needs) remotes.set(key, { error: 'it does not answer' });
      return failure();
    };
    expect(failure).toThrow(/git\.test/);
    expect(failure).not.toThrow(/s3cret/);
  });
});

describe('renderKustomize() with charts', () => {
  const template =
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: {kube: "{{ .Capabilities.KubeVersion.Version }}", api: "{{ .Capabilities.APIVersions.Has "a/v1" }}"}\n';
  const FILE = 'charts/c/templates/x.yaml';
  const chart = {
    'charts/c/Chart.yaml': 'apiVersion: v2\nname: c\nversion: 1.0.0\n',
    'charts/c/values.yaml': '',
    [FILE]: template,
  };
  const cluster = { kubeVersion: 'v1.31.4-gke.1', apiVersions: ['a/v1'] };

  it.each([
    ['{name: c}', {}, { kube: 'v1.31.4', api: 'true' }],
    ['{name: c}', { kubeVersion: '1.29.0', apiVersions: ['b/v1'] }, { kube: 'v1.29.0', api: 'false' }],
    ['{name: c, kubeVersion: v1.28.1-x, apiVersions: [b/v1]}', {}, { kube: 'v1.28.1-x', api: 'false' }],
  ])(
    'tells charts what %s, else the Application with %j, else the cluster says of Kubernetes',
    (entry, source, data) => {
      const tree = memoryTree({ ...chart, 'kustomization.yaml': `helmCharts: [${entry}]\n` });
      const given = { path: '', source, environment, remotes: new Map(), cache: undefined, cluster };
      const outcome = renderKustomize(tree, { ...given, buildOptions: '--enable-helm' });
      const objects = 'needs' in outcome ? [] : outcome.manifests.map(({ object }) => object);
      expect(objects).toMatchObject([{ metadata: { name: 'x' }, data }]);
      expect(() => renderKustomize(tree, { ...given, buildOptions: '' })).toThrow(/must specify --enable-helm/);
    },
  );
});

describe('matchPaths()', () => {
  it('advisory class 7: ends at a bound where links make folders without number', () => {
    const links = Object.fromEntries(['a', 'b', 'c', 'd', 'e', 'f'].map((name) => [name, { link: '.' }]));
    expect(() => matchPaths(memoryTree({ ...links, 'x.yaml': '' }), '', '*/*/*/*/*/*/*/*/*/x*')).toThrow(
      expect.objectContaining({ code: 'RENDER_LIMIT' }),
    );
  });
});
