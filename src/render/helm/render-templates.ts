import { RenderBudget } from '../gotemplate/budget.ts';
import { compareStrings } from '../gotemplate/go-string.ts';
import { TemplateExecError, TemplateParseError } from '../gotemplate/template-error.ts';
import { TemplateSet } from '../gotemplate/template-set.ts';
import type { GoMap, GoValue } from '../gotemplate/value.ts';
import { type Chart, chartFullPath, isLibraryChart, metadataAsMap } from './chart.ts';
import { explainExecError } from './explain-exec-error.ts';
import { FilesObject } from './files-object.ts';
import { HelmError } from './helm-error.ts';
import { type Lookup, TemplateFunctions, withoutNoValue } from './template-functions.ts';
import { tableAt } from './values.ts';

/** What {@link renderTemplates} may use beside the chart. */
export interface RenderTemplatesOptions {
  /** Answers `lookup`; absent: nothing is found. */
  readonly lookup?: Lookup;
  /** Bounds of the render; absent: the default ones. */
  readonly budget?: RenderBudget;
}

/** A template and what it sees. */
interface Renderable {
  readonly text: string;
  readonly data: GoMap;
  readonly basePath: string;
}

/**
 * What the templates of a chart and of all charts below it print, by template name; partials are left out.
 * @param top as `prepareRender` gives it
 * @throws {HelmError} with Helm's text: file, line and column, and what is wrong
 * @throws {TemplateLimitError} when the render goes beyond its bounds
 * @see helm.sh/helm/v4 pkg/engine/engine.go
 */
export function renderTemplates(
  chart: Chart,
  top: GoMap,
  { lookup, budget = new RenderBudget() }: RenderTemplatesOptions = {},
): ReadonlyMap<string, string> {
  const templates = new Map<string, Renderable>();
  collect(chart, top, { templates, parentPath: undefined });
  const functions = new TemplateFunctions(lookup);
  const set: TemplateSet = new TemplateSet(
    functions.bind(() => set),
    { missingKey: 'zero', budget },
  );
  const names = [...templates.keys()].sort(byDepth);
  for (const name of names) parse(set, name, templates.get(name)?.text ?? '');
  const rendered = new Map<string, string>();
  for (const name of names) {
    const template = templates.get(name);
    if (template === undefined || baseName(name).startsWith('_')) continue;
    rendered.set(name, execute(set, name, template));
  }
  return rendered;
}

interface Collecting {
  readonly templates: Map<string, Renderable>;
  readonly parentPath: string | undefined;
}

/** Adds the templates of a chart and those below it; returns what they see. */
function collect(chart: Chart, parent: GoMap, { templates, parentPath }: Collecting): GoMap {
  const path = chartFullPath(chart.metadata.name, parentPath);
  const isRoot = parentPath === undefined;
  const subcharts: GoMap = new Map();
  const values = isRoot ? parent.get('Values') : tableAt(parent, `Values.${chart.metadata.name}`);
  const data: GoMap = new Map<string, GoValue>([
    ['Chart', new Map<string, GoValue>([...metadataAsMap(chart.metadata), ['IsRoot', isRoot]])],
    ['Files', FilesObject.of(chart.files)],
    ['Release', parent.get('Release')],
    ['Capabilities', parent.get('Capabilities')],
    ['Values', values ?? new Map()],
    ['Subcharts', subcharts],
  ]);
  for (const child of chart.dependencies) {
    subcharts.set(child.metadata.name, collect(child, data, { templates, parentPath: path }));
  }
  const isLibrary = isLibraryChart(chart);
  for (const { name, data: bytes } of chart.templates) {
    if (isLibrary && !baseName(name).startsWith('_')) continue;
    templates.set(`${path}/${name}`, { text: textOf(bytes), data, basePath: `${path}/templates` });
  }
  return data;
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Deeper paths first, so that of two definitions the one of the upper chart is read last and counts. */
function byDepth(a: string, b: string): number {
  return b.split('/').length - a.split('/').length || compareStrings(b, a);
}

function parse(set: TemplateSet, name: string, text: string): void {
  try {
    set.parse(name, text);
  } catch (error) {
    if (error instanceof TemplateParseError) throw new HelmError(explainParseError(name, error), { cause: error });
    throw error;
  }
}

function explainParseError(name: string, { message }: TemplateParseError): string {
  const [, location, ...rest] = message.split(': ');
  return location === undefined
    ? `parse error in (${name}): ${message}`
    : `parse error at (${location}): ${rest.at(-1) ?? location}`;
}

function execute(set: TemplateSet, name: string, { data, basePath }: Renderable): string {
  data.set(
    'Template',
    new Map([
      ['Name', name],
      ['BasePath', basePath],
    ]),
  );
  try {
    return withoutNoValue(set.execute(name, data));
  } catch (error) {
    if (error instanceof TemplateExecError) throw new HelmError(explainExecError(name, error), { cause: error });
    throw error;
  }
}
