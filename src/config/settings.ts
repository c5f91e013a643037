import type { IgnoreRule } from '../api/types.ts';
import { ignoreRulesOf } from './resource-customizations.ts';

/** What `argocd-cm` and `argocd-cmd-params-cm` say, parsed. */
export interface Settings {
  /** Time between two polls of a repository; 0 turns polling off. */
  readonly reconcileIntervalMs: number;
  /** Up to this much is added to each interval at random. */
  readonly reconcileJitterMs: number;
  /** Namespaces beside the control namespace whose Applications are served; globs. */
  readonly applicationNamespaces: readonly string[];
  /** `kustomize.buildOptions`: flags of `kustomize build`. */
  readonly kustomizeBuildOptions: string;
  /** `helm.valuesFileSchemes`: schemes of URLs that value files of charts may have, in small letters. */
  readonly helmValuesFileSchemes: readonly string[];
  /** `holdfast.helm.lookup`: how far charts may look into the cluster whose Applications ask for it. */
  readonly helmLookup: 'none' | 'destination' | 'cluster';
  /** Source types that `kustomize.enable` and `helm.enable` turn off. */
  readonly disabledTypes: ReadonlySet<'Kustomize' | 'Helm'>;
  /** Entries that state checks of health (`src/health/user-checks`), as they are. */
  readonly healthChecks: Readonly<Record<string, string>>;
  /** Differences that do not count for anybody. */
  readonly ignoreRules: readonly IgnoreRule[];
  /** What was not understood, as sentences. */
  readonly problems: readonly string[];
}

const DEFAULT_INTERVAL_MS = 120_000;
const DEFAULT_JITTER_MS = 60_000;

/** Parses the two ConfigMaps' data; what cannot be understood keeps its default and is named. Pure. */
export function parseSettings(
  argocdCm: Readonly<Record<string, string>>,
  cmdParams: Readonly<Record<string, string>>,
): Settings {
  const problems: string[] = [];
  const duration = (name: string, fallbackMs: number): number => {
    const text = argocdCm[name];
    if (text === undefined || text === '') return fallbackMs;
    const ms = parseGoDuration(text);
    if (ms === undefined) problems.push(`argocd-cm: ${name} is "${text}", which is no duration such as 180s or 3m`);
    return ms ?? fallbackMs;
  };
  return Object.freeze({
    reconcileIntervalMs: duration('timeout.reconciliation', DEFAULT_INTERVAL_MS),
    reconcileJitterMs: duration('timeout.reconciliation.jitter', DEFAULT_JITTER_MS),
    kustomizeBuildOptions: argocdCm['kustomize.buildOptions'] ?? '',
    helmValuesFileSchemes: splitList(argocdCm['helm.valuesFileSchemes'] ?? 'https, http').map((one) =>
      one.toLowerCase(),
    ),
    helmLookup: lookupSetting(argocdCm['holdfast.helm.lookup'] ?? '', problems),
    disabledTypes: new Set(SWITCHES.filter(([name]) => argocdCm[name] === 'false').map(([, type]) => type)),
    healthChecks: Object.fromEntries(Object.entries(argocdCm).filter(([name]) => HEALTH_KEYS.test(name))),
    ignoreRules: ignoreRulesOf(argocdCm, problems),
    applicationNamespaces: splitList(cmdParams['application.namespaces']),
    problems,
  });
}

function lookupSetting(text: string, problems: string[]): Settings['helmLookup'] {
  if (text === 'destination' || text === 'cluster') return text;
  if (text !== '' && text !== 'false' && text !== 'none') {
    problems.push(`argocd-cm: holdfast.helm.lookup is "${text}", which is none of none, destination and cluster`);
  }
  return 'none';
}

const HEALTH_KEYS = /^(?:resource\.customizations(?:$|\.health\.|\.useOpenLibs\.)|holdfast\.dev\.health)/;

const SWITCHES = [
  ['kustomize.enable', 'Kustomize'],
  ['helm.enable', 'Helm'],
] as const;

const UNIT_MS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  // The micro sign, then the Greek letter.
  '\u00b5s': 1e-3,
  '\u03bcs': 1e-3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
};
const PART = /(\d+(?:\.\d*)?|\.\d+)(ns|us|\u00b5s|\u03bcs|ms|s|m|h)/gy;
/** Go counts nanoseconds in an int64. */
const MAX_DURATION_MS = (2 ** 63 - 1) / 1e6;

/**
 * Milliseconds of a Go duration (`1h30m`, `1.5s`, `0`); `undefined` when it is none, negative or beyond 292 years.
 * @see https://pkg.go.dev/time#ParseDuration
 */
export function parseGoDuration(text: string): number | undefined {
  if (/^[+-]?0$/.test(text)) return 0;
  const unsigned = text.startsWith('+') ? text.slice(1) : text;
  let sum = 0;
  let length = 0;
  for (const [part, digits = '', unit = ''] of unsigned.matchAll(PART)) {
    sum += Number(digits) * (UNIT_MS[unit] ?? 0);
    length += part.length;
  }
  return length === 0 || length < unsigned.length || sum > MAX_DURATION_MS ? undefined : sum;
}

function splitList(text: string | undefined): string[] {
  return (text ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
