import { readFileSync } from 'node:fs';
import type { RedisConnectionOptions, RedisShape } from '@scim-gateway/cache';
import type { RedisConfig, RedisShapeConfig, RedisTlsConfig } from './redis-config.ts';
import { createSecret, type FileObserver, type SecretSource } from './secret.ts';

/** How to connect to the configured Redis, its secrets and files read now; undefined without one. */
export function toConnectionOptions(
  redis: RedisConfig,
  observer: FileObserver = {},
): Pick<RedisConnectionOptions, 'shape' | 'keyPrefix' | 'username' | 'password' | 'tls'> | undefined {
  if (redis.shape === undefined) return undefined;
  const read = (source: SecretSource) => createSecret(source, { clock: Date.now, observer })();
  return {
    shape: toShape(redis.shape, read),
    keyPrefix: redis.keyPrefix,
    ...toCredentials(redis, read),
    ...(redis.tls === undefined ? {} : { tls: toTls(redis.tls) }),
  };
}

function toShape(shape: RedisShapeConfig, read: (source: SecretSource) => string): RedisShape {
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
  read: (source: SecretSource) => string,
): { readonly username?: string; readonly password?: string } {
  return {
    ...(from.username === undefined ? {} : { username: read(from.username) }),
    ...(from.password === undefined ? {} : { password: read(from.password) }),
  };
}

function toTls({ caFile, certFile, keyFile, serverName }: RedisTlsConfig): NonNullable<RedisConnectionOptions['tls']> {
  return {
    ...(caFile === undefined ? {} : { ca: readFileSync(caFile) }),
    ...(certFile === undefined ? {} : { cert: readFileSync(certFile) }),
    ...(keyFile === undefined ? {} : { key: readFileSync(keyFile) }),
    ...(serverName === undefined ? {} : { servername: serverName }),
  };
}
