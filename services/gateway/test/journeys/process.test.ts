import { once } from 'node:events';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCollateSimulator } from '@scim-gateway/collate-simulator';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTokenEntry } from '../../src/credentials/new-token.ts';
import { type GatewayProcess, startGateway, startProcesses } from './process-harness.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'process-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const anywhere = { HOST: '127.0.0.1', PORT: '0', MANAGEMENT_PORT: '0' };

async function statusOf(
  gateway: GatewayProcess,
  token: string,
  method = 'GET',
  path = '/Users?count=1',
): Promise<number> {
  const response = await fetch(`${gateway.baseUrl}${path}`, { method, headers: { authorization: `Bearer ${token}` } });
  await response.text();
  return response.status;
}

describe('a gateway that starts', () => {
  it('prints its URLs to standard output, one per line, and a generated token when none is configured', async () => {
    await using simulator = await createCollateSimulator();
    await using gateway = await startGateway({
      ...anywhere,
      COLLATE_URL: simulator.url,
      COLLATE_TOKEN: simulator.token,
      LOG_LEVEL: 'error',
    });
    await expect.poll(() => gateway.output().split('\n').length).toBe(4);
    const [base, management, token, end] = gateway.output().split('\n');
    expect(base).toMatch(/^SCIM base URL: http:\/\/127\.0\.0\.1:\d+\/scim\/v2$/);
    expect(management).toMatch(/^Management: http:\/\/127\.0\.0\.1:\d+$/);
    expect([token, end]).toEqual([expect.stringMatching(/^Token: scimgw_[\w-]{43}$/), '']);
    expect(await statusOf(gateway, token?.replace('Token: ', '') ?? '')).toBe(200);
    expect(await statusOf(gateway, 'another')).toBe(401);
  });

  it('builds the locations of resources from PUBLIC_URL, and never from a Host header', async () => {
    await using harness = await startProcesses({ env: { PUBLIC_URL: 'https://scim.example.com/base/' } });
    const { body } = await harness.request('GET', '/ServiceProviderConfig');
    expect(body.meta.location).toBe('https://scim.example.com/base/scim/v2/ServiceProviderConfig');
  });
});

describe('SEC-R7: a tokens file', () => {
  it('is read again when it changes, and a broken one leaves the tokens unchanged', async () => {
    const file = join(folder, 'tokens.json');
    const [first, second] = ['entra-1', 'entra-2'].map((name) => createTokenEntry({ name, provider: 'entra' }));
    if (first === undefined || second === undefined) throw new Error('no tokens');
    const write = (content: string) => {
      writeFileSync(`${file}.new`, content);
      renameSync(`${file}.new`, file);
    };
    write(JSON.stringify([first.entry]));
    await using harness = await startProcesses({ env: { SCIM_TOKENS_FILE: file } });
    const [gateway] = harness.gateways;
    if (gateway === undefined) throw new Error('no gateway');
    expect([await statusOf(gateway, first.token), await statusOf(gateway, second.token)]).toEqual([200, 401]);
    write(JSON.stringify({ tokens: [first.entry, second.entry] }));
    await expect.poll(() => statusOf(gateway, second.token), { timeout: 5_000 }).toBe(200);
    expect(await statusOf(gateway, first.token)).toBe(200);
    write('[{"name":');
    // The gateway checks the file when it checks a token.
    const useAndRead = async () => `${await statusOf(gateway, first.token)} ${gateway.output()}`;
    await expect.poll(useAndRead, { timeout: 5_000 }).toContain('could not be read again');
    expect([await statusOf(gateway, first.token), await statusOf(gateway, second.token)]).toEqual([200, 200]);
    const metrics = await (await fetch(`${gateway.managementUrl}/metrics`)).text();
    expect(metrics).toContain('scim_gateway_config_last_reload_successful{kind="scim-tokens"} 0');
    expect(metrics).toContain('scim_gateway_config_last_reload_successful{kind="collate-token"} 1');
    expect(metrics).toMatch(/http_requests_total\{tenant="entra",resource="group",operation="create",.*code="201"\} 0/);
    write(JSON.stringify([second.entry]));
    await expect.poll(() => statusOf(gateway, first.token), { timeout: 5_000 }).toBe(401);
    expect(await statusOf(gateway, second.token)).toBe(200);
  });
});

describe("a Collate bot's own token", () => {
  const bots = { ACCEPT_COLLATE_BOT_TOKEN: 'true', COLLATE_BOT_NAMES: 'scim-gateway' };

  it('SEC-R5: authenticates the bot, and no user, not even an administrator', async () => {
    await using simulator = await createCollateSimulator();
    await using gateway = await startGateway({ ...anywhere, ...bots, COLLATE_URL: simulator.url });
    const bot = simulator.mintToken('scim-gateway', { isBot: true, exp: null });
    expect(await statusOf(gateway, bot)).toBe(200);
    simulator.clearCalls();
    for (const claims of [{}, { isBot: false }, { isAdmin: true }]) {
      expect(await statusOf(gateway, simulator.mintToken('admin', claims))).toBe(401);
    }
    expect(await statusOf(gateway, simulator.mintToken('admin', { isBot: true }))).toBe(401);
    expect(await statusOf(gateway, `${bot.slice(0, -4)}AAAA`)).toBe(401);
    expect(simulator.calls().filter(({ path }) => path.includes('loggedInUser'))).toEqual([]);
  });

  it('authenticates a request but is not used for Collate when the gateway has a token of its own', async () => {
    await using harness = await startProcesses({
      env: { ...bots, COLLATE_BOT_NAMES: 'scim-bot,scim-gateway' },
    });
    const { simulator, gateways, request, token } = harness;
    const [gateway] = gateways;
    if (gateway === undefined) throw new Error('no gateway');
    expect(await statusOf(gateway, simulator.mintToken('scim-gateway', { isBot: true }))).toBe(200);
    expect(token).toBeDefined();
    expect((await request('GET', '/Users?count=1')).status).toBe(200);
  });
});

describe('SEC-R26: the outbound client', () => {
  const listen = async (server: Server) => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  };

  it('follows no redirect, so that no other server receives a request or the token', async () => {
    const elsewhere: string[] = [];
    const evil = createServer((request, response) => {
      elsewhere.push(`${request.url} ${request.headers.authorization}`);
      response.end('{}');
    });
    const evilUrl = await listen(evil);
    const redirecting = createServer((request, response) => {
      response.writeHead(307, { location: `${evilUrl}${request.url}` }).end();
    });
    const token = 'a-token-of-the-test';
    await using gateway = await startGateway({
      ...anywhere,
      COLLATE_URL: await listen(redirecting),
      COLLATE_TOKEN: 'a.b.c',
      SCIM_TOKEN: token,
    });
    const statuses = [
      await statusOf(gateway, token),
      await statusOf(gateway, token, 'DELETE', '/Users/2819c223-7f76-453a-919d-413861904646'),
    ];
    expect(statuses).toEqual([503, 503]);
    expect(elsewhere).toEqual([]);
    redirecting.close();
    evil.close();
  });
});

describe('a gateway that receives SIGTERM', () => {
  it('is unready at once, but serves requests until the drain delay ends', async () => {
    await using harness = await startProcesses({ env: { DRAIN_DELAY_MS: '1500' } });
    const { gateways, request } = harness;
    const [gateway] = gateways;
    if (gateway === undefined) throw new Error('no gateway');
    expect((await fetch(`${gateway.managementUrl}/readyz`)).status).toBe(200);
    const code = gateway.signal('SIGTERM');
    await expect.poll(async () => (await fetch(`${gateway.managementUrl}/readyz`)).status).toBe(503);
    const last = await request('GET', '/Users?count=1');
    // The header keeps clients from sending another request on a connection that is about to close.
    expect([last.status, last.headers.get('connection')]).toEqual([200, 'close']);
    expect((await fetch(`${gateway.managementUrl}/livez`)).status).toBe(200);
    expect(await code).toBe(0);
    await expect(request('GET', '/Users?count=1')).rejects.toThrow();
  });

  it('cuts off requests that outlast the grace period, and exits with code 0', async () => {
    await using harness = await startProcesses({
      simulator: { latencyMs: 8_000 },
      env: { SHUTDOWN_GRACE_MS: '200' },
    });
    const { gateways, request } = harness;
    const cutOff = request('GET', '/Users?count=1').then(
      () => 'answered',
      () => 'cut off',
    );
    const metrics = async () => (await fetch(`${gateways[0]?.managementUrl}/metrics`)).text();
    await expect.poll(metrics).toContain('scim_gateway_http_requests_in_flight 1');
    const begun = Date.now();
    expect(await gateways[0]?.signal('SIGTERM')).toBe(0);
    expect(await cutOff).toBe('cut off');
    expect(Date.now() - begun).toBeLessThan(6_000);
  });

  it('closes idle connections that a client keeps open', async () => {
    await using harness = await startProcesses({ env: { SHUTDOWN_GRACE_MS: '20000' } });
    await harness.request('GET', '/Users?count=1');
    expect(await harness.gateways[0]?.signal('SIGTERM')).toBe(0);
  });
});
