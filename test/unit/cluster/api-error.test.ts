import { describe, expect, it } from 'vitest';
import { apiError, transportError } from '../../../src/cluster/api-error.ts';
import { HoldfastError } from '../../../src/lib/errors.ts';

const ROWS: readonly (readonly [status: number, onRead: string, onWrite: string])[] = [
  [400, 'CLUSTER_INVALID', 'CLUSTER_INVALID'],
  [401, 'CLUSTER_AUTH', 'CLUSTER_AUTH'],
  [403, 'CLUSTER_AUTH', 'CLUSTER_AUTH'],
  [404, 'CLUSTER_NOT_FOUND', 'CLUSTER_NOT_FOUND'],
  [409, 'CLUSTER_CONFLICT', 'CLUSTER_CONFLICT'],
  [410, 'CLUSTER_CONFLICT', 'CLUSTER_CONFLICT'],
  [413, 'CLUSTER_INVALID', 'CLUSTER_INVALID'],
  [415, 'CLUSTER_INVALID', 'CLUSTER_INVALID'],
  [422, 'CLUSTER_INVALID', 'CLUSTER_INVALID'],
  [429, 'CLUSTER_THROTTLED', 'CLUSTER_THROTTLED'],
  [408, 'CLUSTER_UNREACHABLE', 'CLUSTER_UNKNOWN_OUTCOME'],
  [500, 'CLUSTER_UNREACHABLE', 'CLUSTER_UNKNOWN_OUTCOME'],
  [503, 'CLUSTER_UNREACHABLE', 'CLUSTER_UNKNOWN_OUTCOME'],
  [504, 'CLUSTER_UNREACHABLE', 'CLUSTER_UNKNOWN_OUTCOME'],
];

describe('apiError()', () => {
  it.each(ROWS)('maps %d to %s for a read and to %s for a write', (status, onRead, onWrite) => {
    for (const [method, code] of [
      ['GET', onRead],
      ['PATCH', onWrite],
      ['POST', onWrite],
      ['DELETE', onWrite],
    ] as const) {
      const error = apiError({ method, path: '/x', status, body: { message: 'said' } });
      const retry = code === 'CLUSTER_INVALID' ? 'never' : 'backoff';
      expect(error).toMatchObject({ code, message: 'said', httpStatus: status, retry });
    }
  });

  // As kube-apiserver 1.36 answers an apply.
  it.each([
    'failed to create typed patch object (default/s1; /v1, Kind=ConfigMap): .data.port: expected string, got &value.valueUnstructured{Value:80}',
    'failed to convert new object (default/s2; /v1, Kind=Secret) to proper version: illegal base64 data at input byte 7',
    'failed to create manager for existing fields: failed to convert new object (a/b; /v1, Kind=ServiceAccount) to smd typed: .secrets: element 0: associative list with keys has an element that omits all key fields ["name"]',
  ])('takes a 500 for a manifest that does not fit: %s', (message) => {
    const error = apiError({ method: 'PATCH', path: '/x', status: 500, body: { message } });
    expect(error).toMatchObject({ code: 'CLUSTER_INVALID', retry: 'never', httpStatus: 500, message });
  });

  it.each<readonly [title: string, body: unknown, message: string]>([
    ['the words of the API server', { message: 'quota exceeded', code: 403 }, 'quota exceeded'],
    ['the text of a proxy', '  bad gateway\n', 'bad gateway'],
    ['the beginning of a long text', 'x'.repeat(2_000), 'x'.repeat(500)],
    ['the status where nothing is said', '', 'HTTP 502'],
    ['the status where there is no message', {}, 'HTTP 502'],
    ['the status where the message is no text', { message: 5 }, 'HTTP 502'],
    ['the status where the body is null', null, 'HTTP 502'],
  ])('says %s', (_title, body, message) => {
    expect(apiError({ method: 'GET', path: '/x', status: 502, body }).message).toBe(message);
  });

  it('carries how long to wait', () => {
    const failed = { method: 'GET', path: '/x', status: 429, body: '' };
    expect(apiError({ ...failed, retryAfterMs: 3_000 }).retryAfterMs).toBe(3_000);
    expect(apiError(failed).retryAfterMs).toBeUndefined();
  });
});

describe('transportError()', () => {
  it('says that nobody knows what became of a write', () => {
    const error = transportError('PATCH', '/api/v1/x', new Error('socket hang up'));
    expect(error).toBeInstanceOf(HoldfastError);
    expect(error).toMatchObject({
      code: 'CLUSTER_UNKNOWN_OUTCOME',
      message: 'No answer from the API server to PATCH /api/v1/x: socket hang up',
      retry: 'backoff',
    });
    expect(transportError('GET', '/x', 'gone').code).toBe('CLUSTER_UNREACHABLE');
  });
});
