import { matchGlob } from './glob.ts';
import { HelmError } from './helm-error.ts';
import { splitManifests } from './sort-manifests.ts';

/**
 * The documents of what `helm template` prints whose templates match one of the patterns of `--show-only`, in the order
 * of the patterns.
 * @param patterns of files within the chart, `templates/*.yaml`
 * @throws {HelmError} `could not find template … in chart` for a pattern that matches nothing
 * @see helm.sh/helm/v4 pkg/cmd/template.go
 */
export function showOnly(text: string, patterns: readonly string[]): string {
  const documents = splitManifests(text);
  const shown = patterns.flatMap((pattern) => {
    const found = documents.filter((document) => isOf(document, pattern));
    if (found.length === 0) throw new HelmError(`could not find template ${pattern} in chart`);
    return found;
  });
  return shown.map((document) => `---\n${document}\n`).join('');
}

const SOURCE = /# Source: [^/]+\/(.+)/;

function isOf(document: string, pattern: string): boolean {
  const source = SOURCE.exec(document)?.[1];
  if (source === undefined) return false;
  try {
    return matchGlob(pattern, source);
  } catch (error) {
    // What is no pattern matches nothing.
    if (error instanceof HelmError) return false;
    throw error;
  }
}
