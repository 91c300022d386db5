import { type CollateSimulator, createCollateSimulator } from '@scim-gateway/collate-simulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compose } from '../../src/composition/gateway.ts';
import { loadConfig } from '../../src/config/load.ts';
import { digestOf } from '../../src/credentials/credential.ts';
import { MountedSecret } from '../support/mounted-secret.ts';
import { readSample } from '../support/read-sample.ts';

const tokens = { old: 'the-old-token-of-the-test-0001', next: 'the-next-token-of-the-test-0002' };
const toFile = (...names: (keyof typeof tokens)[]) => ({
  'tokens.json': JSON.stringify(
    names.map((name) => ({ name, provider: 'entra', sha256: digestOf(tokens[name]).toString('hex') })),
  ),
});

describe('tokens in a mounted secret', () => {
  let simulator: CollateSimulator;
  beforeAll(async () => {
    simulator = await createCollateSimulator();
  });
  afterAll(() => simulator[Symbol.asyncDispose]());

  it('rotate when the secret changes: old and new overlap, the old one ends, and no request fails', {
    timeout: 30_000,
  }, async () => {
    using secret = new MountedSecret(toFile('old'));
    using collateToken = new MountedSecret({ token: simulator.token });
    await using gateway = await compose(
      loadConfig({
        HOST: '127.0.0.1',
        PORT: '0',
        MANAGEMENT_PORT: '0',
        COLLATE_URL: simulator.url,
        COLLATE_TOKEN_FILE: collateToken.path('token'),
        SCIM_TOKENS_FILE: secret.path('tokens.json'),
        LOG_LEVEL: 'silent',
      }),
    );
    const ask = async (name: keyof typeof tokens) => {
      const headers = { authorization: `Bearer ${tokens[name]}` };
      return (await fetch(`${gateway.baseUrl}/Users?count=1`, { headers })).status;
    };
    const sampleOf = (series: string) => readSample(gateway.managementUrl, `scim_gateway_${series}`);
    /** Sends requests with a valid token until the awaited token gets the awaited status. */
    const statuses: number[] = [];
    const untilAnswered = async (awaited: keyof typeof tokens, status: number, valid: keyof typeof tokens) => {
      for (;;) {
        statuses.push(await ask(valid));
        if ((await ask(awaited)) === status) return;
      }
    };

    expect([await ask('old'), await ask('next')]).toEqual([200, 401]);
    secret.swap(toFile('old', 'next'));
    await untilAnswered('next', 200, 'old');
    secret.swap(toFile('next'));
    collateToken.swap({ token: `${simulator.token}\n` });
    await untilAnswered('old', 401, 'next');
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(await ask('next')).toBe(200);
    expect(await sampleOf('config_last_reload_successful{kind="scim-tokens"}')).toBe(1);
    expect(await sampleOf('config_last_reload_success_timestamp_seconds{kind="scim-tokens"}')).toBeGreaterThan(1e9);

    secret.swap({ 'tokens.json': '[{' });
    await expect.poll(() => sampleOf('config_last_reload_successful{kind="scim-tokens"}'), { timeout: 10_000 }).toBe(0);
    expect(await sampleOf('config_last_reload_successful{kind="collate-token"}')).toBe(1);
    expect(await ask('next')).toBe(200);
    secret.swap(toFile('next'));
    await expect.poll(() => sampleOf('config_last_reload_successful{kind="scim-tokens"}'), { timeout: 10_000 }).toBe(1);
  });
});
