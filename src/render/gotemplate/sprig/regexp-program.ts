import { mayBeEmpty, type PatternRepeat, type PatternSyntax } from './regexp-syntax.ts';

/** Where groups begin and end in a text: 2·n and 2·n+1 for group n, -1 where one has no part in the match. */
export type MatchPlaces = readonly number[];

/** An instruction of a compiled pattern. */
export type Step =
  | { readonly type: 'char'; readonly accepts: (character: string) => boolean }
  | { readonly type: 'assert'; readonly expression: RegExp }
  | { readonly type: 'split'; first: number; second: number }
  | { readonly type: 'jump'; to: number }
  | { readonly type: 'save'; readonly slot: number }
  | { readonly type: 'match' };

/** Compiles a pattern to steps, the whole match as group 0. */
export function compileSteps(syntax: PatternSyntax): Step[] {
  const steps: Step[] = [];
  emit({ type: 'group', index: 0, item: syntax }, steps);
  steps.push({ type: 'match' });
  return steps;
}

/**
 * Finds the leftmost match from a place on, with what the pattern prefers first, by following all ways at once in order
 * of preference (Pike's machine): in time proportional to the text times the pattern.
 */
export function runSteps(steps: readonly Step[], text: string, from: number): MatchPlaces | undefined {
  let current: Threads = new Map();
  let found: MatchPlaces | undefined;
  for (let at = from; ; ) {
    if (found === undefined) follow({ steps, text, at, threads: current }, 0, []);
    const character = at < text.length ? String.fromCodePoint(text.codePointAt(at) ?? 0) : '';
    const next = { steps, text, at: at + character.length, threads: new Map() };
    found = advance(current, character, next) ?? found;
    if (character === '' || (found !== undefined && next.threads.size === 0)) return found;
    at = next.at;
    current = next.threads;
  }
}

/**
 * Takes a character with all ways that can.
 * @returns where a match ends here, if one does; ways less preferred than it are given up
 */
function advance(current: Threads, character: string, next: Place): MatchPlaces | undefined {
  for (const [index, places] of current) {
    const step = next.steps[index];
    if (step?.type === 'match') return places;
    const takes = step?.type === 'char' && character !== '' && step.accepts(character);
    if (takes) follow(next, index + 1, places);
  }
  return undefined;
}

/** Steps that are to take the next character, with the places of groups so far, in order of preference. */
type Threads = Map<number, MatchPlaces>;

interface Place {
  readonly steps: readonly Step[];
  readonly text: string;
  readonly at: number;
  readonly threads: Threads;
}

/** Adds what a step leads to without taking a character. Steps in between are kept too, so that none is followed twice. */
function follow(place: Place, start: number, places: MatchPlaces): void {
  const open: (readonly [number, MatchPlaces])[] = [[start, places]];
  for (let entry = open.pop(); entry !== undefined; entry = open.pop()) {
    const [index, saved] = entry;
    const step = place.steps[index];
    if (step === undefined || place.threads.has(index)) continue;
    place.threads.set(index, saved);
    open.push(...leadsTo(step, place, index, saved));
  }
}

function leadsTo(step: Step, { text, at }: Place, index: number, saved: MatchPlaces): [number, MatchPlaces][] {
  if (step.type === 'jump') return [[step.to, saved]];
  if (step.type === 'save') return [[index + 1, savePlace(saved, step.slot, at)]];
  if (step.type === 'assert') {
    step.expression.lastIndex = at;
    return step.expression.test(text) ? [[index + 1, saved]] : [];
  }
  if (step.type !== 'split') return [];
  return [
    [step.second, saved],
    [step.first, saved],
  ];
}

function savePlace(saved: MatchPlaces, slot: number, at: number): MatchPlaces {
  const places = saved.slice();
  while (places.length <= slot) places.push(-1);
  places[slot] = at;
  return places;
}

function emit(syntax: PatternSyntax, steps: Step[]): void {
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
    case 'group':
      steps.push({ type: 'save', slot: 2 * syntax.index });
      emit(syntax.item, steps);
      steps.push({ type: 'save', slot: 2 * syntax.index + 1 });
      break;
    case 'repeat':
      emitRepeat(syntax, steps);
  }
}

function characterTest(source: string): (character: string) => boolean {
  const expression = new RegExp(`^${source}$`, 'u');
  const known = new Map<string, boolean>();
  return (character) => {
    const answer = known.get(character) ?? expression.test(character.toWellFormed());
    if (known.size < 256) known.set(character, answer);
    return answer;
  };
}

function emitChoice(items: readonly PatternSyntax[], steps: Step[]): void {
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

function emitRepeat({ item, min, max, isLazy }: PatternRepeat, steps: Step[]): void {
  if (max === Number.POSITIVE_INFINITY) {
    emitEndless(item, { min, isLazy }, steps);
    return;
  }
  for (let count = 0; count < min; count++) emit(item, steps);
  const splits: (() => void)[] = [];
  for (let count = min; count < max; count++) {
    splits.push(emitSplit(isLazy, steps));
    emit(item, steps);
  }
  for (const finish of splits) finish();
}

/** A way into what comes next and a way around it, which the returned function sets to where the steps then end. */
function emitSplit(isLazy: boolean, steps: Step[]): () => void {
  const inside = steps.length + 1;
  const split = { type: 'split' as const, first: inside, second: inside };
  steps.push(split);
  return () => {
    split[isLazy ? 'first' : 'second'] = steps.length;
  };
}

function emitEndless(
  item: PatternSyntax,
  { min, isLazy }: { readonly min: number; readonly isLazy: boolean },
  steps: Step[],
): void {
  for (let count = 1; count < min; count++) emit(item, steps);
  if (min === 0 && !mayBeEmpty(item)) {
    const finish = emitSplit(isLazy, steps);
    const back = steps.length - 1;
    emit(item, steps);
    steps.push({ type: 'jump', to: back });
    finish();
    return;
  }
  // `x*` of what may be empty is `(x+)?`: an empty turn counts as one.
  const around = min === 0 ? emitSplit(isLazy, steps) : undefined;
  const start = steps.length;
  emit(item, steps);
  const split = { type: 'split' as const, first: start, second: start };
  steps.push(split);
  split[isLazy ? 'first' : 'second'] = steps.length;
  around?.();
}
