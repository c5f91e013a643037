import type { JsonValue } from '../../object/kube-object.ts';
import { quoteString } from '../gotemplate/go-string.ts';
import type { GoValue } from '../gotemplate/value.ts';
import type { ChartLock, Dependency, Maintainer, Metadata } from './chart.ts';
import { isSemver } from './compatible-range.ts';
import { type DecodedStruct, decodeStruct, type FieldType, type StructType } from './decode-struct.ts';
import { HelmError } from './helm-error.ts';

const MAINTAINER: StructType = {
  name: 'Maintainer',
  goType: 'v2.Maintainer',
  fields: new Map<string, FieldType>([
    ['name', 'string'],
    ['email', 'string'],
    ['url', 'string'],
  ]),
};

const DEPENDENCY: StructType = {
  name: 'Dependency',
  goType: 'v2.Dependency',
  fields: new Map<string, FieldType>([
    ['name', 'string'],
    ['version', 'string'],
    ['repository', 'string'],
    ['condition', 'string'],
    ['tags', 'strings'],
    ['enabled', 'bool'],
    ['import-values', 'any list'],
    ['alias', 'string'],
  ]),
};

const METADATA: StructType = {
  name: 'Metadata',
  goType: 'v2.Metadata',
  fields: new Map<string, FieldType>([
    ['name', 'string'],
    ['home', 'string'],
    ['sources', 'strings'],
    ['version', 'string'],
    ['description', 'string'],
    ['keywords', 'strings'],
    ['maintainers', { structs: MAINTAINER }],
    ['icon', 'string'],
    ['apiVersion', 'string'],
    ['condition', 'string'],
    ['tags', 'string'],
    ['appVersion', 'string'],
    ['deprecated', 'bool'],
    ['annotations', 'string map'],
    ['kubeVersion', 'string'],
    ['dependencies', { structs: DEPENDENCY }],
    ['type', 'string'],
  ]),
};

const LOCK: StructType = {
  name: 'Lock',
  goType: 'v2.Lock',
  fields: new Map<string, FieldType>([
    ['generated', 'time'],
    ['digest', 'string'],
    ['dependencies', { structs: DEPENDENCY }],
  ]),
};

/**
 * Reads Chart.yaml's or requirements.yaml's JSON, as `readYamlFile` gives it. The fields that a later text has replace
 * those of an earlier one: `new Map([...chart, ...requirements])`.
 * @throws {HelmError} for a field of another type than Helm's
 */
export function decodeMetadata(json: JsonValue): DecodedStruct {
  return decodeStruct(json, METADATA, 'float');
}

/**
 * Reads Chart.lock's JSON, as `readYamlFile` gives it.
 * @throws {HelmError} for a field of another type than Helm's
 */
export function decodeLock(json: JsonValue): ChartLock {
  const fields = decodeStruct(json, LOCK, 'float');
  return { digest: textOf(fields, 'digest'), dependencies: structsOf(fields, 'dependencies').map(toDependency) };
}

/**
 * Checks and cleans what {@link decodeMetadata} read.
 * @throws {HelmError} `validation: chart.metadata.name is required` and the like
 * @see helm.sh/helm/v4 pkg/chart/v2/metadata.go Validate
 */
export function validateMetadata(fields: DecodedStruct): Metadata {
  const clean = (name: string): string => sanitize(textOf(fields, name));
  const name = clean('name');
  const version = textOf(fields, 'version');
  const type = textOf(fields, 'type');
  checkNames(textOf(fields, 'apiVersion'), name);
  if (version === '') throw invalid('chart.metadata.version is required');
  if (!isSemver(version)) throw invalid(`chart.metadata.version ${quoteString(version)} is invalid`);
  if (!['', 'application', 'library'].includes(type)) {
    throw invalid('chart.metadata.type must be application or library');
  }
  const maintainers = structsOf(fields, 'maintainers').map(toMaintainer);
  const dependencies = fields.has('dependencies') ? toDependencies(structsOf(fields, 'dependencies')) : undefined;
  return {
    name,
    home: clean('home'),
    sources: textsOf(fields, 'sources').map(sanitize),
    version,
    description: clean('description'),
    keywords: textsOf(fields, 'keywords').map(sanitize),
    maintainers,
    icon: clean('icon'),
    apiVersion: textOf(fields, 'apiVersion'),
    condition: clean('condition'),
    tags: clean('tags'),
    appVersion: clean('appVersion'),
    deprecated: fields.get('deprecated') === true,
    annotations: (fields.get('annotations') as ReadonlyMap<string, string> | undefined) ?? new Map(),
    kubeVersion: clean('kubeVersion'),
    dependencies,
    type,
  };
}

function checkNames(apiVersion: string, name: string): void {
  if (apiVersion === '') throw invalid('chart.metadata.apiVersion is required');
  if (name === '') throw invalid('chart.metadata.name is required');
  if (name === '.' || name === '..') throw invalid(`chart.metadata.name ${quoteString(name)} is not allowed`);
  if (name.includes('/')) throw invalid(`chart.metadata.name ${quoteString(name)} is invalid`);
}

function toMaintainer(fields: DecodedStruct | null): Maintainer {
  if (fields === null) throw invalid('maintainers must not contain empty or null nodes');
  return {
    name: sanitize(textOf(fields, 'name')),
    email: sanitize(textOf(fields, 'email')),
    url: sanitize(textOf(fields, 'url')),
  };
}

function toDependencies(structs: readonly (DecodedStruct | null)[]): Dependency[] {
  const seen = new Set<string>();
  return structs.map((fields) => {
    if (fields === null) throw invalid('dependencies must not contain empty or null nodes');
    const dependency = toDependency(fields);
    const { name, alias } = dependency;
    if (alias !== '' && !/^[a-zA-Z0-9_-]+$/.test(alias)) {
      throw invalid(`dependency ${quoteString(name)} has disallowed characters in the alias`);
    }
    const key = alias === '' ? name : alias;
    if (seen.has(key)) throw invalid(`more than one dependency with name or alias ${quoteString(key)}`);
    seen.add(key);
    return dependency;
  });
}

function toDependency(fields: DecodedStruct | null): Dependency {
  const empty: DecodedStruct = new Map();
  const from = fields ?? empty;
  return {
    name: sanitize(textOf(from, 'name')),
    version: sanitize(textOf(from, 'version')),
    repository: sanitize(textOf(from, 'repository')),
    condition: sanitize(textOf(from, 'condition')),
    tags: textsOf(from, 'tags').map(sanitize),
    enabled: from.get('enabled') === true,
    importValues: (from.get('import-values') as readonly GoValue[] | undefined) ?? [],
    alias: textOf(from, 'alias'),
  };
}

/** Every space becomes a plain one, and what Go does not call printable goes. */
function sanitize(text: string): string {
  return text.replace(/[\t\n\v\f\r \u{85}\p{Z}]/gu, ' ').replace(/[^ \p{L}\p{M}\p{N}\p{P}\p{S}]/gu, '');
}

function textOf(fields: DecodedStruct, name: string): string {
  const value = fields.get(name);
  return typeof value === 'string' ? value : '';
}

function textsOf(fields: DecodedStruct, name: string): readonly string[] {
  return (fields.get(name) as readonly string[] | undefined) ?? [];
}

function structsOf(fields: DecodedStruct, name: string): readonly (DecodedStruct | null)[] {
  return (fields.get(name) as readonly (DecodedStruct | null)[] | undefined) ?? [];
}

function invalid(message: string): HelmError {
  return new HelmError(`validation: ${message}`);
}
