import type { Random } from '../../conformance/generate/random.ts';
import type { Expressions } from './generate-expression.ts';

const TEXTS = ['x', ' a \n', '\n\n', '  ', 'text ', '\t', '} {', 'é', '{ {', '\n  - '];
const FIELDS = [
  '.',
  '$',
  '$.Values.s',
  '$.Values.list',
  '$.Values.map',
  '$.Values.map.c.d',
  '$.Values.deep.a.b.c',
  '$.Values.missing',
  '$.Values.two',
  '$.Chart.Name',
  '$.Values.mixed',
  '$.Values.empty',
  '$.Values.rnd',
  '$.Values.nothing',
  '$.Values.deep.list',
  '$.Release.Name',
  '$.Release.Nope',
  '(dict "a" 1).a',
  '$.Capabilities.KubeVersion.Major',
  '(semver "1.2.3").Minor',
  '$.Capabilities.APIVersions.Has "v1"',
  '$.Files.Get "x"',
  '(index $.Values.list 1)',
  '$.Values.f',
  '$.Values.big',
  '$.Values.t',
  'true',
  'false',
  '0',
  '""',
  '1.5',
  "'a'",
  '0x1F',
  '1e3',
  '"s"',
  '$x',
  '$y',
  '$z',
];
const RISKY_FIELDS = [
  '.Values',
  '.Values.s',
  '$.Values.missing.x',
  '$.Values.s.x',
  '$.Values.nothing.x',
  '.a',
  '.name',
  '.v',
  '$.Chart.nope',
  '(list 1).x',
  'nil',
  '$.Nope',
  '(semver "1.2").Compare (semver "1.3")',
  '$.Capabilities.Nope',
  '$.Values.list.x',
  '$x.a',
  '$x.name',
  '$y.a.b',
  '$z.Values.s',
  '(index $.Values.list 9)',
  '$.Values.map.a.b',
  '$.Files.Nope',
  '(nil).x',
  '$w',
  '.Values.rnd.a',
  '$.Chart.Name.x',
  '1.x',
  '$.Values.f.x',
  '($).Values.s',
  '$.Capabilities.KubeVersion.Minor.x',
];
const RANGES = [
  '$.Values.list',
  '$.Values.map',
  '$.Values.mixed',
  '$.Values.empty',
  '3',
  '0',
  '-1',
  '$.Values.missing',
  '(until 3)',
  '(list 1 2 3)',
  '$.Values.emptyMap',
  '(dict "a" 1 "b" 2)',
  '$.Values.deep.list',
  '(int64 2)',
  '(splitList "," "a,b")',
  '(int $.Values.two)',
  '(len "abc")',
];
const RISKY_RANGES = [
  '$.Values.two',
  '$.Values.s',
  'nil',
  '$.Values.f',
  '$.Values.rnd',
  '.',
  'true',
  '2.0',
  '"str"',
  '$x',
  '$.Values.missing.x',
  '1i',
];
const RISKY_LEAVES = [
  '{{ break }}',
  '{{ continue }}',
  '{{ . | }}',
  '{{}}',
  '{{ template "nope" }}',
  '{{ nil }}',
  '{{ $w := 1 }}{{ $w }}',
  '{{ 1 | 2 }}',
  '{{ else }}',
  '{{ end }}',
  '{{ "x" | $x }}',
];
const VARIABLES = ['$x', '$y', '$z'];

/** Makes up statements of Go's templates. */
export class Statements {
  private readonly random: Random;
  private readonly expressions: Expressions;
  /** How probable it is that a choice is one which mostly fails. */
  private readonly risk: number;
  private defined = 0;
  private loops = 0;

  constructor(random: Random, expressions: Expressions) {
    this.random = random;
    this.expressions = expressions;
    this.risk = random.pick([0, 0.01, 0.05, 0.2]);
  }

  /** A few statements, nested as deep as that at most, after the variables that they use. */
  template(depth: number): string {
    const variables = VARIABLES.map((name) => this.action(`${name} := ${this.value()}`));
    return variables.join('') + this.list(depth);
  }

  private list(depth: number): string {
    return Array.from({ length: this.random.integer(1, 4) }, () => this.statement(depth)).join('');
  }

  private statement(depth: number): string {
    const { random } = this;
    if (depth === 0 || random.chance(0.45)) return this.leaf();
    const make = random.pick([
      () => this.conditional(depth),
      () => this.conditional(depth),
      () => this.loop(depth),
      () => this.loop(depth),
      () => this.loop(depth),
      () => this.context(depth),
      () => this.definition(depth),
    ]);
    return make();
  }

  private leaf(): string {
    const { random } = this;
    if (this.isRisky()) return random.pick(RISKY_LEAVES);
    const variable = random.pick(VARIABLES);
    const make = random.pick([
      () => random.pick(TEXTS),
      () => this.action(this.value()),
      () => this.action(this.value()),
      () => this.action(`${variable} := ${this.value()}`),
      () => this.action(`${variable} = ${this.value()}`),
      () => this.action(variable),
      () =>
        this.action(
          `template ${random.pick(['"h.name" $', '"h.list" $.Values.list', '"h.echo"', '"h.echo" .', '"h.list" .'])}`,
        ),
      () =>
        random.pick([
          '{{/* c */}}',
          '{{- /* c\n */ -}}',
          '{{ "a" -}}  ',
          ' {{- "b" }}',
          '{{- 3 }}',
          '{{ -3 }}',
          '{{ "{{" }}',
          '{{\n1\n}}',
        ]),
      () => this.action(this.comparison()),
    ]);
    return make();
  }

  private isRisky(): boolean {
    return this.risk > 0 && this.random.chance(this.risk);
  }

  private action(text: string): string {
    const left = this.random.pick(['{{ ', '{{ ', '{{', '{{- ']);
    return `${left}${text}${this.random.pick([' }}', ' }}', '}}', ' -}}'])}`;
  }

  private value(): string {
    const { random, expressions } = this;
    if (this.isRisky()) return random.pick([random.pick(RISKY_FIELDS), expressions.functionCall(random.integer(0, 1))]);
    const kind = random.next();
    if (kind < 0.6) return random.pick(FIELDS.slice(0, this.defined < 0 ? 0 : FIELDS.length - 3));
    if (kind < 0.8) return this.comparison();
    return `${random.pick(['toString', 'quote', 'kindOf', 'default 1', 'list 1', 'print', 'toJson', 'empty', 'not'])} ${this.operand()}`;
  }

  private operand(): string {
    const field = this.random.pick(this.isRisky() ? RISKY_FIELDS : FIELDS.slice(0, -3));
    return field.includes(' ') ? `(${field})` : field;
  }

  private comparison(): string {
    const { random } = this;
    const fails = this.isRisky();
    const name = random.pick(
      fails
        ? ['lt', 'ge', 'index', 'len', 'eq', 'slice', 'not']
        : ['eq', 'ne', 'and', 'or', 'print', 'deepEqual', 'coalesce'],
    );
    if (!fails && random.chance(0.3))
      return `${random.pick(['lt', 'le', 'gt', 'ge', 'eq', 'ne'])} ${random.pick(['1 2', '1.5 0.5', '"a" "b"', '(len $.Values.s) 3', '(int64 2) 2'])}`;
    return [name, ...Array.from({ length: fails ? random.integer(0, 3) : 2 }, () => this.operand())].join(' ');
  }

  private conditional(depth: number): string {
    const head = this.action(`if ${this.random.chance(0.2) ? '$x := ' : ''}${this.value()}`);
    const more = this.random.chance(0.3) ? this.action(`else if ${this.value()}`) + this.list(depth - 1) : '';
    const rest = this.random.chance(0.5) ? this.action('else') + this.list(depth - 1) : '';
    return `${head}${this.list(depth - 1)}${more}${rest}${this.action('end')}`;
  }

  private loop(depth: number): string {
    const { random } = this;
    const variables = random.pick(['', '', '$x := ', '$x, $y := ', '$x = ', '$y, $x := ', '$x, $y = ']);
    const head = this.action(`range ${variables}${random.pick(this.isRisky() ? RISKY_RANGES : RANGES)}`);
    this.loops++;
    const leave = random.chance(0.3)
      ? this.action(`if ${this.comparison()}`) + random.pick(['{{break}}', '{{ continue }}']) + this.action('end')
      : '';
    const body = leave + this.list(depth - 1);
    this.loops--;
    const rest = random.chance(0.3) ? this.action('else') + this.list(depth - 1) : '';
    return `${head}${body}${rest}${this.action('end')}`;
  }

  private context(depth: number): string {
    const head = this.action(`with ${this.random.chance(0.3) ? '$y := ' : ''}${this.value()}`);
    const more = this.random.chance(0.3) ? this.action(`else with ${this.value()}`) + this.list(depth - 1) : '';
    const rest = this.random.chance(0.4) ? this.action('else') + this.list(depth - 1) : '';
    return `${head}${this.list(depth - 1)}${more}${rest}${this.action('end')}`;
  }

  private definition(depth: number): string {
    const name = `"d${this.defined++}"`;
    // Within a definition, $ is what it was given.
    const body = this.random.pick([
      '{{ . }}',
      '{{ $x := . }}{{ $x }}{{ $ }}',
      '{{ with . }}w{{ else }}e{{ end }}',
      ' t ',
      this.isRisky() ? this.template(depth - 1) : '{{ kindOf $ }}',
    ]);
    if (this.random.chance(0.4)) return `${this.action(`block ${name} ${this.value()}`)}${body}${this.action('end')}`;
    const [verb, data] = this.random.pick([
      ['template', ' .'],
      ['include', ' $'],
      ['template', ''],
      ['include', ' .'],
      ['template', ' $.Values.map'],
    ] as const);
    const define = `${this.action(`define ${name}`)}${body}${this.action('end')}`;
    // Only at the top may a template be defined; elsewhere that is an error worth a look now and then.
    return (
      (this.isRisky() || depth >= 3 ? define : '') + this.action(`${verb} ${depth >= 3 ? name : '"h.echo"'}${data}`)
    );
  }
}
