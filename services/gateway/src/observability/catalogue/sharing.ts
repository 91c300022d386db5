import { leaseTroubles, redisRoles, storeOperations } from '@scim-gateway/cache';
import { cacheNames } from '../../provisioning/events.ts';
import { counter, durationBuckets, gauge, histogram } from './declaration.ts';

const redisBuckets = [0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1];

/** What the cache, Redis and the turns of writers are worth. */
export const sharingMetrics = {
  cacheReads: counter('cache_requests_total', 'Look-ups in the cache; while Redis is away they are misses.', {
    labels: { cache: cacheNames, result: ['hit', 'miss'] },
  }),
  cacheOperation: histogram(
    'cache_operation_duration_seconds',
    'Time of operations on the cache in Redis; a cache in memory is not timed.',
    redisBuckets,
    { labels: { op: storeOperations } },
  ),
  cacheInvalidations: counter('cache_invalidation_total', 'Times that cached look-ups were given up for a write.', {
    labels: { cache: cacheNames },
  }),
  cacheEntries: gauge('cache_entries', 'Look-ups that a cache in memory holds; no series with Redis.'),
  redisConfigured: gauge('redis_configured', 'Whether replicas share a Redis.'),
  redisUp: gauge('redis_up', 'Whether Redis answers; 0 also when none is configured.'),
  redisDegraded: gauge(
    'redis_degraded',
    'Whether a Redis is configured and cannot be reached, so that nothing is cached and writes wait.',
  ),
  redisErrors: counter('redis_errors_total', 'Redis commands and connections that failed or took too long.'),
  redisCommands: counter('redis_commands_total', 'Commands sent to Redis, by what they are for.', {
    labels: { role: redisRoles, result: ['ok', 'error'] },
  }),
  redisCommandDuration: histogram(
    'redis_command_duration_seconds',
    'Time until Redis answered a command, or the gateway gave up.',
    redisBuckets,
    { labels: { role: redisRoles } },
  ),
  redisReconnects: counter('redis_reconnects_total', 'Attempts to connect to Redis again.'),
  leaseWait: histogram(
    'lease_wait_seconds',
    'Time that a request waited to be alone with its users and groups over all replicas, and how that ended.',
    durationBuckets,
    { labels: { outcome: ['held', ...leaseTroubles, 'aborted'] } },
  ),
  leasesLost: counter('leases_lost_total', 'Leases that somebody else may have got before they were given back.'),
  leasePause: gauge('lease_pause_seconds', 'How long no lease is given, since Redis lost some; 0 when all is well.'),
};
