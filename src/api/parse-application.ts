import { checkSchema, isRecord } from './check-schema.ts';
import { applicationSpecSchema, applicationStatusSchema, operationSchema } from './schema/application-schema.ts';
import { mapOf, object, type Schema, text, texts } from './schema/schema.ts';
import { settingsOf, sourcesOf } from './settings.ts';
import {
  API_VERSION,
  type Application,
  type ApplicationSource,
  type ApplicationSpec,
  type ApplicationStatus,
  type Operation,
} from './types.ts';

/** An application, or why the object is none. `warnings` name what in it has no effect. */
export type ParsedApplication =
  | { readonly application: Application; readonly warnings: readonly string[] }
  | { readonly problems: readonly string[] };

/** The name of the project that every installation has. */
export const DEFAULT_PROJECT = 'default';

const metadataSchema: Schema = object(
  {
    name: text(),
    namespace: text(),
    uid: text(),
    resourceVersion: text(),
    creationTimestamp: text(),
    deletionTimestamp: text(),
    labels: mapOf(text()),
    annotations: mapOf(text()),
    finalizers: texts(),
  },
  { required: ['name'] },
);

/**
 * The Application in `value`, which may be anything; never throws. The parts of `value` are shared, not copied, and
 * must not be changed afterwards.
 *
 * A broken spec yields problems, in words for a condition `InvalidSpecError`. A broken part of `status` is left out
 * with a warning: any client may write it, and it must not be able to stop the application.
 */
export function parseApplication(value: unknown): ParsedApplication {
  try {
    return parse(value);
  } catch {
    // JSON cannot get here; only exotic objects (throwing getters, revoked proxies) can.
    return { problems: ['the object cannot be read'] };
  }
}

function parse(value: unknown): ParsedApplication {
  if (!isRecord(value)) return { problems: ['an Application must be an object'] };
  const problems = [
    ...checkIdentity(value),
    ...checkSchema(metadataSchema, value['metadata'], 'metadata'),
    ...checkSchema(applicationSpecSchema, value['spec'], 'spec'),
  ];
  if (problems.length > 0) return { problems };
  const spec = normaliseSpec(value['spec'] as ApplicationSpec);
  const invalid = [...checkDestination(spec), ...checkSources(spec)];
  if (invalid.length > 0) return { problems: invalid };
  const { settings, problems: warnings } = settingsOf(spec);
  const status = readStatus(value['status']);
  const operation = readOperation(value['operation']);
  const application: Application = {
    apiVersion: API_VERSION,
    kind: 'Application',
    metadata: value['metadata'] as Application['metadata'],
    spec,
    settings,
    status: status.value,
    ...(operation.value === undefined ? {} : { operation: operation.value }),
  };
  return { application, warnings: [...warnings, ...status.warnings, ...operation.warnings] };
}

function checkIdentity(value: Readonly<Record<string, unknown>>): string[] {
  const problems: string[] = [];
  if (value['apiVersion'] !== API_VERSION) problems.push(`apiVersion must be ${API_VERSION}`);
  if (value['kind'] !== 'Application') problems.push('kind must be Application');
  return problems;
}

function normaliseSpec(spec: ApplicationSpec): ApplicationSpec {
  return { ...spec, project: spec.project || DEFAULT_PROJECT };
}

function checkDestination({ destination }: ApplicationSpec): string[] {
  if (destination.server && destination.name) {
    return ['spec.destination names a cluster twice: state server or name, not both'];
  }
  if (!destination.server && !destination.name) {
    return ['spec.destination names no cluster: state server (https://kubernetes.default.svc is this one) or name'];
  }
  return [];
}

/** @see https://github.com/argoproj/argo-cd/blob/37ee0097cf851bc2dd7665fc081bbce61a7e836e/util/argo/argo.go#L600 */
function checkSources(spec: ApplicationSpec): string[] {
  const sources = sourcesOf(spec);
  if (sources.length === 0) return ['spec has no source: state source.repoURL and source.path'];
  const many = (spec.sources ?? []).length > 0;
  return sources.flatMap((source, index) => checkSource(source, many ? `spec.sources[${index}]` : 'spec.source', many));
}

function checkSource(source: ApplicationSource, path: string, many: boolean): string[] {
  if (source.repoURL === '') return [`${path}.repoURL is empty`];
  if (!source.path && !source.chart && !(many && source.ref)) {
    const choices = many ? 'path, chart or ref' : 'path or chart';
    return [`${path} needs one of ${choices}; the root of the repository is path "."`];
  }
  if (source.chart && !source.targetRevision) return [`${path}.targetRevision is missing: a chart needs its version`];
  return [];
}

function readStatus(value: unknown): { value: ApplicationStatus; warnings: string[] } {
  if (value === undefined || value === null) return { value: {}, warnings: [] };
  if (!isRecord(value)) return { value: {}, warnings: ['status is no object and was left out'] };
  const kept: Record<string, unknown> = {};
  const warnings: string[] = [];
  for (const [name, schema] of Object.entries(applicationStatusSchema.properties ?? {})) {
    if (!Object.hasOwn(value, name)) continue;
    const [problem] = checkSchema(schema, value[name], `status.${name}`);
    if (problem === undefined) kept[name] = value[name];
    else warnings.push(`status.${name} was left out: ${problem}`);
  }
  return { value: kept, warnings };
}

function readOperation(value: unknown): { value: Operation | undefined; warnings: string[] } {
  if (value === undefined || value === null) return { value: undefined, warnings: [] };
  const [problem] = checkSchema(operationSchema, value, 'operation');
  if (problem === undefined) return { value, warnings: [] };
  return { value: undefined, warnings: [`operation was left out: ${problem}`] };
}
