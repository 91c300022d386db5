import { leaseTroubles, redisRoles, storeOperations } from '@scim-gateway/cache';
import { cacheNames } from '../../provisioning/events.ts';
import { counter, durationBuckets, gauge, histogram } from './declaration.ts';

const redisBuckets = [0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1];

/** The cache, Redis, and the locks that writes wait for. */
export const sharingMetrics = {
  cacheReads: counter(
    'cache_requests_total',
    'Look-ups in the cache. While Redis is unreachable, every look-up is a miss.',
    {
      labels: { cache: cacheNames, result: ['hit', 'miss'] },
    },
  ),
  cacheOperation: histogram(
    'cache_operation_duration_seconds',
    'Duration of operations on the cache in Redis; a cache in memory is not timed.',
    redisBuckets,
    { labels: { op: storeOperations } },
  ),
  cacheInvalidations: counter('cache_invalidation_total', 'Invalidations of cached look-ups by writes.', {
    labels: { cache: cacheNames },
  }),
  cacheEntries: gauge('cache_entries', 'Look-ups in the memory cache; no series with Redis.'),
  redisConfigured: gauge('redis_configured', '1 if a Redis is configured, else 0.'),
  redisUp: gauge('redis_up', '1 while Redis answers, else 0; 0 without a configured Redis.'),
  redisDegraded: gauge(
    'redis_degraded',
    '1 while the configured Redis is unreachable, else 0; meanwhile nothing is cached and writes wait.',
  ),
  redisErrors: counter('redis_errors_total', 'Redis commands and connections that failed or timed out.'),
  redisCommands: counter('redis_commands_total', 'Commands sent to Redis, by purpose and result.', {
    labels: { role: redisRoles, result: ['ok', 'error'] },
  }),
  redisCommandDuration: histogram(
    'redis_command_duration_seconds',
    'Time until Redis answered a command or the gateway gave up.',
    redisBuckets,
    { labels: { role: redisRoles } },
  ),
  redisReconnects: counter('redis_reconnects_total', 'Attempts to reconnect to Redis.'),
  redisMayEvict: gauge('redis_may_evict', '1 if Redis has a memory limit and a policy other than noeviction, else 0.'),
  redisEvictedKeys: gauge(
    'redis_evicted_keys',
    'Keys that Redis has evicted since it started; 0 without a configured Redis.',
  ),
  leaseWait: histogram(
    'lease_wait_seconds',
    'Time that a request waited for the locks of its users and groups, by outcome.',
    durationBuckets,
    { labels: { outcome: ['held', ...leaseTroubles, 'aborted'] } },
  ),
  leasesLost: counter('leases_lost_total', 'Leases that another replica may have got before their release.'),
  leasePause: gauge(
    'lease_pause_seconds',
    'How long Redis grants no lease because it lost some; 0 in normal operation.',
  ),
};
