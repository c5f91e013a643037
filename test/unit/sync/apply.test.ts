import { describe, expect, it } from 'vitest';
import { applyObject, dryRunApply } from '../../../src/sync/apply.ts';
import { type Answer, type LoopbackApi, refusal, reply, startLoopbackApi } from '../cluster/loopback-api.ts';
import { desiredOf, KINDS } from './desired-objects.ts';

const WEB = desiredOf('apps/v1', 'Deployment', 'web', { spec: { replicas: 1 } });
const SECRET = desiredOf('v1', 'Secret', 'login', { data: { password: 'aHVudGVyMg==' } });

async function start(answer: Answer): Promise<{ api: LoopbackApi; apply: typeof apply; dryRun: typeof dryRun }> {
  const api = await startLoopbackApi(answer);
  const client = api.client();
  const options = { client, priority: 'normal' } as const;
  const apply = (desired = WEB) =>
    applyObject(desired, { ...options, kind: desired === WEB ? KINDS.deployment : KINDS.secret });
  const dryRun = (desired = WEB) =>
    dryRunApply(desired, { ...options, kind: desired === WEB ? KINDS.deployment : KINDS.secret });
  return { api, apply, dryRun };
}

const answersIn = (answers: readonly Answer[]): Answer => {
  let index = 0;
  return (request, response) => {
    const answer = answers[Math.min(index, answers.length - 1)];
    index += 1;
    return answer?.(request, response);
  };
};

describe('applyObject()', () => {
  it('sends the manifest as an apply that owns its fields', async () => {
    const { api, apply } = await start((_request, response) =>
      reply(response, 200, WEB.object, { warning: '299 - "spec.old is deprecated"' }),
    );
    expect(await apply()).toEqual({
      key: 'apps/Deployment/prod/web',
      version: 'v1',
      code: 'Synced',
      message: 'deployment.apps/web serverside-applied',
      object: WEB.object,
      warnings: ['spec.old is deprecated'],
      desiredHash: WEB.hash,
    });
    expect(api.requests).toHaveLength(1);
    expect(api.requests[0]).toMatchObject({
      method: 'PATCH',
      path: '/apis/apps/v1/namespaces/prod/deployments/web',
      query: { fieldManager: 'holdfast', force: 'true' },
      body: WEB.body,
      headers: { 'content-type': 'application/apply-patch+yaml' },
    });
  });

  it.each([
    [422, 'CLUSTER_INVALID', 'never', 1],
    [403, 'CLUSTER_AUTH', 'backoff', 1],
    [404, 'CLUSTER_NOT_FOUND', 'backoff', 1],
    [409, 'CLUSTER_CONFLICT', 'backoff', 3],
    [500, 'CLUSTER_UNKNOWN_OUTCOME', 'backoff', 3],
  ])('reports a refusal with %d as data', async (status, code, retry, requests) => {
    const { api, apply } = await start((_request, response) => reply(response, status, refusal(status, 'said no')));
    const outcome = await apply();
    expect(outcome).toMatchObject({ code: 'SyncFailed', desiredHash: WEB.hash, error: { code, retry } });
    expect(outcome.message).toBe('Cannot apply Deployment "prod/web" (web.yaml:1): said no');
    expect(api.requests).toHaveLength(requests);
  });

  it('tries again when nobody knows whether a write took effect', async () => {
    const { api, apply } = await start(
      answersIn([
        (_request, response) => void response.destroy(),
        (_request, response) => reply(response, 503, 'down'),
        (_request, response) => reply(response, 200, WEB.object),
      ]),
    );
    expect((await apply()).code).toBe('Synced');
    expect(api.requests.map(({ body }) => body)).toEqual([WEB.body, WEB.body, WEB.body]);
  });

  it('gives up after three tries', async () => {
    const { api, apply } = await start((_request, response) => void response.destroy());
    expect(await apply()).toMatchObject({ code: 'SyncFailed', error: { code: 'CLUSTER_UNKNOWN_OUTCOME' } });
    expect(api.requests).toHaveLength(3);
  });
});

// As kube-apiserver 1.36 phrases them; every one of them quotes the value.
const LEAKS: readonly (readonly [status: number, message: string, kept: string])[] = [
  [
    500,
    'failed to create typed patch object (prod/login; /v1, Kind=Secret): .data.pin: expected string, got &value.valueUnstructured{Value:hunter2}',
    '.data.pin: expected string, got',
  ],
  [
    500,
    'failed to create typed patch object (prod/login; /v1, Kind=Secret): .data: expected map, got &{hunter2 "x"\nhunter2}',
    '.data: expected map, got',
  ],
  [
    500,
    'failed to create typed patch object (prod/login; /v1, Kind=Secret): .data.pin: expected string, got &value.valueUnstructured{Value:map[string]interface {}{"inner":"hunter2"}}',
    'expected string, got',
  ],
  [
    422,
    'Secret "login" is invalid: metadata.labels: Invalid value: "hunter2 \\"hunter2\\"": a valid label must be short',
    'a valid label must be short',
  ],
  [
    422,
    'Secret "login" is invalid: data: Invalid value: {"a":"}: hunter2"}: must be a map',
    'Secret "login" is invalid: data: Invalid value:',
  ],
  [
    422,
    'Secret "login" is invalid: [type: Invalid value: "hunter2": field is immutable, data[x]: Invalid value: "hunter2": too long]',
    'too long',
  ],
  [
    422,
    'Secret "login" is invalid: type: Unsupported value: "hunter2": supported values: "Opaque"',
    'supported values',
  ],
  [422, 'Secret "login" is invalid: data: Invalid value: 5: hunter2', 'data: Invalid value:'],
];

describe('redaction', () => {
  it.each(LEAKS)('takes values of a Secret out of a %d', async (status, message, kept) => {
    const { apply, dryRun } = await start((_request, response) => reply(response, status, refusal(status, message)));
    const outcome = await apply(SECRET);
    expect(outcome.message).toContain(kept);
    expect(JSON.stringify([outcome, outcome.error?.message, outcome.error?.stack])).not.toContain('hunter2');
    await expect(dryRun(SECRET)).rejects.toThrow(expect.not.stringContaining('hunter2'));
  });

  it('leaves messages about other kinds as they are', async () => {
    const message = 'Deployment "web" is invalid: spec.replicas: Invalid value: -1: must be positive';
    const { apply } = await start((_request, response) => reply(response, 422, refusal(422, message)));
    expect((await apply()).message).toContain(message);
  });
});

describe('dryRunApply()', () => {
  it('asks what would become of the object and writes nothing', async () => {
    const { api, dryRun } = await start((_request, response) => reply(response, 200, WEB.object));
    expect(await dryRun()).toEqual(WEB.object);
    expect(api.requests[0]?.query).toEqual({ fieldManager: 'holdfast', force: 'true', dryRun: 'All' });
  });

  it('throws with the name of the object', async () => {
    const { dryRun } = await start((_request, response) => reply(response, 422, refusal(422, 'no')));
    await expect(dryRun()).rejects.toMatchObject({
      code: 'CLUSTER_INVALID',
      message: 'Cannot apply Deployment "prod/web" (web.yaml:1): no',
      object: 'Deployment "prod/web"',
      httpStatus: 422,
    });
  });
});
