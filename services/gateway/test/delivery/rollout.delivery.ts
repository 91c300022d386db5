import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { Agent, request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, startRedis } from '@scim-gateway/cache/testing/redis-server';
import { createCollateSimulator } from '@scim-gateway/collate-simulator';
import { describe, expect, it } from 'vitest';
import { type GatewayProcess, startGateway } from '../journeys/process-harness.ts';
import { groupOf, patchOf, userOf } from '../support/fixtures.ts';
import { gatewayEnvironment } from '../support/gateway-environment.ts';
import { readSample } from '../support/read-sample.ts';

const haproxy = '/usr/sbin/haproxy';
const token = 'a-token-of-the-test-that-is-long-enough-to-be-one';

/** One place of a deployment, whose gateway is replaced by another on the same ports. */
interface Place {
  readonly port: number;
  readonly managementPort: number;
  gateway: GatewayProcess;
}

/** A proxy that sends requests where `/readyz` returns 200, keeps connections open, and never retries. */
async function startProxy(places: readonly Place[]): Promise<AsyncDisposable & { readonly port: number }> {
  const port = await freePort();
  const file = join(mkdtempSync(join(tmpdir(), 'haproxy-')), 'haproxy.cfg');
  const servers = places.map(
    (place, index) =>
      `  server gateway${index} 127.0.0.1:${place.port} check port ${place.managementPort} inter 200ms fall 2 rise 1`,
  );
  const lines = [
    'defaults',
    '  mode http',
    '  timeout connect 2s',
    '  timeout client 30s',
    '  timeout server 30s',
    // A busy machine may answer a check late.
    '  timeout check 2s',
    '  retries 0',
    '  http-reuse always',
    'frontend scim',
    `  bind 127.0.0.1:${port}`,
    '  default_backend gateways',
    'backend gateways',
    '  balance roundrobin',
    '  option httpchk GET /readyz',
    ...servers,
  ];
  writeFileSync(file, `${lines.join('\n')}\n`);
  const child: ChildProcess = spawn(haproxy, ['-f', file, '-db'], { stdio: 'ignore' });
  return {
    port,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

interface Answer {
  readonly status: number | string;
  readonly body: Readonly<Record<string, unknown>> | undefined;
}

/** Sends one request over kept connections; what is broken off is a status of its own. */
function createClient(port: number): (method: string, path: string, body?: unknown) => Promise<Answer> {
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' };
  return (method, path, body) =>
    new Promise((resolve) => {
      const sent = httpRequest({ host: '127.0.0.1', port, method, path: `/scim/v2${path}`, headers, agent });
      sent.on('response', (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (chunk: string) => {
          text += chunk;
        });
        answer.on('end', () =>
          resolve({
            status: answer.statusCode ?? 0,
            body: text.startsWith('{') ? (JSON.parse(text) as Answer['body']) : undefined,
          }),
        );
      });
      sent.on('error', (error: NodeJS.ErrnoException) => resolve({ status: String(error.code), body: undefined }));
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
}

describe('a rolling restart of two replicas behind a proxy that asks whether they are ready', () => {
  it('loses no request and no member', async () => {
    await using simulator = await createCollateSimulator({ raceMs: 1, latencyMs: 20 });
    await using redis = await startRedis();
    const env = {
      ...gatewayEnvironment(simulator),
      SCIM_TOKEN: token,
      REDIS_URL: redis.url,
      DRAIN_DELAY_MS: '3000',
    };
    const start = async (port: number, managementPort: number) =>
      startGateway({ ...env, PORT: String(port), MANAGEMENT_PORT: String(managementPort) });
    const places: Place[] = [];
    await using _places = {
      [Symbol.asyncDispose]: async () => {
        for (const { gateway } of places) await gateway[Symbol.asyncDispose]();
      },
    };
    for (let index = 0; index < 2; index += 1) {
      const [port, managementPort] = [await freePort(), await freePort()];
      places.push({ port, managementPort, gateway: await start(port, managementPort) });
    }
    await using proxy = await startProxy(places);
    const ask = createClient(proxy.port);
    await expect.poll(async () => (await ask('GET', '/Users?count=0')).status, { timeout: 10_000 }).toBe(200);
    const group = String((await ask('POST', '/Groups', groupOf('Everybody', []))).body?.['id']);

    let isOver = false;
    const failures: string[] = [];
    const joined: string[] = [];
    let answered = 0;
    const expectGood = async (what: string, asking: Promise<Answer>): Promise<Answer> => {
      const answer = await asking;
      answered += 1;
      const { status, body } = answer;
      if (typeof status !== 'number' || status >= 300) failures.push(`${what}: ${status} ${JSON.stringify(body)}`);
      return answer;
    };
    const work = async (worker: number): Promise<void> => {
      for (let round = 0; !isOver; round += 1) {
        const name = `w${worker}r${round}`;
        const { body } = await expectGood('POST', ask('POST', '/Users', userOf(name)));
        const value = String(body?.['id']);
        const add = patchOf({ op: 'add', path: 'members', value: [{ value }] });
        await expectGood('PATCH', ask('PATCH', `/Groups/${group}`, add));
        joined.push(name);
        await expectGood('GET', ask('GET', `/Users?filter=userName+eq+%22${name}@example.com%22`));
      }
    };
    const load = Promise.all(Array.from({ length: 8 }, (_, worker) => work(worker)));
    for (const place of places) {
      expect(await place.gateway.signal('SIGTERM')).toBe(0);
      place.gateway = await start(place.port, place.managementPort);
      // As in a rollout, the next replica stops only after this one serves requests.
      const series =
        'scim_gateway_http_requests_total{tenant="default",resource="user",operation="create",status_class="2xx",code="201"}';
      const served = () => readSample(`http://127.0.0.1:${place.managementPort}`, series);
      await expect.poll(served, { timeout: 20_000 }).toBeGreaterThan(0);
    }
    isOver = true;
    await load;

    process.stdout.write(`rolling restart: ${answered} requests, ${failures.length} lost\n`);
    expect(failures).toEqual([]);
    const members = simulator.dump().memberships.flatMap(({ team, user }) => (team === 'everybody' ? [user] : []));
    expect(members.toSorted()).toEqual(joined.toSorted());
  }, 120_000);
});
