import { describe, expect, it } from 'vitest';
import { HELM_MAJORS, refusal, type Values } from './support/helm.ts';
import { fewest, over } from './support/values.ts';

const pair = (secretRef: string, value = '') => ({ secretRef, value });
const store = { secretStoreRef: { name: 'vault' } };
const sentinel = { mode: 'sentinel', host: '', sentinel: { nodes: ['a'] } };

/** Mistakes that the schema cannot express: the beginning of the message, and the values. */
const misuses: readonly (readonly [sentence: string, values: Values])[] = [
  ['collate.token is not given: set existingSecret, or collate.token.secretRef', { existingSecret: '' }],
  [
    'Neither scim.token nor scim.tokens is given: set existingSecret',
    { existingSecret: '', collate: { token: pair('a') } },
  ],
  ['Neither scim.token nor scim.tokens is given', { existingSecretKeys: { scimToken: '' } }],
  ['collate.token.value and collate.token.secretRef are both set', { collate: { token: pair('a', 'b') } }],
  ['scim.tokens.value and scim.tokens.secretRef are both set', { scim: { tokens: pair('a', 'b') } }],
  [
    'redis.auth.password.value and redis.auth.password.secretRef are both set',
    { redis: { auth: { password: pair('a', 'b') } } },
  ],
  ['scim.token.secretKey is set without scim.token.secretRef', { scim: { token: { secretKey: 'a' } } }],
  [
    'existingSecret is set and externalSecret.enabled is true',
    { externalSecret: { enabled: true, ...store, data: [] } },
  ],
  [
    'externalSecret.data and externalSecret.dataFrom are empty',
    { existingSecret: '', externalSecret: { enabled: true, ...store } },
  ],
  ['redis.host is empty: name your Redis', { redis: { host: '' } }],
  ['redis.host and redis.url are both given', { redis: { url: pair('a') } }],
  ['redis.mode is none, and replicaCount is 2', { redis: { mode: 'none' } }],
  [
    'redis.mode is none, and hpa.maxReplicas is 5',
    { redis: { mode: 'none' }, replicaCount: 1, hpa: { enabled: true } },
  ],
  [
    'strategy.type is RollingUpdate, and redis.mode is none',
    { redis: { mode: 'none' }, replicaCount: 1, strategy: { type: 'RollingUpdate' } },
  ],
  ['redis.sentinel.masterName is empty: set it to the name', { redis: sentinel }],
  [
    'redis.database is 1, and redis.mode is cluster',
    { redis: { mode: 'cluster', database: 1, cluster: { nodes: ['a'] } } },
  ],
  [
    'redis.tls.enabled is true, and redis.mode is development',
    { redis: { mode: 'development', tls: { enabled: true } } },
  ],
  ['redis.tls.caSecret is set, and redis.tls.enabled is false', { redis: { tls: { caSecret: 'a' } } }],
  ['redis.tls.serverName is set, and redis.tls.enabled is false', { redis: { tls: { serverName: 'a' } } }],
  [
    'ingress.enabled and gateway.enabled are both true: choose one exposure',
    { ingress: { enabled: true, hosts: [{ host: 'a' }] }, gateway: { enabled: true, parentRefs: [{ name: 'a' }] } },
  ],
  [
    'gateway.enabled is true, but the cluster has no gateway.networking.k8s.io/v1 HTTPRoute',
    { gateway: { enabled: true, parentRefs: [{ name: 'a' }] } },
  ],
  ['containerPorts.http and containerPorts.management are both 8080', { containerPorts: { management: 8080 } }],
  [
    'terminationGracePeriodSeconds is 40, which is not more than config.drainDelayMs and config.shutdownGraceMs together (40000 ms)',
    { terminationGracePeriodSeconds: 40 },
  ],
  ['hpa.minReplicas is 7, more than hpa.maxReplicas, 5', { hpa: { enabled: true, minReplicas: 7 } }],
  ['tracing.enabled is true, and tracing.endpoint is empty', { tracing: { enabled: true } }],
  ['config.pageDefault is 2000, more than config.pageMax, 1000', { config: { pageDefault: 2000 } }],
  [
    'extraCaCertificates.configMapRef and extraCaCertificates.secretRef are both set',
    { extraCaCertificates: { configMapRef: 'a', secretRef: 'b' } },
  ],
  ['resources.limits.memory is 64Mi: the gateway needs at least 128Mi', { resources: { limits: { memory: '64Mi' } } }],
  [
    'prometheusRules.thresholds.nothing does not exist. Thresholds: ',
    { prometheusRules: { enabled: true, thresholds: { nothing: 1 } } },
  ],
  [
    'prometheusRules.disabled names Nothing, which does not exist. Alerts: ',
    { prometheusRules: { enabled: true, disabled: ['Nothing'] } },
  ],
  [
    'prometheusRules.overrides.Nothing does not exist. Alerts: ',
    { prometheusRules: { enabled: true, overrides: { Nothing: {} } } },
  ],
];

describe('the chart', () => {
  it.concurrent.each(misuses)('refuses values with the message: %s', async (sentence, values) => {
    for (const major of HELM_MAJORS) expect(await refusal(over(fewest, values), { major })).toContain(`: ${sentence}`);
  });
});
