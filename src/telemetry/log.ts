import { type DestinationStream, type Logger, pino } from 'pino';

/** Structured logger: constant messages, what varies goes into fields. */
export type Log = Logger;

/** Levels by name, as on the command line. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** Creates the process's logger: JSON lines on standard output, errors with code and message. */
export function createLog(level: LogLevel, destination?: DestinationStream): Log {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    // `err` is where the library puts an error given in place of fields; its own serializer prints every field.
    serializers: { error: serializeError, err: serializeError },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

/** Only what our own errors say: the fields of a foreign error (request headers, say) may hold credentials. */
function serializeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { message: String(error) };
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {};
  const internal = 'code' in error && error.code === 'INTERNAL' ? { stack: error.stack } : {};
  return { ...code, message: error.message, ...internal };
}
