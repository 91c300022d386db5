import type { Config } from '../config/config.ts';
import type { FileKind } from '../observability/catalogue/process.ts';
import { createLogger, type Logger } from '../observability/logger.ts';
import { createMetrics, type Metrics } from '../observability/metrics.ts';
import type { Tracing } from '../observability/trace.ts';
import type { FileObserver } from '../secrets/secret.ts';
import { version } from '../version.ts';
import { composeTracing } from './tracing.ts';

/** What counts, logs and traces. Created first, because every other part reports to it. */
export interface Observation {
  readonly metrics: Metrics;
  readonly logger: Logger;
  /** Undefined where no collector is configured. */
  readonly tracing: Tracing | undefined;
  readonly files: ObserveFiles;
}

/** The observer for files of one kind. */
export type ObserveFiles = (kind: FileKind) => FileObserver;

/** Opens standard error only; spans are sent later, and only where a collector is configured. */
export async function composeObservation(config: Config): Promise<Observation> {
  const { revision, redis, log } = config;
  const metrics = createMetrics({ version, revision, isRedisConfigured: redis.shape !== undefined });
  const logger = createLogger({ level: log.level, onSinkError: () => metrics.logLost() });
  const files = createObserveFiles(logger, metrics);
  const tracing = await composeTracing(config, metrics, files('otlp-headers'));
  return { metrics, logger, tracing, files };
}

function createObserveFiles(logger: Logger, metrics: Metrics): ObserveFiles {
  return (kind) => ({
    onReload: (path) => {
      metrics.fileRead(kind, path);
      logger.info('a changed file was read', { path });
    },
    onFailure: (path, error) => {
      metrics.fileFailed(kind, path);
      logger.error('a file could not be read again; its last good content stays in force', { path }, error);
    },
  });
}
