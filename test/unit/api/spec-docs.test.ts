import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { appProjectSpecSchema } from '../../../src/api/schema/app-project-schema.ts';
import {
  applicationSpecSchema,
  applicationStatusSchema,
  operationSchema,
} from '../../../src/api/schema/application-schema.ts';
import { applicationSetSpecSchema } from '../../../src/api/schema/application-set-schema.ts';
import type { Schema } from '../../../src/api/schema/schema.ts';
import { DEFAULT_SYNC_OPTIONS } from '../../../src/api/sync-options.ts';

const APPLICATION = readFileSync(new URL('../../../docs/spec/application.md', import.meta.url), 'utf8');
const APP_PROJECT = readFileSync(new URL('../../../docs/spec/appproject.md', import.meta.url), 'utf8');
const APPLICATION_SET = readFileSync(new URL('../../../docs/spec/applicationset.md', import.meta.url), 'utf8');

describe('docs/spec/application.md', () => {
  it('has a section for every field of spec, of syncPolicy and for every tool of a source', () => {
    const { syncPolicy, source } = applicationSpecSchema.properties ?? {};
    const tools = Object.entries(source?.properties ?? {}).filter(([, field]) => field.type === 'object');
    const expected = [
      ...Object.keys(applicationSpecSchema.properties ?? {}).map((name) => `## spec.${name}`),
      ...Object.keys(syncPolicy?.properties ?? {}).map((name) => `### spec.syncPolicy.${name}`),
      ...tools.map(([name]) => `### spec.source.${name}`),
    ];
    expect(expected.filter((heading) => !APPLICATION.split('\n').includes(heading))).toEqual([]);
  });

  it('names every field of spec, two levels down', () => {
    const names = [...namesOf(applicationSpecSchema, 2), ...namesOf(applicationSpecSchema.properties?.['source'], 2)];
    expect(names.filter((name) => !isNamed(APPLICATION, name))).toEqual([]);
  });

  it('names every field of operation and of its sync', () => {
    expect(namesOf(operationSchema, 2).filter((name) => !isNamed(APPLICATION, name))).toEqual([]);
  });

  it('names every field of status', () => {
    expect(namesOf(applicationStatusSchema, 1).filter((name) => !isNamed(APPLICATION, name))).toEqual([]);
  });

  it('names every sync option', () => {
    const options = Object.keys(DEFAULT_SYNC_OPTIONS).map((name) => `${name.charAt(0).toUpperCase()}${name.slice(1)}`);
    expect(options.filter((name) => !isNamed(APPLICATION, name))).toEqual([]);
  });
});

describe('docs/spec/appproject.md', () => {
  it('names every field of spec', () => {
    expect(namesOf(appProjectSpecSchema, 1).filter((name) => !isNamed(APP_PROJECT, name))).toEqual([]);
  });
});

describe('docs/spec/applicationset.md', () => {
  it('names every field of spec and every generator', () => {
    const generators = applicationSetSpecSchema.properties?.['generators']?.items;
    const names = [...namesOf(applicationSetSpecSchema, 1), ...namesOf(generators, 1)];
    expect(names.filter((name) => !isNamed(APPLICATION_SET, name))).toEqual([]);
  });
});

/** Whether a page has the name in code (`name`, `parent.name`, `name=value`, `name…`) or as the end of a heading. */
function isNamed(page: string, name: string): boolean {
  return new RegExp(`\`(?:[\\w./-]+\\.)?${name}(?:[=.…][^\`]*)?\`|^#.*\\.${name}$`, 'm').test(page);
}

function namesOf(schema: Schema | undefined, levels: number): string[] {
  if (schema === undefined || levels === 0) return [];
  if (schema.items !== undefined) return namesOf(schema.items, levels);
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => [name, ...namesOf(field, levels - 1)]);
}
