import type { Random } from './random.ts';
import { IMAGES, labels, type Resource } from './sample-resources.ts';
import { type Surroundings, targetOf } from './surroundings.ts';
import { type Data, writeYaml } from './write-yaml.ts';

/** `patches`, `patchesStrategicMerge` and `patchesJson6902` for resources that are there. */
export function samplePatches(random: Random, around: Surroundings): Resource {
  if (around.resources.length === 0) return {};
  return {
    ...random.maybe(0.45, () => ({
      patches: Array.from({ length: random.integer(1, 2) }, () => patch(random, around)),
    })),
    ...random.maybe(0.12, () => ({ patchesStrategicMerge: [merge(random, around, random.pick(around.resources))] })),
    ...random.maybe(0.12, () => ({ patchesJson6902: [jsonPatch(random, around)] })),
  };
}

function patch(random: Random, around: Surroundings): Resource {
  const resource = random.pick(around.resources);
  if (random.chance(0.4)) {
    const target = random.chance(0.7) ? exactly(resource) : targetOf(random, resource);
    return { target, ...content(random, around, 'ops.yaml', operations(random, resource)) };
  }
  const body = strategic(random, resource);
  if (random.chance(0.6)) return content(random, around, 'patch.yaml', body);
  if (random.chance(0.3)) {
    // Of a generated object whose kind a patch changes, the hash depends on the lines of the patch: nobody wants that.
    const options = { allowNameChange: true, allowKindChange: random.chance(0.5) };
    return { target: exactly(resource), ...content(random, around, 'patch.yaml', body), options };
  }
  return { target: targetOf(random, resource), ...content(random, around, 'patch.yaml', body) };
}

function exactly(resource: Resource): Resource {
  return { kind: resource['kind'] ?? '', name: (resource['metadata'] as { name: string }).name };
}

function merge(random: Random, around: Surroundings, resource: Resource): Data {
  const body = strategic(random, resource);
  return random.chance(0.6) ? around.addFile('merge.yaml', body) : writeYaml(random, body);
}

function jsonPatch(random: Random, around: Surroundings): Resource {
  const resource = random.pick(around.resources);
  const { apiVersion, kind, metadata } = resource as { apiVersion: string; kind: string; metadata: { name: string } };
  const [version = '', group] = apiVersion.split('/').reverse();
  const target = { ...(group === undefined ? {} : { group }), version, kind, name: metadata.name };
  return { target, ...content(random, around, 'json-patch.yaml', operations(random, resource)) };
}

function content(random: Random, around: Surroundings, name: string, body: Data): Resource {
  return random.chance(0.5) ? { path: around.addFile(name, body) } : { patch: writeYaml(random, body) };
}

/** A patch that keeps to the shape of its resource, with directives now and then. */
function strategic(random: Random, resource: Resource): Resource {
  const { apiVersion, kind } = resource;
  const { name, namespace } = resource['metadata'] as { name: string; namespace?: string };
  const head = { apiVersion, kind, metadata: { name, ...(namespace === undefined ? {} : { namespace }) } };
  if (random.chance(0.08)) return { ...head, $patch: random.pick(['delete', 'replace']) };
  if (random.chance(0.25)) {
    return {
      ...head,
      metadata: { ...head.metadata, labels: { tier: null, patched: 'yes' }, annotations: { note: null } },
    };
  }
  const change = CHANGES[kind as string];
  return change === undefined
    ? { ...head, metadata: { ...head.metadata, labels: labels(random) } }
    : { ...head, ...change(random) };
}

/** Changes to the fields that make a kind's merge interesting. */
const CHANGES: Readonly<Record<string, (random: Random) => Resource>> = {
  Deployment: (random) => ({ spec: { replicas: random.pick<Data>([2, null]), template: podChange(random) } }),
  StatefulSet: (random) => ({ spec: { template: podChange(random) } }),
  DaemonSet: (random) => ({
    spec: { template: podChange(random), selector: { $patch: 'replace', matchLabels: { a: 'b' } } },
  }),
  Pod: (random) => ({ spec: specChange(random) }),
  Service: (random) => ({
    spec: {
      ports: [{ port: random.pick([80, 53, 443]), name: 'changed' }],
      ...random.maybe(0.3, () => ({ type: 'NodePort' })),
    },
  }),
  ConfigMap: (random) => ({ data: { port: random.pick<Data>([null, '9', 'multi\nline\n']), added: 'x' } }),
  Role: () => ({ rules: [{ apiGroups: ['apps'], resources: ['deployments'], verbs: ['*'] }] }),
  Widget: (random) => ({
    spec: {
      parts: [{ name: 'one', size: 2 }, random.pick<Data>([{ name: 'three' }, { name: 'two', $patch: 'delete' }])],
    },
  }),
  ServiceAccount: () => ({ imagePullSecrets: [{ name: 'added' }], secrets: [{ name: 's' }] }),
};

function podChange(random: Random): Resource {
  return {
    ...random.maybe(0.3, () => ({ metadata: { labels: { patched: 'true' } } })),
    spec: specChange(random),
  };
}

function specChange(random: Random): Resource {
  return {
    containers: [
      {
        name: random.pick(['main', 'side', 'new']),
        ...random.maybe(0.5, () => ({ image: random.pick(IMAGES) })),
        ...random.maybe(0.3, () => ({
          env: [
            { name: 'HOST', value: 'changed' },
            { name: 'NEW', value: '1' },
          ],
        })),
        ...random.maybe(0.2, () => ({ env: [{ name: 'A', $patch: 'delete' }] })),
        ...random.maybe(0.2, () => ({ ports: [{ containerPort: 9090, protocol: 'TCP' }, { containerPort: 1 }] })),
        ...random.maybe(0.2, () => ({ args: ['--new'] })),
        ...random.maybe(0.2, () => ({ resources: { limits: null } })),
      },
      ...(random.chance(0.15) ? [{ name: 'side', $patch: 'delete' }] : []),
    ],
    ...random.maybe(0.2, () => ({ volumes: [{ name: 'config', emptyDir: {}, configMap: null }] })),
    ...random.maybe(0.1, () => ({ volumes: [{ $patch: 'replace' }, { name: 'only', emptyDir: {} }] })),
    ...random.maybe(0.1, () => ({ '$setElementOrder/containers': [{ name: 'side' }, { name: 'main' }] })),
  };
}

function operations(random: Random, resource: Resource): Resource[] {
  const hasContainers = (resource['spec'] as Resource | undefined)?.['template'] !== undefined;
  const hasAnnotations = (resource['metadata'] as Resource)['annotations'] !== undefined;
  const all: Resource[] = [
    { op: 'add', path: '/metadata/labels', value: { patched: 'yes' } },
    ...(hasAnnotations || random.chance(0.1) ? [{ op: 'add', path: '/metadata/annotations/a~1b', value: 'x' }] : []),
    { op: 'replace', path: '/metadata/name', value: 'renamed' },
    { op: 'test', path: '/kind', value: resource['kind'] ?? '' },
    { op: 'add', path: '/extra', value: { list: [1, 'two', null, { three: 3 }] } },
    { op: 'copy', from: '/metadata/name', path: '/copied' },
    { op: 'move', from: '/apiVersion', path: '/apiVersion' },
    ...random
      .some(['/spec', '/data', '/rules'], 0.5)
      .filter((path) => resource[path.slice(1)] !== undefined || random.chance(0.1))
      .map((path) => ({ op: 'remove', path })),
    ...(hasContainers
      ? [
          { op: 'replace', path: '/spec/template/spec/containers/0/image', value: 'patched:1' },
          { op: 'add', path: '/spec/template/spec/containers/-', value: { name: 'last', image: 'x' } },
          { op: 'add', path: '/spec/template/spec/containers/0/command', value: ['a'] },
        ]
      : []),
  ];
  const wanted = random.some(all, 0.25);
  return wanted.length > 0 ? wanted : [random.pick(all)];
}
