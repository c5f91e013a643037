import { RenderBudget } from './budget.ts';
import { BUILTINS } from './builtins.ts';
import { compileTemplate } from './compile-template.ts';
import { type CompiledTemplate, type Execution, Frame, isStackOverflow, isTooLarge, type MissingKey } from './frame.ts';
import type { FunctionTable, RandomCall } from './function-table.ts';
import { quoteString } from './go-string.ts';
import { isEmptyTree, parseTemplate, type TemplateTree } from './parser.ts';
import { type NamedTemplate, TemplateCache } from './template-cache.ts';
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
  /** Told of each call whose result is left to chance or to the time. */
  readonly onRandom?: (call: RandomCall) => void;
  /** Remembers what texts were parsed into; absent: one that all without share. */
  readonly cache?: TemplateCache;
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
  private readonly templates = new Map<string, NamedTemplate>();
  /** The set that this one is a clone of; its templates are those of this one, too. */
  private readonly outer: TemplateSet | undefined;

  constructor(functions: FunctionTable, options: TemplateOptions = {}, outer?: TemplateSet) {
    this.functions = functions;
    this.options = options;
    this.budget = options.budget ?? new RenderBudget();
    this.outer = outer;
  }

  /** Whether there is a template of that name. */
  has(name: string): boolean {
    return this.find(name) !== undefined;
  }

  /** Adds a template and all that it defines. @throws {TemplateParseError} with Go's message */
  parse(name: string, text: string): void {
    this.add(this.parsed(name, text));
  }

  /**
   * A set of the same templates, with other functions if any are given; what is parsed into it stays out of this one.
   * Nothing may be parsed into this one as long as the other is in use.
   */
  clone(functions: FunctionTable = this.functions): TemplateSet {
    return new TemplateSet(functions, { ...this.options, budget: this.budget }, this);
  }

  /**
   * What the template writes.
   *
   * @throws {TemplateExecError} with Go's message, `cause` being the error that a function returned
   * @throws {TemplateLimitError} when it goes beyond the budget
   */
  execute(name: string, data: GoValue): string {
    const template = this.find(name);
    if (template !== undefined) return this.run(template, data);
    const own = quoteString(this.options.name ?? 'gotpl');
    throw new TemplateExecError(`template: no template ${quoteString(name)} associated with template ${own}`);
  }

  /** Parses a text into the set under `name` and executes that text, even when it is empty, as Helm's `tpl` does. */
  executeText(name: string, text: string, data: GoValue): string {
    const parsed = this.parsed(name, text);
    this.add(parsed);
    const template = parsed.get(name);
    return template === undefined ? '' : this.run(template, data);
  }

  private add(parsed: ReadonlyMap<string, NamedTemplate>): void {
    for (const [name, template] of parsed) {
      if (!template.isEmpty || !this.has(name)) this.templates.set(name, template);
    }
  }

  private find(name: string): NamedTemplate | undefined {
    return this.templates.get(name) ?? this.outer?.find(name);
  }

  private parsed(name: string, text: string): ReadonlyMap<string, NamedTemplate> {
    const { functions } = this;
    const cache = this.options.cache ?? SHARED_CACHE;
    const hasFunction = (wanted: string): boolean => functions.has(wanted) || BUILTINS.has(wanted);
    const known = cache.get(name, text);
    if (known?.functions.every(hasFunction) === true) return known.templates;
    const { trees, functions: called } = parseTemplate(name, text, hasFunction);
    const templates = new Map([...trees].map(([own, tree]) => [own, nameTemplate(tree)] as const));
    cache.set(name, text, { templates, functions: [...called] });
    return templates;
  }

  private run(named: NamedTemplate, data: GoValue): string {
    const template = named.compile(this.functions);
    const execution: Execution = {
      functions: this.functions,
      missingKey: this.options.missingKey ?? 'default',
      budget: this.budget,
      lookup: (name) => this.find(name)?.compile(this.functions),
      ...(this.options.onRandom === undefined ? {} : { onRandom: this.options.onRandom }),
      frame: undefined,
      output: '',
    };
    // Data that are nil are no value to reflect.
    const frame = new Frame(execution, template, data ?? undefined, 0);
    execution.frame = frame;
    const outer = this.budget.whereabouts;
    this.budget.whereabouts = () => placeIn(execution);
    try {
      template.run(frame);
    } catch (error) {
      throw withPlace(error, execution);
    } finally {
      this.budget.whereabouts = outer;
    }
    return execution.output;
  }
}

/** Says of a limit that was passed which template did. */
function withPlace(error: unknown, execution: Execution): unknown {
  const limit = asLimit(error);
  const place = placeIn(execution);
  if (place === undefined || limit === undefined) return error;
  return new TemplateLimitError(`${place}: ${limit.message}`, limit.limit, error);
}

function placeIn({ frame }: Execution): string | undefined {
  return frame?.node === undefined ? undefined : `template: ${placeOf(frame.name, frame.node)}`;
}

/** The limit that was passed, one of ours or of V8's; `undefined` for other errors and where the place is told already. */
function asLimit(error: unknown): TemplateLimitError | undefined {
  if (error instanceof TemplateLimitError) return error.cause === undefined ? error : undefined;
  if (isStackOverflow(error)) return new TemplateLimitError('templates are nested too deep', 'depth');
  if (isTooLarge(error)) return new TemplateLimitError('a value gets too large', 'work');
  return undefined;
}

const SHARED_CACHE = new TemplateCache();

function nameTemplate(tree: TemplateTree): NamedTemplate {
  let compiled: CompiledTemplate | undefined;
  return { isEmpty: isEmptyTree(tree), compile: (functions) => (compiled ??= compileTemplate(tree, functions)) };
}
