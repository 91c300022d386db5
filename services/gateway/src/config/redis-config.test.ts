import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConfigError, type Environment, loadConfig } from './load.ts';

const minimal: Environment = { COLLATE_URL: 'https://collate.example.com', COLLATE_TOKEN: 'a.b.c' };
const load = (environment: Environment) => loadConfig({ ...minimal, ...environment }).redis;

function problemsOf(environment: Environment): readonly string[] {
  try {
    load(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('loadConfig for Redis', () => {
  let folder = '';
  let pem = '';
  let secret = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'redis-config-'));
    pem = join(folder, 'ca.crt');
    writeFileSync(pem, '-----BEGIN CERTIFICATE-----\n');
    secret = join(folder, 'password');
    writeFileSync(secret, 's3cret\n');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('configures no Redis by default', () => {
    expect(load({})).toMatchObject({ shape: undefined, keyPrefix: 'scim-gateway', tls: undefined });
  });

  it('configures one server, with credentials from files and its own certificate authority', () => {
    const environment = {
      REDIS_URL: 'rediss://redis.example.com',
      REDIS_USERNAME: 'gateway',
      REDIS_PASSWORD_FILE: secret,
      REDIS_TLS_CA_FILE: pem,
      REDIS_KEY_PREFIX: 'scim-prod',
    };
    expect(load(environment)).toEqual({
      shape: { kind: 'standalone', url: { kind: 'value', value: 'rediss://redis.example.com' } },
      keyPrefix: 'scim-prod',
      username: { kind: 'value', value: 'gateway' },
      password: { kind: 'file', path: secret },
      tls: { caFile: pem, certFile: undefined, keyFile: undefined, serverName: undefined },
    });
  });

  it('configures a master behind sentinels, with the default port where none is named', () => {
    const environment = {
      REDIS_SENTINELS: 'one.example.com, two.example.com:26380,[::1]:26381',
      REDIS_SENTINEL_MASTER: 'main',
      REDIS_DATABASE: '2',
    };
    expect(load(environment).shape).toMatchObject({
      kind: 'sentinel',
      sentinels: [
        { host: 'one.example.com', port: 26_379 },
        { host: 'two.example.com', port: 26_380 },
        { host: '::1', port: 26_381 },
      ],
      master: 'main',
      database: 2,
    });
  });

  it('configures a cluster, with TLS if it is set', () => {
    const { shape, tls } = load({ REDIS_CLUSTER_NODES: 'a:7000,b', REDIS_TLS: 'true' });
    expect(shape).toEqual({
      kind: 'cluster',
      nodes: [
        { host: 'a', port: 7000 },
        { host: 'b', port: 6379 },
      ],
    });
    expect(tls).toBeDefined();
  });

  it.each<[Environment, readonly string[]]>([
    [{ REDIS_SENTINELS: 'a' }, ['REDIS_SENTINEL_MASTER is not set']],
    [{ REDIS_SENTINELS: 'http://a', REDIS_SENTINEL_MASTER: 'm' }, ['HOST:PORT']],
    [
      { REDIS_CLUSTER_NODES: 'a', REDIS_SENTINEL_MASTER: 'm' },
      ['REDIS_SENTINEL_MASTER is set without REDIS_SENTINELS'],
    ],
    [{ REDIS_URL: 'redis://a', REDIS_CLUSTER_NODES: 'b' }, ['REDIS_URL and REDIS_CLUSTER_NODES are all set']],
    [{ REDIS_CLUSTER_NODES: 'a', REDIS_DATABASE: '1' }, ['REDIS_DATABASE is for sentinels']],
    [{ REDIS_PASSWORD: 's3cret' }, ['REDIS_PASSWORD is set without a Redis server']],
    [{ REDIS_URL: 'redis://a', REDIS_TLS: 'true' }, ['use rediss://']],
    [{ REDIS_URL: 'rediss://u:s3cret@a', REDIS_PASSWORD: 's3cret' }, ['in one place']],
    [{ REDIS_URL: 'rediss://a', REDIS_TLS_CA_FILE: '/nowhere' }, ['"/nowhere", which is not a readable PEM file']],
    [{ REDIS_URL: 'redis://a', REDIS_KEY_PREFIX: 'a b' }, ['REDIS_KEY_PREFIX']],
    [
      { REDIS_SENTINELS: 'a', REDIS_TLS_CERT_FILE: '/nowhere' },
      ['REDIS_SENTINEL_MASTER is not set', 'without REDIS_TLS_KEY_FILE', 'not a readable PEM file'],
    ],
  ])('reports every contradiction in %j, without the secrets', (environment, words) => {
    const problems = problemsOf(environment);
    expect(problems).toHaveLength(words.length);
    for (const [index, word] of words.entries()) expect(problems[index]).toContain(word);
    expect(problems.join()).not.toContain('s3cret');
  });
});
