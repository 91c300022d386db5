import type { LeaseObserver } from '@scim-gateway/cache';
import { documentStoreStates, provisioningMetrics } from './catalogue/provisioning.ts';
import { sharingMetrics } from './catalogue/sharing.ts';
import type { MetricFactory } from './metric-factory.ts';
import type { MetricsSources } from './process-metrics.ts';

/** What the cache, Redis and Collate's document store are worth. */
export function createSharingMetrics(make: MetricFactory, sources: MetricsSources) {
  const reads = make.counter(sharingMetrics.cacheReads);
  const invalidations = make.counter(sharingMetrics.cacheInvalidations);
  const operations = make.histogram(sharingMetrics.cacheOperation);
  const documents = make.gauge(provisioningMetrics.documentStore);
  make.observed(sharingMetrics.cacheEntries, (set) => {
    const entries = sources.cacheEntries?.();
    if (entries !== undefined) set(entries);
  });
  const showStore = (now: string) => {
    for (const state of documentStoreStates) documents(state === now ? 1 : 0, state);
  };
  showStore('unknown');
  return {
    cacheRead: (cache: string, result: 'hit' | 'miss') => {
      reads(cache, result).total += 1;
    },
    cacheInvalidated: (cache: string) => {
      invalidations(cache).total += 1;
    },
    storeOperation: (operation: string, milliseconds: number) => operations(operation).observe(milliseconds / 1000),
    documentStore: showStore,
    ...createRedisMetrics(make, sources.isRedisConfigured),
    leases: createLeaseMetrics(make),
  };
}

/** Whether Redis can be reached, and how fast it is. */
function createRedisMetrics(make: MetricFactory, isConfigured: boolean) {
  const errors = make.counter(sharingMetrics.redisErrors);
  const commands = make.counter(sharingMetrics.redisCommands);
  const durations = make.histogram(sharingMetrics.redisCommandDuration);
  const reconnects = make.counter(sharingMetrics.redisReconnects);
  let isUp = false;
  make.gauge(sharingMetrics.redisConfigured)(isConfigured ? 1 : 0);
  make.observed(sharingMetrics.redisUp, (set) => set(isUp ? 1 : 0));
  make.observed(sharingMetrics.redisDegraded, (set) => set(isConfigured && !isUp ? 1 : 0));
  return {
    redisAvailable: (isAvailable: boolean) => {
      isUp = isAvailable;
    },
    redisError: () => {
      errors().total += 1;
    },
    redisReconnecting: () => {
      reconnects().total += 1;
    },
    redisCommand: (role: string, isAnswered: boolean, milliseconds: number) => {
      commands(role, isAnswered ? 'ok' : 'error').total += 1;
      durations(role).observe(milliseconds / 1000);
    },
  };
}

/** How long writes wait for each other over all replicas, and whether Redis can be relied on for that. */
function createLeaseMetrics(make: MetricFactory): LeaseObserver {
  const waits = make.histogram(sharingMetrics.leaseWait);
  const lost = make.counter(sharingMetrics.leasesLost);
  const pause = make.gauge(sharingMetrics.leasePause);
  return {
    onWait: (milliseconds, outcome) => waits(outcome).observe(milliseconds / 1000),
    onLost: () => {
      lost().total += 1;
    },
    onPause: (milliseconds) => pause(milliseconds / 1000),
  };
}
