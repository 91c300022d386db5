import { describe, expect, it } from 'vitest';
import { type CollateSimulator, createCollateSimulator, type Era } from '../src/index.ts';

interface Entity {
  readonly id: string;
}

async function call(simulator: CollateSimulator, method: string, path: string, body?: unknown): Promise<Entity> {
  const type = method === 'PATCH' ? 'application/json-patch+json' : 'application/json';
  const headers = { authorization: `Bearer ${simulator.token}`, 'content-type': type };
  const response = await fetch(`${simulator.url}/api/v1/${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}`);
  return (await response.json()) as Entity;
}

async function setUp(era: Era) {
  const simulator = await createCollateSimulator({ era, users: 20, raceMs: 100 });
  const team = await call(simulator, 'POST', 'teams', { name: 'team', teamType: 'Group' });
  const users = [...simulator.state().users.rows()].filter(({ name }) => name.startsWith('user')).map(({ id }) => id);
  const members = () => simulator.dump().memberships.filter((one) => one.team === 'team').length;
  return { simulator, team, users, members };
}

const joins = (team: string) => [{ op: 'replace', path: '/teams', value: [{ id: team, type: 'team' }] }];

describe.each(['1.1', 'released', 'main'] as const)('the lost updates of era %s', (era) => {
  it('lose members when a team is patched by many at once (07 A, 16)', async () => {
    const { simulator, team, users, members } = await setUp(era);
    await using _running = simulator;
    await Promise.all(
      users.map((id) =>
        call(simulator, 'PATCH', `teams/${team.id}`, [{ op: 'add', path: '/users/-', value: { id, type: 'user' } }]),
      ),
    );
    expect(members()).toBeLessThan(users.length);
  });

  it('lose none when many people are patched into one team (07 B, 20)', async () => {
    const { simulator, team, users, members } = await setUp(era);
    await using _running = simulator;
    await Promise.all(users.map((id) => call(simulator, 'PATCH', `users/${id}`, joins(team.id))));
    expect(members()).toBe(users.length);
  });

  it('lose teams when one person is patched by many at once (07 C)', async () => {
    const { simulator, users } = await setUp(era);
    await using _running = simulator;
    const user = users[0] ?? '';
    const teams = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        call(simulator, 'POST', 'teams', { name: `t${index}`, teamType: 'Group' }),
      ),
    );
    await Promise.all(teams.map(({ id }) => call(simulator, 'PATCH', `users/${user}`, joins(id))));
    expect(simulator.dump().memberships.filter((one) => one.team.startsWith('t')).length).toBe(1);
  });

  it('lose a membership that is added while the same person is renamed (07 D, 16)', async () => {
    const { simulator, team, users, members } = await setUp(era);
    await using _running = simulator;
    const user = users[0] ?? '';
    const rename = call(simulator, 'PATCH', `users/${user}`, [{ op: 'add', path: '/displayName', value: 'Other' }]);
    // Answered one after the other while the rename waits between its read and its write.
    for (let round = 0; round < 5; round += 1) await call(simulator, 'GET', `users/${user}`);
    if (era === '1.1') simulator.state().memberships.add(team.id, user);
    else await call(simulator, 'PUT', 'teams/team/assets/add', { assets: [{ id: user, type: 'user' }] });
    await rename;
    expect(members()).toBe(0);
  });

  it('erase a membership hidden by the deletion of its team, by a PATCH of the person (07 J)', async () => {
    const { simulator, team, users, members } = await setUp(era);
    await using _running = simulator;
    await call(simulator, 'PATCH', `users/${users[0]}`, joins(team.id));
    await call(simulator, 'DELETE', `teams/${team.id}`);
    await call(simulator, 'PATCH', `users/${users[0]}`, [{ op: 'add', path: '/description', value: 'x' }]);
    await call(simulator, 'PUT', 'teams/restore', { id: team.id });
    expect(members()).toBe(0);
  });
});
