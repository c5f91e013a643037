import type { JsonObject, JsonValue, KubeObject } from '../../../src/object/kube-object.ts';
import type { TestCluster } from '../../support/cluster-fixture.ts';
import { type CommandResult, runCommand } from '../../support/controlplane/command.ts';
import { kubeRequest } from '../../support/controlplane/kube-request.ts';
import { isObject, mergePatch, type PatchOperation } from './json.ts';
import { partialOf, strategicPatch } from './patches.ts';
import type { Random } from './random.ts';
import type { SchemaNode } from './schema.ts';

/** What is to be written, in all the forms that a way may need. */
export interface Write {
  readonly cluster: TestCluster;
  readonly path: `/${string}`;
  readonly node: SchemaNode;
  readonly before: KubeObject;
  readonly mutated: JsonObject;
  readonly operations: readonly PatchOperation[];
  /** What Git states. */
  readonly manifest: JsonObject;
  readonly custom: boolean;
}

/** The object as the API server answered; a text when it or kubectl refused; nothing where the way cannot say it. */
export type Written = KubeObject | string | undefined;

/** One way of changing an object by hand. */
export type Way = (write: Write) => Promise<Written>;

const JSON_PATCH = 'application/json-patch+json';
const MERGE = 'application/merge-patch+json';
const STRATEGIC = 'application/strategic-merge-patch+json';
const APPLY = 'application/apply-patch+yaml';

async function send(
  write: Write,
  method: 'PUT' | 'PATCH',
  body: unknown,
  rest: { type?: string; query?: string } = {},
): Promise<Written> {
  const { type = 'application/json', query = '' } = rest;
  const target = `${method} ${write.path}?fieldManager=eve${query}` as const;
  const answer = await kubeRequest(write.cluster, target, { body, contentType: type });
  return answer.status === 200 ? (answer.body as KubeObject) : JSON.stringify(answer.body).slice(0, 300);
}

/** As a person's file has it: without what the server keeps. */
function clean(object: JsonObject): JsonObject {
  const { status: _status, metadata, ...rest } = object;
  const {
    managedFields: _m,
    resourceVersion: _r,
    uid: _u,
    generation: _g,
    creationTimestamp: _c,
    ...meta
  } = isObject(metadata) ? metadata : {};
  return { ...rest, metadata: meta };
}

function partial(write: Write): JsonObject | undefined {
  const { before, mutated } = write;
  const part = partialOf(write.node, before as unknown as JsonObject, mutated);
  if (!isObject(part)) return undefined;
  const { name, namespace } = before.metadata;
  const meta = {
    ...(isObject(part['metadata']) ? part['metadata'] : {}),
    name,
    ...(namespace === undefined ? {} : { namespace }),
  };
  return { ...part, apiVersion: before.apiVersion, kind: before.kind, metadata: meta };
}

/** Ways that go straight to the API. */
export const API_WAYS: Readonly<Record<string, Way>> = {
  PUT: (write) => send(write, 'PUT', write.mutated),
  'merge patch': (write) =>
    send(write, 'PATCH', mergePatch(write.before as unknown as JsonObject, write.mutated), { type: MERGE }),
  'strategic merge patch': async (write) =>
    write.custom
      ? undefined
      : send(write, 'PATCH', strategicPatch(write.node, write.before as unknown as JsonObject, write.mutated), {
          type: STRATEGIC,
        }),
  'JSON patch': (write) => send(write, 'PATCH', write.operations, { type: JSON_PATCH }),
  'apply, forced': async (write) => {
    const body = partial(write);
    return body === undefined ? undefined : send(write, 'PATCH', body, { type: APPLY, query: '&force=true' });
  },
  apply: async (write) => {
    const body = partial(write);
    return body === undefined ? undefined : send(write, 'PATCH', body, { type: APPLY });
  },
  'apply of the same values': (write) => {
    const { name, namespace } = write.before.metadata;
    const { apiVersion, kind } = write.before;
    const metadata = { name, ...(namespace === undefined ? {} : { namespace }), labels: { 'theirs-co-owned': name } };
    return send(write, 'PATCH', { ...write.manifest, apiVersion, kind, metadata }, { type: APPLY });
  },
  'PUT without managed fields': (write) => {
    const metadata = isObject(write.mutated['metadata']) ? write.mutated['metadata'] : {};
    return send(write, 'PUT', { ...write.mutated, metadata: { ...metadata, managedFields: [{}] } });
  },
};

async function kubectl(write: Write, args: readonly string[], input?: string): Promise<Written> {
  const { namespace } = write.before.metadata;
  const scope = namespace === undefined ? [] : ['-n', namespace];
  return decode(await write.cluster.kubectl([...args, ...scope, '-o', 'json'], input === undefined ? {} : { input }));
}

function decode({ code, stdout, stderr }: CommandResult): Written {
  if (code !== 0) return stderr.slice(0, 300) || 'no error';
  const start = stdout.indexOf('{');
  return start < 0 ? `printed no object: ${stdout.slice(0, 100)}` : (JSON.parse(stdout.slice(start)) as KubeObject);
}

function patchWay(type: string, body: (write: Write) => JsonValue): Way {
  return (write) => kubectl(write, ['patch', ref(write), '--type', type, '-p', JSON.stringify(body(write))]);
}

function ref({ before, path }: Write): string {
  const group = before.apiVersion.includes('/') ? `.${before.apiVersion.split('/').reverse().join('.')}` : '';
  return `${path.split('/').at(-2) ?? ''}${group}/${before.metadata.name}`;
}

/** kubectl's commands for any object, each with the mutation that was asked for. */
export const KUBECTL_WAYS: Readonly<Record<string, Way>> = {
  'kubectl replace': (write) => kubectl(write, ['replace', '-f', '-'], JSON.stringify(write.mutated)),
  'kubectl patch merge': patchWay('merge', (write) => mergePatch(write.before as unknown as JsonObject, write.mutated)),
  'kubectl patch json': patchWay('json', (write) => write.operations as unknown as JsonValue),
  'kubectl patch strategic': async (write) =>
    write.custom
      ? undefined
      : patchWay('strategic', (w) => strategicPatch(w.node, w.before as unknown as JsonObject, w.mutated))(write),
  'kubectl apply': (write) => kubectl(write, ['apply', '-f', '-'], JSON.stringify(clean(write.mutated))),
  'kubectl apply --server-side': (write) =>
    kubectl(write, ['apply', '--server-side', '--force-conflicts', '-f', '-'], JSON.stringify(clean(write.mutated))),
};

/** kubectl's commands that have a mutation of their own. */
export function ownCommand(
  write: Write,
  random: Random,
  serial: string,
): { what: string; run: () => Promise<Written> } | undefined {
  const { kind } = write.before;
  const target = ref(write);
  const labels = Object.keys(write.before.metadata.labels ?? {});
  const notes = Object.keys(write.before.metadata.annotations ?? {});
  const scalable = ['Deployment', 'StatefulSet', 'ReplicaSet'].includes(kind);
  const templated = scalable || kind === 'DaemonSet';
  const label = random.pick(labels) ?? 'team';
  const note = random.pick(notes) ?? 'note';
  const commands: (readonly string[] | false)[] = [
    ['label', target, '--overwrite', `${label}=by-hand-${serial}`],
    ['label', target, `${label}-`],
    ['label', target, `theirs-${serial}=added`],
    ['annotate', target, '--overwrite', `${note}=by-hand-${serial}`],
    ['annotate', target, `${note}-`],
    ['annotate', target, `theirs-${serial}=added`],
    scalable && ['scale', target, `--replicas=${1 + random.below(2)}`],
    templated && ['set', 'image', target, `main=registry.example/by-hand:${serial}`],
    templated && ['set', 'env', target, `A=by-hand-${serial}`],
    templated && ['set', 'env', target, 'A-'],
    templated && ['set', 'env', target, `THEIRS_${serial}=added`],
    templated && ['set', 'resources', target, '-c', 'main', '--limits=cpu=900m'],
    kind === 'Deployment' && ['set', 'serviceaccount', target, 'default'],
    kind === 'Service' && ['set', 'selector', target, `app=by-hand-${serial}`],
  ];
  const args = random.pick(commands.filter((command) => command !== false));
  if (args === undefined) return undefined;
  const what = `kubectl ${args[0] === 'set' ? `set ${args[1] ?? ''}` : (args[0] ?? '')}`;
  return { what, run: () => kubectl(write, args) };
}

/** What `kubectl edit` needs: the program, the file that its editor puts in place, and a home for its cache. */
export interface Editor {
  readonly kubectl: readonly string[];
  readonly file: string;
  readonly home: string;
}

/** `kubectl edit` with an editor that puts the mutated object into the file; answers with the object as it was. */
export async function editWith(write: Write, { kubectl: program, file, home }: Editor): Promise<Written> {
  const { namespace } = write.before.metadata;
  const args = ['edit', ref(write), '-o', 'json', ...(namespace === undefined ? [] : ['-n', namespace])];
  const command = [...program, `--kubeconfig=${write.cluster.kubeconfigPath}`, ...args];
  const env = { PATH: process.env['PATH'] ?? '', HOME: home, KUBE_EDITOR: `cp ${file}` };
  const edited = await runCommand(command, { env });
  return edited.code === 0 ? write.before : edited.stderr.slice(0, 300) || 'no error';
}
