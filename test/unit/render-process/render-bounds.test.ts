import { afterAll, describe, expect, it } from 'vitest';
import { HoldfastError } from '../../../src/lib/errors.ts';
import { RenderPool } from '../../../src/render-process/render-pool.ts';
import type { SourceTree } from '../../../src/source/tree.ts';
import { chartTree, configMapTemplate } from '../../support/chart-tree.ts';

const GOOD = chartTree({ 'a.yaml': configMapTemplate('good', 'x') });
const NESTED_MAP = '{{ $d := dict "a" "b" }}{{ range until 40 }}{{ $d = dict "a" $d "b" $d }}{{ end }}';

/** Two renders at once: one that must fail, and many that must not be held up. */
const pool = new RenderPool({ size: 2, limits: { deadlineMs: 4_000, graceMs: 1_000, residentMiB: 400, heapMiB: 256 } });

afterAll(() => pool.close());

function render(tree: SourceTree, from: RenderPool = pool): Promise<unknown> {
  return from.render({ tree, ahead: tree, owner: 'r', options: { source: { path: 'chart' }, appName: 'app' } });
}

async function failure(promise: Promise<unknown>): Promise<HoldfastError> {
  const error = await promise.then(
    () => new Error('it was rendered'),
    (thrown: unknown) => thrown,
  );
  if (error instanceof HoldfastError) return error;
  throw error;
}

/** Templates of the file `loop.yaml`, and what the error must say. */
const HOSTILE: Readonly<Record<string, readonly [template: string, message: RegExp]>> = {
  'counts to a billion': ['\n{{ range until 1000000000 }}{{ end }}', /loop\.yaml:2:15: .*steps/],
  'loops over a number': ['{{ range 1000000000 }}{{ end }}', /loop\.yaml:1:\d+: .*steps/],
  'loops within loops': ['\n\n{{ range 100000 }}{{ range 100000 }}{{ end }}{{ end }}', /loop\.yaml:3:\d+: .*steps/],
  'includes itself': [
    '{{ define "x" }}{{ include "x" . }}{{ end }}\n{{ include "x" . }}',
    /loop\.yaml:1:19.*nested reference name: x/s,
  ],
  'includes itself from within blocks': [
    '{{ define "x" }}{{ with . }}{{ if true }}{{ range list 1 }}{{ include "x" $ | trim | indent 1 }}{{ end }}{{ end }}{{ end }}{{ end }}\n{{ include "x" . }}',
    /loop\.yaml:1:\d+.*nested reference name: x/s,
  ],
  'is a template of itself': [
    '{{ define "x" }}{{ template "x" . }}{{ end }}\n{{ template "x" . }}',
    /loop\.yaml:1:\d+.*exceeded maximum template depth/s,
  ],
  'is a text that renders itself': [
    '{{ define "x" }}{{ tpl "{{ include \\"x\\" . }}" . }}{{ end }}\n{{ include "x" . }}',
    /loop\.yaml:1:\d+.*nested reference name: x/s,
  ],
  'doubles a text': [
    '{{ $s := "aaaaaaaa" }}{{ range until 60 }}\n{{ $s = printf "%s%s" $s $s }}{{ end }}',
    /loop\.yaml:2:\d+: /,
  ],
  'doubles a text by another function': [
    '{{ $s := "aaaaaaaa" }}{{ range until 60 }}\n{{ $s = cat $s $s }}{{ end }}',
    /loop\.yaml:2:\d+: |memory.*loop\.yaml/,
  ],
  'doubles a list': ['{{ $s := list 1 }}{{ range until 60 }}\n{{ $s = concat $s $s }}{{ end }}', /loop\.yaml/],
  'prints without end': [
    '{{ range until 3000000 }}{{ . }}: aaaaaaaaaaaaaaaaaaaa\n{{ end }}',
    // Which bound it meets first depends on the machine.
    /loop\.yaml:1:\d+: .*(?:longer than 4 s|steps|MiB of memory)|memory.*loop\.yaml/,
  ],
  'prints more than can be taken': ['a: {{ repeat 40000000 "a" }}\n', /bytes, and 32 MiB are the limit|loop\.yaml/],
  'matches a pattern that others take for ever to match': [
    '{{ $s := repeat 100000 "a" }}{{ range until 100000 }}\n{{ regexMatch "(a*)*b" $s }}{{ end }}',
    /loop\.yaml:2:\d+: .*(?:longer than 4 s|steps)/,
  ],
  'repeats a pattern within a pattern': [
    '{{ regexMatch (printf "(%s)" (repeat 30 "((x{1,30}){1,30}){1,30}")) "a" }}',
    /loop\.yaml/,
  ],
  'prints a map that shares its parts': [
    `${NESTED_MAP}\n{{ toJson $d | len }}`,
    /loop\.yaml:2:\d+: .*(?:longer than 4 s|steps)|memory.*loop\.yaml/,
  ],
  'prints such a map as YAML': [
    `${NESTED_MAP}\n{{ toYaml $d | len }}`,
    /loop\.yaml:2:\d+: .*(?:longer than 4 s|steps)|memory.*loop\.yaml/,
  ],
  'prints a map that holds itself': ['{{ $d := dict }}{{ $_ := set $d "a" $d }}{{ toJson $d }}', /loop\.yaml/],
  'makes key after key': [
    '{{ range until 2000 }}{{ genPrivateKey "rsa" | len }}{{ end }}',
    /loop\.yaml:1:\d+: .*(?:steps|longer than 4 s)/,
  ],
  'fills the memory': [
    '{{ $d := dict }}{{ range $i := until 900000 }}{{ $_ := set $d (toString $i) (dict "a" (list $i $i $i $i)) }}{{ end }}{{ toYaml $d | len }}{{ toYaml $d | len }}{{ toYaml $d | len }}',
    /memory.*loop\.yaml|loop\.yaml:\d+:\d+: .*(?:steps|longer than 4 s)/,
  ],
};

describe('a chart that', { timeout: 120_000 }, () => {
  it.each(Object.entries(HOSTILE))(
    '%s fails by itself, while others are rendered',
    async (_name, [template, message]) => {
      const loop = failure(render(chartTree({ 'loop.yaml': template })));
      const others = await Promise.all([render(GOOD), render(GOOD), render(GOOD)]);
      expect(others.map((other) => (other as { manifests: unknown[] }).manifests.length)).toEqual([1, 1, 1]);
      const error = await loop;
      expect(error.message).toMatch(message);
      expect(error.code).toMatch(/^RENDER_(?:LIMIT|HELM)$/);
      expect(error.retry).toBe('never');
      expect(error.message).toMatch(/^Cannot render chart/);
    },
  );

  it('never ends holds up nobody, not even those of the same repository', async () => {
    const patient = new RenderPool({ size: 2, limits: { deadlineMs: 3_600_000 } });
    const endless = failure(
      render(
        chartTree({
          'loop.yaml': `${NESTED_MAP}{{ range until 1000 }}{{ deepEqual $d $d }}{{ toJson $d | len }}{{ end }}`,
        }),
        patient,
      ),
    );
    try {
      for (let round = 0; round < 5; round += 1) {
        expect(await render(GOOD, patient)).toMatchObject({ sourceType: 'Helm' });
      }
    } finally {
      await patient.close();
    }
    // It ran until the pool was closed.
    expect((await endless).message).toMatch(/is stopping/);
  });

  it('includes a thousand templates within each other is rendered', async () => {
    const names = Array.from({ length: 1000 }, (_, at) => at);
    const defines = names.map(
      (at) =>
        `{{ define "t${at}" }}{{ with . }}{{ if true }}{{ include "t${at + 1}" . | trim }}{{ end }}{{ end }}{{ end }}`,
    );
    const helpers = `${defines.join('\n')}{{ define "t1000" }}deep{{ end }}`;
    const tree = chartTree({ '_helpers.tpl': helpers, 'a.yaml': configMapTemplate('a', '{{ include "t0" . }}') });
    expect(await render(tree)).toMatchObject({ manifests: [{ object: { data: { value: 'deep' } } }] });
  });

  it('grows by many small steps is named with its line before its memory is full', async () => {
    const small = new RenderPool({ limits: { deadlineMs: 60_000, residentMiB: 260, heapMiB: 1_000 } });
    const grow = '\n{{ $l := list }}{{ range $i := until 400000 }}{{ $l = list $l (dict "a" $i "b" $i) }}{{ end }}';
    try {
      const { message } = await failure(render(chartTree({ 'loop.yaml': grow }), small));
      expect(message).toMatch(
        /^Cannot render chart chart: template: chart\/templates\/loop\.yaml:2:\d+: .*260 MiB of memory/,
      );
    } finally {
      await small.close();
    }
  });

  it('takes more memory than a render may have is named with its template, and its process replaced', async () => {
    const small = new RenderPool({ size: 1, limits: { deadlineMs: 60_000, residentMiB: 260, heapMiB: 1_000 } });
    const heap = new RenderPool({ size: 1, limits: { deadlineMs: 60_000, residentMiB: 3_000, heapMiB: 128 } });
    const bomb = chartTree({
      'a.yaml': configMapTemplate('a', 'x'),
      'z-bomb.yaml': `${NESTED_MAP}{{ toYaml $d | len }}`,
    });
    try {
      for (const one of [small, heap]) {
        expect((await failure(render(bomb, one))).message).toMatch(
          /^Cannot render chart: it takes more than the \d+ MiB of memory that a render may have, at template chart\/templates\/z-bomb\.yaml\./,
        );
        expect(await render(GOOD, one)).toMatchObject({ sourceType: 'Helm' });
      }
    } finally {
      await Promise.all([small.close(), heap.close()]);
    }
  });
});
