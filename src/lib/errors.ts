/** Stages of the pipeline, in the order in which data passes through them. */
export type Stage =
  | 'config'
  | 'api'
  | 'source'
  | 'render'
  | 'cluster'
  | 'diff'
  | 'health'
  | 'sync'
  | 'status'
  | 'controller'
  | 'server';

/**
 * Every error code of Holdfast with the stage that raises it. `docs/errors.md` explains each one and is
 * tested to list exactly these.
 */
export const ERROR_CODES = {
  INTERNAL: 'controller',
  CONFIG_INVALID: 'config',
  CONFIG_KUBECONFIG: 'config',
  PORT_IN_USE: 'server',
  APPLICATION_INVALID: 'api',
  SOURCE_URL: 'source',
  GIT_UNREACHABLE: 'source',
  GIT_AUTH: 'source',
  GIT_NOT_FOUND: 'source',
  GIT_REVISION: 'source',
  GIT_PROTOCOL: 'source',
  GIT_CORRUPT: 'source',
  GIT_LIMIT: 'source',
  TREE_ESCAPE: 'source',
  TREE_LOOP: 'source',
  RENDER_PATH: 'render',
  RENDER_YAML: 'render',
  RENDER_UNSUPPORTED: 'render',
  RENDER_LIMIT: 'render',
  RENDER_KUSTOMIZE: 'render',
  RENDER_HELM: 'render',
  CLUSTER_UNREACHABLE: 'cluster',
  CLUSTER_AUTH: 'cluster',
  CLUSTER_CONFLICT: 'cluster',
  CLUSTER_INVALID: 'cluster',
  CLUSTER_NOT_FOUND: 'cluster',
  CLUSTER_UNKNOWN_KIND: 'cluster',
  CLUSTER_THROTTLED: 'cluster',
  CLUSTER_UNKNOWN_OUTCOME: 'cluster',
  SYNC_REFUSED: 'sync',
  SYNC_EMPTY: 'sync',
  STATUS_TOO_LARGE: 'status',
} as const;

/** A closed union: one code per kind of failure. */
export type ErrorCode = keyof typeof ERROR_CODES;

/** Where in a source file something is wrong. Line and column count from 1. */
export interface SourcePosition {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

/** What may be said about an error beside its code and message. */
export interface ErrorDetails {
  /** `backoff` when trying again later may help, `never` when only a change of input can. Default `backoff`. */
  readonly retry?: 'backoff' | 'never';
  /** The Kubernetes object concerned, as `Kind "namespace/name"`. */
  readonly object?: string;
  readonly position?: SourcePosition;
  readonly cause?: unknown;
  /** HTTP status of the response that caused it, where there was one. */
  readonly httpStatus?: number | undefined;
  /** Milliseconds that the other side asked to wait before the next try. */
  readonly retryAfterMs?: number | undefined;
}

/**
 * The one error type of Holdfast. The message says what, where, why and what to do, and never holds Secret data.
 */
export class HoldfastError extends Error {
  override readonly name = 'HoldfastError';
  readonly code: ErrorCode;
  readonly stage: Stage;
  readonly retry: 'backoff' | 'never';
  readonly object: string | undefined;
  readonly position: SourcePosition | undefined;
  readonly httpStatus: number | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.stage = ERROR_CODES[code];
    this.retry = details.retry ?? 'backoff';
    this.object = details.object;
    this.position = details.position;
    this.httpStatus = details.httpStatus;
    this.retryAfterMs = details.retryAfterMs;
  }

  /** Returns `error` itself when it is ours, else wraps it as `INTERNAL`. */
  static from(error: unknown): HoldfastError {
    if (error instanceof HoldfastError) return error;
    const message = error instanceof Error ? error.message : String(error);
    return new HoldfastError('INTERNAL', message, { cause: error });
  }
}
