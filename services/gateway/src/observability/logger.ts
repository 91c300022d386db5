import {
  type DestinationStream,
  destination,
  type Level,
  type Logger as PinoLogger,
  pino,
  stdTimeFunctions,
} from 'pino';
import { type RedactedError, redactError } from './redact.ts';

/**
 * Facts of a log line: ids, counts, configured names, closed sets. Never a user's name or address, a body or a token.
 */
export type Facts = Readonly<Record<string, string | number | boolean | undefined | readonly string[] | RedactedError>>;

/** The log: one JSON object per line. */
export interface Logger {
  isEnabled(level: Level): boolean;
  debug(event: string, facts?: Facts): void;
  info(event: string, facts?: Facts): void;
  warn(event: string, facts?: Facts, error?: unknown): void;
  error(event: string, facts?: Facts, error?: unknown): void;
  /**
   * Writes a line at every level.
   *
   * @throws when the line cannot be written.
   */
  audit(event: string, facts: Facts): void;
  flush(): void;
}

export interface LoggerOptions {
  readonly level: Level | 'silent';
  /** Standard error by default; standard output contains only the lines that scripts read. */
  readonly stream?: DestinationStream;
  /** A write to standard error failed. */
  readonly onSinkError?: (error: unknown) => void;
}

/** Creates a logger that redacts errors before it writes them. */
export function createLogger({ level, stream, onSinkError }: LoggerOptions): Logger {
  const standardError = stream === undefined ? destination({ fd: 2, sync: false }) : undefined;
  standardError?.on('error', (error: unknown) => onSinkError?.(error));
  const sink = stream ?? standardError;
  const base = {
    base: null,
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  const lines: PinoLogger = pino({ ...base, level }, sink);
  const auditLines: PinoLogger = pino({ ...base, level: 'info' }, sink);
  return {
    isEnabled: (wanted) => lines.isLevelEnabled(wanted),
    debug: (event, facts) => lines.debug(facts ?? {}, event),
    info: (event, facts) => lines.info(facts ?? {}, event),
    warn: (event, facts, error) => lines.warn(withError(facts, error), event),
    error: (event, facts, error) => lines.error(withError(facts, error), event),
    audit: (event, facts) => auditLines.info(facts, event),
    flush: () => standardError?.flushSync(),
  };
}

function withError(facts: Facts | undefined, error: unknown): Facts {
  return error === undefined ? (facts ?? {}) : { ...facts, error: redactError(error) };
}
