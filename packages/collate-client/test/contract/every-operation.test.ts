import { type CollateSimulator, createCollateSimulator, type Generation } from '@scim-gateway/collate-simulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CallEvent, type Collate, type CollateClient, createCollateClient, operations } from '../../src/index.ts';
import { type JsonPatch, parseUserId, replaceList, setMember } from '../../src/model/index.ts';
import { rejection } from '../support/scripted-transport.ts';

interface Started {
  readonly simulator: CollateSimulator;
  readonly client: CollateClient;
  readonly collate: Collate;
  readonly events: CallEvent[];
}

/** A simulator that refuses every request that a real server refuses and every request that we must never send. */
async function start(generation: Generation): Promise<Started> {
  const simulator = await createCollateSimulator({ generation, strict: true, raceMs: 0, users: 25, groups: 5 });
  // The first token makes the server's RSA key, which blocks this process for seconds on a busy machine.
  simulator.mintToken('key-maker');
  const events: CallEvent[] = [];
  const client = createCollateClient({
    baseUrl: simulator.url,
    token: () => simulator.token,
    observer: { onCall: (event) => events.push(event) },
  });
  return { simulator, client, collate: client.bind(), events };
}

describe.each(['1.1', '1.12', '2.0'] as const)('the client, with a server of generation %s,', (generation) => {
  let { simulator, client, collate, events }: Started = {} as Started;
  beforeAll(async () => {
    ({ simulator, client, collate, events } = await start(generation));
  });
  afterAll(async () => {
    await client[Symbol.asyncDispose]();
    await simulator[Symbol.asyncDispose]();
  });
  const createUser = (name: string) => collate.users.create({ name, email: `${name}@example.com` });
  const createTeam = (name: string) =>
    collate.teams.create({ name, teamType: 'Group', displayName: `The ${name}`, isJoinable: false });

  it('creates, finds, patches, soft-deletes, restores and deletes a user', async () => {
    const created = await collate.users.create({ name: 'ada', email: 'ada@example.com', displayName: 'Ada' });
    expect(created).toMatchObject({ name: 'ada', displayName: 'Ada', isBot: false, deleted: false, version: 0.1 });
    expect(await collate.users.find('ada')).toEqual(await collate.users.findById(created.id));

    const patched = await collate.users.patch(created.id, [setMember('displayName', 'Ada L')]);
    expect([patched.displayName, patched.version]).toEqual(['Ada L', 0.2]);
    const unchanged = await collate.users.patch(created.id, [setMember('displayName', 'Ada L')]);
    expect([unchanged.displayName, unchanged.version]).toEqual(['Ada L', 0.2]);
    expect((await collate.users.firstVersion(created.id))?.updatedBy).toBe('scim-gateway');

    await collate.users.remove(created.id);
    expect(await collate.users.findById(created.id)).toBeUndefined();
    expect((await collate.users.findById(created.id, { include: 'all' }))?.deleted).toBe(true);
    expect((await collate.users.restore(created.id)).deleted).toBe(false);
    await collate.users.remove(created.id, { hardDelete: true });
    expect(await collate.users.findById(created.id, { include: 'all' })).toBeUndefined();
    expect((await rejection(collate.users.remove(created.id))).kind).toBe('not-found');
  });

  it('creates, finds, patches, soft-deletes, restores and deletes a team', async () => {
    const created = await createTeam('lovelace.analysts');
    expect(created).toMatchObject({ teamType: 'Group', displayName: 'The lovelace.analysts', isJoinable: false });
    expect(await collate.teams.find('lovelace.analysts')).toMatchObject({ id: created.id });
    const patched = await collate.teams.patch(created.id, [setMember('displayName', 'Renamed')]);
    expect([patched.displayName, patched.version]).toEqual(['Renamed', 0.2]);
    expect((await collate.teams.firstVersion(created.id))?.displayName).toBe('The lovelace.analysts');
    await collate.teams.remove(created.id);
    expect(await collate.teams.findById(created.id)).toBeUndefined();
    expect((await collate.teams.restore(created.id)).deleted).toBe(false);
    await collate.teams.remove(created.id, { hardDelete: true });
    expect(await collate.teams.find('lovelace.analysts', { include: 'all' })).toBeUndefined();
  });

  it('fails as a conflict when a name is taken', async () => {
    await createUser('grace');
    expect((await rejection(createUser('grace'))).kind).toBe('conflict');
    await createTeam('navy');
    expect((await rejection(createTeam('navy'))).kind).toBe('conflict');
  });

  it('finds a user by a name in other case exactly where the server folds case', async () => {
    await createUser('katherine');
    expect((await collate.users.find('KATHERINE'))?.name).toBe(generation === '1.1' ? undefined : 'katherine');
  });

  it('finds no user by a name that looks like a path', async () => {
    for (const name of ['', '.', '..', '../loggedInUser', 'a/b', 'a;b', 'a%2Fb', '100%', 'a?b#c', '"', '\\', '\ud800'])
      expect(await collate.users.find(name)).toBeUndefined();
  });

  it('lists users and teams page by page, each once', async () => {
    const names: string[] = [];
    const sizes: number[] = [];
    for await (const page of collate.users.pages({ limit: 7, isBot: false })) {
      names.push(...page.items.map(({ name }) => name));
      sizes.push(page.items.length);
    }
    expect(new Set(names).size).toBe(names.length);
    expect(sizes.slice(0, -1).every((size) => size === 7)).toBe(true);
    expect(names).toContain('user00025');
    expect(names).not.toContain('scim-gateway');
    expect(await collate.users.count({ isBot: false })).toBe(names.length);
    const teams: string[] = [];
    for await (const page of collate.teams.pages({ limit: 2, fields: ['parents'] }))
      teams.push(...page.items.filter(({ parents }) => parents?.length === 1).map(({ name }) => name));
    expect(teams).toEqual(expect.arrayContaining(['group-00001', 'group-00005']));
    expect(await collate.teams.count()).toBeGreaterThanOrEqual(5);
  });

  it('continues a list after a cursor of an earlier page', async () => {
    const pages = collate.users.pages({ limit: 10 })[Symbol.asyncIterator]();
    const { value: first } = await pages.next();
    const { value: second } = await pages.next();
    const resumed = collate.users.pages({ limit: 10, after: first?.after ?? '' })[Symbol.asyncIterator]();
    expect((await resumed.next()).value).toEqual(second);
  });

  it('adds a member by a patch of the user, and removes a member by position in a patch of the team', async () => {
    const team = await createTeam('hidden-figures');
    const user = await createUser('dorothy');
    await collate.users.patch(user.id, [replaceList('teams', [{ id: team.id, type: 'team' }])]);
    const members = (await collate.teams.findById(team.id, { fields: ['users'] }))?.users ?? [];
    expect(members.map(({ id }) => id)).toEqual([user.id]);
    const removeFirst = (id: string): JsonPatch => [
      { op: 'test', path: '/users/0/id', value: id },
      { op: 'remove', path: '/users/0' },
    ];
    const refused = await rejection(collate.teams.patch(team.id, removeFirst(team.id)));
    expect(refused.kind).toBe('precondition-failed');
    await collate.teams.patch(team.id, removeFirst(user.id));
    expect(await collate.users.count({ team: team.name })).toBe(0);
  });

  it('refuses a patch without a change without sending it', async () => {
    const user = await createUser('mary');
    simulator.clearCalls();
    await expect(collate.users.patch(user.id, [])).rejects.toThrow(TypeError);
    expect(simulator.calls()).toEqual([]);
  });

  it('reads version, log-in and keys without a valid credential, and the own account with one', async () => {
    const invalid = client.as(() => 'invalid').bind();
    expect((await invalid.system.version()).version).toMatch(/^\d+\.\d+/);
    expect((await invalid.system.authConfig()).jwtPrincipalClaims).toEqual(['email', 'preferred_username', 'sub']);
    expect((await invalid.system.jwks()).keys).toHaveLength(1);
    expect((await collate.system.loggedInUser()).name).toBe('scim-gateway');
    expect((await rejection(invalid.system.loggedInUser())).kind).toBe('unauthorized');
  });

  it('reads the rights of the principal', async () => {
    const rights = await collate.system.rights('user');
    const create = rights.find(({ operation }) => operation === 'Create');
    expect(create).toMatchObject({ resource: 'user', access: 'allow', role: 'ScimGatewayRole' });
  });

  if (generation === '1.1') {
    it('reports missing membership endpoints and a missing document store as unknown routes', async () => {
      const team = await createTeam('old');
      const user = await createUser('old.user');
      for (const call of [
        collate.teams.addUsers(team, [user.id]),
        collate.teams.removeUsers(team, [user.id]),
        collate.teams.removeUser(team.id, user.id),
        collate.documents.find('x'),
        collate.documents.put({ name: 'x', entityType: 'Test', data: {} }),
      ])
        expect(await rejection(call)).toMatchObject({ kind: 'malformed', unknownRoute: true });
    });

    it('fails as rejected for fields that the server lacks', async () => {
      const input = { name: 'x', email: 'x@example.com', externalId: '1' };
      expect((await rejection(collate.users.create(input))).kind).toBe('rejected');
    });
  } else {
    it('adds and removes members of a team; repetitions are no error', async () => {
      const team = await createTeam('dotted.name');
      const [ann, bob] = [await createUser('ann'), await createUser('bob')];
      await collate.teams.addUsers(team, [ann.id, bob.id]);
      await collate.teams.addUsers(team, [ann.id]);
      expect(await collate.users.count({ team: team.name })).toBe(2);
      await collate.teams.removeUsers(team, [ann.id]);
      await collate.teams.removeUsers(team, [ann.id]);
      await collate.teams.removeUser(team.id, bob.id);
      expect(await collate.users.count({ team: team.name })).toBe(0);
      const stranger = parseUserId('00000000-0000-4000-8000-000000000000');
      if (stranger === undefined) throw new Error('not a UUID');
      await collate.users.remove(bob.id);
      const added = await collate.teams.addUsers(team, [ann.id, stranger, bob.id]);
      expect(added).toEqual({ unnamed: [stranger], inactive: [bob.id] });
      await collate.teams.removeUsers(team, [ann.id, stranger, bob.id]);
      expect(simulator.dump().ghosts).toEqual([]);
      expect(await collate.users.count({ team: team.name, include: 'all' })).toBe(0);
    });

    it('sends nothing when there are no users to add', async () => {
      const team = await createTeam('empty');
      simulator.clearCalls();
      await collate.teams.addUsers(team, []);
      expect(simulator.calls()).toEqual([]);
    });

    it('stores externalId and scimUserName of a user', async () => {
      const input = { name: 'ext', email: 'ext@example.com', externalId: '00u1', scimUserName: 'Ext@Example.com' };
      expect(await collate.users.create(input)).toMatchObject(input);
    });

    it('creates, replaces, finds, lists and deletes documents', async () => {
      const input = { name: 'doc-1', entityType: 'Test', data: { any: ['thing', null] } };
      expect(await collate.documents.find('doc-1')).toBeUndefined();
      expect(await collate.documents.put(input)).toMatchObject({ ...input, updatedBy: 'scim-gateway' });
      expect((await collate.documents.put({ ...input, data: 2 })).data).toBe(2);
      expect((await collate.documents.find('doc-1'))?.data).toBe(2);
      await collate.documents.put({ ...input, name: 'doc-2' });
      const names: string[] = [];
      for await (const page of collate.documents.pages('Test', { limit: 1 }))
        names.push(...page.items.map(({ name }) => name));
      expect(names).toEqual(['doc-1', 'doc-2']);
      await collate.documents.remove('doc-1');
      await collate.documents.remove('doc-1');
      expect(await collate.documents.find('doc-1')).toBeUndefined();
    });

    it('has called every operation with success by now', () => {
      const succeeded = new Set(events.filter(({ outcome }) => outcome === 'ok').map(({ operation }) => operation));
      expect(operations.map(({ name }) => name).filter((name) => !succeeded.has(name))).toEqual([]);
    });
  }
});
