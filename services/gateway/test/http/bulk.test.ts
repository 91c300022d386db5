import { messageUrn, preconditionFailed, schemaUrn } from '@scim-gateway/scim';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { authorized, createTestApp, type TestApp } from '../support/gateway-app.ts';

let test: TestApp;
beforeEach(async () => {
  test = await createTestApp({ bodyLimitBytes: 200_000 });
});
afterEach(() => test.app.close());

const send = (Operations: unknown, extra: object = {}) =>
  test.app.inject({
    method: 'POST',
    url: '/scim/v2/Bulk',
    headers: { ...authorized, 'content-type': 'application/scim+json' },
    payload: JSON.stringify({ schemas: [messageUrn.bulkRequest], Operations, ...extra }),
  });

const user = (bulkId: string, extra: object = {}) => ({
  method: 'POST',
  path: '/Users',
  bulkId,
  data: { schemas: [schemaUrn.user], userName: bulkId, ...extra },
});
const group = (bulkId: string, ...members: string[]) => ({
  method: 'POST',
  path: '/Groups',
  bulkId,
  data: { schemas: [schemaUrn.group], displayName: bulkId, members: members.map((value) => ({ value })) },
});
const statuses = (answer: { json(): { Operations: { status: string }[] } }) =>
  answer.json().Operations.map(({ status }) => status);

describe('a bulk request', () => {
  it('carries out each operation like a request of its own, and returns the result of each', async () => {
    const made = (await send([user('a')])).json().Operations[0];
    expect(made).toEqual({
      method: 'POST',
      bulkId: 'a',
      location: expect.stringMatching(/\/Users\/[0-9a-f-]{36}$/),
      status: '201',
    });
    const id = made.location.split('/').pop();
    const answer = await send([
      { method: 'put', path: `/Users/${id}`, data: { userName: 'b' } },
      { method: 'PATCH', path: `/Users/${id}`, data: [{ op: 'replace', path: 'title', value: 't' }] },
      { method: 'DELETE', path: `/Users/${id}` },
      { method: 'DELETE', path: `/Users/${id}` },
    ]);
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({
      schemas: [messageUrn.bulkResponse],
      Operations: [
        { method: 'PUT', status: '200', location: made.location },
        { method: 'PATCH', status: '200' },
        { method: 'DELETE', status: '204', location: made.location },
        { method: 'DELETE', status: '404', response: { schemas: [messageUrn.error], status: '404' } },
      ],
    });
    expect(answer.json().Operations[2].response).toBeUndefined();
    expect(test.users.calls.find(({ operation }) => operation === 'patch')?.body).toMatchObject({
      schemas: [messageUrn.patchOp],
    });
    const events = test.logged().filter(({ msg }) => msg === 'audit');
    expect(events.map(({ action }) => action)).toEqual(
      ['create', 'replace', 'patch', 'delete', 'delete'].map((operation) => `user.${operation}`),
    );
  });

  it('resolves a bulkId in data and in paths, also before the operation that it names', async () => {
    const answer = await send([
      group('g', 'bulkId:a'),
      user('a'),
      { method: 'PATCH', path: '/Groups/bulkId:g', data: { Operations: [{ op: 'remove', path: 'members' }] } },
    ]);
    expect(answer.json().Operations.map((each: { method: string }) => each.method)).toEqual(['POST', 'POST', 'PATCH']);
    expect(statuses(answer)).toEqual(['201', '201', '204']);
    const [id] = test.users.resources.keys();
    expect(test.groups.calls[0]?.body).toMatchObject({ members: [{ value: id }] });
    expect(test.groups.calls[1]?.id).toBe([...test.groups.resources.keys()][0]);
  });

  it('creates resources that refer to each other, and patches the references in afterwards', async () => {
    const manager = (name: string) => ({
      [schemaUrn.enterpriseUser]: { department: 'd', manager: { value: `bulkId:${name}` } },
    });
    const answer = await send([user('a', manager('b')), user('b', manager('a'))]);
    expect(statuses(answer)).toEqual(['201', '201']);
    const [a, b] = [...test.users.resources.keys()];
    expect(test.users.calls.map(({ operation }) => operation)).toEqual(['create', 'create', 'patch']);
    expect(test.users.calls[0]?.body).toMatchObject({ [schemaUrn.enterpriseUser]: { department: 'd' } });
    expect(test.users.calls[1]?.body).toMatchObject({ [schemaUrn.enterpriseUser]: { manager: { value: a } } });
    expect(test.users.calls[2]).toMatchObject({
      id: a,
      body: { Operations: [{ op: 'add', value: { [schemaUrn.enterpriseUser]: { manager: { value: b } } } }] },
    });
  });

  it('deletes a created resource if its references cannot be completed', async () => {
    test.groups.before = ({ operation }) => {
      if (operation === 'patch') throw preconditionFailed('no');
    };
    const answer = await send([group('a', 'bulkId:b'), group('b', 'bulkId:a')]);
    expect(statuses(answer)).toEqual(['412', '201']);
    expect(test.groups.resources.size).toBe(1);
  });

  it('stops after failOnErrors errors, and goes on without failOnErrors', async () => {
    const wrong = { method: 'DELETE', path: '/Users/unknown' };
    expect(statuses(await send([wrong, user('a'), wrong, user('b')], { failOnErrors: 2 }))).toEqual([
      '404',
      '201',
      '404',
    ]);
    expect(statuses(await send([wrong, wrong, user('c')]))).toEqual(['404', '404', '201']);
  });

  it.each([
    ['an unknown bulkId', group('g', 'bulkId:unknown'), '400'],
    ['a POST without a bulkId', { method: 'POST', path: '/Users', data: {} }, '400'],
    ['an unknown method', { method: 'GET', path: '/Users/1' }, '400'],
    ['no path', { method: 'POST', bulkId: 'x', data: {} }, '400'],
    ['no data', { method: 'PUT', path: '/Users/1' }, '400'],
    ['an unknown endpoint', { method: 'DELETE', path: '/Schemas/x' }, '404'],
    ['a URL in place of a path', { method: 'DELETE', path: 'https://elsewhere.example/Users/1' }, '404'],
    ['a POST on a resource', { method: 'POST', bulkId: 'x', path: '/Users/1', data: {} }, '405'],
    ['a DELETE of an endpoint', { method: 'DELETE', path: '/Users' }, '405'],
    ['a number in place of an object', 7, '400'],
    ['a reference to itself', { method: 'PATCH', path: '/Users/bulkId:x', bulkId: 'x', data: {} }, '400'],
  ])('answers an operation with %s with an error, and carries out the others', async (_, operation, status) => {
    expect(statuses(await send([operation, user('ok')]))).toEqual([status, '201']);
  });

  it('refuses an operation that depends on a failed one, or whose bulkId is used twice', async () => {
    const answer = await send([
      { method: 'POST', path: '/Nowhere', bulkId: 'a', data: {} },
      group('g', 'bulkId:a'),
      { method: 'PATCH', path: '/Groups/bulkId:g', data: { Operations: [] } },
      user('twice'),
      user('twice'),
    ]);
    expect(statuses(answer)).toEqual(['404', '409', '409', '201', '400']);
  });

  it('costs about the same CPU in any order of its operations', async () => {
    const chain = Array.from({ length: 600 }, (_, index) =>
      index === 599 ? group('g599') : group(`g${index}`, `bulkId:g${index + 1}`),
    );
    const passes: number[] = [];
    for (const operations of [[...chain].reverse(), chain]) {
      // The CPU time of this process: unlike the time on the clock, it does not depend on how busy the machine is.
      const before = process.cpuUsage();
      const answer = await send(operations);
      const { user, system } = process.cpuUsage(before);
      passes.push(user + system);
      expect(new Set(statuses(answer))).toEqual(new Set(['201']));
    }
    expect((passes[1] ?? 0) / (passes[0] ?? 1)).toBeLessThan(10);
  });

  it('passes the version of an operation on as If-Match', async () => {
    await send([{ method: 'DELETE', path: '/Users/1', version: 'W/"1"' }]);
    expect(test.users.calls[0]?.context.ifMatch).toBe('W/"1"');
  });

  it.each([
    ['no schemas', { schemas: [] }, 400],
    ['no array of operations', { Operations: {} }, 400],
    ['a failOnErrors that is not a number', { failOnErrors: 'x' }, 400],
  ])('is refused as a whole with %s', async (_, extra, status) => {
    const answer = await send([user('a')], extra);
    expect(answer.json()).toMatchObject({ status: String(status), scimType: 'invalidSyntax' });
    expect(test.users.calls).toEqual([]);
  });

  it('is refused with 413 for too many operations or bytes, and the detail names the limit', async () => {
    const many = await send(Array.from({ length: 1_001 }, () => ({ method: 'DELETE', path: '/Users/1' })));
    expect(many.json()).toMatchObject({ status: '413', detail: expect.stringContaining('maxOperations') });
    const large = await send([user('a', { title: 'x'.repeat(200_001) })]);
    expect(large.json()).toMatchObject({ status: '413', detail: expect.stringContaining('200000') });
    expect(test.users.calls).toEqual([]);
  });

  it('answers 500 without detail for an unexpected error, and logs the error', async () => {
    test.users.before = () => {
      throw new Error('secret');
    };
    const answer = await send([user('a')]);
    expect(statuses(answer)).toEqual(['500']);
    expect(answer.body).not.toContain('secret');
    expect(test.logged().some(({ msg }) => msg === 'a bulk operation failed unexpectedly')).toBe(true);
  });
});
