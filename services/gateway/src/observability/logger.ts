import {
  type DestinationStream,
  destination,
  type Level,
  type Logger as PinoLogger,
  pino,
  stdTimeFunctions,
} from 'pino';
import { type RedactedError, redactError } from './redact.ts';

/** Facts of a log line: ids, counts, configured names, closed sets. Never a name, an address, a body or a token of somebody. */
export type Facts = Readonly<Record<string, string | number | boolean | undefined | readonly string[] | RedactedError>>;

/** Lines of JSON about what the gateway does. */
export interface Logger {
  isEnabled(level: Level): boolean;
  debug(event: string, facts?: Facts): void;
  info(event: string, facts?: Facts): void;
  warn(event: string, facts?: Facts, error?: unknown): void;
  error(event: string, facts?: Facts, error?: unknown): void;
  /** Lines that no level suppresses; throws when they cannot be written. */
  audit(event: string, facts: Facts): void;
  flush(): void;
}

export interface LoggerOptions {
  readonly level: Level | 'silent';
  /** Standard error unless given: standard output holds only the lines that scripts wait for. */
  readonly stream?: DestinationStream;
  /** Standard error could not be written to. */
  readonly onSinkError?: (error: unknown) => void;
}

/** A logger whose errors are redacted before they become text. */
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
