import { describe, expect, it } from 'vitest';
import { patchOf } from '../support/fixtures.ts';
import { hasRedis, startProcesses } from './process-harness.ts';

const user = (name: string) => ({
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
  userName: `${name}@secret.example`,
  externalId: `ext-${name}`,
  displayName: `Confidential ${name}`,
  password: 'Pl4ceholder!',
});
const group = (displayName: string, ...members: string[]) => ({
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
  displayName,
  members: members.map((value) => ({ value })),
});
const lookUp = (name: string) => `/Users?filter=${encodeURIComponent(`userName eq "${name}@secret.example"`)}`;
const lookUpGroup = (name: string) =>
  `/Groups?excludedAttributes=members&filter=${encodeURIComponent(`displayName eq "${name}"`)}`;

describe('a SCIM client', () => {
  it('creates a user and a group with that user, finds both, and Collate stores them', async () => {
    await using harness = await startProcesses();
    const { request, simulator } = harness;
    const ada = await request('POST', '/Users', user('ada'));
    expect(ada.status).toBe(201);
    expect(ada.headers.get('location')).toBe(ada.body.meta.location);
    const finance = await request('POST', '/Groups', group('Finance', ada.body.id));
    expect(finance.status).toBe(201);
    expect((await request('GET', lookUp('ADA'))).body).toMatchObject({
      totalResults: 1,
      Resources: [{ id: ada.body.id }],
    });
    expect((await request('GET', lookUpGroup('finance'))).body).toMatchObject({
      totalResults: 1,
      Resources: [{ id: finance.body.id }],
    });
    const state = simulator.dump();
    expect(state.teams.find(({ id }) => id === finance.body.id)).toMatchObject({
      teamType: 'Group',
      parents: ['Organization'],
    });
    expect(state.memberships).toMatchObject([{ team: 'finance', user: 'ada' }]);
  });
});

describe.skipIf(!hasRedis)('two gateways on one Redis', () => {
  it('find at once what the other wrote, although both had cached its absence', async () => {
    await using harness = await startProcesses({ gateways: 2, redis: true });
    const { request } = harness;
    const totals = async (path: string) => [
      (await request('GET', path, undefined, 0)).body.totalResults,
      (await request('GET', path, undefined, 1)).body.totalResults,
    ];
    expect(await totals(lookUp('ada'))).toEqual([0, 0]);
    const ada = await request('POST', '/Users', user('ada'), 0);
    expect(await totals(lookUp('ada'))).toEqual([1, 1]);
    expect(await totals(lookUpGroup('Finance'))).toEqual([0, 0]);
    const finance = await request('POST', '/Groups', group('Finance', ada.body.id), 1);
    expect(await totals(lookUpGroup('Finance'))).toEqual([1, 1]);
    await request(
      'PATCH',
      `/Groups/${finance.body.id}`,
      patchOf({ op: 'replace', path: 'displayName', value: 'Treasury' }),
      0,
    );
    expect(await totals(lookUpGroup('Finance'))).toEqual([0, 0]);
    expect(await totals(lookUpGroup('Treasury'))).toEqual([1, 1]);
    await request('PATCH', `/Users/${ada.body.id}`, patchOf({ op: 'replace', path: 'active', value: false }), 1);
    expect((await request('GET', lookUp('ada'), undefined, 0)).body.Resources[0].active).toBe(false);
    await request('DELETE', `/Users/${ada.body.id}`, undefined, 0);
    expect(await totals(lookUp('ada'))).toEqual([0, 0]);
  });

  it('answer reads but refuse writes while Redis is down, and write again when it is back', async () => {
    const env = { COLLATE_WRITE_TIMEOUT_MS: '1000', REQUEST_DEADLINE_MS: '8000' };
    await using harness = await startProcesses({ gateways: 2, redis: true, env });
    const { request, redis } = harness;
    const ada = await request('POST', '/Users', user('ada'), 0);
    expect((await request('GET', lookUp('ada'), undefined, 1)).body.totalResults).toBe(1);
    await redis?.signal('SIGKILL');
    const rename = patchOf({ op: 'replace', path: 'displayName', value: 'Countess' });
    const refused = request('PATCH', `/Users/${ada.body.id}`, rename, 0);
    expect((await request('GET', lookUp('ada'), undefined, 1)).body.totalResults).toBe(1);
    const answer = await refused;
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('10');
    expect(answer.body.detail).toContain('Redis');
    await redis?.restart();
    expect((await request('PATCH', `/Users/${ada.body.id}`, rename, 1)).status).toBe(200);
    expect((await request('GET', `/Users/${ada.body.id}`, undefined, 0)).body.displayName).toBe('Countess');
  });
});

describe('SEC-R17: the logs of a journey', () => {
  it('contain no token, address, name or body at level trace', async () => {
    await using harness = await startProcesses({ env: { LOG_LEVEL: 'trace' } });
    const { request, simulator, gateways, token } = harness;
    const ada = await request('POST', '/Users', user('ada'));
    await request('POST', '/Users', user('ada'));
    await request('GET', lookUp('ada'));
    await request(
      'PATCH',
      `/Users/${ada.body.id}`,
      patchOf({ op: 'replace', path: 'emails[type eq "work"].value', value: 'other@secret.example' }),
    );
    await request(
      'PATCH',
      `/Users/${ada.body.id}`,
      patchOf({ op: 'replace', path: 'secretattribute', value: 'Confidential' }),
    );
    const finance = await request('POST', '/Groups', group('Confidential Group', ada.body.id));
    simulator.arm([{ match: '*', when: 'after', status: 500, times: 3 }]);
    await request('GET', `/Groups/${finance.body.id}`);
    await request('DELETE', `/Users/${ada.body.id}`);
    const output = gateways[0]?.output() ?? '';
    expect(output).toContain('audit');
    for (const secret of [
      token,
      simulator.token,
      'secret.example',
      'onfidential',
      'Pl4ceholder',
      'ext-ada',
      'secretattribute',
    ]) {
      expect(output.split('\n').filter((line) => line.includes(secret))).toEqual([]);
    }
  });
});

describe('a gateway that receives SIGTERM', () => {
  it('finishes its running requests and exits with code 0', async () => {
    await using harness = await startProcesses({ simulator: { latencyMs: 200 } });
    const { request, gateways } = harness;
    const underWay = request('GET', '/Users?count=1');
    await expect.poll(async () => (await fetch(`${gateways[0]?.managementUrl}/livez`)).status).toBe(200);
    const code = gateways[0]?.signal('SIGTERM');
    expect((await underWay).status).toBe(200);
    expect(await code).toBe(0);
  });
});
