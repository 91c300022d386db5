import { readFileSync } from 'node:fs';
import { parseSecret, type SecretSource } from '../secrets/secret.ts';
import type { Values } from './variables.ts';

/** The address of a server. */
export interface ServerConfig {
  readonly host: string;
  readonly port: number;
}

/** The topology of Redis: one server, a master behind sentinels, or a cluster. */
export type RedisShapeConfig =
  | { readonly kind: 'standalone'; readonly url: SecretSource }
  | {
      readonly kind: 'sentinel';
      readonly sentinels: readonly ServerConfig[];
      readonly master: string;
      readonly username: SecretSource | undefined;
      readonly password: SecretSource | undefined;
      readonly database: number;
    }
  | { readonly kind: 'cluster'; readonly nodes: readonly ServerConfig[] };

/** The Redis that replicas share. */
export interface RedisConfig {
  /** Undefined where no Redis is configured. */
  readonly shape: RedisShapeConfig | undefined;
  readonly keyPrefix: string;
  readonly username: SecretSource | undefined;
  readonly password: SecretSource | undefined;
  /** Undefined without TLS settings; then the scheme of the URL decides about TLS. */
  readonly tls: RedisTlsConfig | undefined;
}

/** The files contain PEM. */
export interface RedisTlsConfig {
  readonly caFile: string | undefined;
  readonly certFile: string | undefined;
  readonly keyFile: string | undefined;
  readonly serverName: string | undefined;
}

/** The names of the secrets for Redis. */
export type RedisSecretName =
  | 'REDIS_URL'
  | 'REDIS_USERNAME'
  | 'REDIS_PASSWORD'
  | 'REDIS_SENTINEL_USERNAME'
  | 'REDIS_SENTINEL_PASSWORD';
type Secrets = Readonly<Partial<Record<RedisSecretName, SecretSource>>>;

const tlsVariables = [
  'REDIS_TLS_CA_FILE',
  'REDIS_TLS_CERT_FILE',
  'REDIS_TLS_KEY_FILE',
  'REDIS_TLS_SERVER_NAME',
] as const;

/** The configuration of Redis, from values that `checkRedis` found no problem with. */
export function toRedisConfig(values: Values, secrets: Secrets): RedisConfig {
  const usesTls = values.REDIS_TLS || tlsVariables.some((name) => values[name] !== undefined);
  return {
    shape: toShape(values, secrets),
    keyPrefix: values.REDIS_KEY_PREFIX,
    username: secrets.REDIS_USERNAME,
    password: secrets.REDIS_PASSWORD,
    tls: usesTls
      ? {
          caFile: values.REDIS_TLS_CA_FILE,
          certFile: values.REDIS_TLS_CERT_FILE,
          keyFile: values.REDIS_TLS_KEY_FILE,
          serverName: values.REDIS_TLS_SERVER_NAME,
        }
      : undefined,
  };
}

function toShape(values: Values, secrets: Secrets): RedisShapeConfig | undefined {
  if (secrets.REDIS_URL !== undefined) return { kind: 'standalone', url: secrets.REDIS_URL };
  if (values.REDIS_CLUSTER_NODES !== undefined)
    return { kind: 'cluster', nodes: values.REDIS_CLUSTER_NODES.map((text) => toServer(text, 6379)) };
  if (values.REDIS_SENTINELS === undefined) return undefined;
  return {
    kind: 'sentinel',
    sentinels: values.REDIS_SENTINELS.map((text) => toServer(text, 26_379)),
    master: values.REDIS_SENTINEL_MASTER ?? '',
    username: secrets.REDIS_SENTINEL_USERNAME,
    password: secrets.REDIS_SENTINEL_PASSWORD,
    database: values.REDIS_DATABASE,
  };
}

function toServer(text: string, defaultPort: number): ServerConfig {
  const [, bracketed, plain = '', port] = /^(?:\[(.+)\]|([^:]+))(?::([0-9]+))?$/.exec(text) ?? [];
  return { host: bracketed ?? plain, port: port === undefined ? defaultPort : Number(port) };
}

/** Reports Redis variables that contradict each other. */
export function checkRedis(values: Values, secrets: Secrets, report: (problem: string) => void): void {
  checkShape(values, secrets, report);
  const { REDIS_TLS_CERT_FILE: cert, REDIS_TLS_KEY_FILE: key } = values;
  if (cert !== undefined && key === undefined)
    report('REDIS_TLS_CERT_FILE is set without REDIS_TLS_KEY_FILE; set both or neither.');
  if (key !== undefined && cert === undefined)
    report('REDIS_TLS_KEY_FILE is set without REDIS_TLS_CERT_FILE; set both or neither.');
  for (const name of tlsVariables) {
    const path = values[name];
    if (name !== 'REDIS_TLS_SERVER_NAME' && path !== undefined && !holdsPem(path))
      report(`${name} is "${path}", which is not a readable PEM file; it must be the path of one.`);
  }
}

function checkShape(values: Values, secrets: Secrets, report: (problem: string) => void): void {
  const { REDIS_SENTINELS: sentinels, REDIS_SENTINEL_MASTER: master, REDIS_CLUSTER_NODES: nodes } = values;
  const shapes = [
    ...(secrets.REDIS_URL === undefined ? [] : ['REDIS_URL']),
    ...(sentinels === undefined ? [] : ['REDIS_SENTINELS']),
    ...(nodes === undefined ? [] : ['REDIS_CLUSTER_NODES']),
  ];
  const [first, ...others] = shapes;
  if (first === undefined) {
    for (const name of listSettings(values, secrets))
      report(
        `${name} is set without a Redis server; set REDIS_URL, REDIS_SENTINELS or REDIS_CLUSTER_NODES, or remove ${name}.`,
      );
    return;
  }
  if (others.length > 0) report(`${shapes.join(' and ')} are all set; set only the one that matches your Redis.`);
  if (sentinels !== undefined && master === undefined)
    report(
      'REDIS_SENTINEL_MASTER is not set; it must be the name of the master in the configuration of the sentinels.',
    );
  if (sentinels === undefined) {
    for (const name of listSentinelSettings(values, secrets))
      report(`${name} is set without REDIS_SENTINELS; set REDIS_SENTINELS, or remove ${name}.`);
    if (values.REDIS_DATABASE !== 0)
      report(
        'REDIS_DATABASE is for sentinels; REDIS_URL names the database in its path (redis://host/1), a cluster has only one.',
      );
  }
  if (secrets.REDIS_URL !== undefined) checkUrl(secrets.REDIS_URL, values, secrets, report);
}

function checkUrl(source: SecretSource, values: Values, secrets: Secrets, report: (problem: string) => void): void {
  const url = parseUrl(source);
  // An invalid URL is reported with its variable.
  if (url === undefined) return;
  if (url.protocol === 'redis:') {
    const asked = [
      ...(values.REDIS_TLS ? ['REDIS_TLS'] : []),
      ...tlsVariables.filter((name) => values[name] !== undefined),
    ];
    for (const name of asked)
      report(`${name} requires TLS, but REDIS_URL begins with redis://; use rediss://, or remove ${name}.`);
  }
  const hasCredentials = url.username !== '' || url.password !== '';
  if (hasCredentials && (secrets.REDIS_USERNAME !== undefined || secrets.REDIS_PASSWORD !== undefined))
    report('REDIS_URL contains credentials, and REDIS_USERNAME or REDIS_PASSWORD is set too; set them in one place.');
}

function parseUrl(source: SecretSource): URL | undefined {
  try {
    return new URL(source.kind === 'value' ? source.value : parseSecret(readFileSync(source.path, 'utf8')));
  } catch {
    // An unreadable file or an invalid URL is reported with its variable.
    return undefined;
  }
}

function listSettings(values: Values, secrets: Secrets): readonly string[] {
  return [
    ...(secrets.REDIS_USERNAME === undefined ? [] : ['REDIS_USERNAME']),
    ...(secrets.REDIS_PASSWORD === undefined ? [] : ['REDIS_PASSWORD']),
    ...listSentinelSettings(values, secrets),
    ...(values.REDIS_TLS ? ['REDIS_TLS'] : []),
    ...tlsVariables.filter((name) => values[name] !== undefined),
  ];
}

function listSentinelSettings(values: Values, secrets: Secrets): readonly string[] {
  return [
    ...(values.REDIS_SENTINEL_MASTER === undefined ? [] : ['REDIS_SENTINEL_MASTER']),
    ...(secrets.REDIS_SENTINEL_USERNAME === undefined ? [] : ['REDIS_SENTINEL_USERNAME']),
    ...(secrets.REDIS_SENTINEL_PASSWORD === undefined ? [] : ['REDIS_SENTINEL_PASSWORD']),
  ];
}

function holdsPem(path: string): boolean {
  try {
    return readFileSync(path, 'utf8').includes('-----BEGIN ');
  } catch {
    // Any failure means that the file is not usable.
    return false;
  }
}
