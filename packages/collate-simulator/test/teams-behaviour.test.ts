import { describe, expect, it } from 'vitest';
import { idOf, startClient } from './client.ts';

const later = ['1.12', '2.0'] as const;
const member = (id: string) => ({ id, type: 'user' });

describe.each(later)('a server of generation %s', (generation) => {
  it('API-10.5 clears by PUT the members and parents of a team that the body omits', async () => {
    await using client = await startClient({ generation });
    const ada = idOf(await client.user('ada'));
    const team = await client.team('team', { users: [ada] });
    expect(client.simulator.dump().memberships).toHaveLength(1);
    await client.call('PUT', 'teams', { name: 'team', teamType: 'Group' });
    expect(client.simulator.dump().memberships).toEqual([]);
    expect((await client.call('GET', `teams/${idOf(team)}`)).status).toBe(200);
  });

  it('API-10.8 changes memberships without a new version of the team, and answers an event or a bulk result', async () => {
    await using client = await startClient({ generation });
    const ada = idOf(await client.user('ada'));
    const team = idOf(await client.team('team'));
    const before = (await client.call('GET', `teams/${team}`)).json;
    const added = await client.call('PUT', 'teams/team/assets/add', { assets: [member(ada)] });
    expect(added.json).toMatchObject({ status: 'success', numberOfRowsPassed: 1, numberOfRowsFailed: 0 });
    expect(client.simulator.dump().memberships).toHaveLength(1);
    const removed = await client.call('DELETE', `teams/${team}/users/${ada}`);
    expect(removed.json).toMatchObject({ eventType: 'entityUpdated', previousVersion: 0.1, currentVersion: 0.1 });
    const replaced = await client.call('PUT', `teams/${team}/users`, [member(ada)]);
    expect(replaced.json).toMatchObject({ entityType: 'team', entity: { users: [{ id: ada }] } });
    await client.call('PUT', 'teams/team/assets/remove', { assets: [member(ada)] });
    expect(client.simulator.dump().memberships).toEqual([]);
    const { version, updatedAt } = (await client.call('GET', `teams/${team}`)).json;
    expect({ version, updatedAt }).toEqual({ version: before['version'], updatedAt: before['updatedAt'] });
  });

  it('API-10.10 counts users of a team and its children when asked, but lists only direct users by team', async () => {
    await using client = await startClient({ generation });
    const [ada, bob] = [idOf(await client.user('ada')), idOf(await client.user('bob'))];
    const unit = idOf(await client.team('unit', { teamType: 'Department' }));
    const child = idOf(await client.team('child', { parents: [unit] }));
    await client.call('PUT', `teams/${child}/users`, [member(ada), member(bob)]);
    expect((await client.call('GET', `teams/${unit}`)).json['userCount']).toBe(0);
    expect((await client.call('GET', `teams/${unit}?fields=userCount`)).json['userCount']).toBe(2);
    expect((await client.call('GET', 'users?team=unit')).json['paging']).toMatchObject({ total: 0 });
    expect((await client.call('GET', 'users?team=child')).json['paging']).toMatchObject({ total: 2 });
  });

  it('API-10.15 refuses users in teams that are not Groups, in the ways of its generation', async () => {
    await using client = await startClient({ generation });
    const ada = idOf(await client.user('ada'));
    const unit = idOf(await client.team('unit', { teamType: 'Department' }));
    expect((await client.call('PUT', `teams/${unit}/users`, [member(ada)])).status).toBe(400);
    const assets = await client.call('PUT', 'teams/unit/assets/add', { assets: [member(ada)] });
    const patch = [{ op: 'replace', path: '/teams', value: [{ id: unit, type: 'team' }] }];
    const patched = await client.call('PATCH', `users/${ada}`, patch);
    const expected = generation === '2.0' ? 400 : 200;
    expect([assets.status, patched.status]).toEqual([expected, expected]);
    expect(client.simulator.dump().memberships).toHaveLength(generation === '2.0' ? 0 : 1);
  });
});

describe.each(later)('lists of server generation %s', (generation) => {
  it('API-10.11 continue after a cursor of name and id, and refuse limits out of range', async () => {
    await using client = await startClient({ generation, users: 5 });
    const first = await client.call('GET', 'users?limit=2&isBot=false');
    const { after, total } = first.json['paging'] as { after: string; total: number };
    expect(total).toBe(6);
    expect(JSON.parse(Buffer.from(after, 'base64').toString())).toEqual({
      name: expect.any(String),
      id: expect.any(String),
    });
    const second = await client.call('GET', `users?limit=2&isBot=false&after=${encodeURIComponent(after)}`);
    const names = [first, second].flatMap(({ json }) => (json['data'] as { name: string }[]).map(({ name }) => name));
    expect(names).toEqual([...names].sort());
    expect(new Set(names).size).toBe(4);
    expect((await client.call('GET', `users?before=${after}&after=${after}`)).status).toBe(400);
    expect((await client.call('GET', 'users?limit=1000001')).json['message']).toBe(
      '[query param limit must be less than or equal to 1000000]',
    );
    expect((await client.call('GET', 'users?limit=-1')).json['message']).toBe(
      '[query param limit must be greater than or equal to 0]',
    );
  });
});

describe.each(later)('the document store of server generation %s', (generation) => {
  const document = (name: string, data: object, entityType = 'ScimGateway') => ({
    name,
    fullyQualifiedName: name,
    entityType,
    data,
  });

  it('API-11.1 creates and replaces a document by PUT', async () => {
    await using client = await startClient({ generation });
    expect((await client.call('PUT', 'docStore', document('a', { x: 1 }))).status).toBe(201);
    expect((await client.call('PUT', 'docStore', document('a', { y: 2 }))).status).toBe(200);
    expect((await client.call('GET', 'docStore/name/a')).json['data']).toEqual({ y: 2 });
  });

  it('API-11.2 refuses a POST of a taken name, so that a document can serve as a claim', async () => {
    await using client = await startClient({ generation });
    expect((await client.call('POST', 'docStore', document('a', {}))).status).toBe(201);
    expect((await client.call('POST', 'docStore', document('a', {}))).status).toBe(409);
  });

  it('API-11.3 lists documents by type, page by page', async () => {
    await using client = await startClient({ generation });
    for (const name of ['a', 'b', 'c']) await client.call('PUT', 'docStore', document(name, {}));
    await client.call('PUT', 'docStore', document('other', {}, 'Page'));
    const first = await client.call('GET', 'docStore?entityType=ScimGateway&limit=2');
    const { after, total } = first.json['paging'] as { after: string; total: number };
    const second = await client.call('GET', `docStore?entityType=ScimGateway&limit=2&after=${after}`);
    const names = [first, second].flatMap(({ json }) => (json['data'] as { name: string }[]).map(({ name }) => name));
    expect([names, total]).toEqual([['a', 'b', 'c'], 3]);
  });

  it('API-11.4 deletes a document finally, so that its name is free again', async () => {
    await using client = await startClient({ generation });
    await client.call('PUT', 'docStore', document('a', {}));
    expect((await client.call('DELETE', 'docStore/name/a')).status).toBe(200);
    expect((await client.call('GET', 'docStore/name/a?include=all')).status).toBe(404);
    expect((await client.call('POST', 'docStore', document('a', {}))).status).toBe(201);
  });

  it('API-11.5 answers 403 to every call when the option `documentStore` is off', async () => {
    await using client = await startClient({ generation, documentStore: false });
    for (const [method, path] of [
      ['GET', 'docStore?entityType=ScimGateway'],
      ['GET', 'docStore/name/a'],
      ['DELETE', 'docStore/name/a'],
    ] as const) {
      expect((await client.call(method, path)).status).toBe(403);
    }
    expect((await client.call('PUT', 'docStore', document('a', {}))).status).toBe(403);
  });
});
