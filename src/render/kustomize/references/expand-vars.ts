import { TAG } from '../node/node.ts';
import type { VarValue } from './var-value.ts';

/** The value of a var by its name; undefined leaves the reference as it is. */
export type VarMapping = (name: string) => VarValue | undefined;

/**
 * `input` with its `$(NAME)` replaced. `$$` is a plain `$`, which keeps `$$(NAME)` from being replaced. An input that is
 * nothing but one reference becomes the value with its type.
 * @see sigs.k8s.io/kustomize/api v0.21.2 filters/refvar/expand.go
 */
export function expandVars(input: string, valueOf: VarMapping): VarValue {
  let result = '';
  let done = 0;
  for (let at = input.indexOf('$'); at >= 0 && at + 1 < input.length; at = input.indexOf('$', done)) {
    result += input.slice(done, at);
    const name = referenceAt(input, at);
    if (name === undefined) {
      result += unescape(input, at);
      done = at + 2;
      continue;
    }
    const value = valueOf(name);
    const end = at + name.length + 3;
    if (at === 0 && end === input.length) return value ?? plainText(input);
    result += value === undefined ? input.slice(at, end) : value.inline;
    done = end;
  }
  return plainText(result + input.slice(done));
}

/** The name in the `$(…)` at `at`, which may be empty. */
function referenceAt(input: string, at: number): string | undefined {
  if (input[at + 1] !== '(') return undefined;
  const end = input.indexOf(')', at + 2);
  return end < 0 ? undefined : input.slice(at + 2, end);
}

/** What the `$` at `at`, which begins no reference, and the character after it stand for. */
function unescape(input: string, at: number): string {
  return input[at + 1] === '$' ? '$' : input.slice(at, at + 2);
}

function plainText(text: string): VarValue {
  return { inline: text, text, tag: TAG.string };
}
