import type { ConnectionOptions } from 'node:tls';
import { Cluster, type ClusterOptions, Redis, type RedisOptions } from 'ioredis';
import { Arrears } from './arrears.ts';
import { currentOf, follow, type Live, partsOf } from './live-options.ts';

/** Where a server listens. */
export interface HostAndPort {
  readonly host: string;
  readonly port: number;
}

/** The topology of Redis, and the addresses to begin with. */
export type RedisShape =
  | {
      readonly kind: 'standalone';
      /** A `redis://` or `rediss://` URL; may contain user, password and database. */
      readonly url: Live<string>;
    }
  | {
      readonly kind: 'sentinel';
      readonly sentinels: readonly HostAndPort[];
      /** The name under which the sentinels know the master. */
      readonly master: string;
      /** The credential for the sentinels themselves. */
      readonly username?: Live<string>;
      readonly password?: Live<string>;
      readonly database?: number;
    }
  | { readonly kind: 'cluster'; readonly nodes: readonly HostAndPort[] };

/** What Redis is asked for. */
export const redisRoles = ['cache', 'index', 'leases'] as const;
export type RedisRole = (typeof redisRoles)[number];

/** Receives events of the connection. */
export interface RedisObserver {
  onAvailability?(event: { readonly isAvailable: boolean }): void;
  /** A command failed or timed out, or a connection attempt failed. */
  onError?(): void;
  /** The connection was lost or could not be established, and is retried. */
  onReconnect?(): void;
  /** A command ended. */
  onCommand?(event: { readonly role: RedisRole; readonly answered: boolean; readonly durationMs: number }): void;
}

export interface RedisConnectionOptions {
  readonly shape: RedisShape;
  /** The prefix of every key, so that several gateways can share one Redis. */
  readonly keyPrefix: string;
  /** After this long a command counts as failed. */
  readonly commandTimeoutMs: number;
  readonly username?: Live<string>;
  readonly password?: Live<string>;
  /** Encrypts every connection. A `rediss://` URL does so too, with the system's authorities. */
  readonly tls?: Live<ConnectionOptions>;
  readonly observer?: RedisObserver;
}

/** The one connection of a process to Redis, shared by store, indexes and locks. */
export interface RedisConnection extends AsyncDisposable {
  /** For commands on one key, or on keys of one slot. A command fails at once without a connection. */
  readonly redis: Redis | Cluster;
  /** The full name of a key. */
  key(name: string): string;
  /** Sends a command, and reports its outcome to the observer. */
  run<T>(role: RedisRole, send: () => Promise<T>): Promise<T>;
  isReady(): boolean;
  /** Calls the listener now if ready, and each time the connection becomes ready. The result unsubscribes. */
  onReady(listener: () => void): Disposable;
  /** Changes that Redis has not received. They are made up for as soon as it answers again. */
  readonly arrears: Arrears;
  /** Callers report to it when they handle a failed command themselves. */
  readonly observer: RedisObserver;
}

/** Shorter than the pause in which other replicas wait for this one to assert its leases. */
const longestReconnectPauseMs = 500;
const connectTimeoutMs = 2_000;
/** A connection that leaves commands unanswered for this long is replaced: its host may have vanished without a reset. */
const silenceTimeoutMs = 2_500;

/**
 * Connects in the background, and again whenever the connection is lost. Never throws when Redis is unreachable. Each
 * connection reads the current credentials and certificates.
 */
export function createRedisConnection(options: RedisConnectionOptions): RedisConnection {
  const observer = options.observer ?? {};
  const redis = open(options);
  redis.on('ready', () => observer.onAvailability?.({ isAvailable: true }));
  redis.on('close', () => observer.onAvailability?.({ isAvailable: false }));
  // Failed connection attempts arrive here; `ready` and `close` report the availability.
  redis.on('error', () => observer.onError?.());
  redis.on('reconnecting', () => observer.onReconnect?.());
  if (redis instanceof Cluster) redis.on('+node', stopTimerOnClose);
  else stopTimerOnClose(redis);
  const revival = revive(redis);
  const isReady = () => redis.status === 'ready';
  const arrears = new Arrears();
  redis.on('ready', () => void arrears.settle());
  return {
    redis,
    key: (name) => `${options.keyPrefix}:${name}`,
    run: (role, send) => observed(role, send, observer),
    isReady,
    onReady: (listener) => {
      redis.on('ready', listener);
      if (isReady()) listener();
      return { [Symbol.dispose]: () => void redis.off('ready', listener) };
    },
    arrears,
    observer,
    [Symbol.asyncDispose]: async () => {
      revival[Symbol.dispose]();
      redis.disconnect();
    },
  };
}

/**
 * Connects again after ioredis has given up. It should never give up, but does so when a sentinel announces a new
 * master while ioredis looks for it, and when a certificate cannot be read.
 */
function revive(redis: Redis | Cluster): Disposable {
  let timer: NodeJS.Timeout | undefined;
  const connect = () => {
    // A failure emits `error` and `end` again, which reports and repeats it.
    timer = setTimeout(() => void redis.connect().catch(() => undefined), longestReconnectPauseMs).unref();
  };
  redis.on('end', connect);
  return {
    [Symbol.dispose]: () => {
      redis.off('end', connect);
      clearTimeout(timer);
    },
  };
}

/** Stops the timer of `socketTimeout`, which ioredis leaves running at a loss: it would destroy the next connection. */
function stopTimerOnClose(redis: Redis): void {
  redis.on('close', () => {
    clearTimeout(redis['socketTimeoutTimer']);
    redis['socketTimeoutTimer'] = undefined;
  });
}

async function observed<T>(role: RedisRole, send: () => Promise<T>, { onCommand }: RedisObserver): Promise<T> {
  if (onCommand === undefined) return send();
  const began = performance.now();
  let answered = false;
  try {
    const answer = await send();
    answered = true;
    return answer;
  } finally {
    onCommand({ role, answered, durationMs: performance.now() - began });
  }
}

function open(options: RedisConnectionOptions): Redis | Cluster {
  const { shape } = options;
  const common = toCommonOptions(options);
  switch (shape.kind) {
    case 'standalone':
      return openStandalone(shape.url, common, options);
    case 'sentinel':
      return openSentinels(shape, common, options);
    case 'cluster':
      return new Cluster(
        shape.nodes.map(({ host, port }) => ({ host, port })),
        toClusterOptions(options, common),
      );
  }
}

function openStandalone(url: Live<string>, common: RedisOptions, options: RedisConnectionOptions): Redis {
  const redis = new Redis(currentOf(url), common);
  const { username, password, tls } = toFollowed(options);
  const parts = () => partsOf(currentOf(url));
  const isLive = typeof url === 'function';
  follow(redis.options, {
    tls,
    ...(isLive ? { host: () => parts().host, port: () => parts().port } : {}),
    username: isLive ? () => parts().username ?? username?.() : username,
    password: isLive ? () => parts().password ?? password?.() : password,
  });
  return redis;
}

type SentinelShape = Extract<RedisShape, { kind: 'sentinel' }>;

function openSentinels(shape: SentinelShape, common: RedisOptions, options: RedisConnectionOptions): Redis {
  const { username, password } = shape;
  const followed = toFollowed(options);
  const forSentinels = {
    ...(username === undefined ? {} : { sentinelUsername: () => currentOf(username) }),
    ...(password === undefined ? {} : { sentinelPassword: () => currentOf(password) }),
    ...(followed.tls === undefined ? {} : { sentinelTLS: followed.tls }),
  };
  const redis = new Redis({
    ...common,
    ...nowOf(forSentinels),
    sentinels: shape.sentinels.map(({ host, port }) => ({ host, port })),
    name: shape.master,
    db: shape.database ?? 0,
    ...(options.tls === undefined ? {} : { enableTLSForSentinelMode: true }),
    sentinelRetryStrategy: pauseBefore,
    failoverDetector: true,
  });
  follow(redis.options, { ...followed, ...forSentinels });
  return redis;
}

/** The options that each connection reads anew. */
function toFollowed({ username, password, tls }: RedisConnectionOptions) {
  return {
    ...(username === undefined ? {} : { username: () => currentOf(username) }),
    ...(password === undefined ? {} : { password: () => currentOf(password) }),
    ...(tls === undefined ? {} : { tls: () => currentOf(tls) }),
  };
}

function nowOf(followed: Readonly<Record<string, () => unknown>>): RedisOptions {
  return Object.fromEntries(Object.entries(followed).map(([name, get]) => [name, get()]));
}

function toCommonOptions(options: RedisConnectionOptions): RedisOptions {
  return {
    commandTimeout: options.commandTimeoutMs,
    connectTimeout: connectTimeoutMs,
    socketTimeout: silenceTimeoutMs,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    retryStrategy: pauseBefore,
    // The master was demoted: ioredis looks for the new one, and the caller decides whether to repeat the command.
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
    ...nowOf(toFollowed(options)),
  };
}

function toClusterOptions(options: RedisConnectionOptions, common: RedisOptions): ClusterOptions {
  const { retryStrategy: _, ...redisOptions } = common;
  follow(redisOptions, toFollowed(options));
  return {
    redisOptions,
    enableOfflineQueue: false,
    clusterRetryStrategy: pauseBefore,
    slotsRefreshTimeout: connectTimeoutMs,
    slotsRefreshInterval: 5_000,
    // Certificates name the hosts that the cluster announces, not their addresses.
    ...(options.tls === undefined ? {} : { dnsLookup: (address, callback) => callback(null, address) }),
  };
}

function pauseBefore(attempt: number): number {
  return Math.min(50 * attempt, longestReconnectPauseMs);
}
