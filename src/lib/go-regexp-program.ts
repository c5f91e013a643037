import type { GoSyntax } from './go-regexp-syntax.ts';

/**
 * Matches by following all ways through a pattern at once, which takes time in proportion to the length of the text
 * times that of the pattern, whatever they are (Thompson's construction).
 */
export function matchProgram(syntax: GoSyntax): { test(text: string): boolean } {
  const steps: Step[] = [];
  emit(syntax, steps);
  steps.push({ type: 'match' });
  return { test: (text) => run(steps, text) };
}

type Step =
  | { readonly type: 'char'; readonly accepts: (character: string) => boolean }
  | { readonly type: 'assert'; readonly expression: RegExp }
  | { readonly type: 'split'; readonly first: number; second: number }
  | { readonly type: 'jump'; to: number }
  | { readonly type: 'match' };

function emit(syntax: GoSyntax, steps: Step[]): void {
  switch (syntax.type) {
    case 'char':
      steps.push({ type: 'char', accepts: characterTest(syntax.source) });
      break;
    case 'assert':
      steps.push({ type: 'assert', expression: new RegExp(syntax.source, 'uy') });
      break;
    case 'concat':
      for (const item of syntax.items) emit(item, steps);
      break;
    case 'alternate':
      emitChoice(syntax.items, steps);
      break;
    case 'repeat':
      emitRepeat(syntax, steps);
  }
}

function characterTest(source: string): (character: string) => boolean {
  const expression = new RegExp(`^${source}$`, 'u');
  const known = new Map<string, boolean>();
  return (character) => {
    const answer = known.get(character) ?? expression.test(character);
    if (known.size < 256) known.set(character, answer);
    return answer;
  };
}

function emitChoice(items: readonly GoSyntax[], steps: Step[]): void {
  const jumps: { to: number }[] = [];
  for (const [index, item] of items.entries()) {
    const isLast = index === items.length - 1;
    const split = { type: 'split' as const, first: steps.length + 1, second: 0 };
    if (!isLast) steps.push(split);
    emit(item, steps);
    if (isLast) break;
    const jump = { type: 'jump' as const, to: 0 };
    jumps.push(jump);
    steps.push(jump);
    split.second = steps.length;
  }
  for (const jump of jumps) jump.to = steps.length;
}

function emitRepeat({ item, min, max }: Extract<GoSyntax, { type: 'repeat' }>, steps: Step[]): void {
  for (let count = 0; count < min; count++) emit(item, steps);
  if (!Number.isFinite(max)) {
    const start = steps.length;
    const split = { type: 'split' as const, first: start + 1, second: 0 };
    steps.push(split);
    emit(item, steps);
    steps.push({ type: 'jump', to: start });
    split.second = steps.length;
    return;
  }
  const splits: { second: number }[] = [];
  for (let count = min; count < max; count++) {
    const split = { type: 'split' as const, first: steps.length + 1, second: 0 };
    splits.push(split);
    steps.push(split);
    emit(item, steps);
  }
  for (const split of splits) split.second = steps.length;
}

function run(steps: readonly Step[], text: string): boolean {
  let current = new Set<number>();
  for (let at = 0; ; ) {
    // A match may start anywhere.
    if (follow(0, { steps, text, at }, current)) return true;
    if (at >= text.length) return false;
    const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
    at += character.length;
    const next = new Set<number>();
    for (const index of current) {
      const step = steps[index];
      if (step?.type === 'char' && step.accepts(character) && follow(index + 1, { steps, text, at }, next)) return true;
    }
    current = next;
  }
}

interface Position {
  readonly steps: readonly Step[];
  readonly text: string;
  readonly at: number;
}

/** Adds all steps that can be reached without taking a character; true if one of them is the match. */
function follow(start: number, position: Position, reached: Set<number>): boolean {
  const open = [start];
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    if (reached.has(index)) continue;
    reached.add(index);
    const step = position.steps[index];
    if (step?.type === 'match') return true;
    if (step !== undefined) open.push(...stepsAfter(step, index, position));
  }
  return false;
}

function stepsAfter(step: Step, index: number, { text, at }: Position): readonly number[] {
  if (step.type === 'jump') return [step.to];
  if (step.type === 'split') return [step.first, step.second];
  if (step.type !== 'assert') return [];
  step.expression.lastIndex = at;
  return step.expression.test(text) ? [index + 1] : [];
}
