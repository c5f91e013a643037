import { firstBroken, rune } from './format-words.ts';

/** Whether a text is a version of Semantic Versioning 2: what is wrong, or nothing. */
export function checkSemver(text: string): string | undefined {
  const [, core = '', pre, build] = /^([^+-]*)(?:-([^+]*))?(?:\+(.*))?$/s.exec(text) ?? [];
  const problem =
    (build === undefined ? undefined : checkBuild(build)) ?? (pre === undefined ? undefined : checkPreRelease(pre));
  return problem ?? checkCore(core.split('.'));
}

function checkCore(versions: readonly string[]): string | undefined {
  if (versions.length !== 3) return 'versionCore must have 3 numbers separated by dot';
  const problems = versions.map((version, index) => {
    const name = ['major', 'minor', 'patch'][index] ?? '';
    return firstBroken(
      [version === '', `${name} is empty`],
      [/^0./s.test(version), `${name} starts with zero`],
      [/\D/.test(version), `${name} contains non-digit`],
    );
  });
  return problems.find((problem) => problem !== undefined);
}

function checkBuild(build: string): string | undefined {
  if (build === '') return 'build is empty';
  for (const id of build.split('.')) {
    if (id === '') return 'build identifier is empty';
    const bad = /[^0-9a-zA-Z-]/u.exec(id)?.[0];
    if (bad !== undefined) return `invalid character ${rune(bad)} in build identifier`;
  }
  return undefined;
}

function checkPreRelease(preRelease: string): string | undefined {
  for (const id of preRelease.split('.')) {
    if (id === '') return 'pre-release identifier is empty';
    const bad = /[^0-9a-zA-Z-]/u.exec(id)?.[0];
    if (bad !== undefined) return `invalid character ${rune(bad)} in pre-release identifier`;
    if (/^0\d+$/.test(id)) return 'pre-release numeric identifier starts with zero';
  }
  return undefined;
}
