import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseGoDuration, parseSettings } from '../../../src/config/settings.ts';

describe('parseGoDuration()', () => {
  // Each as time.ParseDuration of Go 1.26 reads it.
  it.each([
    ['0', 0],
    ['+0', 0],
    ['-0', 0],
    ['0s', 0],
    ['180s', 180_000],
    ['3m', 180_000],
    ['1h30m', 5_400_000],
    ['1h1m1s1ms', 3_661_001],
    ['1.5s', 1_500],
    ['1.s', 1_000],
    ['.5s', 500],
    ['+5s', 5_000],
    ['1m1m', 120_000],
    ['1000ns', 0.001],
    ['1us', 0.001],
    ['1\u00b5s', 0.001],
    ['1\u03bcs', 0.001],
    ['2562047h', 2_562_047 * 3_600_000],
  ])('of %j is %d ms', (text, ms) => {
    expect(parseGoDuration(text)).toBeCloseTo(ms, 9);
  });

  it.each([
    '',
    '5',
    's',
    '.s',
    '-5s',
    '--5s',
    '+-5s',
    '5 s',
    ' 5s',
    '5s ',
    '5S',
    '5d',
    '1e3s',
    '5sx',
    'x5s',
    '5s\n',
    '1,5s',
    '0x5s',
    '٣s',
    '1..5s',
    '2562048h',
    `${'9'.repeat(400)}h`,
  ])('refuses %j', (text) => {
    expect(parseGoDuration(text)).toBeUndefined();
  });

  it('takes long texts in its stride', () => {
    expect(parseGoDuration('1'.repeat(100_000))).toBeUndefined();
    expect(parseGoDuration(`${'1.'.repeat(50_000)}s`)).toBeUndefined();
    expect(parseGoDuration('0s'.repeat(50_000))).toBe(0);
  });
});

const STATUS_OF_MANIFESTS: unknown = expect.objectContaining({ pointers: [['status']] });

describe('parseSettings()', () => {
  it('has the defaults of Argo CD', () => {
    expect(parseSettings({}, {})).toEqual({
      reconcileIntervalMs: 120_000,
      reconcileJitterMs: 60_000,
      kustomizeBuildOptions: '',
      helmLookup: 'none',
      helmValuesFileSchemes: ['https', 'http'],
      disabledTypes: new Set(),
      healthChecks: {},
      ignoreRules: [STATUS_OF_MANIFESTS],
      applicationNamespaces: [],
      problems: [],
    });
  });

  it('reads what it knows and passes by the rest', () => {
    const settings = parseSettings(
      {
        'timeout.reconciliation': '5m',
        'timeout.reconciliation.jitter': '0',
        'kustomize.buildOptions': '--load-restrictor LoadRestrictionsNone',
        'kustomize.enable': 'false',
        'helm.enable': 'true',
        'helm.valuesFileSchemes': 'HTTPS, ,s3',
        'holdfast.helm.lookup': 'destination',
        url: 'https://x.test',
      },
      { 'application.namespaces': ' team-*, ,other ,', 'server.insecure': 'true' },
    );
    expect(settings).toEqual({
      reconcileIntervalMs: 300_000,
      reconcileJitterMs: 0,
      kustomizeBuildOptions: '--load-restrictor LoadRestrictionsNone',
      helmLookup: 'destination',
      helmValuesFileSchemes: ['https', 's3'],
      disabledTypes: new Set(['Kustomize']),
      healthChecks: {},
      ignoreRules: [STATUS_OF_MANIFESTS],
      applicationNamespaces: ['team-*', 'other'],
      problems: [],
    });
  });

  it('lets charts look up nothing unless it is told so exactly', () => {
    for (const text of ['', 'false', 'none']) {
      expect(parseSettings({ 'holdfast.helm.lookup': text }, {})).toMatchObject({ helmLookup: 'none', problems: [] });
    }
    expect(parseSettings({ 'holdfast.helm.lookup': 'cluster' }, {}).helmLookup).toBe('cluster');
    const wrong = parseSettings({ 'holdfast.helm.lookup': 'true' }, {});
    expect(wrong.helmLookup).toBe('none');
    expect(wrong.problems.join()).toContain('none of none, destination and cluster');
  });

  it('takes an empty text for nothing', () => {
    // Rules hold functions, which are equal to themselves only.
    expect({
      ...parseSettings({ 'timeout.reconciliation': '' }, { 'application.namespaces': '' }),
      ignoreRules: [],
    }).toEqual({ ...parseSettings({}, {}), ignoreRules: [] });
  });

  it('keeps the default and says so where it cannot read a value', () => {
    const settings = parseSettings({ 'timeout.reconciliation': '180', 'timeout.reconciliation.jitter': '-1s' }, {});
    expect(settings).toMatchObject({ reconcileIntervalMs: 120_000, reconcileJitterMs: 60_000 });
    expect(settings.problems).toEqual([
      'argocd-cm: timeout.reconciliation is "180", which is no duration such as 180s or 3m',
      'argocd-cm: timeout.reconciliation.jitter is "-1s", which is no duration such as 180s or 3m',
    ]);
  });

  it('makes something usable of anything', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (interval, jitter, namespaces) => {
        const settings = parseSettings(
          { 'timeout.reconciliation': interval, 'timeout.reconciliation.jitter': jitter },
          { 'application.namespaces': namespaces },
        );
        expect(settings.reconcileIntervalMs).toBeGreaterThanOrEqual(0);
        expect(settings.reconcileJitterMs).toBeGreaterThanOrEqual(0);
        expect(settings.applicationNamespaces).not.toContain('');
      }),
      { numRuns: 300, seed: 20261121 },
    );
  });

  it('keeps what states checks of health, and nothing else', () => {
    const checks = {
      'resource.customizations': 'a',
      'resource.customizations.health.example.com_Widget': 'b',
      'resource.customizations.useOpenLibs.example.com_Widget': 'true',
      'holdfast.dev.health.example.com_Gadget': 'c',
      'holdfast.dev.health-generic': 'false',
    };
    const others = { 'resource.customizations.actions.Pod': 'd', 'kustomize.enable': 'true' };
    expect(parseSettings({ ...checks, ...others }, {}).healthChecks).toEqual(checks);
  });
});
