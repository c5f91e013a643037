import type { Random } from './random.ts';
import type { Resource } from './sample-resources.ts';
import { type Surroundings, targetOf } from './surroundings.ts';

/** `replacements`, inline or in a file. */
export function sampleReplacements(random: Random, around: Surroundings): Resource[] {
  const made = Array.from({ length: random.integer(1, 2) }, () => replacement(random, around));
  return random.chance(0.7) ? made : [{ path: around.addFile('replacement.yaml', made) }];
}

function replacement(random: Random, around: Surroundings): Resource {
  const source = around.resources.length > 0 ? random.pick(around.resources) : undefined;
  const { kind = 'ConfigMap', metadata } = (source ?? {}) as { kind?: string; metadata?: { name: string } };
  const options = random.maybe(0.25, () => ({
    options: { delimiter: random.pick(['-', ':', '.']), index: random.chance(0.95) ? 0 : 1 },
  }));
  const path = kind === 'ConfigMap' && random.chance(0.6) ? { fieldPath: random.pick(['data.host', 'data.port']) } : {};
  return {
    source: { kind, name: metadata?.name ?? 'web', ...path, ...options },
    targets: [target(random, around), ...(random.chance(0.3) ? [target(random, around)] : [])],
  };
}

function target(random: Random, around: Surroundings): Resource {
  const resource: Resource =
    around.resources.length > 0 ? random.pick(around.resources) : { kind: 'Pod', metadata: { name: 'web' } };
  const isWorkload = (resource['spec'] as Resource | undefined)?.['template'] !== undefined;
  const paths = isWorkload
    ? [
        'spec.template.spec.containers.[name=main].image',
        'spec.template.spec.containers.*.image',
        'spec.template.spec.containers.0.workingDir',
        'spec.template.spec.containers.[name=main].env.[name=HOST].value',
      ]
    : ['metadata.labels.app', 'metadata.annotations.note', 'spec.added'];
  return {
    select: targetOf(random, resource),
    ...random.maybe(0.15, () => ({ reject: [{ name: 'db' }] })),
    fieldPaths: [random.pick(paths)],
    ...random.maybe(0.95, () => ({
      options: {
        create: random.chance(0.95),
        ...random.maybe(0.3, () => ({ delimiter: random.pick(['/', ':', '-']), index: random.integer(-1, 2) })),
      },
    })),
  };
}

/** `vars`, of which one is the name that the sample resources mention. */
export function sampleVars(random: Random, around: Surroundings): Resource[] {
  if (around.resources.length === 0) return [];
  const { apiVersion = 'v1', kind = 'Pod', metadata } = random.pick(around.resources);
  const { name, namespace } = metadata as { name: string; namespace?: string };
  const namespaced = namespace !== undefined && random.chance(0.5);
  return [
    {
      name: 'WEB_NAME',
      objref: { apiVersion, kind, name },
      ...random.maybe(0.5, () => ({
        fieldref: { fieldpath: random.pick(namespaced ? ['metadata.namespace'] : ['metadata.name', 'kind']) },
      })),
    },
  ];
}
