import { beforeEach, describe, expect, it } from 'vitest';
import type { Health } from '../../../src/health/health.ts';
import { HealthAssessor } from '../../../src/health/health-assessor.ts';
import type { KubeObject } from '../../../src/object/kube-object.ts';

const LUA = 'resource.customizations.health.example.com_Widget';
const OPEN_LIBS = 'resource.customizations.useOpenLibs.example.com_Widget';
const CEL = 'holdfast.dev.health.example.com_Widget';

let nowMs = 0;
let problems: string[] = [];
let assessor: HealthAssessor;

beforeEach(() => {
  nowMs = 1_000;
  problems = [];
  assessor = new HealthAssessor(() => nowMs, { warn: ({ problem }) => problems.push(problem) });
});

function widget(status: object = {}, metadata: object = {}): KubeObject {
  return {
    apiVersion: 'example.com/v1',
    kind: 'Widget',
    metadata: { name: 'w', generation: 3, ...metadata },
    spec: { size: 2 },
    status,
  };
}

function judge(checks: Readonly<Record<string, string>>, object = widget()): Health | undefined {
  assessor.configure(checks);
  return assessor.assess(object);
}

function lua(script: string, status: object = {}): Health | undefined {
  return judge({ [LUA]: script, [OPEN_LIBS]: 'true' }, widget(status));
}

function cel(rules: string, status: object = {}): Health | undefined {
  return judge({ [CEL]: rules }, widget(status));
}

const failure = (name: string, reason: string) => ({
  status: 'Unknown',
  message: `the health check ${name} of argocd-cm failed: ${reason}. Correct it there, or remove it`,
});

describe('a check in Lua', () => {
  it('reads the object and gives status and message', () => {
    const script = `
      local hs = {status = "Progressing", message = "?"}
      for i, condition in ipairs(obj.status.conditions) do
        if condition.type == "Ready" and condition.status == "True" then
          hs.status = "Healthy"
          hs.message = condition.message .. " " .. i .. "/" .. table.getn(obj.status.conditions) .. " " .. obj.metadata.generation / 3
        end
      end
      return hs`;
    const conditions = [{ type: 'Other' }, { type: 'Ready', status: 'True', message: 'fine' }];
    expect(lua(script, { conditions })).toEqual({ status: 'Healthy', message: 'fine 2/2 1' });
  });

  it.each([
    ['whole numbers of any size', 'tostring(obj.status.n)', '5000000000'],
    ['fractions', '7 / 2', '3.5'],
    ['Lua 5.1 functions', 'unpack({"a"}) .. math.pow(2, 3)', 'a8'],
    ['times', 'os.date("!%Y-%m-%dT%H:%M:%SZ", os.time({year=2020, month=1, day=2, hour=3}))', '2020-01-02T03:00:00Z'],
    ['texts of other scripts', 'obj.status.text:gsub("ü", "u")', 'Mull'],
    ['null as nothing', 'tostring(obj.status.none)', 'nil'],
  ])('prints %s as Argo CD does', (_title, expression, message) => {
    const script = `return {status = "Healthy", message = (${expression}) .. ""}`;
    expect(lua(script, { n: 5_000_000_000, text: 'Müll', none: null })).toEqual({ status: 'Healthy', message });
  });

  it('reads an object that is nested as deep as Kubernetes allows in practice', () => {
    let nested: object = { deep: true };
    for (let level = 0; level < 60; level += 1) nested = { nested };
    expect(lua('return {status = "Healthy"}', nested)).toEqual({ status: 'Healthy' });
  });

  it.each([
    ['that returns nothing has no health', 'return nil', undefined],
    ['that returns an empty table has no health', 'return {}', undefined],
    [
      'with another status',
      'return {status = "Fine"}',
      { status: 'Unknown', message: 'Lua returned an invalid health status' },
    ],
    ['that returns a number', 'return 5', failure(LUA, 'expect table output from Lua script, not number')],
    ['that cannot be read', 'x = = 1', failure(LUA, "check:1: unexpected symbol near '='")],
    ['that fails', 'error("boom")', failure(LUA, 'check:1: boom')],
    ['that fails with no text', 'error({})', failure(LUA, 'the script failed without a message')],
    ['that loops', 'while true do end', failure(LUA, 'it took more than 500000 steps')],
    [
      'that fills a table',
      'local t = {} for i = 1, 1e9 do t[i] = i end',
      failure(LUA, 'it took more than 500000 steps'),
    ],
    [
      'that doubles a text',
      'local s = "x" while true do s = s .. s end',
      failure(LUA, 'it made more than 1048576 bytes of text'),
    ],
    ['that repeats a text', 'string.rep("x", 1e9)', failure(LUA, 'it made more than 1048576 bytes of text')],
    [
      'that catches its limits',
      'pcall(function() while true do end end) return {status = "Healthy"}',
      failure(LUA, 'it took more than 500000 steps'),
    ],
  ])('%s', (_title, script, health) => {
    expect(lua(script)).toEqual(health);
  });

  it.each([
    'io',
    'debug',
    'package',
    'require',
    'load',
    'loadstring',
    'dofile',
    'loadfile',
    'collectgarbage',
    'os.execute',
    'os.getenv',
  ])('does not reach %s', (name) => {
    expect(lua(`return {status = "Healthy", message = type(${name})}`)).toEqual({ status: 'Healthy', message: 'nil' });
  });

  it('has no string and no math unless useOpenLibs says so', () => {
    const script = 'return {status = "Healthy", message = type(string) .. type(math)}';
    expect(judge({ [LUA]: script })).toEqual({ status: 'Healthy', message: 'nilnil' });
    expect(lua(script)).toEqual({ status: 'Healthy', message: 'tabletable' });
  });

  it('leaves nothing behind for the next object', () => {
    const script = 'seen = (seen or 0) + 1 return {status = "Healthy", message = "" .. seen}';
    expect(lua(script)).toEqual({ status: 'Healthy', message: '1' });
    expect(lua(script)).toEqual({ status: 'Healthy', message: '1' });
  });

  it('is ended in the middle of a function of its own that takes too long, and then rests', () => {
    const script = 'return {status = "Healthy", message = tostring(string.find(string.rep("a", 3000), ".-.-.-.-.-b"))}';
    expect(lua(script)).toEqual(failure(LUA, 'it took longer than 1000 ms'));
    expect(assessor.assess(widget())).toEqual(failure(LUA, 'it took too long and is not tried for 60 s'));
    nowMs += 60_000;
    expect(assessor.assess(widget())).toEqual(failure(LUA, 'it took longer than 1000 ms'));
    expect(lua('return {status = "Healthy"}')).toEqual({ status: 'Healthy' });
  });
});

describe('a check in CEL', () => {
  it('takes the first rule that holds', () => {
    const rules = `
      - {status: Progressing, when: "!has(object.status.phase)"}
      - {status: Degraded, when: "object.status.phase == 'Failed'", message: "'code ' + string(object.status.code + 1)"}
      - {status: Healthy}`;
    expect(cel(rules)).toEqual({ status: 'Progressing' });
    expect(cel(rules, { phase: 'Failed', code: 2 })).toEqual({ status: 'Degraded', message: 'code 3' });
    expect(cel(rules, { phase: 'Ready' })).toEqual({ status: 'Healthy' });
  });

  it('leaves the object progressing while no rule holds', () => {
    const message = `no rule of ${CEL} holds yet`;
    expect(cel('[{status: Healthy, when: "false"}]')).toEqual({ status: 'Progressing', message });
  });

  it.each([
    ['a field that is not there', '[{status: Healthy, when: "object.status.gone == 1"}]', 'No such key: gone'],
    ['no truth value', '[{status: Healthy, when: "1"}]', '"when" is bigint, not true or false'],
    ['no text', '[{status: Healthy, message: "1"}]', '"message" is bigint, not a text'],
    [
      'a pattern without end',
      `[{status: Healthy, when: "object.status.text.matches('^(a+)+$')"}]`,
      'it took longer than 1000 ms',
    ],
  ])('fails by %s', (_title, rules, reason) => {
    expect(cel(rules, { text: `${'a'.repeat(40)}b` })).toEqual(failure(CEL, reason));
  });

  it.each([
    ['{}', 'it must be a list of rules with status, when and message'],
    ['[1]', 'rule 1 is no mapping with status, when and message'],
    ['[{status: Fine}]', 'rule 1 has no status of health'],
    ['[{status: Healthy, wen: "true"}]', 'rule 1 has a field "wen"; known are status, when, message'],
    ['[{status: Healthy, when: true}]', 'rule 1: when must be a text that holds an expression'],
    ['[{status: Healthy, when: "=="}]', 'Unexpected token: EQ'],
  ])('that cannot be read (%s) is told of, and is Unknown', (rules, reason) => {
    const health = cel(rules);
    expect(problems).toEqual([`argocd-cm: ${CEL} cannot be used: ${reason}`]);
    expect(health).toEqual(failure(CEL, reason));
  });
});

describe('configure()', () => {
  it('takes the older form with patterns, too, and what is stated of a kind before them', () => {
    const together = `
"*.com/*":
  health.lua: return {status = "Healthy", message = "pattern"}
example.com/Gadget:
  health.lua: return {status = "Healthy", message = string.rep("x", 2)}
  health.lua.useOpenLibs: true
`;
    const checks = { 'resource.customizations': together };
    expect(judge(checks)).toEqual({ status: 'Healthy', message: 'pattern' });
    expect(assessor.assess({ ...widget(), kind: 'Gadget' })).toEqual({ status: 'Healthy', message: 'xx' });
    expect(judge({ ...checks, [LUA]: 'return {status = "Degraded"}' })).toEqual({ status: 'Degraded' });
    expect(judge({ ...checks, 'holdfast.dev.health': '"example.*/*": [{status: Suspended}]' })?.message).toBe(
      'pattern',
    );
    expect(judge({ 'holdfast.dev.health': '"example.*/*": [{status: Suspended}]' })).toEqual({ status: 'Suspended' });
  });

  it('puts a check of ours before one in Lua of the same kind, and both before the bundled rules', () => {
    const kind = { ...widget(), apiVersion: 'cert-manager.io/v1', kind: 'Certificate' };
    const key = 'cert-manager.io_Certificate';
    const inLua = { [`resource.customizations.health.${key}`]: 'return {status = "Suspended"}' };
    expect(judge({}, kind)).toEqual({ status: 'Progressing', message: 'Waiting for certificate' });
    expect(judge(inLua, kind)).toEqual({ status: 'Suspended' });
    expect(judge({ ...inLua, [`holdfast.dev.health.${key}`]: '[{status: Missing}]' }, kind)).toEqual({
      status: 'Missing',
    });
  });

  it('knows kinds of the core group by their name', () => {
    const map: KubeObject = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'm' } };
    expect(judge({ 'resource.customizations.health.ConfigMap': 'return {status = "Degraded"}' }, map)).toEqual({
      status: 'Degraded',
    });
  });

  it('says once what cannot be read', () => {
    const checks = { 'resource.customizations': '{', 'holdfast.dev.health': '"[": [{status: Healthy}]' };
    assessor.configure(checks);
    assessor.configure({ ...checks });
    expect(problems).toHaveLength(2);
    expect(problems[0]).toContain('argocd-cm: resource.customizations has no effect');
    expect(problems[1]).toContain('argocd-cm: holdfast.dev.health [ has no effect');
  });
});

describe('assess()', () => {
  it('says of what is being deleted that it is, before any check', () => {
    const object = widget({}, { deletionTimestamp: '2026-01-01T00:00:00Z' });
    expect(judge({ [LUA]: 'return {status = "Healthy"}' }, object)).toEqual({
      status: 'Progressing',
      message: 'Pending deletion',
    });
  });

  const ready = (status: string) => ({ conditions: [{ type: 'Ready', status, reason: 'Because', message: 'so' }] });
  it.each([
    ['nothing', {}, undefined],
    ['other conditions', { conditions: [{ type: 'Available', status: 'False' }] }, undefined],
    ['readiness', ready('True'), { status: 'Healthy', message: 'so' }],
    ['no readiness', ready('False'), { status: 'Progressing', message: 'Because: so' }],
    ['no known readiness', ready('Unknown'), { status: 'Progressing', message: 'Because: so' }],
    [
      'being stalled',
      { conditions: [{ type: 'Stalled', status: 'True', reason: 'Quota' }, ...ready('True').conditions] },
      { status: 'Degraded', message: 'Quota' },
    ],
    ['reconciling', { conditions: [{ type: 'Reconciling', status: 'True' }] }, { status: 'Progressing' }],
    [
      'another generation',
      { observedGeneration: 2, ...ready('True') },
      {
        status: 'Progressing',
        message: 'LatestGenerationNotObserved: Widget generation is 3, but latest observed generation is 2',
      },
    ],
  ])('knows of a custom resource without a rule that tells of %s', (_title, status, health) => {
    expect(judge({}, widget(status))).toEqual(health);
    expect(judge({ 'holdfast.dev.health-generic': 'false' }, widget(status))).toBeUndefined();
  });

  it("has no generic word on Kubernetes' own kinds", () => {
    const own = (apiVersion: string) => ({ ...widget(ready('False')), apiVersion });
    expect(judge({}, own('v1'))).toBeUndefined();
    expect(judge({}, own('storage.k8s.io/v1'))).toBeUndefined();
    expect(judge({}, own('widgets.x-k8s.io/v1'))?.status).toBe('Progressing');
  });

  it('gives a child application the health that it has', () => {
    const child = (status: object): KubeObject => ({
      ...widget(status),
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Application',
    });
    expect(judge({}, child({ health: { status: 'Degraded', message: 'm' } }))).toEqual({
      status: 'Degraded',
      message: 'm',
    });
    expect(judge({}, child({}))?.status).toBe('Progressing');
  });
});
