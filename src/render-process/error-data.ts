import { ERROR_CODES, type ErrorCode, HoldfastError, type SourcePosition } from '../lib/errors.ts';

/** What of a {@link HoldfastError} goes from one process to the other: all but its cause and its stack. */
export interface ErrorData {
  readonly code: ErrorCode;
  readonly message: string;
  readonly retry: 'backoff' | 'never';
  readonly object: string | undefined;
  readonly position: SourcePosition | undefined;
  readonly httpStatus: number | undefined;
  readonly retryAfterMs: number | undefined;
}

/** The error as plain data; one that is not ours becomes `INTERNAL`. */
export function toErrorData(error: unknown): ErrorData {
  const { code, message, retry, object, position, httpStatus, retryAfterMs } = HoldfastError.from(error);
  return { code, message, retry, object, position, httpStatus, retryAfterMs };
}

/** The error again. Data of another shape is an `INTERNAL` error. */
export function fromErrorData(data: Partial<ErrorData> | undefined): HoldfastError {
  const { code = 'INTERNAL', message = 'the other process gave no reason', retry = 'backoff' } = data ?? {};
  const { object, position, httpStatus, retryAfterMs } = data ?? {};
  return new HoldfastError(Object.hasOwn(ERROR_CODES, code) ? code : 'INTERNAL', message, {
    retry,
    ...(object === undefined ? {} : { object }),
    ...(position === undefined ? {} : { position }),
    httpStatus,
    retryAfterMs,
  });
}
