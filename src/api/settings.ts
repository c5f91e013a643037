import { parseIgnoreRules } from './ignore-rules.ts';
import { parseSyncOptions } from './sync-options.ts';
import type { ApplicationSettings, ApplicationSource, ApplicationSpec, Automation } from './types.ts';

/** Entries of `status.history` when the spec does not say. */
export const DEFAULT_HISTORY_LIMIT = 10;

/** The settings that follow from `spec`, and sentences about what in it has no effect. */
export function settingsOf(spec: ApplicationSpec): {
  readonly settings: ApplicationSettings;
  readonly problems: readonly string[];
} {
  const { options, problems } = parseSyncOptions(spec.syncPolicy?.syncOptions);
  const ignore = parseIgnoreRules(spec.ignoreDifferences ?? [], 'spec.ignoreDifferences');
  const multiSource = spec.sourceHydrator === undefined && (spec.sources ?? []).length > 0;
  const settings: ApplicationSettings = Object.freeze({
    sources: Object.freeze(sourcesOf(spec)),
    multiSource,
    automation: automationOf(spec),
    syncOptions: options,
    ignoreRules: ignore.rules,
    historyLimit: Math.max(0, spec.revisionHistoryLimit ?? DEFAULT_HISTORY_LIMIT),
  });
  const unused = problems.map((problem) => `spec.syncPolicy.syncOptions: ${problem}`);
  return { settings, problems: [...unused, ...ignore.problems] };
}

/**
 * The sources in force.
 * @see https://github.com/argoproj/argo-cd/blob/37ee0097cf851bc2dd7665fc081bbce61a7e836e/pkg/apis/application/v1alpha1/types.go#L281
 */
export function sourcesOf(spec: ApplicationSpec): ApplicationSource[] {
  const { source, sources = [], sourceHydrator: hydrator } = spec;
  if (hydrator !== undefined) {
    const { path, repoURL = hydrator.drySource.repoURL, targetBranch } = hydrator.syncSource;
    return [{ repoURL: repoURL || hydrator.drySource.repoURL, path, targetRevision: targetBranch }];
  }
  if (sources.length > 0) return [...sources];
  return source === undefined ? [] : [source];
}

/** Automated sync as the spec has it: on when the block is there, unless `enabled` is false. */
export function automationOf(spec: ApplicationSpec): Automation | undefined {
  const automated = spec.syncPolicy?.automated;
  if (automated === undefined || automated.enabled === false) return undefined;
  const { prune = false, selfHeal = false, allowEmpty = false } = automated;
  return Object.freeze({ prune, selfHeal, allowEmpty });
}
