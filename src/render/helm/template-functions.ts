import type { Clock } from '../../lib/clock.ts';
import {
  type CallContext,
  define,
  type FunctionTable,
  GoFunctionError,
  type TemplateFunction,
} from '../gotemplate/function-table.ts';
import { quoteString } from '../gotemplate/go-string.ts';
import { CERTIFICATE_FUNCTIONS } from '../gotemplate/sprig/certificates.ts';
import { CONVERSION_FUNCTIONS } from '../gotemplate/sprig/conversion.ts';
import { CRYPTO_FUNCTIONS } from '../gotemplate/sprig/crypto.ts';
import { dateFunctions } from '../gotemplate/sprig/dates.ts';
import { DEFAULT_FUNCTIONS } from '../gotemplate/sprig/defaults.ts';
import { DICT_FUNCTIONS } from '../gotemplate/sprig/dicts.ts';
import { DURATION_FUNCTIONS } from '../gotemplate/sprig/durations.ts';
import { ENCODING_FUNCTIONS } from '../gotemplate/sprig/encodings.ts';
import { HASH_FUNCTIONS } from '../gotemplate/sprig/hashes.ts';
import { JSON_FUNCTIONS } from '../gotemplate/sprig/json.ts';
import { LIST_FUNCTIONS } from '../gotemplate/sprig/lists.ts';
import { MATH_FUNCTIONS } from '../gotemplate/sprig/math.ts';
import { NETWORK_FUNCTIONS } from '../gotemplate/sprig/network.ts';
import { PATH_FUNCTIONS } from '../gotemplate/sprig/path.ts';
import { markRandom, RANDOM_FUNCTIONS } from '../gotemplate/sprig/random.ts';
import { REFLECTION_FUNCTIONS } from '../gotemplate/sprig/reflection.ts';
import { REGEX_FUNCTIONS } from '../gotemplate/sprig/regex.ts';
import { SEMVER_FUNCTIONS } from '../gotemplate/sprig/semver.ts';
import { STRING_FUNCTIONS } from '../gotemplate/sprig/strings.ts';
import { TOML_FUNCTIONS } from '../gotemplate/sprig/toml.ts';
import { URL_FUNCTIONS } from '../gotemplate/sprig/url.ts';
import { YAML_FUNCTIONS } from '../gotemplate/sprig/yaml.ts';
import { TemplateExecError, TemplateParseError } from '../gotemplate/template-error.ts';
import type { TemplateSet } from '../gotemplate/template-set.ts';
import type { GoValue } from '../gotemplate/value.ts';
import type { Lookup } from './lookup.ts';

/** Marks the message of `required` and `fail`, of which alone Helm's error then consists. */
export const WARNING_START = 'HELM_ERR_START';
/** Ends what {@link WARNING_START} begins. */
export const WARNING_END = 'HELM_ERR_END';

/** How often one named template may be within itself. */
const MAX_NESTED_INCLUDES = 1000;

/** What templates of charts may call, apart from what depends on the render. */
const COMMON: FunctionTable = markRandom(
  new Map([
    ...[STRING_FUNCTIONS, REGEX_FUNCTIONS, SEMVER_FUNCTIONS, CRYPTO_FUNCTIONS, CERTIFICATE_FUNCTIONS].flatMap(
      entriesOf,
    ),
    ...[HASH_FUNCTIONS, ENCODING_FUNCTIONS, RANDOM_FUNCTIONS, URL_FUNCTIONS, PATH_FUNCTIONS].flatMap(entriesOf),
    ...[NETWORK_FUNCTIONS, LIST_FUNCTIONS, DICT_FUNCTIONS, MATH_FUNCTIONS, DURATION_FUNCTIONS].flatMap(entriesOf),
    ...[CONVERSION_FUNCTIONS, REFLECTION_FUNCTIONS, DEFAULT_FUNCTIONS, JSON_FUNCTIONS].flatMap(entriesOf),
    ...[YAML_FUNCTIONS, TOML_FUNCTIONS, dateFunctions()].flatMap(entriesOf),
    ['required', define(['string', 'any'], ([message, value]) => required(message as string, value))],
    ['fail', define(['string'], ([message]) => fail(message as string))],
  ]),
);

function entriesOf(table: FunctionTable): [string, TemplateFunction][] {
  return [...table];
}

/** What templates learn of the world outside the chart. */
export interface World {
  /** Answers `lookup`; absent: nothing is found. */
  readonly lookup?: Lookup;
  /** Tells the time; absent: the system's. */
  readonly clock?: Pick<Clock, 'now'>;
}

/**
 * The functions of one render. `include` and `tpl` work on the set that {@link TemplateFunctions.bind} names.
 * @see helm.sh/helm/v4 pkg/engine/engine.go
 */
export class TemplateFunctions {
  private readonly own: readonly (readonly [string, TemplateFunction])[];
  /** How often each template is within itself now, in all sets of the render. */
  private readonly nested = new Map<string, number>();
  /** The set of the text that `tpl` is at, the innermost of such texts; undefined outside. */
  private inner: TemplateSet | undefined;

  constructor({ lookup, clock }: World = {}) {
    const dates = clock === undefined ? [] : dateFunctions(clock);
    this.own = [...dates, ['lookup', lookupFunction(lookup)]];
  }

  /**
   * The table whose `include` and `tpl` see the templates of the set that `setOf` gives, and within `tpl` those that its
   * text defines. To be called once.
   */
  bind(setOf: () => TemplateSet): FunctionTable {
    const set = (): TemplateSet => this.inner ?? setOf();
    const include = define(TEXT_AND_DATA, ([name, data]) => this.include(set(), name as string, data));
    const tpl = define(TEXT_AND_DATA, ([text, data], context) => this.tpl(set(), text as string, { data, context }));
    // A map is copied far faster than its entries are put into a new one.
    const table = new Map(COMMON);
    for (const [name, fn] of this.own) table.set(name, fn);
    return table.set('include', include).set('tpl', tpl);
  }

  private include(set: TemplateSet, name: string, data: GoValue): string {
    const depth = this.nested.get(name) ?? 0;
    if (depth > MAX_NESTED_INCLUDES) {
      throw new GoFunctionError(`rendering template has a nested reference name: ${name}: unable to execute template`);
    }
    this.nested.set(name, depth + 1);
    try {
      return set.execute(name, data);
    } catch (error) {
      throw asReturned(error);
    } finally {
      this.nested.set(name, depth);
    }
  }

  /** What a text defines is seen by what it includes, and by nothing outside. */
  private tpl(set: TemplateSet, text: string, { data, context }: TplCall): string {
    if (!text.includes('{{')) {
      context.charge(text.length);
      return withoutNoValue(text);
    }
    const outer = this.inner;
    this.inner = set.clone();
    try {
      return withoutNoValue(this.inner.executeText('gotpl', text, data));
    } catch (error) {
      if (error instanceof TemplateParseError) {
        throw new GoFunctionError(`cannot parse template ${quoteString(text)}: ${error.message}`, { cause: error });
      }
      if (!(error instanceof TemplateExecError)) throw error;
      const what = `error during tpl function execution for ${quoteString(text)}`;
      throw new GoFunctionError(`${what}: ${error.message}`, { cause: error });
    } finally {
      this.inner = outer;
    }
  }
}

/** One for all renders: a call is prepared anew for other types. */
const TEXT_AND_DATA = ['string', 'any'] as const;

interface TplCall {
  readonly data: GoValue;
  readonly context: CallContext;
}

/** Helm prints nothing for what has no value. */
export function withoutNoValue(text: string): string {
  return text.replaceAll('<no value>', '');
}

function asReturned(error: unknown): unknown {
  return error instanceof TemplateExecError ? new GoFunctionError(error.message, { cause: error }) : error;
}

function required(message: string, value: GoValue): GoValue {
  if (value === undefined || value === null || value === '') fail(message);
  return value;
}

function fail(message: string): never {
  throw new GoFunctionError(`${WARNING_START}${message}${WARNING_END}`);
}

function lookupFunction(lookup: Lookup | undefined): TemplateFunction {
  return define(LOOKUP_TYPES, (args) => {
    if (lookup === undefined) return new Map();
    const [apiVersion = '', kind = '', namespace = '', name = ''] = args as readonly string[];
    return lookup({ apiVersion, kind, namespace, name });
  });
}

const LOOKUP_TYPES = ['string', 'string', 'string', 'string'] as const;
