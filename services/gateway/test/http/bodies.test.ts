import { Readable } from 'node:stream';
import { messageUrn } from '@scim-gateway/scim';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { authorized, createTestApp, type TestApp, tokens } from '../support/gateway-app.ts';

let test: TestApp;
beforeAll(async () => {
  test = await createTestApp();
});
afterAll(() => test.app.close());
beforeEach(() => {
  test.users.calls.length = 0;
});

const post = (
  payload: string | Buffer,
  headers: Record<string, string> = { 'content-type': 'application/scim+json' },
) => test.app.inject({ method: 'POST', url: '/scim/v2/Users', headers: { ...authorized, ...headers }, payload });

describe('the body of a request', () => {
  it.each([
    'application/scim+json',
    'application/json',
    'application/scim+json; charset=utf-8',
    'application/json;charset=UTF-8',
    'application/scim+json; charset=iso-8859-1',
    'APPLICATION/SCIM+JSON',
    'application/json; odata.metadata=none',
  ])('is accepted with the media type %s', async (type) => {
    expect((await post('{"userName":"a"}', { 'content-type': type })).statusCode).toBe(201);
  });

  it('is accepted without a media type', async () => {
    expect((await post('{"userName":"a"}', { 'content-type': '' })).statusCode).not.toBe(500);
    const { 'content-type': _none, ...headers } = { 'content-type': '', ...authorized };
    const answer = await test.app.inject({
      method: 'POST',
      url: '/scim/v2/Users',
      headers,
      payload: Buffer.from('{"userName":"a"}'),
    });
    expect(answer.statusCode).toBe(201);
  });

  it.each([
    'text/plain',
    'application/xml',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'nonsense',
  ])('is refused with 415 if its media type is %s', async (type) => {
    expect((await post('{"userName":"a"}', { 'content-type': type })).json()).toMatchObject({ status: '415' });
  });

  it.each([
    ['empty', ''],
    ['only white space', ' \r\n '],
    ['half an object', '{"userName":'],
    ['form data', 'userName=a'],
    ['two values', '{}{}'],
    ['XML', '<user/>'],
    ['JSON with a comment', '{/**/}'],
    ['not valid UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
    ['JSON with a raw control character', '{"userName":"a\u0000"}'],
    ['an array', '[]'],
    ['null', 'null'],
    ['a number', '7'],
    ['an object with the attribute __proto__', '{"userName":"a","__proto__":{"isAdmin":true}}'],
    ['an object whose sub-attribute is __proto__', '{"name":{"__proto__":{"x":1}}}'],
    ['an object with the attribute __proto__, escaped', '{"userName":"a","__pr\\u006fto__":{"isAdmin":true}}'],
    ['an array 100,000 levels deep', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
    ['an object 10,000 levels deep', `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`],
  ])('is refused with 400 invalidSyntax if it is %s', async (_what, payload) => {
    const answer = await post(payload);
    expect(answer.json()).toMatchObject({ status: '400', scimType: 'invalidSyntax' });
    expect(answer.json().detail).not.toContain('userName":');
  });

  it.each([
    '{"userName":"a\\u0000b"}',
    '{"userName":"\\ud800"}',
    '{"a\\u0000":1}',
    '{"emails":[{"value":"\\udc00x"}]}',
  ])('is refused with 400 invalidValue if a string has a NUL character or a lone surrogate: %s', async (payload) => {
    expect((await post(payload)).json()).toMatchObject({ status: '400', scimType: 'invalidValue' });
    expect(test.users.calls).toEqual([]);
  });

  it('may contain any other Unicode text, escaped or not, and a byte order mark', async () => {
    expect((await post('{"userName":"\\ud83d\\ude00 Zoë \\u00e9 𝒜"}')).json().userName).toBe('😀 Zoë é 𝒜');
    expect((await post('\ufeff{"userName":"b"}')).json().userName).toBe('b');
  });

  it.each([
    '{"userName":"first","userName":"last"}',
    '{"userName":"a","name":{"givenName":"x","givenName":"y"}}',
    '{"userName":"a","user\\u004eame":"b"}',
    '[{"a":1,"a":1}]',
  ])('is refused with 400 invalidSyntax if an object has an attribute twice: %s', async (payload) => {
    expect((await post(payload)).json()).toMatchObject({ status: '400', scimType: 'invalidSyntax' });
    expect(test.users.calls).toEqual([]);
  });

  it('may contain colons, quotes and backslashes in its strings without being taken for duplicates', async () => {
    const userName = ':"\\":\\\\":{"a":1}\\';
    const payload = JSON.stringify({ userName, emails: [{ value: 'a:b' }, { value: '\\"' }], 'urn:x:y': { ':': ':' } });
    expect((await post(payload)).json().userName).toBe(userName);
  });

  it('SEC-R10: cannot change the prototypes of objects by any attribute name', async () => {
    await post('{"userName":"a","constructor":{"prototype":{"isAdmin":true}},"toString":1}');
    await post('{"__proto__":{"isAdmin":true}}');
    expect(({} as Record<string, unknown>)['isAdmin']).toBeUndefined();
    expect(test.users.calls.every(({ body }) => Object.getPrototypeOf(body) === Object.prototype)).toBe(true);
  });

  it('is not required of DELETE and GET by a Content-Type header', async () => {
    const remove = (headers: Record<string, string>) =>
      test.app.inject({ method: 'DELETE', url: '/scim/v2/Users/1', headers: { ...authorized, ...headers } });
    for (const type of ['application/scim+json', 'application/json; charset=utf-8', 'text/plain']) {
      expect((await remove({ 'content-type': type })).statusCode).toBe(404);
    }
    const get = await test.app.inject({
      url: '/scim/v2/Users',
      headers: { ...authorized, 'content-type': 'application/scim+json' },
    });
    expect(get.statusCode).toBe(200);
  });
});

describe('the media type of an answer', () => {
  const typeFor = async (accept: string | undefined, token = tokens.tolerant) => {
    const headers = { authorization: `Bearer ${token}`, ...(accept === undefined ? {} : { accept }) };
    const answer = await test.app.inject({ url: '/scim/v2/Users', headers });
    return answer.statusCode === 200 ? answer.headers['content-type'] : answer.statusCode;
  };

  it.each([
    [undefined, 'application/scim+json'],
    ['*/*', 'application/scim+json'],
    ['application/*', 'application/scim+json'],
    ['application/scim+json', 'application/scim+json'],
    ['application/scim+json, application/json', 'application/scim+json'],
    ['application/json, text/plain, */*', 'application/scim+json'],
    ['application/json', 'application/json'],
    ['Application/JSON; charset=utf-8', 'application/json'],
    ['application/json, text/html;q=0.9', 'application/json'],
    ['application/json, application/scim+json;q=0.5', 'application/json'],
    ['application/scim+json;q=0, */*', 'application/json'],
    ['text/html', 'application/scim+json'],
    ['', 'application/scim+json'],
    [';;,q', 'application/scim+json'],
  ])('with Accept: %s is %s', async (accept, expected) => {
    expect(await typeFor(accept)).toBe(expected);
  });

  it('that the gateway does not support is refused with 406 only in the strict profile', async () => {
    expect(await typeFor('text/html', tokens.strict)).toBe(406);
    expect(await typeFor('application/json', tokens.strict)).toBe('application/json');
    expect(await typeFor(undefined, tokens.strict)).toBe('application/scim+json');
  });

  it('is negotiated for an error as for a success', async () => {
    const answer = await test.app.inject({
      url: '/scim/v2/nope',
      headers: { ...authorized, accept: 'application/json' },
    });
    expect(answer.headers['content-type']).toBe('application/json');
  });
});

describe('BODY_LIMIT_BYTES', () => {
  it.each(['/Users', '/Users/.search', '/Groups', '/Groups/.search', '/.search', '/Bulk'])(
    'bounds the body of POST %s, with and without Content-Length',
    async (path) => {
      const limited = await createTestApp({ bodyLimitBytes: 2_000 });
      const url = `/scim/v2${path}`;
      const payload = JSON.stringify({ schemas: [messageUrn.searchRequest], filter: 'x'.repeat(2_000) });
      const headers = { ...authorized, 'content-type': 'application/scim+json' };
      const announced = await limited.app.inject({ method: 'POST', url, headers, payload });
      expect(announced.json()).toMatchObject({ status: '413', detail: expect.stringContaining('2000') });
      const streamed = await limited.app.inject({ method: 'POST', url, headers, payload: Readable.from([payload]) });
      expect(streamed.json()).toMatchObject({ status: '413' });
      await limited.app.close();
    },
  );
});
