import type { Random } from './random.ts';
import { samplePatches } from './sample-patches.ts';
import { sampleReplacements, sampleVars } from './sample-references.ts';
import { IMAGES, labels, NAMES, NAMESPACES, type Resource } from './sample-resources.ts';
import type { Surroundings } from './surroundings.ts';

/** Some fields of a kustomization, without those that name other kustomizations. */
export function sampleFields(random: Random, around: Surroundings): Resource {
  return {
    ...names(random),
    ...labelling(random),
    ...random.maybe(0.25, () => ({ images: random.some(IMAGES, 0.5).map((image) => imageOf(random, image)) })),
    ...random.maybe(0.2, () => ({ replicas: replicas(random, around) })),
    ...generators(random, around),
    ...samplePatches(random, around),
    ...random.maybe(0.25, () => ({ replacements: sampleReplacements(random, around) })),
    ...(around.mayHaveVars && random.chance(0.3) ? { vars: sampleVars(random, around) } : {}),
    ...random.maybe(0.15, () => ({ configurations: [around.addFile('config.yaml', configuration(random))] })),
    ...random.maybe(0.15, () => ({ transformers: [around.addFile('transformer.yaml', transformer(random))] })),
    ...random.maybe(0.15, () => ({ sortOptions: sortOptions(random) })),
    ...random.maybe(0.2, () => ({
      buildMetadata: random.some(['managedByLabel', 'originAnnotations', 'transformerAnnotations'], 0.6),
    })),
  };
}

function names(random: Random): Resource {
  return {
    ...random.maybe(0.3, () => ({ namePrefix: random.pick(['pre-', 'a.', 'x']) })),
    ...random.maybe(0.2, () => ({ nameSuffix: random.pick(['-suf', '-v2']) })),
    ...random.maybe(0.3, () => ({ namespace: random.pick(NAMESPACES) })),
  };
}

function labelling(random: Random): Resource {
  return {
    ...random.maybe(0.2, () => ({ commonLabels: labels(random) })),
    ...random.maybe(0.25, () => ({
      labels: [
        {
          pairs: labels(random),
          ...random.maybe(0.4, () => ({ includeSelectors: random.chance(0.7) })),
          ...random.maybe(0.4, () => ({ includeTemplates: random.chance(0.7) })),
          ...random.maybe(0.2, () => ({ fields: [{ path: 'spec/extra/labels', create: true, kind: 'Widget' }] })),
        },
      ],
    })),
    ...random.maybe(0.2, () => ({ commonAnnotations: { owner: random.pick(['team', 'yes', '1']), note: 'x: y' } })),
  };
}

/** Mostly of workloads that are there, since others are an error. */
function replicas(random: Random, around: Surroundings): Resource[] {
  const scalable = around.resources.filter(({ kind }) => kind === 'Deployment' || kind === 'StatefulSet');
  const [one] = random.shuffled(scalable);
  const name = one === undefined ? 'web' : (one['metadata'] as { name: string }).name;
  return one === undefined && random.chance(0.9) ? [] : [{ name, count: random.integer(0, 9) }];
}

function imageOf(random: Random, image: string): Resource {
  const name = image.replace(/:[^:/]*$/, '');
  return {
    name,
    ...random.maybe(0.5, () => ({ newName: random.pick(['mirror.example/x', 'nginx', 'host.example:1/y']) })),
    ...random.maybe(0.6, () => ({ newTag: random.pick(['v9', '1.0', '']) })),
    ...random.maybe(0.2, () => ({ digest: `sha256:${'ab'.repeat(32)}` })),
    ...random.maybe(0.1, () => ({ tagSuffix: '-arm' })),
  };
}

function generators(random: Random, around: Surroundings): Resource {
  return {
    ...random.maybe(0.35, () => ({ configMapGenerator: generated(random, around, 'ConfigMap') })),
    ...random.maybe(0.25, () => ({ secretGenerator: generated(random, around, 'Secret') })),
    ...random.maybe(0.2, () => ({
      generatorOptions: {
        ...random.maybe(0.4, () => ({ disableNameSuffixHash: random.chance(0.7) })),
        ...random.maybe(0.4, () => ({ labels: labels(random) })),
        ...random.maybe(0.3, () => ({ annotations: { made: 'true' } })),
        ...random.maybe(0.2, () => ({ immutable: true })),
      },
    })),
  };
}

function generated(random: Random, around: Surroundings, kind: string): Resource[] {
  const below = around.generated.filter((one) => one.kind === kind);
  const isMerge = below.length > 0 && random.chance(0.7);
  const name = isMerge ? random.pick(below).name : freeName(random, around, kind);
  return [
    {
      name,
      ...(isMerge ? { behavior: random.pick(['merge', 'replace']) } : {}),
      ...random.maybe(0.7, () => ({ literals: random.some(LITERALS, 0.6) })),
      ...random.maybe(0.3, () => ({ files: [random.pick([settingsFile(around), `renamed=${settingsFile(around)}`])] })),
      ...random.maybe(0.2, () => ({ envs: [envFile(random, around)] })),
      ...random.maybe(0.1, () => ({ namespace: random.pick(NAMESPACES) })),
      ...(kind === 'Secret' && random.chance(0.3) ? { type: 'kubernetes.io/basic-auth' } : {}),
      ...random.maybe(0.2, () => ({ options: { disableNameSuffixHash: random.chance(0.5), labels: labels(random) } })),
    },
  ];
}

/** Mostly a name that no other object of the kind has: two of them are an error. */
function freeName(random: Random, around: Surroundings, kind: string): string {
  const resources = around.resources.filter((one) => one['kind'] === kind);
  const taken = [...around.generated, ...resources.map((one) => one['metadata'] as { name: string })];
  const free = NAMES.filter((name) => !taken.some((one) => one.name === name));
  return random.pick(free.length > 0 && random.chance(0.95) ? free : NAMES);
}

const LITERALS: readonly string[] = [
  'host=web',
  'port=80',
  'flag=true',
  'text="quoted"',
  "one='x y'",
  'empty=',
  'k=a=b',
];

function settingsFile(around: Surroundings): string {
  return around.addFile('settings.json', { a: 1, text: 'line\nline\n' });
}

function envFile(random: Random, around: Surroundings): string {
  return around.addFile('values.env', `# comment\nONE=1\n\nTWO="two"\n${random.chance(0.5) ? 'X=a b \n' : ''}`);
}

function configuration(random: Random): Resource {
  return {
    ...random.maybe(0.5, () => ({
      nameReference: [
        { kind: 'ConfigMap', version: 'v1', fieldSpecs: [{ path: 'spec/configMapRef/name', kind: 'Widget' }] },
      ],
    })),
    ...random.maybe(0.5, () => ({ images: [{ path: 'spec/image', kind: 'Widget' }] })),
    ...random.maybe(0.4, () => ({ commonLabels: [{ path: 'spec/labels', create: true, kind: 'Widget' }] })),
    ...random.maybe(0.4, () => ({
      varReference: [{ path: 'metadata/annotations', kind: random.pick(['Service', 'Pod']) }],
    })),
    ...random.maybe(0.3, () => ({ namePrefix: [{ path: 'spec/image', kind: 'Widget' }] })),
    ...random.maybe(0.3, () => ({ namespace: [{ path: 'spec/space', create: true, kind: 'Widget' }] })),
    ...random.maybe(0.3, () => ({ replicas: [{ path: 'spec/parts[]/size', kind: 'Widget' }] })),
  };
}

function transformer(random: Random): Resource {
  const head = (kind: string): Resource => ({ apiVersion: 'builtin', kind, metadata: { name: 'made' } });
  return random.pick<() => Resource>([
    () => ({ ...head('PrefixTransformer'), prefix: 'tr-', fieldSpecs: [{ path: 'metadata/name', kind: 'Service' }] }),
    () => ({
      ...head('LabelTransformer'),
      labels: labels(random),
      fieldSpecs: [{ path: 'metadata/labels', create: true }],
    }),
    () => ({
      ...head('AnnotationsTransformer'),
      annotations: { by: 'transformer' },
      fieldSpecs: [{ path: 'spec/template/metadata/annotations', create: true, kind: 'Deployment' }],
    }),
    () => ({
      ...head('NamespaceTransformer'),
      metadata: { name: 'made', namespace: random.pick(NAMESPACES) },
      unsetOnly: random.chance(0.5),
      fieldSpecs: [{ path: 'metadata/namespace', create: true }],
      setRoleBindingSubjects: random.pick(['defaultOnly', 'allServiceAccounts', 'none']),
    }),
    () => ({
      ...head('ReplicaCountTransformer'),
      replica: { name: random.pick(NAMES), count: 7 },
      fieldSpecs: [{ path: 'spec/replicas', kind: 'Deployment', create: true }],
    }),
  ])();
}

function sortOptions(random: Random): Resource {
  if (random.chance(0.4)) return { order: 'fifo' };
  return {
    order: 'legacy',
    ...random.maybe(0.4, () => ({
      legacySortOptions: { orderFirst: ['Service', 'Widget'], orderLast: ['Deployment'] },
    })),
  };
}
