/** A call of a function, as a template writes it, and what the real helm made of it. */
export interface FunctionCase {
  readonly function: string;
  readonly in: string;
  /** Type as `typeOf` names it, what `%v` prints, and JSON. */
  readonly out?: readonly [type: string, printed: string, json: string];
  /** What `helm template` says after `Error: `. */
  readonly err?: string;
}

/** The cases of `cases.txt`: `[function]`, then an expression to a line. */
export function readCases(text: string): FunctionCase[] {
  const cases: FunctionCase[] = [];
  let name = '';
  for (const line of text.split('\n')) {
    const heading = /^\[(\w+)\]$/.exec(line)?.[1];
    if (heading !== undefined) name = heading;
    else if (line !== '') cases.push({ function: name, in: line });
  }
  return cases;
}

/** The chart in which expressions are evaluated: files by path. Each is in a template of its own, `case-0.yaml` first. */
export function chartOf(values: string, expressions: readonly string[]): Record<string, string> {
  const templates = expressions.map((text, index) => {
    const print = '{{ list (typeOf $r) (printf "%v" $r) (toJson $r) | toJson }}';
    return [`templates/case-${index}.yaml`, `out: {{ $r := ${text} }}${print}\n`] as const;
  });
  return {
    'Chart.yaml': 'apiVersion: v2\nname: functions\nversion: 1.0.0\n',
    'values.yaml': values,
    'templates/_given.tpl':
      '{{ define "given" }}<{{ .x }}>{{ end }}\n{{ define "failing" }}{{ required "it fails" "" }}{{ end }}\n',
    ...Object.fromEntries(templates),
  };
}
