import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { core, coreGroup, enterprise, type Harness, query, startHarness } from '../conformance/harness.ts';

// The quirks of providers besides Entra and Okta, as docs/quirks.md lists them.
let server: Harness;
beforeAll(async () => {
  server = await startHarness();
});
afterAll(() => server[Symbol.asyncDispose]());

const find = (path: string, filter: string, headers = {}) =>
  server.call('GET', query(path, { filter }), undefined, headers);

describe('OneLogin', () => {
  it('looks up a user that does not exist, and gets plain JSON', async () => {
    const found = await find('/Users', 'userName eq "nonexistent"', { accept: 'application/json' });
    expect([found.status, found.body.totalResults]).toEqual([200, 0]);
    expect(found.headers.get('content-type')).toBe('application/json');
  });

  it('creates a user from a body of SCIM 1.1 with a null id, strings for booleans, and a managerId', async () => {
    const made = await server.call('POST', '/Users', {
      schemas: ['urn:scim:schemas:core:1.0', 'urn:scim:schemas:extension:enterprise:1.0'],
      id: null,
      userName: 'onelogin@example.com',
      active: 'true',
      title: null,
      [enterprise]: { department: 'D', manager: { managerId: 'm-1' } },
    });
    expect([made.status, made.body.active, made.body[enterprise].department]).toEqual([201, true, 'D']);
  });
});

describe('JumpCloud', () => {
  it('creates a user and a group, deletes both, and creates them again', async () => {
    for (let round = 0; round < 2; round += 1) {
      const user = await server.user({ userName: 'jumpcloud@example.com' });
      const group = await server.group({ displayName: 'JumpCloud Test', members: [{ value: user.body.id }] });
      expect([user.status, group.status]).toEqual([201, 201]);
      expect((await server.call('DELETE', `/Groups/${group.body.id}`)).status).toBe(204);
      expect((await server.call('DELETE', `/Users/${user.body.id}`)).status).toBe(204);
    }
  });

  it('removes members by a filter and by a list of values', async () => {
    const users = [(await server.user()).body, (await server.user()).body, (await server.user()).body];
    const group = (await server.group({ members: users.map(({ id }) => ({ value: id })) })).body;
    await server.patch(`/Groups/${group.id}`, [{ op: 'remove', path: `members[value eq "${users[0].id}"]` }]);
    await server.patch(`/Groups/${group.id}`, [{ op: 'remove', path: 'members', value: [{ value: users[1].id }] }]);
    expect((await server.call('GET', `/Groups/${group.id}`)).body.members).toMatchObject([{ value: users[2].id }]);
  });
});

describe('PingFederate and PingOne', () => {
  it('find users with capitalised operators and by whole e-mail, and get 404 for /Users/0', async () => {
    const { body } = await server.user({ userName: 'ping@example.com' });
    expect((await find('/Users', 'userName Eq "ping@example.com"')).body.Resources[0].id).toBe(body.id);
    expect((await find('/Users', 'emails eq "ping@example.com"')).body.Resources[0].id).toBe(body.id);
    expect((await find('/Users', 'username Eq "PING@example.com"')).body.totalResults).toBe(1);
    expect((await server.call('GET', '/Users/0')).status).toBe(404);
  });
});

describe('SailPoint', () => {
  it('reads each discovery document', async () => {
    for (const path of ['/ServiceProviderConfig', '/Schemas', '/ResourceTypes/User', '/ResourceTypes/Group']) {
      expect((await server.call('GET', path)).status).toBe(200);
    }
  });

  it('changes no membership by writing the groups of a user', async () => {
    const user = (await server.user()).body;
    const group = (await server.group()).body;
    const put = { schemas: [core], userName: user.userName, groups: [{ value: group.id }] };
    expect((await server.call('PUT', `/Users/${user.id}`, put)).body).not.toHaveProperty('groups');
    expect((await server.call('GET', `/Groups/${group.id}`)).body).not.toHaveProperty('members');
  });
});

describe('Rippling', () => {
  it('gets 409 for a repeated creation', async () => {
    await server.user({ userName: 'rippling@example.com' });
    const again = await server.user({ userName: 'rippling@example.com' });
    expect([again.status, again.body.scimType]).toEqual([409, 'uniqueness']);
  });
});

describe('Keycloak', () => {
  it('creates a user with a double slash in the path and an id of its own, which is ignored', async () => {
    const made = await server.call('POST', '//Users', { schemas: [core], id: 'kc-1', userName: 'kc@example.com' });
    expect(made.status).toBe(201);
    expect(made.body.id).not.toBe('kc-1');
  });

  it('adds one member by sending the whole group', async () => {
    const users = await Promise.all(Array.from({ length: 5 }, () => server.user()));
    const members = users.map(({ body }) => ({ value: body.id }));
    const group = (await server.group({ members: members.slice(1) })).body;
    const whole = [{ op: 'replace', value: { schemas: [coreGroup], displayName: group.displayName, members } }];
    expect((await server.patch(`/Groups/${group.id}`, whole)).status).toBeLessThan(300);
    expect((await server.call('GET', `/Groups/${group.id}`)).body.members).toHaveLength(5);
  });
});

describe('authentik', () => {
  it('reads from ServiceProviderConfig that PATCH is supported, and the maximum size of a list', async () => {
    const { body } = await server.call('GET', '/ServiceProviderConfig');
    expect([body.patch.supported, body.filter.maxResults]).toEqual([true, 1000]);
  });
});
