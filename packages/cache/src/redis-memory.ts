import { Cluster } from 'ioredis';
import type { RedisConnection } from './redis-connection.ts';

/** What the servers do when their memory is full, and have done so far. */
export interface RedisMemory {
  /** Policies by which a server may evict keys; empty where every server keeps all keys or has no limit. */
  readonly evictionPolicies: readonly string[];
  /** Keys that the servers have evicted since they started. */
  readonly evictedKeys: number;
}

/**
 * Asks every server that holds keys, by `INFO`: managed servers forbid `CONFIG`.
 *
 * @throws when a server does not answer, or the user lacks the right to `INFO`.
 */
export async function readRedisMemory({ redis }: Pick<RedisConnection, 'redis'>): Promise<RedisMemory> {
  const servers = redis instanceof Cluster ? redis.nodes('master') : [redis];
  const reports = await Promise.all(
    servers.map(async (server) => `${await server.info('memory')}\n${await server.info('stats')}`),
  );
  const policies = reports.filter((report) => Number(read(report, 'maxmemory')) > 0).map(readPolicy);
  return {
    evictionPolicies: [...new Set(policies)].filter((policy) => policy !== 'noeviction'),
    evictedKeys: reports.reduce((sum, report) => sum + Number(read(report, 'evicted_keys') ?? 0), 0),
  };
}

function readPolicy(report: string): string {
  return read(report, 'maxmemory_policy') ?? 'unknown';
}

function read(report: string, field: string): string | undefined {
  return new RegExp(`^${field}:(\\S+)`, 'm').exec(report)?.[1];
}
