import type { ConnectionOptions } from 'node:tls';
import { Cluster, type ClusterOptions, Redis, type RedisOptions } from 'ioredis';

/** Where a server listens. */
export interface HostAndPort {
  readonly host: string;
  readonly port: number;
}

/** What Redis consists of, and where to begin. */
export type RedisShape =
  | {
      readonly kind: 'standalone';
      /** `redis://` or `rediss://`, with user, password and database as far as it has them. */
      readonly url: string;
    }
  | {
      readonly kind: 'sentinel';
      readonly sentinels: readonly HostAndPort[];
      /** The name under which the sentinels know the master. */
      readonly master: string;
      /** What the sentinels themselves ask for. */
      readonly username?: string;
      readonly password?: string;
      readonly database?: number;
    }
  | { readonly kind: 'cluster'; readonly nodes: readonly HostAndPort[] };

/** Who wants to know how Redis is doing. */
export interface RedisObserver {
  onAvailability?(available: boolean): void;
  /** A command that failed or took too long, or a connection that could not be made. */
  onError?(): void;
}

export interface RedisConnectionOptions {
  readonly shape: RedisShape;
  /** Stands before every key, so that several gateways can share one Redis. */
  readonly keyPrefix: string;
  /** After this long a command counts as failed. */
  readonly commandTimeoutMs: number;
  readonly username?: string;
  readonly password?: string;
  /** Given, every connection is encrypted; a `rediss://` URL alone does that too, with the system's authorities. */
  readonly tls?: ConnectionOptions;
  readonly observer?: RedisObserver;
}

/** The one connection of a process to Redis; whatever needs Redis shares it. */
export interface RedisConnection extends AsyncDisposable {
  /** For commands on one key, or on keys of one slot. A command fails at once while there is no connection. */
  readonly redis: Redis | Cluster;
  /** The full name of a key. */
  key(name: string): string;
  isReady(): boolean;
  /** Called now, if it is ready, and each time it becomes ready; the result ends that. */
  onReady(listener: () => void): Disposable;
  /** The values of keys of any slots, in one round trip per server. */
  getMany(keys: readonly string[]): Promise<readonly (string | null)[]>;
  /** Told by whoever gave up on a command. */
  readonly observer: RedisObserver;
}

/** No replica may stay away longer than others wait for it to reassert what it holds. */
const longestReconnectPauseMs = 500;
const connectTimeoutMs = 2_000;

/** Connects in the background and again whenever the connection is lost; never throws for a Redis that is away. */
export function createRedisConnection(options: RedisConnectionOptions): RedisConnection {
  const observer = options.observer ?? {};
  const redis = open(options);
  redis.on('ready', () => observer.onAvailability?.(true));
  redis.on('close', () => observer.onAvailability?.(false));
  // Each failed attempt to connect is told here; availability is told by ready and close.
  redis.on('error', () => observer.onError?.());
  const isReady = () => redis.status === 'ready';
  return {
    redis,
    key: (name) => `${options.keyPrefix}:${name}`,
    isReady,
    onReady: (listener) => {
      redis.on('ready', listener);
      if (isReady()) listener();
      return { [Symbol.dispose]: () => void redis.off('ready', listener) };
    },
    getMany: async (keys) => {
      if (keys.length === 0) return [];
      // One MGET may not span a cluster's slots; there the client gathers the commands of one turn by server.
      return redis instanceof Cluster ? Promise.all(keys.map((key) => redis.get(key))) : redis.mget([...keys]);
    },
    observer,
    [Symbol.asyncDispose]: async () => redis.disconnect(),
  };
}

function open(options: RedisConnectionOptions): Redis | Cluster {
  const { shape } = options;
  const common = toCommonOptions(options);
  switch (shape.kind) {
    case 'standalone':
      return new Redis(shape.url, common);
    case 'sentinel':
      return new Redis({
        ...common,
        sentinels: shape.sentinels.map(({ host, port }) => ({ host, port })),
        name: shape.master,
        db: shape.database ?? 0,
        ...(shape.username === undefined ? {} : { sentinelUsername: shape.username }),
        ...(shape.password === undefined ? {} : { sentinelPassword: shape.password }),
        ...(options.tls === undefined ? {} : { sentinelTLS: options.tls, enableTLSForSentinelMode: true }),
        sentinelRetryStrategy: pauseBefore,
        failoverDetector: true,
      });
    case 'cluster':
      return new Cluster(
        shape.nodes.map(({ host, port }) => ({ host, port })),
        toClusterOptions(options, common),
      );
  }
}

function toCommonOptions({ username, password, tls, commandTimeoutMs }: RedisConnectionOptions): RedisOptions {
  return {
    commandTimeout: commandTimeoutMs,
    connectTimeout: connectTimeoutMs,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    retryStrategy: pauseBefore,
    // A master that was demoted: the new one is looked for; whoever sent the command decides about sending it again.
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(tls === undefined ? {} : { tls }),
  };
}

function toClusterOptions({ tls }: RedisConnectionOptions, common: RedisOptions): ClusterOptions {
  const { retryStrategy: _, ...redisOptions } = common;
  return {
    redisOptions,
    enableOfflineQueue: false,
    enableAutoPipelining: true,
    clusterRetryStrategy: pauseBefore,
    slotsRefreshTimeout: connectTimeoutMs,
    slotsRefreshInterval: 5_000,
    // Certificates are made out to the names that the cluster tells, not to the addresses behind them.
    ...(tls === undefined ? {} : { dnsLookup: (address, callback) => callback(null, address) }),
  };
}

function pauseBefore(attempt: number): number {
  return Math.min(50 * attempt, longestReconnectPauseMs);
}
