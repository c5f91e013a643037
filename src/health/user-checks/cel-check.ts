import { createRequire } from 'node:module';
import type { Environment, ParseResult } from '@marcbachmann/cel-js';
import type { Health, HealthStatus } from '../health.ts';
import type { UserCheck } from './user-check.ts';

/** A rule of a check in CEL: the first whose `when` is true tells. */
export interface CelRule {
  readonly status: HealthStatus;
  /** An expression over `object`; absent in a rule that always holds. */
  readonly when: string | undefined;
  /** An expression that gives a text. */
  readonly message: string | undefined;
}

/**
 * A check of rules in CEL. While none holds, the object is progressing: somebody has yet to say how it is.
 * @throws where an expression cannot be parsed; the message tells where in it
 */
export function celCheck(name: string, rules: readonly CelRule[]): UserCheck {
  const compiled = rules.map(({ status, when, message }) => ({
    status,
    when: when === undefined ? undefined : parse(when),
    message: message === undefined ? undefined : parse(message),
  }));
  return {
    name,
    judge: (object): Health => {
      const scope = { object: withIntegers(object, 0) };
      for (const { status, when, message } of compiled) {
        if (when !== undefined && !isTrue(when(scope))) continue;
        return message === undefined ? { status } : { status, message: asText(message(scope)) };
      }
      return { status: 'Progressing', message: `no rule of ${name} holds yet` };
    },
  };
}

type Scope = { readonly object: unknown };
type Expression = (scope: Scope) => unknown;

const LIMITS = {
  maxAstNodes: 5_000,
  maxDepth: 60,
  maxListElements: 500,
  maxMapEntries: 500,
  maxCallArguments: 16,
};

let environment: Environment | undefined;

/** The library is loaded with the first check: who has none does not pay for it. */
function parse(text: string): Expression {
  const require = createRequire(import.meta.url);
  const { Environment: Cel } = require('@marcbachmann/cel-js') as typeof import('@marcbachmann/cel-js');
  environment ??= new Cel({ enableOptionalTypes: true, limits: LIMITS }).registerVariable('object', 'dyn');
  const parsed: ParseResult = environment.parse(text);
  return (scope) => parsed(scope) as unknown;
}

function isTrue(value: unknown): boolean {
  if (typeof value !== 'boolean') throw new TypeError(`"when" is ${typeof value}, not true or false`);
  return value;
}

function asText(value: unknown): string {
  if (typeof value !== 'string') throw new TypeError(`"message" is ${typeof value}, not a text`);
  return value;
}

const MAX_DEPTH = 100;

/** CEL tells integers from other numbers; in Kubernetes' objects what looks like one is one. */
function withIntegers(value: unknown, depth: number): unknown {
  if (depth > MAX_DEPTH) throw new RangeError(`the object is nested more than ${MAX_DEPTH} levels deep`);
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map((item) => withIntegers(item, depth + 1));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== null)
      .map(([name, item]) => [name, withIntegers(item, depth + 1)]),
  );
}
