import { describe, expect, it } from 'vitest';
import { RenderBudget } from '../../../../src/render/gotemplate/budget.ts';
import { define, type FunctionTable, GoFunctionError } from '../../../../src/render/gotemplate/function-table.ts';
import { formatValue } from '../../../../src/render/gotemplate/print-value.ts';
import {
  TemplateExecError,
  TemplateLimitError,
  TemplateParseError,
} from '../../../../src/render/gotemplate/template-error.ts';
import { compileTemplates, type TemplateSet } from '../../../../src/render/gotemplate/template-set.ts';
import { GoFunctionValue, type GoMap, GoObject, type GoValue, goInt } from '../../../../src/render/gotemplate/value.ts';

const NONE: FunctionTable = new Map();

function execute(text: string, data: GoValue = null, functions: FunctionTable = NONE): string {
  return compileTemplates(new Map([['main', text]]), functions, { missingKey: 'zero' }).execute('main', data);
}

function errorOf(run: () => unknown): Error {
  try {
    run();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('nothing was thrown');
}

/** Functions as Helm adds them: closed over the set that they belong to. */
function withInclude(sources: ReadonlyMap<string, string>): TemplateSet {
  const holder: { set?: TemplateSet } = {};
  const include = define(['string', 'any'], ([name, data]) => holder.set?.execute(formatValue(name), data) ?? '');
  holder.set = compileTemplates(sources, new Map([['include', include]]), { missingKey: 'zero' });
  return holder.set;
}

describe('compileTemplates()', () => {
  it('lets a later definition win, unless it is empty', () => {
    const set = compileTemplates(
      new Map([
        ['a', '{{define "x"}}first{{end}}{{define "y"}}kept{{end}}'],
        ['b', '{{define "x"}}second{{end}}{{define "y"}} {{end}}{{template "x"}} {{template "y"}}'],
      ]),
      NONE,
    );
    expect(set.execute('b', null)).toBe('second kept');
  });

  it('says of an unknown function in which template and line it stands', () => {
    const error = errorOf(() => execute('a\n{{ nope }}'));
    expect(error).toBeInstanceOf(TemplateParseError);
    expect(error.message).toBe('template: main:2: function "nope" not defined');
  });

  it('asks for the functions again when a text is parsed into another set', () => {
    const text = '{{ other }}';
    const table: FunctionTable = new Map([['other', define([], () => 'x')]]);
    expect(execute(text, null, table)).toBe('x');
    expect(() => execute(text)).toThrow('function "other" not defined');
  });

  it('takes keys such as __proto__ for data', () => {
    const data: GoMap = new Map([['__proto__', new Map([['polluted', 'yes']])]]);
    expect(execute('{{ .__proto__.polluted }} {{ .constructor }} {{ .toString }}', data)).toBe(
      'yes <no value> <no value>',
    );
    expect(() => execute('{{ toString }}')).toThrow('function "toString" not defined');
  });
});

describe('TemplateSet.execute()', () => {
  it('names the set when there is no template of the name', () => {
    const set = compileTemplates(new Map([['a', '']]), NONE);
    expect(errorOf(() => set.execute('zz', null)).message).toBe(
      'template: no template "zz" associated with template "gotpl"',
    );
  });

  it('keeps the errors of templates within templates as causes', () => {
    const set = withInclude(new Map([['a', '{{define "x"}}{{ .a.b }}{{end}}\n{{ include "x" . }}']]));
    const error = errorOf(() => set.execute('a', new Map([['a', null]])));
    const inner = 'template: a:1:19: executing "x" at <.a.b>: nil pointer evaluating interface {}.b';
    expect(error).toBeInstanceOf(TemplateExecError);
    expect(error.message).toBe(`template: a:2:3: executing "a" at <include "x" .>: error calling include: ${inner}`);
    expect((error.cause as Error).message).toBe(inner);
  });

  it('passes on errors that no template function returns', () => {
    const broken = define([], () => {
      throw new TypeError('a bug');
    });
    expect(errorOf(() => execute('{{ broken }}', null, new Map([['broken', broken]])))).toBeInstanceOf(TypeError);
  });

  it('gives the error that a function returned as the cause', () => {
    const returned = new GoFunctionError('no: way');
    const fail = define([], () => {
      throw returned;
    });
    const error = errorOf(() => execute('{{ fail }}', null, new Map([['fail', fail]])));
    expect(error.message).toBe('template: main:1:3: executing "main" at <fail>: error calling fail: no: way');
    expect(error.cause).toBe(returned);
  });

  it('calls functions that are values', () => {
    const data = new Map([['f', new GoFunctionValue(([a]) => `<${formatValue(a)}>`)]]);
    expect(execute('{{ call .f "x" }}', data)).toBe('<x>');
  });

  it('keeps the variables of each call of a template apart', () => {
    const recursive = '{{define "x"}}{{$v := .}}{{if $v}}{{include "x" (slice $v 1)}}{{end}}{{$v}};{{end}}';
    const set = withInclude(new Map([['a', `${recursive}{{include "x" "abc"}}`]]));
    expect(set.execute('a', null)).toBe(';c;bc;abc;');
  });
});

describe('TemplateSet.clone()', () => {
  it('keeps what is parsed into the copy out of the original', () => {
    const set = compileTemplates(new Map([['a', '{{define "x"}}old{{end}}']]), NONE);
    const copy = set.clone(NONE);
    expect(copy.executeText('gotpl', '{{define "x"}}new{{end}}{{template "x"}}', null)).toBe('new');
    expect(set.execute('x', null)).toBe('old');
  });

  it('runs the same templates with other functions', () => {
    const table = (text: string): FunctionTable => new Map([['f', define([], () => text)]]);
    const set = compileTemplates(new Map([['a', '{{ f }}']]), table('one'));
    expect([set.execute('a', null), set.clone(table('two')).execute('a', null), set.execute('a', null)]).toEqual([
      'one',
      'two',
      'one',
    ]);
  });

  it('checks arguments for the function that is called, not the one that was parsed', () => {
    const set = compileTemplates(new Map([['a', '{{ f 1 }}']]), new Map([['f', define(['int'], () => 'int')]]));
    const copy = set.clone(new Map([['f', define(['string'], () => 'string')]]));
    expect(set.execute('a', null)).toBe('int');
    expect(() => copy.execute('a', null)).toThrow('expected string; found 1');
  });
});

describe('TemplateSet.executeText()', () => {
  it('executes an empty text, whatever else has its name', () => {
    const set = compileTemplates(new Map([['gotpl', 'x']]), NONE);
    expect(set.executeText('gotpl', '{{/* nothing */}}', null)).toBe('');
  });
});

/** What charts see of files: methods, and a map of them. */
class Files extends GoObject {
  override readonly goType = 'engine.files';
  override readonly goKind = 'map';
  private readonly files: GoMap = new Map([
    ['b.txt', 'B'],
    ['a.txt', 'A'],
  ]);

  override get(name: string): GoValue {
    return name === 'AsConfig' ? 'config' : undefined;
  }

  override typedMethod(name: string): ReturnType<GoObject['typedMethod']> {
    return name === 'Get' ? define(['string'], ([file]) => this.files.get(formatValue(file)) ?? '') : undefined;
  }

  override method(name: string): ReturnType<GoObject['method']> {
    return name === 'Join' ? (args) => args.map(formatValue).join('+') : undefined;
  }

  override container(): GoMap {
    return this.files;
  }

  override toGoString(): string {
    return 'files';
  }
}

describe('objects in templates', () => {
  const data = new Map([['Files', new Files()]]);

  it.each([
    ['{{ .Files.Get "a.txt" }}{{ "b.txt" | .Files.Get }}', 'AB'],
    ['{{ .Files.AsConfig }}', 'config'],
    ['{{ .Files.Join 1 "x" }}', '1+x'],
    ['{{ range $name, $text := .Files }}{{ $name }}={{ $text }};{{ end }}', 'a.txt=A;b.txt=B;'],
    ['{{ len .Files }}{{ index .Files "b.txt" }}{{ if .Files }}yes{{ end }}', '2Byes'],
    ['{{ with $x := "a.txt" }}{{ $.Files.Get $x }}{{ end }}', 'A'],
  ])('writes of %s what methods and items give', (text, expected) => {
    expect(execute(text, data)).toBe(expected);
  });

  it.each([
    ['{{ .Files.Get }}', 'at <.Files.Get>: wrong number of args for Get: want 1 got 0'],
    ['{{ .Files.Get 1 }}', 'at <1>: expected string; found 1'],
    ['{{ .Files.Nope.x }}', 'at <.Files.Nope.x>: nil pointer evaluating interface {}.x'],
  ])('fails for %s as Go does', (text, expected) => {
    expect(errorOf(() => execute(text, data)).message).toContain(expected);
  });
});

/** A value of a named integer type. */
class Weekday extends GoObject {
  override readonly goType = 'time.Weekday';
  override readonly goKind = 'int';
  readonly value: bigint;

  constructor(value: bigint) {
    super();
    this.value = value;
  }

  override get(): GoValue {
    return undefined;
  }

  override toGoString(): string {
    return `day ${this.value}`;
  }
}

describe('named integers in templates', () => {
  const data = new Map([
    ['none', new Weekday(0n)],
    ['day', new Weekday(3n)],
  ]);

  it.each([
    ['{{ .day }} {{ printf "%v %s %d %03d %T" .day .day .day .day .day }}', 'day 3 day 3 day 3 3 003 time.Weekday'],
    ['{{ eq .day 3 }} {{ lt .none .day }} {{ gt .day 4 }} {{ ne .day .day }}', 'true true false false'],
    ['{{ if .none }}yes{{ else }}no{{ end }} {{ if .day }}yes{{ end }}', 'no yes'],
  ])('count as the integers that they are in %s', (text, expected) => {
    expect(execute(text, data)).toBe(expected);
  });

  it('are called by their own types in errors', () => {
    expect(() => execute('{{ eq .day "x" }}', data)).toThrow(
      'incompatible types for comparison: time.Weekday and string',
    );
  });
});

describe('limits of a render', () => {
  const limited = (text: string, functions: FunctionTable = NONE): Error => {
    const budget = new RenderBudget({ maxWork: 100_000 });
    return errorOf(() => compileTemplates(new Map([['main', text]]), functions, { budget }).execute('main', null));
  };

  it.each([
    ['a loop', 'x\n{{ range 1000000000 }}{{ end }}', 'template: main:2:'],
    ['loops within loops', '{{ range 100000 }}\n{{ range 100000 }}{{ end }}{{ end }}', 'template: main:2:'],
    ['wide output', '{{ range 1000 }}{{ printf "%1000000d" 1 }}{{ end }}', 'template: main:1:'],
    ['much text', '{{ range 10000 }}0123456789{{ end }}', 'template: main:1:'],
  ])('end %s with an error that names template and line', (_, text, place) => {
    const error = limited(text);
    expect(error).toBeInstanceOf(TemplateLimitError);
    expect(error.message).toContain(place);
    expect(error.message).toContain('the render takes more than 100000 steps');
  });

  it('count what functions charge', () => {
    const greedy = define([], (_, context) => {
      context.charge(1_000_000);
      return '';
    });
    expect(limited('\n\n{{ greedy }}', new Map([['greedy', greedy]])).message).toContain('template: main:3:3');
  });

  it('ask for the deadline, whose error comes out as it is', () => {
    const late = new Error('too late');
    const budget = new RenderBudget({
      checkDeadline: () => {
        throw late;
      },
    });
    const set = compileTemplates(new Map([['a', '{{ range 100000 }}{{ end }}']]), NONE, { budget });
    expect(errorOf(() => set.execute('a', null))).toBe(late);
  });

  it('end templates that call themselves as Go does', () => {
    expect(errorOf(() => execute('{{ template "main" . }}')).message).toBe(
      'template: main:1:12: executing "main" at <{{template "main" .}}>: exceeded maximum template depth (100000)',
    );
  });

  it('end templates that include themselves, and leave the set usable', () => {
    const set = withInclude(
      new Map([['a', '{{define "x"}}{{ include "x" . }}{{end}}{{ if . }}{{ include "x" . }}{{ end }}ok']]),
    );
    expect(errorOf(() => set.execute('a', goInt(1)))).toBeInstanceOf(TemplateLimitError);
    expect(set.execute('a', null)).toBe('ok');
  });

  it.each([
    ['parentheses', `{{${'('.repeat(20_000)}1${')'.repeat(20_000)}}}`],
    ['branches', '{{if 1}}'.repeat(20_000)],
    ['else branches', `{{if 1}}${'{{else if 1}}'.repeat(20_000)}`],
    ['blocks', '{{block "x" .}}'.repeat(20_000)],
  ])('end the parse of %s without end', (_, text) => {
    expect(errorOf(() => execute(text))).toBeInstanceOf(TemplateParseError);
  });
});
