import type { Values } from '../support/helm.ts';
import { only, over } from '../support/values.ts';
import { casesOf, type Row, type ValueCase } from './value-case.ts';

const volume = { object: 'Deployment/gw-scim-gateway', at: 'spec template spec volumes 1 projected sources' };
const chartSecret = { object: 'Secret/gw-scim-gateway', at: 'data' };
const bare = { existingSecret: '', collate: { token: { secretRef: 'c' } }, scim: { token: { secretRef: 's' } } };
const sentinel = { redis: { mode: 'sentinel', host: '', sentinel: { nodes: ['a'], masterName: 'm' } } };
const tracing = { tracing: { enabled: true, endpoint: 'http://collector:4318' } };
const encoded = (text: string) => Buffer.from(text).toString('base64');
const source = (name: string, ...items: readonly (readonly [key: string, path: string])[]) => ({
  secret: { name, items: items.map(([key, path]) => ({ key, path })) },
});

/** Cases of a secret beside the two required ones: from its own Secret, under its own key, and as a value. */
const pairs = (path: string, file: string, within: Values): readonly ValueCase[] => [
  ...casesOf({ ...volume, within: over(bare, within) }, [
    [`${path}.secretRef`, 'own', '2', source('own', [file, file])],
  ]),
  ...casesOf({ ...volume, within: over(over(bare, within), only(path, { secretRef: 'own' })) }, [
    [`${path}.secretKey`, 'mine', '2', source('own', ['mine', file])],
  ]),
  ...casesOf({ ...chartSecret, within }, [[`${path}.value`, valueFor(path), file, encoded(valueFor(path))]]),
];

const valueFor = (path: string) => (path === 'redis.url' ? 'redis://user:word@redis' : 'name=plain');

const shared = (key: string, file: string, within: Values): readonly ValueCase[] =>
  casesOf({ ...volume, within }, [
    [`existingSecretKeys.${key}`, 'mine', '0 secret items 2', { key: 'mine', path: file }],
  ]);

const store = {
  externalSecret: { secretStoreRef: { name: 'vault' }, data: [{ secretKey: 'x', remoteRef: { key: 'y' } }] },
};
const es: readonly Row[] = [
  ['externalSecret.secretStoreRef.name', 'other', 'spec secretStoreRef name'],
  ['externalSecret.secretStoreRef.kind', 'ClusterSecretStore', 'spec secretStoreRef kind'],
  ['externalSecret.refreshInterval', '5m', 'spec refreshInterval'],
  ['externalSecret.data', [{ secretKey: 'a', remoteRef: { key: 'b' } }], 'spec data'],
  ['externalSecret.dataFrom', [{ extract: { key: 'all' } }], 'spec dataFrom'],
  ['externalSecret.annotations', { a: 'b' }, 'metadata annotations'],
];

/** Values about the sources of secrets. */
export const secretCases: readonly ValueCase[] = [
  ...casesOf(volume, [
    ['existingSecret', 'other', '0', source('other', ['collate-token', 'collate-token'], ['scim-token', 'scim-token'])],
    ['existingSecretKeys.collateToken', 'jwt', '0 secret items 0', { key: 'jwt', path: 'collate-token' }],
    ['existingSecretKeys.scimToken', 'bearer', '0 secret items 1', { key: 'bearer', path: 'scim-token' }],
    ['existingSecretKeys.scimTokens', 'tokens', '0 secret items 1', { key: 'tokens', path: 'scim-tokens.json' }],
    ['collate.token.secretRef', 'own', '0', source('own', ['collate-token', 'collate-token'])],
    ['scim.token.secretRef', 'own', '1', source('own', ['scim-token', 'scim-token'])],
    ['scim.tokens.secretRef', 'own', '1', source('own', ['scim-tokens.json', 'scim-tokens.json'])],
  ]),
  ...casesOf({ ...volume, within: bare }, [
    ['collate.token.secretKey', 'jwt', '0', source('c', ['jwt', 'collate-token'])],
    ['scim.token.secretKey', 'bearer', '1', source('s', ['bearer', 'scim-token'])],
  ]),
  ...casesOf({ ...volume, within: { scim: { tokens: { secretRef: 't' } } } }, [
    ['scim.tokens.secretKey', 'list', '1', source('t', ['list', 'scim-tokens.json'])],
  ]),
  ...casesOf(chartSecret, [
    ['collate.token.value', 'plain', 'collate-token', encoded('plain')],
    ['scim.token.value', 'plain', 'scim-token', encoded('plain')],
    ['scim.tokens.value', '[]', 'scim-tokens.json', encoded('[]')],
  ]),
  ...pairs('redis.url', 'redis-url', { redis: { host: '' } }),
  ...pairs('redis.auth.username', 'redis-username', {}),
  ...pairs('redis.auth.password', 'redis-password', {}),
  ...pairs('redis.sentinel.auth.username', 'redis-sentinel-username', sentinel),
  ...pairs('redis.sentinel.auth.password', 'redis-sentinel-password', sentinel),
  ...pairs('tracing.headers', 'otlp-headers', tracing),
  ...shared('otlpHeaders', 'otlp-headers', tracing),
  ...shared('redisUrl', 'redis-url', { redis: { host: '' } }),
  ...shared('redisUsername', 'redis-username', {}),
  ...shared('redisPassword', 'redis-password', {}),
  ...shared('redisSentinelUsername', 'redis-sentinel-username', sentinel),
  ...shared('redisSentinelPassword', 'redis-sentinel-password', sentinel),
  ...casesOf({ object: 'ExternalSecret', within: over(bare, store) }, [
    ['externalSecret.enabled', true, 'spec target name', 'gw-scim-gateway-external'],
  ]),
  ...casesOf(
    { object: 'ExternalSecret', within: over(store, { existingSecret: '', externalSecret: { enabled: true } }) },
    es,
  ),
  ...casesOf(
    {
      object: 'Deployment/gw-scim-gateway',
      at: 'spec template spec volumes 2',
      within: { redis: { tls: { enabled: true, caSecret: 'ca', clientCertSecret: 'own' } } },
    },
    [
      ['redis.tls.caSecret', 'other', 'projected sources 0', source('other', ['ca.crt', 'ca.crt'])],
      ['redis.tls.caSecretKey', 'root.pem', 'projected sources 0', source('ca', ['root.pem', 'ca.crt'])],
      [
        'redis.tls.clientCertSecretKey',
        'c.pem',
        'projected sources 1',
        source('own', ['c.pem', 'tls.crt'], ['tls.key', 'tls.key']),
      ],
      [
        'redis.tls.clientKeySecretKey',
        'k.pem',
        'projected sources 1',
        source('own', ['tls.crt', 'tls.crt'], ['k.pem', 'tls.key']),
      ],
    ],
  ),
  ...casesOf({ object: 'Deployment/gw-scim-gateway', at: 'spec template spec volumes 2' }, [
    ['extraCaCertificates.configMapRef', 'ca', 'configMap', { name: 'ca', items: [{ key: 'ca.crt', path: 'ca.crt' }] }],
    [
      'extraCaCertificates.secretRef',
      'ca',
      'secret',
      { secretName: 'ca', defaultMode: 288, items: [{ key: 'ca.crt', path: 'ca.crt' }] },
    ],
  ]),
  ...casesOf(
    {
      object: 'Deployment/gw-scim-gateway',
      at: 'spec template spec volumes 2',
      within: { extraCaCertificates: { configMapRef: 'ca' } },
    },
    [['extraCaCertificates.key', 'all.pem', 'configMap items 0 key']],
  ),
];
