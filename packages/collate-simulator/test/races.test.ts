import { describe, expect, it } from 'vitest';
import type { Era } from '../src/index.ts';
import { type Client, idOf, startClient } from './client.ts';

interface Entity {
  readonly id: string;
}

/** A call that has to succeed. */
async function call(client: Client, method: string, path: string, body?: unknown): Promise<Entity> {
  const answer = await client.call(method, path, body);
  if (answer.status >= 400) throw new Error(`${method} ${path} answered ${answer.status}`);
  return { id: idOf(answer) };
}

async function setUp(era: Era) {
  const client = await startClient({ era, users: 20, raceMs: 100 });
  const team = await call(client, 'POST', 'teams', { name: 'team', teamType: 'Group' });
  const users = [...client.simulator.state().users.rows()]
    .filter(({ name }) => name.startsWith('user'))
    .map(({ id }) => id);
  const members = () => client.simulator.dump().memberships.filter((one) => one.team === 'team').length;
  return { client, team, users, members };
}

const joins = (team: string) => [{ op: 'replace', path: '/teams', value: [{ id: team, type: 'team' }] }];

describe.each(['1.1', 'released', 'main'] as const)('the lost updates of era %s', (era) => {
  it('lose members when a team is patched by many at once (07 A, 16)', async () => {
    const { client, team, users, members } = await setUp(era);
    await using _running = client;
    await Promise.all(
      users.map((id) =>
        call(client, 'PATCH', `teams/${team.id}`, [{ op: 'add', path: '/users/-', value: { id, type: 'user' } }]),
      ),
    );
    expect(members()).toBeLessThan(users.length);
  });

  it('lose none when many people are patched into one team (07 B, 20)', async () => {
    const { client, team, users, members } = await setUp(era);
    await using _running = client;
    await Promise.all(users.map((id) => call(client, 'PATCH', `users/${id}`, joins(team.id))));
    expect(members()).toBe(users.length);
  });

  it('lose teams when one person is patched by many at once (07 C)', async () => {
    const { client, users } = await setUp(era);
    await using _running = client;
    const user = users[0] ?? '';
    const teams = await Promise.all(
      Array.from({ length: 10 }, (_, index) => call(client, 'POST', 'teams', { name: `t${index}`, teamType: 'Group' })),
    );
    await Promise.all(teams.map(({ id }) => call(client, 'PATCH', `users/${user}`, joins(id))));
    expect(client.simulator.dump().memberships.filter((one) => one.team.startsWith('t')).length).toBe(1);
  });

  it('lose a membership that is added while the same person is renamed (07 D, 16)', async () => {
    const { client, team, users, members } = await setUp(era);
    await using _running = client;
    const user = users[0] ?? '';
    const rename = call(client, 'PATCH', `users/${user}`, [{ op: 'add', path: '/displayName', value: 'Other' }]);
    // Answered one after the other while the rename waits between its read and its write.
    for (let round = 0; round < 5; round += 1) await call(client, 'GET', `users/${user}`);
    if (era === '1.1') client.simulator.state().memberships.add(team.id, user);
    else await call(client, 'PUT', 'teams/team/assets/add', { assets: [{ id: user, type: 'user' }] });
    await rename;
    expect(members()).toBe(0);
  });

  it('erase a membership hidden by the deletion of its team, by a PATCH of the person (07 J)', async () => {
    const { client, team, users, members } = await setUp(era);
    await using _running = client;
    await call(client, 'PATCH', `users/${users[0]}`, joins(team.id));
    await call(client, 'DELETE', `teams/${team.id}`);
    await call(client, 'PATCH', `users/${users[0]}`, [{ op: 'add', path: '/description', value: 'x' }]);
    await call(client, 'PUT', 'teams/restore', { id: team.id });
    expect(members()).toBe(0);
  });
});
