import { type CollateSimulator, createCollateSimulator, type Era } from '@scim-gateway/collate-simulator';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type CallEvent,
  type CollateClient,
  createCollateClient,
  operations,
  parseUserId,
  removeItems,
  replaceList,
  setMember,
} from '../../src/index.ts';
import { rejection } from '../support/scripted-transport.ts';

const none = {};

/** A simulator that refuses whatever the real server would refuse and whatever we must never send. */
async function start(era: Era): Promise<{ simulator: CollateSimulator; client: CollateClient; events: CallEvent[] }> {
  const simulator = await createCollateSimulator({ era, strict: true, raceMs: 0, users: 25, groups: 5 });
  const events: CallEvent[] = [];
  const client = createCollateClient({
    baseUrl: simulator.url,
    token: () => simulator.token,
    observer: { onCall: (event) => events.push(event) },
  });
  return { simulator, client, events };
}

describe.each(['1.1', 'released', 'main'] as const)('a server of era %s', (era) => {
  let { simulator, client, events }: Awaited<ReturnType<typeof start>> = {} as Awaited<ReturnType<typeof start>>;
  beforeAll(async () => {
    ({ simulator, client, events } = await start(era));
  });
  afterAll(async () => {
    await client[Symbol.asyncDispose]();
    await simulator[Symbol.asyncDispose]();
  });
  const createUser = (name: string) => client.users.create({ name, email: `${name}@example.com` }, none);
  const createTeam = (name: string) =>
    client.teams.create({ name, teamType: 'Group', displayName: `The ${name}`, isJoinable: false }, none);

  test('makes, shows, changes, deactivates, reactivates and deletes a user', async () => {
    const created = await client.users.create({ name: 'ada', email: 'ada@example.com', displayName: 'Ada' }, none);
    expect(created).toMatchObject({ name: 'ada', displayName: 'Ada', isBot: false, deleted: false, version: 0.1 });
    expect(await client.users.find('ada', none, none)).toEqual(await client.users.findById(created.id, none, none));

    const patched = await client.users.patch(created.id, [setMember(['displayName'], 'Ada L')], none);
    expect([patched.changed, patched.entity.displayName, patched.entity.version]).toEqual([true, 'Ada L', 0.2]);
    expect((await client.users.patch(created.id, [setMember(['displayName'], 'Ada L')], none)).changed).toBe(false);
    expect((await client.users.firstVersion(created.id, none))?.updatedBy).toBe('scim-gateway');

    await client.users.remove(created.id, none, none);
    expect(await client.users.findById(created.id, none, none)).toBeUndefined();
    expect((await client.users.findById(created.id, { include: 'all' }, none))?.deleted).toBe(true);
    expect((await client.users.restore(created.id, none)).deleted).toBe(false);
    await client.users.remove(created.id, { hardDelete: true }, none);
    expect(await client.users.findById(created.id, { include: 'all' }, none)).toBeUndefined();
    expect((await rejection(client.users.remove(created.id, none, none))).kind).toBe('not-found');
  });

  test('makes, shows, changes, deletes and restores a team', async () => {
    const created = await createTeam('lovelace.analysts');
    expect(created).toMatchObject({ teamType: 'Group', displayName: 'The lovelace.analysts', isJoinable: false });
    expect(await client.teams.find('lovelace.analysts', none, none)).toMatchObject({ id: created.id });
    const patched = await client.teams.patch(created.id, [setMember(['displayName'], 'Renamed')], none);
    expect([patched.changed, patched.entity.displayName]).toEqual([true, 'Renamed']);
    expect((await client.teams.firstVersion(created.id, none))?.displayName).toBe('The lovelace.analysts');
    await client.teams.remove(created.id, none, none);
    expect(await client.teams.findById(created.id, none, none)).toBeUndefined();
    expect((await client.teams.restore(created.id, none)).deleted).toBe(false);
    await client.teams.remove(created.id, { hardDelete: true }, none);
    expect(await client.teams.find('lovelace.analysts', { include: 'all' }, none)).toBeUndefined();
  });

  test('says that a name is taken', async () => {
    await createUser('grace');
    expect((await rejection(createUser('grace'))).kind).toBe('conflict');
    await createTeam('navy');
    expect((await rejection(createTeam('navy'))).kind).toBe('conflict');
  });

  test('finds no user under another spelling, unless it folds case', async () => {
    await createUser('katherine');
    expect((await client.users.find('KATHERINE', none, none))?.name).toBe(era === '1.1' ? undefined : 'katherine');
  });

  test('has nobody under names that look like paths', async () => {
    for (const name of ['', '.', '..', '../loggedInUser', 'a/b', 'a;b', 'a%2Fb', '100%', 'a?b#c', '"', '\\', '\ud800'])
      expect(await client.users.find(name, none, none)).toBeUndefined();
  });

  test('lists users and teams page by page, each once', async () => {
    const names: string[] = [];
    const sizes: number[] = [];
    for await (const page of client.users.pages({ limit: 7, isBot: false }, none)) {
      names.push(...page.items.map(({ name }) => name));
      sizes.push(page.items.length);
    }
    expect(new Set(names).size).toBe(names.length);
    expect(sizes.slice(0, -1).every((size) => size === 7)).toBe(true);
    expect(names).toContain('user00025');
    expect(names).not.toContain('scim-gateway');
    expect(await client.users.count({ isBot: false }, none)).toBe(names.length);
    const teams: string[] = [];
    for await (const page of client.teams.pages({ limit: 2, fields: ['parents'] }, none))
      teams.push(...page.items.filter(({ parents }) => parents?.length === 1).map(({ name }) => name));
    expect(teams).toEqual(expect.arrayContaining(['group-00001', 'group-00005']));
    expect(await client.teams.count(none, none)).toBeGreaterThanOrEqual(5);
  });

  test('goes on listing behind a remembered cursor', async () => {
    const pages = client.users.pages({ limit: 10 }, none)[Symbol.asyncIterator]();
    const { value: first } = await pages.next();
    const { value: second } = await pages.next();
    const resumed = client.users.pages({ limit: 10, after: first?.after ?? '' }, none)[Symbol.asyncIterator]();
    expect((await resumed.next()).value).toEqual(second);
  });

  test('puts people into a team on the user’s side and takes them out by position', async () => {
    const team = await createTeam('hidden-figures');
    const user = await createUser('dorothy');
    await client.users.patch(user.id, [replaceList(['teams'], [{ id: team.id, type: 'team' }])], none);
    const members = (await client.teams.findById(team.id, { fields: ['users'] }, none))?.users ?? [];
    expect(members.map(({ id }) => id)).toEqual([user.id]);
    const stale = removeItems(['users'], [{ index: 0, id: team.id }]);
    const refused = await rejection(client.teams.patch(team.id, stale, none));
    expect(refused.kind).toBe('precondition-failed');
    await client.teams.patch(team.id, removeItems(['users'], [{ index: 0, id: user.id }]), none);
    expect(await client.users.count({ team: team.name }, none)).toBe(0);
  });

  test('refuses a patch without a change before it is sent', async () => {
    const user = await createUser('mary');
    simulator.clearCalls();
    await expect(client.users.patch(user.id, [], none)).rejects.toThrow(TypeError);
    expect(simulator.calls()).toEqual([]);
  });

  test('tells its version, its log-in and its keys without a credential, and who we are with one', async () => {
    const nobody = client.as(() => 'invalid');
    expect((await nobody.system.version(none)).version).toMatch(/^\d+\.\d+/);
    expect((await nobody.system.authConfig(none)).jwtPrincipalClaims).toEqual(['email', 'preferred_username', 'sub']);
    expect((await nobody.system.jwks(none)).keys).toHaveLength(1);
    expect((await client.system.loggedInUser(none)).name).toBe('scim-gateway');
    expect((await rejection(nobody.system.loggedInUser(none))).kind).toBe('unauthorized');
  });

  if (era === '1.1') {
    test('has neither membership endpoints nor a document store, and says so', async () => {
      const team = await createTeam('old');
      const user = await createUser('old.user');
      for (const call of [
        client.teams.addUsers(team, [user.id], none),
        client.teams.removeUsers(team, [user.id], none),
        client.teams.removeUser(team.id, user.id, none),
        client.documents.find('x', none),
        client.documents.put({ name: 'x', entityType: 'Test', data: {} }, none),
      ])
        expect(await rejection(call)).toMatchObject({ kind: 'malformed', unknownRoute: true });
    });

    test('refuses fields that it does not have', async () => {
      const input = { name: 'x', email: 'x@example.com', externalId: '1' };
      expect((await rejection(client.users.create(input, none))).kind).toBe('rejected');
    });
  } else {
    test('adds members to and removes them from a team, whatever they were before', async () => {
      const team = await createTeam('dotted.name');
      const [ann, bob] = [await createUser('ann'), await createUser('bob')];
      await client.teams.addUsers(team, [ann.id, bob.id], none);
      await client.teams.addUsers(team, [ann.id], none);
      expect(await client.users.count({ team: team.name }, none)).toBe(2);
      await client.teams.removeUsers(team, [ann.id], none);
      await client.teams.removeUsers(team, [ann.id], none);
      await client.teams.removeUser(team.id, bob.id, none);
      expect(await client.users.count({ team: team.name }, none)).toBe(0);
      const stranger = parseUserId('00000000-0000-4000-8000-000000000000');
      if (stranger === undefined) throw new Error('not a UUID');
      expect((await rejection(client.teams.addUsers(team, [stranger], none))).kind).toBe('not-found');
    });

    test('sends nothing when there is nobody to add', async () => {
      const team = await createTeam('nobody');
      simulator.clearCalls();
      await client.teams.addUsers(team, [], none);
      expect(simulator.calls()).toEqual([]);
    });

    test('keeps what a user is known as elsewhere', async () => {
      const input = { name: 'ext', email: 'ext@example.com', externalId: '00u1', scimUserName: 'Ext@Example.com' };
      expect(await client.users.create(input, none)).toMatchObject(input);
    });

    test('keeps documents', async () => {
      const input = { name: 'doc-1', entityType: 'Test', data: { any: ['thing', null] } };
      expect(await client.documents.find('doc-1', none)).toBeUndefined();
      expect(await client.documents.create(input, none)).toMatchObject({ ...input, updatedBy: 'scim-gateway' });
      expect((await rejection(client.documents.create(input, none))).kind).toBe('conflict');
      expect((await client.documents.put({ ...input, data: 2 }, none)).data).toBe(2);
      expect((await client.documents.find('doc-1', none))?.data).toBe(2);
      await client.documents.put({ ...input, name: 'doc-2' }, none);
      const names: string[] = [];
      for await (const page of client.documents.pages('Test', none, { limit: 1 }))
        names.push(...page.items.map(({ name }) => name));
      expect(names).toEqual(['doc-1', 'doc-2']);
      await client.documents.remove('doc-1', none);
      await client.documents.remove('doc-1', none);
      expect(await client.documents.find('doc-1', none)).toBeUndefined();
    });

    test('was asked for every operation that we rely on', () => {
      const succeeded = new Set(events.filter(({ outcome }) => outcome === 'ok').map(({ operation }) => operation));
      expect(operations.map(({ name }) => name).filter((name) => !succeeded.has(name))).toEqual([]);
    });
  }
});
