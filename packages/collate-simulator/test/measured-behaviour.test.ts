import { describe, expect, it } from 'vitest';
import { type Client, idOf, startClient } from './client.ts';

const generation = '1.1';
const rename = (value: unknown) => [{ op: 'add', path: '/displayName', value }];
const membersOf = (client: Client, team: string) =>
  client.simulator.dump().memberships.flatMap((one) => (one.team === team ? [one.user] : []));

describe('a server of generation 1.1, as measured,', () => {
  it('LIVE-4.1 keeps the case of names, accepts only words as names, and lacks externalId, membership endpoints and If-Match', async () => {
    await using client = await startClient({ generation });
    const ada = await client.user('Ada');
    expect(ada.json).toMatchObject({ name: 'Ada', email: 'Ada@example.com' });
    expect((await client.user('ada')).status).toBe(201);
    expect((await client.call('GET', 'users/name/ADA')).status).toBe(404);
    expect((await client.call('POST', 'users', { name: 'a b', email: 'a.b@example.com' })).status).toBe(400);
    const unknown = await client.call('POST', 'users', { name: 'x', email: 'x@example.com', externalId: '1' });
    expect([unknown.status, unknown.json['message']]).toEqual([
      400,
      expect.stringContaining('Unrecognized field "externalId"'),
    ]);
    const team = idOf(await client.team('team'));
    for (const [method, path] of [
      ['PUT', 'teams/team/assets/add'],
      ['PUT', `teams/${team}/users`],
      ['DELETE', `teams/${team}/users/${idOf(ada)}`],
      ['GET', 'docStore'],
    ] as const) {
      expect((await client.call(method, path)).status).toBe(500);
    }
    const changed = await client.call('PATCH', `users/${idOf(ada)}`, rename('A'), { 'if-match': 'W/"9.9"' });
    expect([changed.status, changed.headers.get('etag')]).toEqual([200, null]);
  });

  it.each(['1.1', '1.12', '2.0'] as const)(
    'LIVE-4.2 loses a membership when another PATCH of the user runs at once, but not in sequence (generation %s)',
    async (each) => {
      await using client = await startClient({ generation: each, raceMs: 50 });
      const ada = idOf(await client.user('ada'));
      const team = idOf(await client.team('team'));
      const join = [{ op: 'replace', path: '/teams', value: [{ id: team, type: 'team' }] }];
      await Promise.all([
        client.call('PATCH', `users/${ada}`, join),
        client.call('PATCH', `users/${ada}`, rename('Ada')),
      ]);
      expect(membersOf(client, 'team')).toEqual([]);
      await client.call('PATCH', `users/${ada}`, join);
      await client.call('PATCH', `users/${ada}`, rename('Ada L'));
      expect(membersOf(client, 'team')).toEqual(['ada']);
    },
  );

  it('LIVE-4.3 drops the membership of a deleted team when a PATCH changes the user before the team is restored', async () => {
    await using client = await startClient({ generation });
    const team = idOf(await client.team('team'));
    const ada = idOf(await client.user('ada', { teams: [team] }));
    await client.call('DELETE', `teams/${team}`);
    await client.call('PATCH', `users/${ada}`, rename('Ada'));
    await client.call('PUT', 'teams/restore', { id: team });
    expect(membersOf(client, 'team')).toEqual([]);
  });

  it('LIVE-4.4 answers 500 to unknown routes and media types, and quotes the whole user when a JSON Patch fails', async () => {
    await using client = await startClient({ generation });
    const ada = idOf(await client.user('ada'));
    const answers = await Promise.all([
      client.call('GET', 'nowhere'),
      client.call('GET', 'users/no-uuid'),
      client.call('DELETE', 'users'),
      client.call('GET', 'users', undefined, { accept: 'text/html' }),
      client.call('POST', 'users', '{}', { 'content-type': 'text/plain' }),
      client.call('PATCH', `users/${ada}`, [{ op: 'test', path: '/displayName', value: 'other' }]),
    ]);
    for (const { status, json } of answers) {
      expect([status, typeof json['responseMessage']]).toEqual([500, 'string']);
    }
    expect(answers.at(-1)?.json['responseMessage']).toContain('ada@example.com');
  });

  it('LIVE-4.5 answers plain text to broken JSON, HTML to a bad encoding, and 414 to an endless URL', async () => {
    await using client = await startClient({ generation });
    const broken = await client.call('POST', 'users', '{');
    expect([broken.status, broken.headers.get('content-type')]).toEqual([400, expect.stringContaining('text/plain')]);
    const encoding = await client.call('GET', 'users/name/%zz');
    expect([encoding.status, encoding.headers.get('content-type')]).toEqual([
      400,
      expect.stringContaining('text/html'),
    ]);
    const endless = await client.call('GET', `users?after=${'a'.repeat(20_000)}`);
    expect(endless.status).toBe(414);
    expect(endless.json).toEqual({});
  });

  it('LIVE-4.6 repeats in the answer to PATCH values that it did not store', async () => {
    await using client = await startClient({ generation });
    const ada = idOf(await client.user('ada'));
    const change = [{ op: 'replace', path: '/fullyQualifiedName', value: 'renamed' }];
    const echoed = await client.call('PATCH', `users/${ada}`, change);
    expect(echoed.json['fullyQualifiedName']).toBe('renamed');
    expect(echoed.headers.get('x-openmetadata-change')).toBe('entityNoChange');
    expect((await client.call('GET', `users/${ada}`)).json['fullyQualifiedName']).toBe('ada');
    const team = idOf(await client.team('team', { users: [ada] }));
    const twice = await client.call('PATCH', `teams/${team}`, [
      { op: 'add', path: '/users/-', value: { id: ada, type: 'user' } },
    ]);
    expect((twice.json['users'] as unknown[]).length).toBe(2);
    expect(membersOf(client, 'team')).toEqual(['ada']);
  });

  it('LIVE-4.7 lists users whose single read answers 400', async () => {
    await using client = await startClient({ generation });
    const ada = idOf(await client.user('ada'));
    expect((await client.call('PATCH', `users/${ada}`, [{ op: 'replace', path: '/email', value: 'bad' }])).status).toBe(
      200,
    );
    expect((await client.call('GET', `users/${ada}`)).status).toBe(400);
    expect((await client.call('GET', 'users?limit=1000')).text).toContain(ada);
    expect((await client.call('DELETE', `users/${ada}`)).status).toBe(200);
  });

  it('LIVE-4.8 answers 404 to a deleted caller, and applies a new bot token only after two minutes', async () => {
    const now = { ms: 1_760_000_000_000 };
    await using client = await startClient({ generation, clock: () => now.ms });
    const { simulator } = client;
    const admin = { authorization: `Bearer ${simulator.adminToken}` };
    const bot = { isBot: true, authenticationMechanism: { authType: 'JWT', config: { JWTTokenExpiry: 'Unlimited' } } };
    const made = await client.call('POST', 'users', { name: 'rota', email: 'rota@example.com', ...bot }, admin);
    const tokenOf = async () =>
      (await client.call('GET', `users/token/${idOf(made)}`, undefined, admin)).json['JWTToken'];
    const old = await tokenOf();
    const status = async (token: unknown) =>
      (await client.call('GET', 'users', undefined, { authorization: `Bearer ${String(token)}` })).status !== 401;
    expect(await status(old)).toBe(true);
    await client.call('PUT', `users/generateToken/${idOf(made)}`, { JWTTokenExpiry: '7' }, admin);
    const fresh = await tokenOf();
    const statuses = async () => [await status(old), await status(fresh)];
    expect(await statuses()).toEqual([true, false]);
    now.ms += 121_000;
    expect(await statuses()).toEqual([false, true]);
    const own = simulator.state().users.byName('scim-gateway');
    if (own !== undefined) own.json = { ...own.json, deleted: true };
    const refused = await client.call('GET', 'users');
    expect([refused.status, refused.json['message']]).toEqual([404, 'user instance for scim-gateway not found']);
  });

  it('LIVE-4.9 ignores unknown query parameters, and lists violations in no fixed order', async () => {
    await using client = await startClient({ generation, users: 3 });
    const all = (await client.call('GET', 'users?limit=100')).json['paging'];
    expect((await client.call('GET', 'users?limit=100&name=user00001&q=x')).json['paging']).toEqual(all);
    const messages = new Set<unknown>();
    for (let index = 0; index < 200 && messages.size < 2; index += 1) {
      messages.add((await client.call('POST', 'users', { name: '', email: 'x' })).json['message']);
    }
    expect(messages.size).toBeGreaterThan(1);
  });

  it('LIVE-4.10 names a user by the local part of the e-mail when logins use passwords', async () => {
    await using client = await startClient({ generation, basicAuth: true });
    const made = await client.call('POST', 'users', { name: 'some.name', email: 'other.local@example.com' });
    expect(made.json['name']).toBe('other.local');
    const clash = await client.call('POST', 'users', { name: 'x', email: 'other.local@elsewhere.example' });
    expect(clash.status).toBe(409);
  });

  it('LIVE-4.11 sorts the operations of a JSON Patch, and increments the version with each PATCH that changes a user', async () => {
    await using client = await startClient({ generation });
    const ada = idOf(await client.user('ada'));
    const teams = await Promise.all(['a', 'b', 'c'].map((name) => client.team(name)));
    const value = teams.map((team) => ({ id: idOf(team), type: 'team' }));
    await client.call('PATCH', `users/${ada}`, [{ op: 'replace', path: '/teams', value }]);
    // In descending order these remove the third team and the first; in the order sent, index 2 is out of bounds.
    await client.call('PATCH', `users/${ada}`, [
      { op: 'remove', path: '/teams/0' },
      { op: 'remove', path: '/teams/2' },
    ]);
    const left = client.simulator.dump().memberships.map(({ team }) => team);
    expect(left).toHaveLength(1);
    const version = async () => (await client.call('GET', `users/${ada}`)).json['version'];
    const before = Number(await version());
    await client.call('PATCH', `users/${ada}`, rename('a'));
    await client.call('PATCH', `users/${ada}`, rename('b'));
    expect(Number(await version())).toBeCloseTo(before + 0.2);
    await client.call('PATCH', `users/${ada}`, []);
    await client.call('PATCH', `users/${ada}`, rename('b'));
    expect(Number(await version())).toBeCloseTo(before + 0.2);
  });

  it('LIVE-4.12 restores a deleted team without its children, and answers 404 when the team is not deleted', async () => {
    await using client = await startClient({ generation });
    const team = idOf(await client.team('team', { teamType: 'Department' }));
    const child = idOf(await client.team('child', { parents: [team] }));
    expect((await client.call('PUT', 'teams/restore', { id: team })).status).toBe(404);
    await client.call('DELETE', `teams/${team}?recursive=true`);
    const restored = await client.call('PUT', 'teams/restore', { id: team });
    expect([restored.status, restored.headers.get('x-openmetadata-change')]).toEqual([200, 'entityUpdated']);
    expect((await client.call('GET', `teams/${child}`)).status).toBe(404);
  });
});
