import { conflict, messageUrn, schemaUrn, unavailable, uniqueness } from '@scim-gateway/scim';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { authorized, createTestApp, type TestApp } from '../support/gateway-app.ts';

const ada = { schemas: [schemaUrn.user], userName: 'ada@example.com', displayName: 'Ada' };
const scim = { 'content-type': 'application/scim+json' };

let test: TestApp;
beforeEach(async () => {
  test = await createTestApp();
});
afterEach(() => test.app.close());

const send = (
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD' | 'OPTIONS',
  url: string,
  body?: unknown,
  headers = {},
) =>
  test.app.inject({
    method,
    url: `/scim/v2${url}`,
    headers: { ...authorized, ...(body === undefined ? {} : scim), ...headers },
    ...(body === undefined ? {} : { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
  });

describe('the routes of a resource type', () => {
  it('create a resource with 201, Location and the resource', async () => {
    const answer = await send('POST', '/Users', ada);
    const body = answer.json();
    expect(answer.statusCode).toBe(201);
    expect(answer.headers['content-type']).toBe('application/scim+json');
    expect(answer.headers.location).toBe(body.meta.location);
    expect(body).toMatchObject({ userName: 'ada@example.com', id: expect.any(String) });
    expect(test.users.calls[0]?.body).toEqual(ada);
  });

  it('read, replace and delete a resource', async () => {
    const { id } = (await send('POST', '/Users', ada)).json();
    expect((await send('GET', `/Users/${id}`)).json()).toMatchObject(ada);
    const replaced = await send('PUT', `/Users/${id}`, { ...ada, displayName: 'Ada L' });
    expect(replaced.statusCode).toBe(200);
    expect(replaced.json().displayName).toBe('Ada L');
    const deleted = await send('DELETE', `/Users/${id}`);
    expect(deleted.statusCode).toBe(204);
    expect(deleted.body).toBe('');
    expect((await send('GET', `/Users/${id}`)).statusCode).toBe(404);
    expect((await send('DELETE', `/Users/${id}`)).json()).toMatchObject({ schemas: [messageUrn.error], status: '404' });
  });

  it('answer a PATCH with the resource, or with 204 if the use case returns none', async () => {
    const patch = { schemas: [messageUrn.patchOp], Operations: [{ op: 'replace', path: 'displayName', value: 'A' }] };
    const user = (await send('POST', '/Users', ada)).json();
    const group = (await send('POST', '/Groups', { schemas: [schemaUrn.group], displayName: 'Team' })).json();
    const shown = await send('PATCH', `/Users/${user.id}`, patch);
    expect([shown.statusCode, shown.json().id]).toEqual([200, user.id]);
    const silent = await send('PATCH', `/Groups/${group.id}`, patch);
    expect([silent.statusCode, silent.body, silent.headers['content-type']]).toEqual([204, '', undefined]);
  });

  it('list in a ListResponse, also without a match', async () => {
    const empty = (await send('GET', '/Users?filter=userName+eq+%22unknown%22')).json();
    expect(empty).toEqual({
      schemas: [messageUrn.listResponse],
      totalResults: 0,
      startIndex: 1,
      itemsPerPage: 0,
      Resources: [],
    });
    await send('POST', '/Users', ada);
    expect((await send('GET', '/Users')).json()).toMatchObject({ totalResults: 1, itemsPerPage: 1 });
  });

  it('project every answer by attributes and excludedAttributes', async () => {
    const created = await send('POST', '/Users?attributes=userName', ada);
    expect(Object.keys(created.json()).sort()).toEqual(['id', 'schemas', 'userName']);
    const { id } = created.json();
    for (const answer of [
      await send('GET', `/Users/${id}?attributes=displayName`),
      await send('PUT', `/Users/${id}?attributes=displayName`, ada),
      await send('PATCH', `/Users/${id}?attributes=displayName`, { Operations: [] }),
    ]) {
      expect(Object.keys(answer.json()).sort()).toEqual(['displayName', 'id', 'schemas']);
    }
    const [listed] = (await send('GET', '/Users?excludedAttributes=displayName,meta')).json().Resources;
    expect(Object.keys(listed).sort()).toEqual(['id', 'schemas', 'userName']);
    expect((await send('GET', '/Users?attributes=id&excludedAttributes=id')).json()).toMatchObject({
      status: '400',
      scimType: 'invalidValue',
    });
  });

  it('return attributes of extensions', async () => {
    const extended = { ...ada, [schemaUrn.enterpriseUser]: { department: 'R&D' } };
    expect((await send('POST', '/Users', extended)).json()[schemaUrn.enterpriseUser]).toEqual({ department: 'R&D' });
  });

  it('search by POST like by GET, and refuse bodies that are not a SearchRequest', async () => {
    await send('POST', '/Users', ada);
    const search = {
      schemas: [messageUrn.searchRequest],
      filter: 'userName pr',
      startIndex: 1,
      count: 5,
      attributes: ['userName'],
    };
    const answer = await send('POST', '/Users/.search', search);
    expect(answer.statusCode).toBe(200);
    expect(answer.json().Resources).toEqual([
      { schemas: [schemaUrn.user], id: expect.any(String), userName: ada.userName },
    ]);
    expect(test.users.calls.at(-1)?.query).toMatchObject({ filter: 'userName pr', startIndex: 1, count: 5 });
    for (const wrong of [
      { ...search, schemas: [] },
      [],
      'null',
      { ...search, attributes: 'userName' },
      { ...search, count: '5' },
    ]) {
      expect((await send('POST', '/Users/.search', wrong)).statusCode).toBe(400);
    }
  });

  it('decode query parameters like forms: + is a space, %2B a plus sign', async () => {
    await send('GET', '/Users?filter=userName+eq+%22a%2Bb@example.com%22&startIndex=3&count=7');
    expect(test.users.calls[0]?.query).toMatchObject({
      filter: 'userName eq "a+b@example.com"',
      startIndex: 3,
      count: 7,
    });
  });

  it('ignore unknown parameters, and clamp startIndex and count to their limits', async () => {
    await send('GET', '/Users?aadOptscim062020&startIndex=-5&count=-1&sortBy=userName&x[]=1');
    expect(test.users.calls[0]?.query).toMatchObject({ startIndex: 1, count: 0 });
    await send('GET', '/Users?count=999999');
    expect(test.users.calls[1]?.query).toMatchObject({ startIndex: 1, count: 1000 });
    await send('GET', '/Users?filter=');
    expect(test.users.calls[2]?.query).not.toHaveProperty('filter');
  });

  it.each(['count=abc', 'startIndex=1.5', 'filter=a&filter=b', 'attributes=a&attributes=b'])(
    'refuse the query %s',
    async (query) => {
      expect((await send('GET', `/Users?${query}`)).json()).toMatchObject({ status: '400', scimType: 'invalidValue' });
    },
  );

  it('pass the principal, the tolerance and the stop signal to the use case', async () => {
    let abortedMeanwhile: boolean | undefined;
    test.users.before = ({ context }) => {
      abortedMeanwhile = context.signal.aborted;
    };
    await send('GET', '/Users');
    const context = test.users.calls[0]?.context;
    expect(context?.principal).toMatchObject({ credential: 'entra-1', provider: 'entra', profile: 'tolerant' });
    expect(context?.tolerance.profile).toBe('tolerant');
    expect(abortedMeanwhile).toBe(false);
  });

  it('render the error of a use case, with the headers of its status', async () => {
    test.users.before = () => {
      throw unavailable('Collate does not answer.', 4.2);
    };
    const answer = await send('GET', '/Users');
    expect([answer.statusCode, answer.headers['retry-after']]).toEqual([503, '5']);
    expect(answer.json()).toEqual({ schemas: [messageUrn.error], status: '503', detail: 'Collate does not answer.' });
    for (const [error, scimType] of [
      [uniqueness('taken'), 'uniqueness'],
      [conflict('busy'), undefined],
    ] as const) {
      test.users.before = () => {
        throw error;
      };
      const conflicting = await send('POST', '/Users', ada);
      expect([conflicting.statusCode, conflicting.json().scimType]).toEqual([409, scimType]);
    }
  });

  it.each([
    ['POST', '/Users/2819c223-7f76-453a-919d-413861904646', 'GET, HEAD, PUT, PATCH, DELETE, OPTIONS'],
    ['DELETE', '/Users', 'GET, HEAD, POST, OPTIONS'],
    ['PUT', '/Groups', 'GET, HEAD, POST, OPTIONS'],
    ['GET', '/Users/.search', 'POST, OPTIONS'],
    ['POST', '/Schemas', 'GET, HEAD, OPTIONS'],
    ['PUT', '/ResourceTypes/User', 'GET, HEAD, OPTIONS'],
    ['PATCH', '/ServiceProviderConfig', 'GET, HEAD, OPTIONS'],
  ] as const)('answer %s %s with 405 and the allowed methods', async (method, url, allowed) => {
    const answer = await send(method, url, method === 'GET' ? undefined : {});
    expect([answer.statusCode, answer.headers.allow]).toEqual([405, allowed]);
    expect(answer.json()).toMatchObject({
      schemas: [messageUrn.error],
      status: '405',
      detail: `Allowed methods: ${allowed}.`,
    });
  });

  it('answer OPTIONS with the allowed methods, and HEAD with the header of GET', async () => {
    expect((await send('OPTIONS', '/Users')).headers.allow).toBe('GET, HEAD, POST, OPTIONS');
    const head = await send('HEAD', '/Users');
    expect([head.statusCode, head.body]).toEqual([200, '']);
  });

  it.each(['/nope', '/Users/x/y', '/users', '/USERS', '/Users.', '/Devices'])(
    'answer the unknown path %s with a SCIM error',
    async (url) => {
      const answer = await send('GET', url);
      expect(answer.statusCode).toBe(404);
      expect(answer.json()).toMatchObject({ schemas: [messageUrn.error] });
    },
  );

  it.each(['/Me'])('answer %s with 501', async (url) => {
    expect((await send('POST', url, {})).json()).toMatchObject({ schemas: [messageUrn.error], status: '501' });
  });

  it('ignore a double slash and a trailing slash', async () => {
    expect((await send('GET', '//Users')).statusCode).toBe(200);
    expect((await send('GET', '/Users/')).statusCode).toBe(200);
  });

  it('look up ids of any form, and refuse a path that is malformed or too long', async () => {
    for (const id of ['0', '%00', 'a%2Fb', 'x'.repeat(500), '%F0%9F%98%80']) {
      const answer = await send('GET', `/Users/${id}`);
      expect([id, answer.statusCode]).toEqual([id, 404]);
    }
    expect((await send('GET', '/Users/%ED%A0%80')).json()).toMatchObject({
      status: '400',
      schemas: [messageUrn.error],
    });
    expect((await send('GET', `/Users/${'x'.repeat(2000)}`)).json()).toMatchObject({ status: '414' });
  });

  it('refuse a filter with a NUL character or a lone surrogate', async () => {
    for (const filter of ['userName eq "a\u0000"', 'userName eq "a\\u0000"', 'userName eq "\\ud800"']) {
      const answer = await send('GET', `/Users?filter=${encodeURIComponent(filter)}`);
      expect(answer.json()).toMatchObject({ status: '400', scimType: 'invalidFilter' });
    }
    expect((await send('GET', `/Users?filter=${encodeURIComponent('userName eq "\\ud83d\\ude00"')}`)).statusCode).toBe(
      200,
    );
  });
});

describe('read-only mode', () => {
  it('refuses every write with 403 while it is on, and serves reads', async () => {
    const { id } = (await send('POST', '/Users', ada)).json();
    test.readOnly.isOn = true;
    for (const [method, url] of [
      ['POST', '/Users'],
      ['PUT', `/Users/${id}`],
      ['PATCH', `/Users/${id}`],
      ['DELETE', `/Users/${id}`],
    ] as const) {
      const answer = await send(method, url, method === 'DELETE' ? undefined : ada);
      expect(answer.json()).toMatchObject({ status: '403', detail: expect.stringContaining('read-only') });
    }
    expect(test.users.calls).toHaveLength(1);
    expect((await send('GET', `/Users/${id}`)).statusCode).toBe(200);
    expect((await send('POST', '/Users/.search', { schemas: [messageUrn.searchRequest] })).statusCode).toBe(200);
    test.readOnly.isOn = false;
    expect((await send('DELETE', `/Users/${id}`)).statusCode).toBe(204);
  });
});

describe('the scopes of a token', () => {
  it('without write permit reads, and refuse writes with 403', async () => {
    const reader = { authorization: 'Bearer reader-token-4711' };
    expect((await send('GET', '/Users', undefined, reader)).statusCode).toBe(200);
    expect((await send('POST', '/Users', ada, reader)).json()).toMatchObject({ status: '403' });
    expect(test.users.calls).toHaveLength(1);
  });
});
