import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { as, core, type Harness, message, query, startHarness } from '../conformance/harness.ts';

// The steps of Okta's "SCIM 2.0 SPEC Test", in their order and with their assertions; source: okta-developer-docs, its Runscope suite.
let server: Harness;
beforeAll(async () => {
  server = await startHarness();
});
afterAll(() => server[Symbol.asyncDispose]());

const get = (path: string, headers = {}) =>
  server.call('GET', path, undefined, { accept: 'application/scim+json', ...headers });
const find = (userName: string) => get(query('/Users', { filter: `userName eq "${userName}"` }));

describe('Okta’s SPEC test', () => {
  const userName = `Runscope300${randomUUID()}@atko.com`;
  const name = { givenName: 'Runscope', familyName: 'Tester' };
  let firstId = '';
  let id = '';

  it('1 lists a first user with all attributes that Okta imports', async () => {
    const { status, body } = await get('/Users?count=1&startIndex=1');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      schemas: [message('ListResponse')],
      itemsPerPage: expect.any(Number),
      startIndex: expect.any(Number),
      totalResults: expect.any(Number),
    });
    const [user] = body.Resources;
    firstId = user.id;
    for (const value of [user.id, user.name.familyName, user.name.givenName, user.userName, user.emails[0].value]) {
      expect(value).toMatch(/\S/);
    }
    expect(user.active).toEqual(expect.any(Boolean));
  });

  it('2 reads that user', async () => {
    const { status, body } = await get(`/Users/${firstId}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({ id: firstId, active: expect.any(Boolean), userName: expect.stringMatching(/\S/) });
    expect(body.emails[0].value).toMatch(/\S/);
    expect(body.name.givenName).toMatch(/\S/);
  });

  it.each(['abcdefgh@atko.com', `${randomUUID()}@atko.com`])(
    '3, 5 finds no user with the userName %s',
    async (unknown) => {
      const { status, body } = await find(unknown);
      expect([status, body.schemas, body.totalResults]).toEqual([200, [message('ListResponse')], 0]);
    },
  );

  it.each(['010101001010101011001010101011', '00919288221112222'])(
    '4, 12 answers 404 for the user %s',
    async (unknown) => {
      const { status, body } = await get(`/Users/${unknown}`);
      expect(status).toBe(404);
      expect(body).toMatchObject({ schemas: [message('Error')], status: '404', detail: expect.stringMatching(/\S/) });
    },
  );

  it('6 creates a user from plain JSON', async () => {
    const body = {
      schemas: [core],
      userName,
      name,
      emails: [{ primary: true, value: userName, type: 'work' }],
      displayName: 'Runscope Tester',
      locale: 'en-US',
      externalId: randomUUID(),
      groups: [],
      password: '1mz050nq',
      active: true,
    };
    const made = await server.call('POST', '/Users', body, { 'content-type': 'application/json' });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ active: true, name, schemas: [core], userName });
    id = made.body.id;
    expect((await server.call('POST', '/Users', body)).status, '8 the same again').toBe(409);
  });

  it('7 reads the created user', async () => {
    expect((await get(`/Users/${id}`)).body).toMatchObject({ userName, name });
  });

  it('9 finds the created user by its userName in capital letters', async () => {
    expect((await find(userName.toUpperCase())).body).toMatchObject({ totalResults: 1, Resources: [{ id }] });
  });

  it('10 lists groups', async () => {
    const { status, body } = await get('/Groups');
    expect(status).toBe(200);
    expect(body.totalResults === 0 || Array.isArray(body.Resources)).toBe(true);
  });

  it('11 refuses a wrong token', async () => {
    const { status, body } = await get(query('/Users', { filter: `userName eq "${userName}"` }), as('non-token'));
    expect(status).toBe(401);
    expect(body).toMatchObject({ schemas: [message('Error')], status: '401', detail: expect.stringMatching(/\S/) });
  });

  it('CRUD: changes the first name, deactivates, reactivates, and keeps the user readable', async () => {
    const put = (more: object) =>
      server.call('PUT', `/Users/${id}`, { schemas: [core], id, userName, name, active: true, ...more });
    expect((await put({ name: { ...name, givenName: 'Renamed' } })).body.name.givenName).toBe('Renamed');
    expect((await put({ active: false })).body.active).toBe(false);
    expect(await get(`/Users/${id}`)).toMatchObject({ status: 200, body: { active: false } });
    const restored = await server.patch(`/Users/${id}`, [{ op: 'replace', value: { active: true } }]);
    expect(restored.body.active).toBe(true);
  });
});
