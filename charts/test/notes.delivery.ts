import { describe, expect, it } from 'vitest';
import { notes, type Values } from './support/helm.ts';
import { fewest, over } from './support/values.ts';

const printed = async (values: Values): Promise<string> => (await notes(values)).replaceAll(/\s+/g, ' ');
const sound = over(fewest, {
  redis: { tls: { enabled: true } },
  ingress: { enabled: true, hosts: [{ host: 'scim.example.com' }], tls: [{ secretName: 'a' }] },
  networkPolicy: { enabled: true },
  serviceMonitor: { enabled: true },
  prometheusRules: { enabled: true },
});
const pair = (value: string) => ({ value });

const warnings: readonly (readonly [warning: string, values: Values])[] = [
  ['collate.token.value is a secret in plain values', { collate: { token: pair('a') } }],
  ['scim.token.value is a secret in plain values', { scim: { token: pair('a') } }],
  ['redis.auth.password.value is a secret in plain values', { redis: { auth: { password: pair('a') } } }],
  ['redis.url.value is a secret in plain values', { redis: { host: '', url: pair('rediss://a') } }],
  ['redis.mode is development', { redis: { mode: 'development', host: '', tls: { enabled: false } } }],
  ['redis.mode is none', { redis: { mode: 'none', tls: { enabled: false } }, replicaCount: 1 }],
  ['redis.tls.enabled is false', { redis: { tls: { enabled: false } } }],
  ['replicaCount is 1', { replicaCount: 1 }],
  ['hpa.minReplicas is 1', { hpa: { enabled: true, minReplicas: 1 } }],
  ['ingress.tls is empty', { ingress: { tls: [] } }],
  ['Neither ingress.enabled nor gateway.enabled is true', { ingress: { enabled: false } }],
  ['serviceMonitor.enabled is false', { serviceMonitor: { enabled: false } }],
  ['prometheusRules.enabled is false', { prometheusRules: { enabled: false } }],
  ['networkPolicy.enabled is false', { networkPolicy: { enabled: false } }],
  ['config.shutdownGraceMs is less than config.requestDeadlineMs', { config: { shutdownGraceMs: 10_000 } }],
  ['config.readOnly is true', { config: { readOnly: true } }],
  ['serviceAccount.automount is true', { serviceAccount: { automount: true } }],
];

describe('NOTES.txt', () => {
  it('shows the SCIM base URL, how to read the token, and the next step', async () => {
    const text = await printed(sound);
    expect(text).toContain('https://scim.example.com/scim/v2');
    expect(text).toContain(
      `get secret credentials --output go-template='{{ index .data "scim-token" | base64decode }}'`,
    );
    expect(text).toContain('helm test gw');
    expect(text).not.toContain('Not fit for production');
  });

  it('shows how to create a token when the gateway has a file of digests', async () => {
    expect(await printed(over(sound, { scim: { tokens: { secretRef: 'digests' } } }))).toMatch(
      /Secret digests .*token new/,
    );
  });

  it.each(warnings)('warns that %s', async (warning, values) => {
    expect(await printed(over(sound, values))).toContain(`! ${warning}`);
  });
});
