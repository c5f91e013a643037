import { quoteString } from '../gotemplate/go-string.ts';

/** What Helm's structured log has beside a message. */
export interface LogEntry {
  readonly level: 'INFO' | 'WARN' | 'ERROR';
  readonly message: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/**
 * Takes what Helm would log, as one line for people. `entry` is the same as its structured log has it; absent: Helm
 * writes the line with Go's plain logger, which is level INFO.
 */
export type Warn = (message: string, entry?: LogEntry) => void;

/** The arguments of a {@link Warn} for a warning with attributes. */
export function warning(message: string, attributes: LogEntry['attributes'] = {}): [message: string, entry: LogEntry] {
  const text = Object.entries(attributes).map(([name, value]) => ` ${name}=${value}`);
  return [message + text.join(''), { level: 'WARN', message, attributes }];
}

/** The line that Helm's log has for what a {@link Warn} takes, without the line break: `level=WARN msg="…" key=value`. */
export function printLogLine(message: string, entry?: LogEntry): string {
  const { level, attributes, message: own } = entry ?? { level: 'INFO', attributes: {}, message };
  const pairs = [['level', level], ['msg', own], ...Object.entries(attributes)] as const;
  return pairs.map(([name, value]) => `${name}=${quoteIfNeeded(value)}`).join(' ');
}

/** As Go's slog.TextHandler: quotes where spaces, `=`, quotes or what cannot be printed would mislead. */
function quoteIfNeeded(text: string): string {
  return text === '' || MISLEADING.test(text) ? quoteString(text) : text;
}

const MISLEADING = /[\s"=\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zs}\p{Zl}\p{Zp}\uFFFD]/u;
