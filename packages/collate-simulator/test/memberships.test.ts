import { describe, expect, it } from 'vitest';
import { type Client, idOf, startClient } from './client.ts';

const later = ['1.12', '2.0'] as const;
const ghost = '00000000-0000-4000-8000-00000000000f';
const member = (id: string) => ({ id, type: 'user' });
const rename = [{ op: 'add', path: '/displayName', value: 'Other' }];
const teamsOf = ({ simulator }: Client, user: string) =>
  simulator.dump().memberships.flatMap((one) => (one.user === user ? [one.team] : []));

function bulk(client: Client, change: 'add' | 'remove', ids: readonly string[]) {
  return client.call('PUT', `teams/team/assets/${change}`, { assets: ids.map(member) });
}

describe.each(later)('memberships of generation %s', (generation) => {
  it('of an id that no user has are stored by the bulk endpoint, and break the list of teams (21#68-84)', async () => {
    await using client = await startClient({ generation });
    const team = idOf(await client.team('team'));
    const ada = idOf(await client.user('ada'));
    const added = await bulk(client, 'add', [ghost]);
    expect([added.status, added.json['successRequest']]).toEqual([200, [{ request: { id: ghost, type: 'user' } }]]);
    const list = () => client.call('GET', 'teams?fields=users');
    expect(await list()).toMatchObject({ status: 404, json: { message: `user instance for ${ghost} not found` } });
    expect((await client.call('GET', 'teams?fields=userCount')).status).toBe(200);
    const one = () => client.call('GET', `teams/${team}?fields=users,userCount`);
    expect((await one()).json).toMatchObject({ users: [], userCount: 1 });
    // Writes of the whole list of members touch only what they read, which a ghost is no part of.
    await client.call('PUT', `teams/${team}/users`, [member(ada)]);
    await client.call('PATCH', `teams/${team}`, [{ op: 'replace', path: '/users', value: [] }]);
    expect((await client.call('DELETE', `teams/${team}/users/${ghost}`)).status).toBe(404);
    expect([(await list()).status, client.simulator.dump().ghosts]).toEqual([404, [{ team: 'team', userId: ghost }]]);
    expect((await bulk(client, 'remove', [ghost])).status).toBe(200);
    expect([(await list()).status, client.simulator.dump().ghosts]).toEqual([200, []]);
  });

  it('of a deleted user are accepted, shown as deleted by writes and left out by reads (06#33, 21#16-91)', async () => {
    await using client = await startClient({ generation });
    const gone = idOf(await client.user('gone'));
    await client.call('DELETE', `users/${gone}`);
    const shown = [{ id: gone, deleted: true }];
    const made = await client.team('team', { users: [gone] });
    expect(made).toMatchObject({ status: 201, json: { users: shown } });
    const read = async () => (await client.call('GET', `teams/${idOf(made)}?fields=users,userCount`)).json;
    expect(await read()).toMatchObject({ users: [], userCount: 1 });
    const leave = () => client.call('DELETE', `teams/${idOf(made)}/users/${gone}`);
    expect([(await leave()).status, teamsOf(client, 'gone')]).toEqual([200, []]);
    const add = [{ op: 'add', path: '/users', value: [member(gone)] }];
    expect(await client.call('PATCH', `teams/${idOf(made)}`, add)).toMatchObject({
      status: 200,
      json: { users: shown },
    });
    expect([(await leave()).status, teamsOf(client, 'gone')]).toEqual([200, []]);
    expect(await client.call('PUT', `teams/${idOf(made)}/users`, [member(gone)])).toMatchObject({
      status: 200,
      json: { entity: { users: [] } },
    });
    expect([(await leave()).status, teamsOf(client, 'gone')]).toEqual([200, []]);
    expect((await bulk(client, 'add', [gone])).json['successRequest']).toMatchObject([{ request: shown[0] }]);
    await client.call('PUT', 'users/restore', { id: gone });
    expect(await read()).toMatchObject({ users: [{ id: gone }], userCount: 1 });
  });

  it.each(['PATCH', 'DELETE and restore', 'bulk addition elsewhere', 'nothing'])(
    'of a deleted team are lost by a rewrite of the user, not otherwise: %s (26#18-37)',
    async (write) => {
      await using client = await startClient({ generation });
      const kept = idOf(await client.team('kept'));
      await client.team('team');
      const ada = idOf(await client.user('ada', { teams: [kept] }));
      await client.call('DELETE', `teams/${kept}`);
      if (write === 'PATCH') await client.call('PATCH', `users/${ada}`, []);
      if (write === 'DELETE and restore') {
        await client.call('DELETE', `users/${ada}`);
        await client.call('PUT', 'users/restore', { id: ada });
      }
      if (write === 'bulk addition elsewhere') await bulk(client, 'add', [ada]);
      await client.call('PUT', 'teams/restore', { id: kept });
      const loses = write === 'PATCH' || write === 'DELETE and restore';
      expect(teamsOf(client, 'ada').includes('kept')).toBe(!loses);
    },
  );

  it('answers 500 to a restore of a live or unknown entity (08#3, 26#1-12)', async () => {
    await using client = await startClient({ generation });
    const [ada, team] = [idOf(await client.user('ada')), idOf(await client.team('team'))];
    for (const [path, id] of [
      ['users', ada],
      ['users', ghost],
      ['teams', team],
      ['teams', ghost],
    ] as const) {
      const answer = await client.call('PUT', `${path}/restore`, { id });
      expect(answer).toMatchObject({ status: 500, json: { code: 500, errorType: 'UNHANDLED_SERVER_EXCEPTION' } });
    }
  });
});

describe.each(['1.1', ...later] as const)('a crash of generation %s inside a PATCH of a user', (generation) => {
  it.each([0, 2])('loses all but %i memberships, stores nothing else and answers nothing (29)', async (reinserted) => {
    await using client = await startClient({ generation });
    const teams = await Promise.all(['a', 'b', 'c'].map((name) => client.team(name)));
    const ada = idOf(await client.user('ada', { teams: teams.map(idOf) }));
    const armed = await client.call('PUT', '/_simulator/faults', [
      { match: 'PATCH', when: 'inside', reinserted, times: 1 },
    ]);
    expect(armed.status).toBe(200);
    // A call that rewrites no memberships of a user is spared.
    expect((await client.call('PATCH', `teams/${teams.map(idOf)[0]}`, rename)).status).toBe(200);
    await expect(client.call('PATCH', `users/${ada}`, rename)).rejects.toThrow();
    expect(teamsOf(client, 'ada')).toHaveLength(reinserted);
    expect((await client.call('GET', `users/${ada}`)).json['displayName']).toBeUndefined();
    expect(client.simulator.struck()).toBe(1);
    expect((await client.call('PATCH', `users/${ada}`, rename)).status).toBe(200);
  });
});
