import type { Random } from './random.ts';
import type { Resource } from './sample-resources.ts';
import type { Surroundings } from './surroundings.ts';

/** Fields of a kustomization as few people write them, right or wrong. */
export function sampleOddFields(random: Random, around: Surroundings): Resource {
  return random.pick<() => Resource>([
    () => ({ unknown: 'field' }),
    () => ({ namePrefix: 5 }),
    () => ({ commonLabels: { number: 1, on: true } }),
    () => ({ commonAnnotations: { number: 1.5 } }),
    () => ({ resources: null }),
    () => ({ patches: [] }),
    () => ({ images: null }),
    () => ({ NamePrefix: 'case-' }),
    () => ({ kind: random.pick(['Kustomization', 'Component', 'Other']) }),
    () => ({ apiVersion: random.pick(['kustomize.config.k8s.io/v1beta1', 'kustomize.config.k8s.io/v1', 'x/v1']) }),
    () => ({ metadata: { name: 'about', annotations: { 'config.kubernetes.io/local-config': 'true' } } }),
    () => ({ bases: [] }),
    () => ({ imageTags: [{ name: 'nginx', newTag: 'old-style' }] }),
    () => ({ replicas: [{ name: 'web', count: '3' }] }),
    () => ({ configMapGenerator: [{ name: 'old', env: around.addFile('old.env', 'A=1\nB\n') }] }),
    () => ({ configMapGenerator: [{ name: 'no', literals: ['no-equals-sign'] }] }),
    () => ({ secretGenerator: [{ literals: ['a=b'] }] }),
    () => ({ configMapGenerator: [{ name: 'twice', literals: ['a=1', 'a=2'] }] }),
    () => ({ configMapGenerator: [{ name: 'bin', files: [around.addFile('bin.dat', '\u0000\u0001é')] }] }),
    () => ({ generators: [around.addFile('generator.yaml', generator(random))] }),
    () => ({
      transformers: [
        'apiVersion: builtin\nkind: PrefixTransformer\nmetadata:\n  name: x\nprefix: in-\nfieldSpecs:\n- path: metadata/name\n',
      ],
    }),
    () => ({ validators: [around.addFile('validator.yaml', generator(random))] }),
    () => ({ crds: [around.addFile('crd.json', crd())] }),
    () => ({ openapi: { version: random.pick(['v1.21.2', 'v1.20.4', 'v9']) } }),
    () => ({ resources: [random.pick(['missing.yaml', '.', '..', './', '/absolute', 'missing/'])] }),
    () => ({ components: [random.pick(['missing', '../base'])] }),
    () => ({ labels: [{ pairs: { a: 'b' }, includeSelectors: true, includeTemplates: true }, { pairs: { a: 'c' } }] }),
    () => ({ buildMetadata: ['nonsense'] }),
    () => ({ sortOptions: { order: random.pick(['random', 'fifo']) } }),
    () => ({ patches: [{ patch: 'not: a: patch' }] }),
    () => ({ patches: [{ target: { kind: '(' }, patch: '- {op: add, path: /a, value: b}' }] }),
    () => ({ patches: [{ path: 'missing-patch.yaml' }] }),
    () => ({ helmCharts: [] }),
    () => ({ generatorOptions: { disableNameSuffixHash: 'yes' } }),
  ])();
}

function generator(random: Random): Resource {
  return {
    apiVersion: 'builtin',
    kind: random.pick(['ConfigMapGenerator', 'SecretGenerator', 'Nothing']),
    metadata: { name: 'made', namespace: 'dev' },
    literals: ['a=b'],
    ...random.maybe(0.3, () => ({ behavior: random.pick(['create', 'merge', 'odd']) })),
  };
}

/** A definition in the form that `crds` takes: the Widget's config map is a reference. */
function crd(): Resource {
  const extension = { 'x-kubernetes-object-ref-api-version': 'v1', 'x-kubernetes-object-ref-kind': 'ConfigMap' };
  return {
    'example.dev/v1alpha1.Widget': {
      Schema: {
        properties: {
          kind: { type: 'string' },
          apiVersion: { type: 'string' },
          metadata: { type: 'object' },
          spec: { $ref: 'example.dev/v1alpha1.WidgetSpec' },
        },
      },
      Dependencies: ['example.dev/v1alpha1.WidgetSpec'],
    },
    'example.dev/v1alpha1.WidgetSpec': {
      Schema: {
        properties: { configMapRef: { 'x-kubernetes-object-ref-name-key': 'name', ...extension, type: 'object' } },
      },
    },
  };
}
