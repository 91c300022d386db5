import { gauge, of, per, quantile } from '../queries.mjs';

export const sharing = {
  title: 'Cache and Redis',
  height: 7,
  panels: [
    {
      title: 'Hit ratio',
      width: 8,
      unit: 'percentunit',
      max: 1,
      alert: 'ScimCacheHitRatioLow',
      description: 'Share of look-ups that the cache answered.',
      queries: [
        [
          `sum by (cache) (rate(scim_gateway_cache_requests_total{${of}, result="hit"}[$__rate_interval])) / (sum by (cache) (rate(scim_gateway_cache_requests_total{${of}}[$__rate_interval])) > 0)`,
          '{{cache}}',
        ],
      ],
    },
    {
      title: 'Invalidations',
      width: 8,
      unit: 'ops',
      alert: 'ScimCacheHitRatioLow',
      description: 'Invalidations of cached look-ups by writes.',
      queries: [[per('cache_invalidation_total', 'cache'), '{{cache}}']],
    },
    {
      title: 'Redis reached',
      kind: 'state-timeline',
      width: 8,
      unit: 'short',
      alert: 'ScimRedisDegraded',
      description: '1 while a replica does not reach its Redis.',
      steps: [[1, 'red']],
      queries: [[gauge('max', 'redis_degraded', 'instance'), '{{instance}}']],
    },
    {
      title: 'Commands',
      width: 6,
      unit: 'ops',
      alert: 'ScimRedisDegraded',
      description: 'Commands to Redis by purpose, errors and reconnections.',
      queries: [
        [per('redis_commands_total', 'role, result'), '{{role}} {{result}}'],
        [per('redis_errors_total', 'job'), 'errors'],
        [per('redis_reconnects_total', 'job'), 'reconnections'],
      ],
    },
    {
      title: 'Time of commands',
      width: 6,
      unit: 's',
      alert: 'ScimRedisDegraded',
      description: '99th percentile by the purpose of a command.',
      queries: [[quantile('0.99', 'redis_command_duration_seconds', ['role']), '{{role}}']],
    },
    {
      title: 'Time of cache operations',
      width: 6,
      unit: 's',
      alert: 'ScimRedisDegraded',
      description: '99th percentile; one operation consists of several commands.',
      queries: [[quantile('0.99', 'cache_operation_duration_seconds', ['op']), '{{op}}']],
    },
    {
      title: 'Evictions',
      width: 6,
      unit: 'short',
      alert: 'ScimRedisEvicts',
      description: 'Keys that Redis evicted, and 1 while its policy permits that.',
      queries: [
        [`max(increase(scim_gateway_redis_evicted_keys{${of}}[$__rate_interval]))`, 'evicted keys'],
        [gauge('max', 'redis_may_evict', 'job'), 'may evict'],
      ],
    },
  ],
};
