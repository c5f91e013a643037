import { RenderBudget } from './budget.ts';
import { BUILTINS } from './builtins.ts';
import { compileTemplate } from './compile-template.ts';
import { type CompiledTemplate, type Execution, Frame, isStackOverflow, type MissingKey } from './frame.ts';
import type { FunctionTable } from './function-table.ts';
import { quoteString } from './go-string.ts';
import { isEmptyTree, parseTemplate, type TemplateTree } from './parser.ts';
import { placeOf, TemplateExecError, TemplateLimitError } from './template-error.ts';
import type { GoValue } from './value.ts';

/** How templates run. */
export interface TemplateOptions {
  /** Default `default`; Helm's is `zero`, or `error` when strict. */
  readonly missingKey?: MissingKey;
  /** Limits of the whole render. Give the same one to all that is part of it. */
  readonly budget?: RenderBudget;
  /** Name of the set itself, for messages. Default `gotpl`, which is Helm's. */
  readonly name?: string;
}

/**
 * Parses and compiles templates, each under its name, in the order given: of two with the same name (a `define` in two
 * files) the later one counts, unless it is empty.
 *
 * @throws {TemplateParseError} with Go's message
 */
export function compileTemplates(
  sources: ReadonlyMap<string, string>,
  functions: FunctionTable,
  options: TemplateOptions = {},
): TemplateSet {
  const set = new TemplateSet(functions, options);
  for (const [name, text] of sources) set.parse(name, text);
  return set;
}

/** Templates that know each other by name. */
export class TemplateSet {
  private readonly functions: FunctionTable;
  private readonly options: TemplateOptions;
  private readonly budget: RenderBudget;
  private readonly templates: Map<string, NamedTemplate>;

  constructor(functions: FunctionTable, options: TemplateOptions = {}, templates?: ReadonlyMap<string, NamedTemplate>) {
    this.functions = functions;
    this.options = options;
    this.budget = options.budget ?? new RenderBudget();
    this.templates = new Map(templates);
  }

  /** Whether there is a template of that name. */
  has(name: string): boolean {
    return this.templates.has(name);
  }

  /** Adds a template and all that it defines. @throws {TemplateParseError} with Go's message */
  parse(name: string, text: string): void {
    for (const [key, template] of parseCached(name, text, this.functions)) {
      if (template.isEmpty && this.templates.has(key)) continue;
      this.templates.set(key, template);
    }
  }

  /** A set of the same templates with other functions; what is parsed into it stays out of this one. */
  clone(functions: FunctionTable): TemplateSet {
    return new TemplateSet(functions, { ...this.options, budget: this.budget }, this.templates);
  }

  /**
   * What the template writes.
   *
   * @throws {TemplateExecError} with Go's message, `cause` being the error that a function returned
   * @throws {TemplateLimitError} when it goes beyond the budget
   */
  execute(name: string, data: GoValue): string {
    const template = this.templates.get(name);
    if (template !== undefined) return this.run(template, data);
    const own = quoteString(this.options.name ?? 'gotpl');
    throw new TemplateExecError(`template: no template ${quoteString(name)} associated with template ${own}`);
  }

  /** Parses a text into the set under `name` and executes that text, even when it is empty, as Helm's `tpl` does. */
  executeText(name: string, text: string, data: GoValue): string {
    this.parse(name, text);
    const template = parseCached(name, text, this.functions).get(name);
    return template === undefined ? '' : this.run(template, data);
  }

  private run(named: NamedTemplate, data: GoValue): string {
    const template = named.compile(this.functions);
    const execution: Execution = {
      functions: this.functions,
      missingKey: this.options.missingKey ?? 'default',
      budget: this.budget,
      lookup: (name) => this.templates.get(name)?.compile(this.functions),
      frame: undefined,
      output: '',
    };
    const frame = new Frame(execution, template, data, 0);
    execution.frame = frame;
    try {
      template.run(frame);
    } catch (error) {
      throw withPlace(error, execution);
    }
    return execution.output;
  }
}

/** Says of a limit that was passed which template did. */
function withPlace(error: unknown, { frame }: Execution): unknown {
  const isLimit = error instanceof TemplateLimitError && error.cause === undefined;
  if (frame?.node === undefined || !(isLimit || isStackOverflow(error))) return error;
  const message = `template: ${placeOf(frame.name, frame.node)}: `;
  if (isLimit) return new TemplateLimitError(message + error.message, error.limit, error);
  return new TemplateLimitError(`${message}templates are nested too deep`, 'depth', error);
}

/** A template that is compiled when it first runs. */
interface NamedTemplate {
  readonly isEmpty: boolean;
  readonly compile: (functions: FunctionTable) => CompiledTemplate;
}

interface CachedText {
  readonly templates: ReadonlyMap<string, NamedTemplate>;
  readonly functions: readonly string[];
}

/** Templates by text and name: charts render again and again, and `tpl` parses the same few texts. */
const cache = new Map<string, Map<string, CachedText>>();
let cacheSize = 0;
/** In characters of texts; what is parsed takes some times as much. */
const MAX_CACHE_SIZE = 16 * 1024 * 1024;

function parseCached(name: string, text: string, functions: FunctionTable): ReadonlyMap<string, NamedTemplate> {
  const hasFunction = (wanted: string): boolean => functions.has(wanted) || BUILTINS.has(wanted);
  const known = cache.get(text)?.get(name);
  if (known !== undefined && known.functions.every(hasFunction)) return known.templates;
  const parsed = parseTemplate(name, text, hasFunction);
  const templates = new Map([...parsed.trees].map(([own, tree]) => [own, nameTemplate(tree)] as const));
  remember(name, text, { templates, functions: [...parsed.functions] });
  return templates;
}

function remember(name: string, text: string, parsed: CachedText): void {
  cacheSize += name.length + text.length;
  if (cacheSize > MAX_CACHE_SIZE) {
    cache.clear();
    cacheSize = name.length + text.length;
  }
  const named = cache.get(text) ?? new Map<string, CachedText>();
  cache.set(text, named.set(name, parsed));
}

function nameTemplate(tree: TemplateTree): NamedTemplate {
  let compiled: CompiledTemplate | undefined;
  return { isEmpty: isEmptyTree(tree), compile: (functions) => (compiled ??= compileTemplate(tree, functions)) };
}
