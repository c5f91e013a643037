import { RenderBudget } from '../gotemplate/budget.ts';
import type { RandomCall } from '../gotemplate/function-table.ts';
import { compareStrings } from '../gotemplate/go-string.ts';
import { NamedMap } from '../gotemplate/named-map.ts';
import type { TemplateCache } from '../gotemplate/template-cache.ts';
import { TemplateExecError, TemplateParseError } from '../gotemplate/template-error.ts';
import { TemplateSet } from '../gotemplate/template-set.ts';
import type { GoMap, GoValue } from '../gotemplate/value.ts';
import { type Chart, chartFullPath, isLibraryChart, metadataAsMap } from './chart.ts';
import { explainExecError } from './explain-exec-error.ts';
import { FilesObject } from './files-object.ts';
import { HelmError } from './helm-error.ts';
import { type LookupQuery, lookupKey } from './lookup.ts';
import { TemplateFunctions, type World, withoutNoValue } from './template-functions.ts';
import { tableAt } from './values.ts';
import { valuesObject } from './values-object.ts';

/** What {@link renderTemplates} may use beside the chart. */
export interface RenderTemplatesOptions extends World {
  /** Bounds of the render; absent: the default ones. */
  readonly budget?: RenderBudget;
  /** Remembers parsed templates; absent: a cache that is shared by all. */
  readonly templates?: TemplateCache;
}

/** What the templates of a chart gave, and what of it is not the chart's alone. */
export interface RenderedTemplates {
  /** What each printed, by template name; partials are left out. */
  readonly files: ReadonlyMap<string, string>;
  /** Each call once whose result is left to chance or to the time. */
  readonly randomCalls: readonly ChartRandomCall[];
  /** What was asked of the cluster, each once, whether there was an answer or not. */
  readonly lookups: readonly LookupQuery[];
}

/** A call by chance, and the file that was rendered when it was made. */
export interface ChartRandomCall extends RandomCall {
  readonly source: string;
}

/** A template and what it sees. */
interface Renderable {
  readonly text: string;
  readonly data: GoMap;
  readonly basePath: string;
}

/**
 * What the templates of a chart and of all charts below it print.
 * @param top as `prepareRender` gives it
 * @throws {HelmError} with Helm's text: file, line and column, and what is wrong
 * @throws {TemplateLimitError} when the render goes beyond its bounds
 * @see helm.sh/helm/v4 pkg/engine/engine.go
 */
export function renderTemplates(
  chart: Chart,
  top: GoMap,
  { budget = new RenderBudget(), templates: cache, ...world }: RenderTemplatesOptions = {},
): RenderedTemplates {
  const templates = new Map<string, Renderable>();
  collect(chart, top, { templates, parentPath: undefined });
  const notes = new RenderNotes();
  const functions = new TemplateFunctions(notes.watch(world));
  const set: TemplateSet = new TemplateSet(
    functions.bind(() => set),
    { missingKey: 'zero', budget, onRandom: (call) => notes.addCall(call), ...(cache === undefined ? {} : { cache }) },
  );
  const names = [...templates.keys()].sort(byDepth);
  for (const name of names) parse(set, name, templates.get(name)?.text ?? '');
  const rendered = new Map<string, string>();
  for (const name of names) {
    const template = templates.get(name);
    if (template === undefined || baseName(name).startsWith('_')) continue;
    notes.source = name;
    budget.enter(name);
    rendered.set(name, execute(set, name, template));
  }
  return { files: rendered, randomCalls: notes.calls(), lookups: notes.lookups() };
}

/** Keeps what a render asked of chance, time and cluster. */
class RenderNotes {
  /** The file that is rendered now. */
  source = '';
  private readonly random = new Map<string, ChartRandomCall>();
  private readonly asked = new Map<string, LookupQuery>();

  addCall(call: RandomCall): void {
    const known = { ...call, source: this.source };
    this.random.set(JSON.stringify(known), known);
  }

  /** The same world, whose `lookup` is noted. */
  watch(world: World): World {
    const lookup = (query: LookupQuery): GoMap => {
      this.asked.set(lookupKey(query), query);
      return world.lookup?.(query) ?? new Map();
    };
    return { ...world, lookup };
  }

  calls(): ChartRandomCall[] {
    return [...this.random.values()];
  }

  lookups(): LookupQuery[] {
    return [...this.asked.values()];
  }
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
  const given = tableOf(parent.get('Values'));
  const values = isRoot ? given : tableAt(given, chart.metadata.name);
  const data: GoMap = new Map<string, GoValue>([
    ['Chart', new Map<string, GoValue>([...metadataAsMap(chart.metadata), ['IsRoot', isRoot]])],
    ['Files', FilesObject.of(chart.files)],
    ['Release', parent.get('Release')],
    ['Capabilities', parent.get('Capabilities')],
    ['Values', valuesObject(values ?? new Map<string, GoValue>())],
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

function tableOf(values: GoValue): GoMap {
  if (values instanceof NamedMap) return values.container();
  return values instanceof Map ? values : new Map<string, GoValue>();
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
    valuesObject(
      new Map([
        ['Name', name],
        ['BasePath', basePath],
      ]),
    ),
  );
  try {
    return withoutNoValue(set.execute(name, valuesObject(data)));
  } catch (error) {
    if (error instanceof TemplateExecError) throw new HelmError(explainExecError(name, error), { cause: error });
    throw error;
  }
}
