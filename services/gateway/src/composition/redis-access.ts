import { X509Certificate } from 'node:crypto';
import type { RedisConnectionOptions, RedisShape } from '@scim-gateway/cache';
import type { RedisConfig, RedisShapeConfig, RedisTlsConfig } from '../config/redis-config.ts';
import { createSecret, createWatchedFile, type FileObserver, type SecretSource } from '../secrets/secret.ts';

/** How to connect to the configured Redis. */
export interface RedisAccess {
  /** Each new connection reads secrets and certificates anew, so that it uses the current files. */
  readonly options: Pick<RedisConnectionOptions, 'shape' | 'keyPrefix' | 'username' | 'password' | 'tls'>;
  /** The expiry of each certificate (`redis-ca`, `redis-client`); in milliseconds since the epoch. */
  expiries(): ReadonlyMap<string, number>;
  /** Reads changed files now and reports them to the observers, although nothing reconnects. */
  checkFiles(): void;
}

/** Observers of the files, by what the files contain. */
export interface RedisFileObservers {
  readonly credentials?: FileObserver;
  readonly certificates?: FileObserver;
}

/**
 * Opens the files that connections to Redis need; undefined where no Redis is configured.
 *
 * @throws Error when a file cannot be used now; later failures keep the last good content.
 */
export function openRedisAccess(redis: RedisConfig, observers: RedisFileObservers = {}): RedisAccess | undefined {
  if (redis.shape === undefined) return undefined;
  const secrets: (() => string)[] = [];
  const read = (source: SecretSource) => {
    const secret = createSecret(source, toWatch(observers.credentials));
    secrets.push(secret);
    return secret;
  };
  const certificates = redis.tls === undefined ? undefined : openCertificates(redis.tls, observers.certificates);
  return {
    options: {
      shape: toShape(redis.shape, read),
      keyPrefix: redis.keyPrefix,
      ...toCredentials(redis, read),
      ...(certificates === undefined ? {} : { tls: certificates.options }),
    },
    expiries: certificates?.expiries ?? (() => new Map()),
    checkFiles: () => {
      for (const secret of secrets) secret();
      certificates?.options();
    },
  };
}

type ReadSecret = (source: SecretSource) => () => string;

function toShape(shape: RedisShapeConfig, read: ReadSecret): RedisShape {
  switch (shape.kind) {
    case 'standalone':
      return { kind: 'standalone', url: read(shape.url) };
    case 'cluster':
      return shape;
    case 'sentinel': {
      const { sentinels, master, database } = shape;
      return { kind: 'sentinel', sentinels, master, database, ...toCredentials(shape, read) };
    }
  }
}

function toCredentials(
  from: { readonly username: SecretSource | undefined; readonly password: SecretSource | undefined },
  read: ReadSecret,
): { readonly username?: () => string; readonly password?: () => string } {
  return {
    ...(from.username === undefined ? {} : { username: read(from.username) }),
    ...(from.password === undefined ? {} : { password: read(from.password) }),
  };
}

interface Pem {
  readonly text: string;
  /** When the first of its certificates expires, in milliseconds since the epoch; undefined for a file without any. */
  readonly expiresAt: number | undefined;
}

function openCertificates(config: RedisTlsConfig, observer: FileObserver | undefined) {
  const open = (path: string | undefined) =>
    path === undefined ? undefined : createWatchedFile(path, parsePem, toWatch(observer));
  const [ca, cert, key] = [open(config.caFile), open(config.certFile), open(config.keyFile)];
  const { serverName } = config;
  return {
    options: () => ({
      ...(ca === undefined ? {} : { ca: ca().text }),
      ...(cert === undefined ? {} : { cert: cert().text }),
      ...(key === undefined ? {} : { key: key().text }),
      ...(serverName === undefined ? {} : { servername: serverName }),
    }),
    expiries: () => {
      const found = [['redis-ca', ca?.().expiresAt] as const, ['redis-client', cert?.().expiresAt] as const];
      return new Map(found.flatMap(([name, expiresAt]) => (expiresAt === undefined ? [] : [[name, expiresAt]])));
    },
  };
}

function toWatch(observer: FileObserver | undefined) {
  return { clock: Date.now, ...(observer === undefined ? {} : { observer }) };
}

/** @throws Error for a text that is not PEM, so that the last good content stays in force. */
function parsePem(text: string): Pem {
  if (!text.includes('-----BEGIN ')) throw new Error('The file contains no PEM.');
  const certificates = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  const expiries = certificates.map((each) => Date.parse(new X509Certificate(each).validTo));
  return { text, expiresAt: expiries.length === 0 ? undefined : Math.min(...expiries) };
}
