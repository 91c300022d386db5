import { setTimeout as wait } from 'node:timers/promises';
import { startRedis } from '@scim-gateway/cache/testing/redis-server';
import { openTcpLink } from '@scim-gateway/cache/testing/tcp-link';
import { createCollateSimulator } from '@scim-gateway/collate-simulator';
import { describe, expect, it } from 'vitest';
import { patchOf, userOf } from '../support/fixtures.ts';
import { gatewayEnvironment } from '../support/gateway-environment.ts';
import { hasRedis, send, startGateway } from './process-harness.ts';

const lookUp = `/Users?filter=${encodeURIComponent('userName eq "ada@example.com"')}`;

/** A Redis, a gateway that reaches it over a link, and one that reaches it directly. */
async function startBoth() {
  const simulator = await createCollateSimulator();
  const redis = await startRedis();
  const link = await openTcpLink(redis.port);
  const env = {
    ...gatewayEnvironment(simulator),
    SCIM_TOKEN: 'a-token-of-the-test-that-is-long-enough-to-be-one',
    COLLATE_WRITE_TIMEOUT_MS: '4000',
    REQUEST_DEADLINE_MS: '9000',
    LOG_LEVEL: 'silent',
  };
  const [linked, direct] = await Promise.all(
    [link.port, redis.port].map((port) => startGateway({ ...env, REDIS_URL: `redis://127.0.0.1:${port}` })),
  );
  if (linked === undefined || direct === undefined) throw new Error('a gateway is missing');
  const { body } = await send(linked.baseUrl, 'POST', '/Users', userOf('ada'));
  const namesAt = async ({ baseUrl }: { readonly baseUrl: string }) => {
    const found = await send(baseUrl, 'GET', lookUp);
    return found.body.Resources.map(({ displayName }: { readonly displayName: string }) => displayName);
  };
  return {
    simulator,
    link,
    linked,
    direct,
    namesAt,
    rename: ({ baseUrl }: { readonly baseUrl: string }, value: string) =>
      send(baseUrl, 'PATCH', `/Users/${body.id}`, patchOf({ op: 'replace', path: 'displayName', value })),
    [Symbol.asyncDispose]: async () => {
      for (const one of [linked, direct, link, redis, simulator]) await one[Symbol.asyncDispose]();
    },
  };
}

describe.skipIf(!hasRedis)('a gateway that is cut off from the Redis of another one', { timeout: 60_000 }, () => {
  it('after its last question and before it reports its change acknowledges the change only when both find it', async () => {
    await using both = await startBoth();
    const { simulator, link, linked, direct, namesAt, rename } = both;
    expect(await namesAt(direct)).toEqual(['ada Example']);
    simulator.arm([{ match: 'PATCH /api/v1/users', when: 'after', delay: 1_500, times: 1 }]);
    const answer = rename(linked, 'Countess');
    await wait(700);
    link.silence();
    const first = await Promise.race([answer.then(({ status }) => status), wait(3_500).then(() => 'waiting')]);
    expect(first).toBe('waiting');
    link.mend();
    expect((await answer).status).toBe(200);
    expect(await namesAt(direct)).toEqual(['Countess']);
  });

  it('shows at once what the other one changes, and refuses changes of its own', async () => {
    await using both = await startBoth();
    const { link, linked, direct, namesAt, rename } = both;
    expect(await namesAt(linked)).toEqual(['ada Example']);
    link.silence();
    expect((await rename(direct, 'Countess')).status).toBe(200);
    expect(await namesAt(linked)).toEqual(['Countess']);
    const refused = await rename(linked, 'Baroness');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '10']);
    link.mend();
    expect(await namesAt(linked)).toEqual(['Countess']);
  });
});
