import { type CollateSimulator, createCollateSimulator } from '@scim-gateway/collate-simulator';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compose, type Gateway } from '../../src/composition/gateway.ts';
import { loadConfig } from '../../src/config/load.ts';
import { type ScimAnswer, send } from '../journeys/process-harness.ts';
import { patchOf } from '../support/fixtures.ts';
import { gatewayEnvironment } from '../support/gateway-environment.ts';
import { readSample } from '../support/read-sample.ts';

const token = 'a-token-of-the-test-that-is-long-enough-to-be-one';
let simulator: CollateSimulator;
let gateway: Gateway;

/** Starts a gateway in this process, sends it two requests, and lets Collate hang from then on. */
async function startBeforeHungCollate(env: Readonly<Record<string, string>>): Promise<string> {
  gateway = await compose(
    loadConfig({
      ...gatewayEnvironment(simulator),
      SCIM_TOKEN: token,
      LOG_LEVEL: 'silent',
      SHUTDOWN_GRACE_MS: '0',
      CACHE_TTL_MS: '0',
      CACHE_NEGATIVE_TTL_MS: '0',
      ...env,
    }),
  );
  const user = { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName: 'ada@example.com' };
  const { body } = await ask('POST', '/Users', user);
  await ask('GET', '/Users?filter=externalId+eq+%22unknown%22');
  simulator.arm([{ match: '*', when: 'before', delay: 600_000 }]);
  return body.id;
}

const ask = (method: string, path: string, body?: unknown) => send(gateway.baseUrl, method, path, body);
const deactivation = patchOf({ op: 'replace', path: 'active', value: false });
const rename = patchOf({ op: 'replace', path: 'displayName', value: 'Ada' });
const metric = (series: string) => readSample(gateway.managementUrl, series);

function expectTryAgain({ status, headers }: ScimAnswer): void {
  expect([429, 503]).toContain(status);
  expect(headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
}

beforeEach(async () => {
  simulator = await createCollateSimulator({ raceMs: 0 });
});
afterEach(async () => {
  simulator.clearFaults();
  await gateway[Symbol.asyncDispose]();
  await simulator[Symbol.asyncDispose]();
});

describe('a gateway before a Collate that never answers', () => {
  it('answers every request by its deadline, also those that wait for a lock', async () => {
    const deadlineMs = 2_000;
    const id = await startBeforeHungCollate({ REQUEST_DEADLINE_MS: String(deadlineMs) });
    const group = {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
      displayName: 'G',
      members: [{ value: id }],
    };
    const bulk = {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
      Operations: Array.from({ length: 20 }, () => ({ method: 'PATCH', path: `/Users/${id}`, data: rename })),
    };
    const began = performance.now();
    const single = [
      ask('GET', `/Users/${id}`),
      ask('GET', '/Users?filter=userName+eq+%22x%40example.com%22'),
      ask('GET', '/Users'),
      ask('GET', '/Groups'),
      ask('PUT', `/Users/${id}`, { schemas: [], userName: 'ada@example.com', displayName: 'A' }),
      ask('POST', '/Groups', group),
      ask('DELETE', `/Users/${id}`),
      // These wait for the lock of one user.
      ...Array.from({ length: 10 }, () => ask('PATCH', `/Users/${id}`, deactivation)),
    ];
    const whole = ask('POST', '/Bulk', bulk);
    for (const answer of await Promise.all(single)) expectTryAgain(answer);
    const { status, body } = await whole;
    expect([status, body.Operations.length]).toEqual([200, 20]);
    expect(new Set(body.Operations.map((each: { status: string }) => each.status))).toEqual(new Set(['503']));
    // The default deadline is 25 s, and providers wait 30 s.
    expect((performance.now() - began) / deadlineMs).toBeLessThan(30 / 25 + 0.5);
  }, 30_000);

  it('bounds running and waiting calls under 2,000 requests at once, and leaves none behind', async () => {
    const env = {
      COLLATE_CONCURRENCY: '8',
      COLLATE_QUEUE: '20',
      MAX_REQUESTS_IN_FLIGHT: '128',
      REQUEST_DEADLINE_MS: '5000',
      COLLATE_READ_TIMEOUT_MS: '4000',
      CACHE_TTL_MS: '300000',
    };
    const id = await startBeforeHungCollate(env);
    const begun = simulator.calls().length;
    const answers: ScimAnswer[] = [];
    const all: Promise<unknown>[] = [];
    // In groups: connections opened all at once would overflow the listener's backlog of 511 on a busy machine.
    for (let sent = 0; sent < 2_000; sent += 250) {
      for (let index = sent; index < sent + 250; index += 1) {
        const path = `/Users/${id.slice(0, -4)}${String(index).padStart(4, '0')}`;
        all.push(ask('GET', path).then((answer) => answers.push(answer)));
      }
      await expect.poll(() => answers.length, { timeout: 20_000 }).toBeGreaterThanOrEqual(sent + 250 - 84);
    }
    expect(await metric('scim_gateway_http_requests_in_flight')).toBeLessThanOrEqual(84);
    expect(await metric('scim_gateway_upstream_in_flight{target="collate"}')).toBeLessThanOrEqual(7);
    expect(await metric('scim_gateway_upstream_waiting{target="collate",priority="normal"}')).toBeLessThanOrEqual(20);
    await Promise.all(all);
    for (const answer of answers) expectTryAgain(answer);
    expect(simulator.calls().length - begun).toBeLessThan(200);
    await expect.poll(() => metric('scim_gateway_upstream_in_flight{target="collate"}'), { timeout: 40_000 }).toBe(0);
    expect(await metric('scim_gateway_upstream_waiting{target="collate",priority="normal"}')).toBe(0);
    expect(await metric('scim_gateway_http_requests_in_flight')).toBe(0);
  }, 90_000);
});

describe('a deactivation', () => {
  it('reaches Collate although other requests use all slots that they may use', async () => {
    const id = await startBeforeHungCollate({
      COLLATE_CONCURRENCY: '8',
      REQUEST_DEADLINE_MS: '20000',
      // A deactivation looks for twin accounts of the user, in an index that all requests share.
      CACHE_TTL_MS: '300000',
    });
    const reads = Array.from({ length: 40 }, (_, index) => {
      const other = `${id.slice(0, -2)}${String(index).padStart(2, '0')}`;
      return ask('GET', `/Users/${other}`).catch(() => undefined);
    });
    await expect.poll(() => metric('scim_gateway_upstream_in_flight{target="collate"}')).toBe(7);
    await expect
      .poll(() => metric('scim_gateway_upstream_waiting{target="collate",priority="normal"}'))
      .toBeGreaterThan(10);
    // From now on Collate answers new calls; the earlier ones still hang.
    simulator.clearFaults();
    expect((await ask('PATCH', `/Users/${id}`, deactivation)).status).toBe(200);
    expect(await metric('scim_gateway_upstream_in_flight{target="collate"}')).toBe(7);
    expect(simulator.dump().users.find((user) => user['id'] === id)?.['deleted']).toBe(true);
    expect(reads).toHaveLength(40);
  }, 30_000);
});

describe('a Collate whose Retry-After ends after the deadline', () => {
  it('is not called again; the gateway passes its Retry-After on', async () => {
    const id = await startBeforeHungCollate({ REQUEST_DEADLINE_MS: '1500', CACHE_TTL_MS: '300000' });
    simulator.arm([{ match: '*', when: 'before', status: 503, headers: { 'retry-after': '2' } }]);
    const { status, headers } = await ask('GET', `/Users/${id.slice(0, -2)}00`);
    expect([status, headers.get('retry-after')]).toEqual([503, '2']);
    expect(await metric('scim_gateway_upstream_retries_total{target="collate",reason="unavailable"}')).toBe(0);
  });
});
