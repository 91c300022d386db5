import type { Config } from '../config/config.ts';
import { readExpiry } from '../credentials/jwt-expiry.ts';
import type { ReadOnlySwitch } from '../http/hooks/authorization.ts';
import type { FileKind } from '../observability/catalogue/process.ts';
import { createLogger, type Logger } from '../observability/logger.ts';
import { createMetrics, type Metrics } from '../observability/metrics.ts';
import type { MetricsSources } from '../observability/process-metrics.ts';
import type { Tracing } from '../observability/trace.ts';
import type { FileObserver } from '../secrets/secret.ts';
import { version } from '../version.ts';
import type { Credentials } from './credentials.ts';
import type { Sharing } from './redis.ts';
import { composeTracing } from './tracing.ts';

/** What watches the gateway, made before anything there is to watch. */
export interface Observation {
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly tracing: Tracing | undefined;
  readonly readOnly: ReadOnlySwitch;
  /** Who is told about files of a kind. */
  readonly files: (kind: FileKind) => FileObserver;
  readonly known: Known;
}

/** Parts that metrics ask and that are made after them. */
export interface Known {
  credentials?: Credentials;
  collateToken?: () => string;
  sharing?: Sharing;
}

function toSources(config: Config, readOnly: ReadOnlySwitch, known: Known): MetricsSources {
  return {
    version,
    revision: config.revision,
    isRedisConfigured: config.redis.shape !== undefined,
    tenants: () => known.credentials?.tenants() ?? [],
    tokenExpiries: () => known.credentials?.expiries() ?? new Map(),
    upstreamTokenExpiry: () => (known.collateToken === undefined ? undefined : readExpiry(known.collateToken())),
    certificateExpiries: () => known.sharing?.certificateExpiries() ?? new Map(),
    cacheEntries: () => known.sharing?.entries(),
    lookAtFiles: () => known.sharing?.lookAtFiles(),
    isReadOnly: () => readOnly.isOn,
  };
}

function watchFiles(logger: Logger, metrics: Metrics): (kind: FileKind) => FileObserver {
  return (kind) => ({
    onReload: (path) => {
      metrics.fileReloaded(kind, path, true);
      logger.info('a file was read again', { path });
    },
    onFailure: (path, error) => {
      metrics.fileReloaded(kind, path, false);
      logger.error('a file could not be read again; its last good content stays in force', { path }, error);
    },
  });
}

/** Opens nothing but standard error. */
export async function composeObservation(config: Config): Promise<Observation> {
  const readOnly = { isOn: config.readOnly };
  const known: Known = {};
  const metrics = createMetrics(toSources(config, readOnly, known));
  const logger = createLogger({ level: config.log.level, onSinkError: () => metrics.logLost() });
  const files = watchFiles(logger, metrics);
  const tracing = await composeTracing(config, metrics, files('otlp-headers'));
  return { metrics, logger, tracing, readOnly, files, known };
}
