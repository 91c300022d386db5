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
  it('creates with 201, Location and the resource', async () => {
    const answer = await send('POST', '/Users', ada);
    const body = answer.json();
    expect(answer.statusCode).toBe(201);
    expect(answer.headers['content-type']).toBe('application/scim+json');
    expect(answer.headers.location).toBe(body.meta.location);
    expect(body).toMatchObject({ userName: 'ada@example.com', id: expect.any(String) });
    expect(test.users.calls[0]?.body).toEqual(ada);
  });

  it('reads, replaces and deletes', async () => {
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

  it('answers a PATCH with the resource, or with 204 when the use case shows nothing', async () => {
    const patch = { schemas: [messageUrn.patchOp], Operations: [{ op: 'replace', path: 'displayName', value: 'A' }] };
    const user = (await send('POST', '/Users', ada)).json();
    const group = (await send('POST', '/Groups', { schemas: [schemaUrn.group], displayName: 'Team' })).json();
    const shown = await send('PATCH', `/Users/${user.id}`, patch);
    expect([shown.statusCode, shown.json().id]).toEqual([200, user.id]);
    const silent = await send('PATCH', `/Groups/${group.id}`, patch);
    expect([silent.statusCode, silent.body, silent.headers['content-type']]).toEqual([204, '', undefined]);
  });

  it('lists with an envelope, even when nothing is found', async () => {
    const empty = (await send('GET', '/Users?filter=userName+eq+%22nobody%22')).json();
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

  it('projects every answer as asked', async () => {
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

  it('keeps attributes of extensions and ones it has never heard of in an answer', async () => {
    const extended = { ...ada, [schemaUrn.enterpriseUser]: { department: 'R&D' } };
    expect((await send('POST', '/Users', extended)).json()[schemaUrn.enterpriseUser]).toEqual({ department: 'R&D' });
  });

  it('searches by POST with the same outcome as by GET, for the bodies that are searches', async () => {
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

  it('takes request parameters as forms encode them: + is a blank, %2B a plus', async () => {
    await send('GET', '/Users?filter=userName+eq+%22a%2Bb@example.com%22&startIndex=3&count=7');
    expect(test.users.calls[0]?.query).toMatchObject({
      filter: 'userName eq "a+b@example.com"',
      startIndex: 3,
      count: 7,
    });
  });

  it('ignores parameters it does not know and corrects windows that make no sense', async () => {
    await send('GET', '/Users?aadOptscim062020&startIndex=-5&count=-1&sortBy=userName&x[]=1');
    expect(test.users.calls[0]?.query).toMatchObject({ startIndex: 1, count: 0 });
    await send('GET', '/Users?count=999999');
    expect(test.users.calls[1]?.query).toMatchObject({ startIndex: 1, count: 1000 });
    await send('GET', '/Users?filter=');
    expect(test.users.calls[2]?.query).not.toHaveProperty('filter');
  });

  it.each(['count=abc', 'startIndex=1.5', 'filter=a&filter=b', 'attributes=a&attributes=b'])(
    'refuses %s',
    async (query) => {
      expect((await send('GET', `/Users?${query}`)).json()).toMatchObject({ status: '400', scimType: 'invalidValue' });
    },
  );

  it('tells the use case who asks, how, and when to stop', async () => {
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

  it('renders what a use case throws, with the headers of its status', async () => {
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
  ] as const)('answers %s %s with 405 and what is allowed', async (method, url, allowed) => {
    const answer = await send(method, url, method === 'GET' ? undefined : {});
    expect([answer.statusCode, answer.headers.allow]).toEqual([405, allowed]);
    expect(answer.json()).toMatchObject({ schemas: [messageUrn.error], status: '405' });
  });

  it('answers OPTIONS with what is allowed and HEAD with the head of GET', async () => {
    expect((await send('OPTIONS', '/Users')).headers.allow).toBe('GET, HEAD, POST, OPTIONS');
    const head = await send('HEAD', '/Users');
    expect([head.statusCode, head.body]).toEqual([200, '']);
  });

  it.each(['/nope', '/Users/x/y', '/users', '/USERS', '/Users.', '/Devices'])(
    'answers an unknown path %s as SCIM does',
    async (url) => {
      const answer = await send('GET', url);
      expect(answer.statusCode).toBe(404);
      expect(answer.json()).toMatchObject({ schemas: [messageUrn.error] });
    },
  );

  it.each(['/Me'])('answers %s with 501', async (url) => {
    expect((await send('POST', url, {})).json()).toMatchObject({ schemas: [messageUrn.error], status: '501' });
  });

  it('collapses double slashes and takes one at the end', async () => {
    expect((await send('GET', '//Users')).statusCode).toBe(200);
    expect((await send('GET', '/Users/')).statusCode).toBe(200);
  });

  it('looks an id up whatever it looks like', async () => {
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

  it('refuses characters in a filter that nothing can match', async () => {
    for (const filter of ['userName eq "a\u0000"', 'userName eq "a\\u0000"', 'userName eq "\\ud800"']) {
      const answer = await send('GET', `/Users?filter=${encodeURIComponent(filter)}`);
      expect(answer.json()).toMatchObject({ status: '400', scimType: 'invalidFilter' });
    }
    expect((await send('GET', `/Users?filter=${encodeURIComponent('userName eq "\\ud83d\\ude00"')}`)).statusCode).toBe(
      200,
    );
  });
});

describe('read-only mode and scopes', () => {
  it('refuses every write with 403 while it is on, and nothing else', async () => {
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

  it('refuses what the scopes of a token do not hold', async () => {
    const reader = { authorization: 'Bearer reader-token-4711' };
    expect((await send('GET', '/Users', undefined, reader)).statusCode).toBe(200);
    expect((await send('POST', '/Users', ada, reader)).json()).toMatchObject({ status: '403' });
    expect(test.users.calls).toHaveLength(1);
  });
});
