import { compileGlob, GlobError, type GlobMatcher } from '../lib/glob.ts';
import { gvkOf } from '../object/kube-object.ts';
import type { IgnoreDifference, IgnoreRule } from './types.ts';

/** Rules, and what was not understood of them, as sentences. */
export interface ParsedIgnoreRules {
  readonly rules: readonly IgnoreRule[];
  readonly problems: readonly string[];
}

/**
 * The rules of `spec.ignoreDifferences`, or of a setting that has the same form. A rule with something that cannot be
 * used is left out as a whole: to apply half of it would be a guess.
 * @param where for messages: `spec.ignoreDifferences`
 * @see https://github.com/argoproj/argo-cd/blob/v3.5.1/util/argo/normalizers/diff_normalizer.go
 */
export function parseIgnoreRules(stated: readonly IgnoreDifference[], where: string): ParsedIgnoreRules {
  const rules: IgnoreRule[] = [];
  const problems: string[] = [];
  for (const [index, one] of stated.entries()) {
    try {
      rules.push(ruleOf(one));
      if ((one.jqPathExpressions ?? []).length > 0) problems.push(`${where}[${index}].jqPathExpressions ${LATER}`);
    } catch (error) {
      if (!(error instanceof GlobError || error instanceof PointerError)) throw error;
      problems.push(`${where}[${index}] has no effect: ${error.message}`);
    }
  }
  return { rules, problems };
}

const LATER = 'are not acted on yet: state jsonPointers or managedFieldsManagers instead';

class PointerError extends Error {}

function ruleOf(stated: IgnoreDifference): IgnoreRule {
  const { kind, group = '', name = '', namespace = '' } = stated;
  const [ofGroup, ofKind] = [matcher(group), matcher(kind)];
  return {
    appliesTo: (object) => {
      const gvk = gvkOf(object);
      if (!ofGroup(gvk.group) || !ofKind(gvk.kind)) return false;
      if (name !== '' && object.metadata.name !== name) return false;
      return namespace === '' || object.metadata.namespace === namespace;
    },
    pointers: (stated.jsonPointers ?? []).map(splitPointer),
    managers: stated.managedFieldsManagers ?? [],
  };
}

function matcher(pattern: string): GlobMatcher {
  return /[*?[{\\]/.test(pattern) ? compileGlob(pattern) : (text) => text === pattern;
}

/** @see RFC 6901 */
function splitPointer(pointer: string): string[] {
  if (!pointer.startsWith('/')) {
    throw new PointerError(`JSON pointer ${JSON.stringify(pointer)} does not begin with a slash`);
  }
  return pointer
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}
