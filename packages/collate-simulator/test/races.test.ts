import { describe, expect, it } from 'vitest';
import type { Generation } from '../src/index.ts';
import { type Client, idOf, startClient } from './client.ts';

interface Entity {
  readonly id: string;
}

/** Makes a call. @throws Error when it fails. */
async function call(client: Client, method: string, path: string, body?: unknown): Promise<Entity> {
  const answer = await client.call(method, path, body);
  if (answer.status >= 400) throw new Error(`${method} ${path} answered ${answer.status}`);
  return { id: idOf(answer) };
}

async function setUp(generation: Generation, raceMs = 100) {
  const client = await startClient({ generation, users: 20, raceMs });
  const team = await call(client, 'POST', 'teams', { name: 'team', teamType: 'Group' });
  const users = [...client.simulator.state().users.rows()]
    .filter(({ name }) => name.startsWith('user'))
    .map(({ id }) => id);
  const members = () => client.simulator.dump().memberships.filter((one) => one.team === 'team').length;
  return { client, team, users, members };
}

const joins = (team: string) => [{ op: 'replace', path: '/teams', value: [{ id: team, type: 'team' }] }];

describe.each(['1.1', '1.12', '2.0'] as const)('concurrent writes on server generation %s', (generation) => {
  it(`${generation === '1.1' ? 'lose' : 'keep'} members when many PATCHes of one team run at once (07 A, 16)`, async () => {
    const { client, team, users, members } = await setUp(generation);
    await using _running = client;
    await Promise.all(
      users.map((id) =>
        call(client, 'PATCH', `teams/${team.id}`, [{ op: 'add', path: '/users/-', value: { id, type: 'user' } }]),
      ),
    );
    if (generation === '1.1') expect(members()).toBeLessThan(users.length);
    else expect(members()).toBe(users.length);
  });

  it('lose no member when PATCHes of many users add them to one team at once (07 B, 20)', async () => {
    const { client, team, users, members } = await setUp(generation);
    await using _running = client;
    await Promise.all(users.map((id) => call(client, 'PATCH', `users/${id}`, joins(team.id))));
    expect(members()).toBe(users.length);
  });

  it('lose teams when many PATCHes of one user run at once (07 C)', async () => {
    const { client, users } = await setUp(generation);
    await using _running = client;
    const user = users[0] ?? '';
    const teams = await Promise.all(
      Array.from({ length: 10 }, (_, index) => call(client, 'POST', 'teams', { name: `t${index}`, teamType: 'Group' })),
    );
    await Promise.all(teams.map(({ id }) => call(client, 'PATCH', `users/${user}`, joins(id))));
    expect(client.simulator.dump().memberships.filter((one) => one.team.startsWith('t')).length).toBe(1);
  });

  it('lose a membership added while a PATCH renames the same user (07 D, 16)', async () => {
    const { client, team, users, members } = await setUp(generation, 1_000);
    await using _running = client;
    const user = users[0] ?? '';
    const rename = call(client, 'PATCH', `users/${user}`, [{ op: 'add', path: '/displayName', value: 'Other' }]);
    // From its arrival on, the rename waits between its read and its write.
    await expect.poll(() => client.simulator.pending(), { interval: 5 }).toBe(1);
    if (generation === '1.1') client.simulator.state().memberships.add(team.id, user);
    else await call(client, 'PUT', 'teams/team/assets/add', { assets: [{ id: user, type: 'user' }] });
    await rename;
    expect(members()).toBe(0);
  });

  it('lose the membership of a deleted team when a PATCH changes the user (07 J)', async () => {
    const { client, team, users, members } = await setUp(generation);
    await using _running = client;
    await call(client, 'PATCH', `users/${users[0]}`, joins(team.id));
    await call(client, 'DELETE', `teams/${team.id}`);
    await call(client, 'PATCH', `users/${users[0]}`, [{ op: 'add', path: '/description', value: 'x' }]);
    await call(client, 'PUT', 'teams/restore', { id: team.id });
    expect(members()).toBe(0);
  });
});

describe.each(['1.12', '2.0'] as const)('the bulk endpoint of membership on server generation %s', (generation) => {
  it.each(['before', 'after'])(
    'loses an addition that arrives shortly %s a PATCH of the same user (31)',
    async (order) => {
      const { client, team, users, members } = await setUp(generation, 400);
      await using _running = client;
      const user = users[0] ?? '';
      const add = () => call(client, 'PUT', 'teams/team/assets/add', { assets: [{ id: user, type: 'user' }] });
      const rename = () =>
        call(client, 'PATCH', `users/${user}`, [{ op: 'add', path: '/displayName', value: 'Other' }]);
      const [first, second] = order === 'before' ? [add, rename] : [rename, add];
      const running = first();
      await expect.poll(() => client.simulator.pending(), { interval: 5 }).toBe(1);
      await Promise.all([running, second()]);
      expect([team.id, members()]).toEqual([team.id, 0]);
    },
  );
});

describe('restores of one user in parallel on server generation 1.12', () => {
  it('all succeed within the race window, and count as one version (07 I, 26)', async () => {
    const { client, users } = await setUp('1.12', 1_500);
    await using _running = client;
    const id = users[0] ?? '';
    await client.call('DELETE', `users/${id}`);
    const restores = await Promise.all(Array.from({ length: 10 }, () => client.call('PUT', 'users/restore', { id })));
    expect(restores.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200));
    expect((await client.call('GET', `users/${id}`)).json['version']).toBe(0.3);
  });
});

describe('writes of server generation 1.12 in parallel', () => {
  it('are refused but for one when they name the same version in If-Match (25)', async () => {
    const { client, users } = await setUp('1.12');
    await using _running = client;
    const rename = (value: string) =>
      client.call('PATCH', `users/${users[0]}`, [{ op: 'add', path: '/displayName', value }], {
        'if-match': 'W/"0.1"',
      });
    const statuses = (await Promise.all(Array.from({ length: 10 }, (_, index) => rename(`${index}`)))).map(
      ({ status }) => status,
    );
    expect(statuses.sort()).toEqual([200, ...Array.from({ length: 9 }, () => 412)]);
  });

  it('conflict but for one when they create the same document by PUT (22)', async () => {
    const { client } = await setUp('1.12', 1_500);
    await using _running = client;
    const body = { name: 'a', fullyQualifiedName: 'a', entityType: 'Test', data: {} };
    const puts = await Promise.all(Array.from({ length: 10 }, () => client.call('PUT', 'docStore', body)));
    expect(puts.map(({ status }) => status).sort()).toEqual([201, ...Array.from({ length: 9 }, () => 409)]);
  });
});
