import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { coreGroup, enterprise, type Harness, query, startHarness } from '../conformance/harness.ts';

let server: Harness;
beforeAll(async () => {
  server = await startHarness();
});
afterAll(() => server[Symbol.asyncDispose]());

describe('Microsoft’s validator', () => {
  it('creates a user once, finds it in another case, renames, disables, restores and deletes it', async () => {
    const userName = 'Validator.User@example.com';
    const { body: user } = await server.user({ userName, displayName: 'V' });
    expect((await server.user({ userName })).status).toBe(409);
    const upper = await server.call('GET', query('/Users', { filter: `userName eq "${userName.toUpperCase()}"` }));
    expect(upper.body.totalResults).toBe(1);
    const path = `/Users/${user.id}`;
    const replace = (where: string, value: unknown) => server.patch(path, [{ op: 'Replace', path: where, value }]);
    expect((await replace('userName', 'Validator.Renamed@example.com')).body.userName).toBe(
      'Validator.Renamed@example.com',
    );
    expect((await replace('active', 'False')).body.active).toBe(false);
    expect((await replace('active', 'True')).body.active).toBe(true);
    expect((await server.call('DELETE', path)).status).toBe(204);
    expect((await server.call('DELETE', path)).status).toBe(404);
  });

  it('pages through users five at a time, and gets each startIndex back', async () => {
    for (let index = 0; index < 15; index += 1) await server.user();
    const seen = new Set<string>();
    for (let page = 0; page < 3; page += 1) {
      const { body } = await server.call('GET', `/Users?count=5&startIndex=${page * 5 + 1}`);
      expect([body.startIndex, body.itemsPerPage]).toEqual([page * 5 + 1, 5]);
      for (const { id } of body.Resources) seen.add(id);
    }
    expect(seen.size).toBe(15);
  });

  it('stores, replaces and clears a manager', async () => {
    const { body: user } = await server.user();
    const manager = (op: string, value: unknown) =>
      server.patch(`/Users/${user.id}`, [{ op, path: `${enterprise}:manager`, value }]);
    expect((await manager('Add', 'm-1')).body[enterprise].manager.value).toBe('m-1');
    expect((await manager('Replace', 'm-2')).body[enterprise].manager.value).toBe('m-2');
    expect((await manager('Replace', '')).body).not.toHaveProperty(enterprise);
  });

  it('creates a group once, finds it without members, renames, fills and empties it', async () => {
    const { body: user } = await server.user();
    const displayName = 'Validator Group';
    const made = await server.group({
      schemas: [coreGroup, 'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group'],
      displayName,
      externalId: 'object-1',
    });
    expect(made.status).toBe(201);
    expect((await server.group({ displayName })).status).toBe(409);
    const path = `/Groups/${made.body.id}`;
    await server.patch(path, [{ op: 'Add', path: 'members', value: [{ $ref: null, value: user.id }] }]);
    const find = (filter: string, more = {}) => server.call('GET', query('/Groups', { filter, ...more }));
    const lean = await find('displayName eq "validator group"', { excludedAttributes: 'members' });
    expect(lean.body.Resources[0]).not.toHaveProperty('members');
    expect((await find(`displayName eq "${displayName}"`)).body.Resources[0].members).toMatchObject([
      { value: user.id },
    ]);
    await server.patch(path, [{ op: 'Replace', path: 'externalId', value: 'object-2' }]);
    expect((await find('externalId eq "object-2"')).body.totalResults).toBe(1);
    await server.patch(path, [{ op: 'Replace', path: 'displayName', value: 'Validator Renamed' }]);
    expect((await find('displayName eq "Validator Renamed"')).body.totalResults).toBe(1);
    await server.patch(path, [{ op: 'Remove', path: 'members', value: [{ $ref: null, value: user.id }] }]);
    expect((await server.call('GET', path)).body).not.toHaveProperty('members');
    expect((await server.call('DELETE', path)).status).toBe(204);
    expect((await server.call('DELETE', path)).status).toBe(404);
  });
});
