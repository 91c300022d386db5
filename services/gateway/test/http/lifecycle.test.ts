import { once } from 'node:events';
import { connect } from 'node:net';
import { unavailable } from '@scim-gateway/scim';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRandom } from '../model/random.ts';
import { authorized, createTestApp, type TestApp } from '../support/gateway-app.ts';
import { toText } from '../support/raw-http.ts';

let test: TestApp;
let port: number;
const start = async (options: Parameters<typeof createTestApp>[0] = {}) => {
  test = await createTestApp(options);
  await test.app.listen({ host: '127.0.0.1', port: 0 });
  const address = test.app.server.address();
  port = typeof address === 'object' && address !== null ? address.port : 0;
};
beforeEach(() => start());
afterEach(() => test.app.close());

const url = (path: string) => `http://127.0.0.1:${port}/scim/v2${path}`;
const sampleOf = async (series: string) => {
  const line = (await test.metrics.render()).split('\n').find((each) => each.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.split(' ').at(-1));
};

describe('the deadline of a request', () => {
  it('ends the signal of the use case, whose own error is then the answer', async () => {
    await test.app.close();
    await start({ deadlineMs: 20 });
    test.users.before = ({ context }) =>
      new Promise((_resolve, reject) => {
        context.signal.addEventListener('abort', () => reject(unavailable((context.signal.reason as Error).name, 7)));
      });
    const answer = await fetch(url('/Users'), { headers: authorized });
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '7']);
    expect(await answer.json()).toMatchObject({ detail: 'TimeoutError' });
  });

  it('answers 503 for a use case that ignores its signal', async () => {
    await test.app.close();
    await start({ deadlineMs: 5 });
    test.users.before = () => new Promise(() => undefined);
    const answer = await fetch(url('/Users'), { headers: authorized });
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
  });

  it('is brought forward when the client disconnects, and the request counts as 499', async () => {
    const aborted = new Promise<unknown>((resolve) => {
      test.users.before = ({ context }) =>
        new Promise((_resolve, reject) => {
          socket.destroy();
          context.signal.addEventListener('abort', () => {
            resolve((context.signal.reason as Error).name);
            reject(unavailable('the client disconnected', 1));
          });
        });
    });
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    socket.write(toText('DELETE', '/scim/v2/Users/1', authorized));
    expect(await aborted).toBe('AbortError');
    const labels = 'tenant="entra",resource="user",operation="delete",status_class="4xx",code="499"';
    expect(await sampleOf(`scim_gateway_http_requests_total{${labels}}`)).toBe(1);
    expect(await sampleOf('scim_gateway_http_requests_in_flight')).toBe(0);
  });
});

describe('a draining listener', () => {
  it('closes the connection after every answer: a result, a SCIM error, and one whose request began earlier', async () => {
    let isDraining = true;
    await test.app.close();
    await start({ isDraining: () => isDraining });
    const connectionAfter = async (path: string, headers = {}) => {
      const answer = await fetch(url(path), { headers });
      return [answer.status, answer.headers.get('connection')];
    };
    expect(await connectionAfter('/Users', authorized)).toEqual([200, 'close']);
    expect(await connectionAfter('/Users/no-such-id', authorized)).toEqual([404, 'close']);
    expect(await connectionAfter('/Users')).toEqual([401, 'close']);
    isDraining = false;
    expect(await connectionAfter('/Users', authorized)).toEqual([200, 'keep-alive']);
    test.users.before = async () => {
      isDraining = true;
    };
    expect(await connectionAfter('/Users', authorized)).toEqual([200, 'close']);
  });
});

describe('telemetry', () => {
  it('counts requests by resource, operation, tenant and status', async () => {
    await fetch(url('/Users'), { headers: authorized });
    await fetch(url('/Users/no-such-id'), { headers: authorized });
    await fetch(url('/Users?count=x'), { headers: authorized });
    await fetch(url('/Users'));
    await fetch(url('/no/such/path'), { headers: authorized });
    const requests = (labels: string) => sampleOf(`scim_gateway_http_requests_total{${labels}}`);
    expect(await requests('tenant="entra",resource="user",operation="list",status_class="2xx",code="200"')).toBe(1);
    expect(await requests('tenant="entra",resource="user",operation="get",status_class="4xx",code="404"')).toBe(1);
    expect(await requests('tenant="entra",resource="user",operation="list",status_class="4xx",code="400"')).toBe(1);
    expect(await requests('tenant="none",resource="user",operation="list",status_class="4xx",code="401"')).toBe(1);
    expect(await requests('tenant="entra",resource="other",operation="other",status_class="4xx",code="404"')).toBe(1);
    expect(await sampleOf('scim_gateway_scim_errors_total{tenant="entra",scim_type="invalidValue"}')).toBe(1);
    expect(await sampleOf('scim_gateway_auth_attempts_total{method="token",result="ok"}')).toBe(4);
    expect(await sampleOf('scim_gateway_auth_attempts_total{method="none",result="missing"}')).toBe(1);
  });

  it('counts quirks by tenant', async () => {
    test.users.before = ({ context }) => context.tolerance.onQuirk?.('entra.op-case');
    await fetch(url('/Users'), { headers: authorized });
    expect(await sampleOf('scim_gateway_quirk_normalizations_total{tenant="entra",quirk="entra.op-case"}')).toBe(1);
  });

  it('keeps the number of series bounded for random paths, queries, tokens and request ids', async () => {
    const count = async () =>
      (await test.metrics.render()).split('\n').filter((line) => line.startsWith('scim_gateway_')).length;
    const before = await count();
    const draws = createRandom(20_261_127);
    for (let index = 0; index < 300; index++) {
      const random = draws.below(2 ** 32).toString(36);
      const method = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'][index % 5] ?? 'GET';
      await test.app.inject({
        method: method as 'GET',
        url: `/scim/v2/${index % 2 === 0 ? 'Users' : random}/${random}?filter=${random}&${random}=${random}`,
        headers: index % 3 === 0 ? { authorization: random } : { ...authorized, 'x-request-id': `${random}${random}` },
      });
    }
    expect((await count()) - before).toBeLessThan(150);
  });
});

describe('the audit trail', () => {
  const id = '2819c223-7f76-453a-919d-413861904646';
  const audited = () => test.logged().filter(({ msg }) => msg === 'audit');
  const patch = {
    Operations: [
      { op: 'Add', path: 'members', value: [{ value: 'a' }, { value: 'b' }] },
      { op: 'remove', path: 'members' },
    ],
  };
  const send = (method: string, path: string, body?: unknown) =>
    fetch(url(path), {
      method,
      headers: { ...authorized, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });

  it('has one event for each write, successful or refused, with credential, action, id, counts and status', async () => {
    const created = JSON.parse(
      await (await send('POST', '/Groups', { displayName: 'G', members: [{ value: 'a' }] })).text(),
    );
    await send('PATCH', `/Groups/${created.id}`, patch);
    await send('DELETE', `/Groups/${id}`);
    await send('GET', `/Groups/${created.id}`);
    const who = { credential: 'entra-1', provider: 'entra', requestId: expect.any(String) };
    expect(audited()).toMatchObject([
      { ...who, action: 'group.create', id: created.id, status: 201, values: 1 },
      { ...who, action: 'group.patch', id: created.id, status: 200, operations: 2, values: 2 },
      { ...who, action: 'group.delete', id, status: 404 },
    ]);
    expect(await sampleOf('scim_gateway_audit_events_total{result="written"}')).toBe(3);
  });

  it('is written at every log level', async () => {
    await test.app.close();
    await start({ level: 'silent' });
    await send('DELETE', `/Users/${id}`);
    expect(test.logged()).toMatchObject([{ msg: 'audit', action: 'user.delete' }]);
  });

  it('omits an id that is not a UUID', async () => {
    await send('DELETE', '/Users/ada@example.com');
    expect(audited()[0]).not.toHaveProperty('id');
  });
});
