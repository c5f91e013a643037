import { type ErrorCode, HoldfastError } from '../lib/errors.ts';

/** What a failed request was about, for its message. */
export interface FailedRequest {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  /** Parsed response body: a `metav1.Status` where the API server answered. */
  readonly body: unknown;
  readonly retryAfterMs?: number;
}

const CODE_BY_STATUS: Readonly<Record<number, ErrorCode>> = {
  400: 'CLUSTER_INVALID',
  401: 'CLUSTER_AUTH',
  403: 'CLUSTER_AUTH',
  404: 'CLUSTER_NOT_FOUND',
  409: 'CLUSTER_CONFLICT',
  410: 'CLUSTER_CONFLICT',
  413: 'CLUSTER_INVALID',
  415: 'CLUSTER_INVALID',
  422: 'CLUSTER_INVALID',
  429: 'CLUSTER_THROTTLED',
};

/**
 * Server-side apply answers 500 to a manifest that does not fit the schema (a number where a text belongs, say), and to
 * one of a live object that does not.
 */
const MISFIT =
  /^(?:failed to create manager for existing fields: )?failed to (?:create typed patch|convert new) object /;

/** Builds the error for an answer with a status of 400 or more; the API server's own words are the message. */
export function apiError(failed: FailedRequest): HoldfastError {
  const said = statusMessage(failed.body) ?? `HTTP ${failed.status}`;
  const code = CODE_BY_STATUS[failed.status] ?? (MISFIT.test(said) ? 'CLUSTER_INVALID' : unknownOutcome(failed.method));
  return new HoldfastError(code, said, {
    httpStatus: failed.status,
    retry: code === 'CLUSTER_INVALID' ? 'never' : 'backoff',
    ...(failed.retryAfterMs === undefined ? {} : { retryAfterMs: failed.retryAfterMs }),
  });
}

/** Builds the error for a request without an answer: after a write, nobody knows whether it took effect. */
export function transportError(method: string, path: string, cause: unknown): HoldfastError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new HoldfastError(unknownOutcome(method), `No answer from the API server to ${method} ${path}: ${why}`, {
    cause,
  });
}

function unknownOutcome(method: string): ErrorCode {
  return method === 'GET' ? 'CLUSTER_UNREACHABLE' : 'CLUSTER_UNKNOWN_OUTCOME';
}

function statusMessage(body: unknown): string | undefined {
  if (typeof body === 'string') return body.trim().slice(0, 500) || undefined;
  if (typeof body !== 'object' || body === null || !('message' in body)) return undefined;
  return typeof body.message === 'string' ? body.message : undefined;
}
