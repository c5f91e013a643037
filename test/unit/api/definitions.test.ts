import { fileURLToPath } from 'node:url';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { DEFINITION_FOLDERS, renderDefinitions, writeDefinitions } from '../../../scripts/generate-crds.ts';
import { customResourceDefinitions } from '../../../src/api/schema/definitions.ts';

/** What `kubectl apply` may put into its annotation: the limit of all annotations of an object together. */
const ANNOTATION_LIMIT = 262_144;

describe('customResourceDefinitions()', () => {
  it.each(DEFINITION_FOLDERS)('equals the files in %s', (name) => {
    const folder = fileURLToPath(new URL(`../../../${name}`, import.meta.url));
    expect(writeDefinitions(folder, true), 'run "node scripts/generate-crds.ts"').toEqual([]);
  });

  it.each([...customResourceDefinitions()])('writes %s as YAML that reads back the same', (name, definition) => {
    expect(load(renderDefinitions().get(name) ?? '')).toEqual(JSON.parse(JSON.stringify(definition)));
  });

  it.each([...customResourceDefinitions()])('keeps %s small enough for kubectl apply', (_, definition) => {
    expect(JSON.stringify(definition).length).toBeLessThan(ANNOTATION_LIMIT);
  });

  it.each([
    ['application.yaml', 'applications', ['app', 'apps'], false],
    ['appproject.yaml', 'appprojects', ['appproj', 'appprojs'], false],
    ['applicationset.yaml', 'applicationsets', ['appset', 'appsets'], true],
  ])('names and subresources of %s are those of Argo CD', (file, plural, shortNames, statusSubresource) => {
    const definition = customResourceDefinitions().get(file);
    expect(definition?.metadata.name).toBe(`${plural}.argoproj.io`);
    expect(definition?.spec).toMatchObject({
      group: 'argoproj.io',
      names: { plural, shortNames },
      scope: 'Namespaced',
    });
    const [version] = (definition?.spec['versions'] ?? []) as { subresources?: unknown }[];
    expect(version?.subresources).toEqual(statusSubresource ? { status: {} } : undefined);
  });

  it('says of what Holdfast does not act on yet that it does not', () => {
    const application = JSON.stringify(customResourceDefinitions().get('application.yaml'));
    expect(application).toContain('Options of a configuration management plugin. Not acted on yet.');
  });
});
