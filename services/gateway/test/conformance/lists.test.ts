import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { as, core, coreGroup, enterprise, message, query, type Server, startServer, strict } from './server.ts';

let server: Server;
/** Ids of the people that the tests are about, by the local part of their names. */
const ids = new Map<string, string>();

beforeAll(async () => {
  server = await startServer();
  const people = [
    { userName: 'list-ada@example.com', displayName: 'Ada B', title: 'b', nickName: 'list', externalId: 'L1' },
    { userName: 'list-bob@example.com', displayName: 'Bob', title: 'a', nickName: 'list', active: false },
    { userName: 'list-cat@example.com', displayName: 'cat', nickName: 'list', [enterprise]: { department: 'Law' } },
  ];
  for (const person of people) {
    const { body } = await server.user({ schemas: [core, enterprise], ...person });
    ids.set(person.userName.slice(5, 8), body.id);
  }
});
afterAll(() => server[Symbol.asyncDispose]());

const users = (parameters: Readonly<Record<string, string | number>>, headers = {}) =>
  server.call('GET', query('/Users', parameters), undefined, headers);
const found = async (filter: string) =>
  (await users({ filter })).body.Resources.map(({ userName }: { userName: string }) => userName.slice(5, 8)).sort();
const mine = 'nickName eq "list"';
const refusal = async (parameters: Readonly<Record<string, string | number>>) => {
  const { status, body } = await users(parameters);
  return [status, body.scimType];
};

describe('E. read, list, filter', () => {
  it('RFC-R050 reads a resource, and knows no other, whatever its id looks like', async () => {
    expect((await server.call('GET', `/Users/${ids.get('ada')}`)).status).toBe(200);
    for (const id of ['00000000-0000-4000-8000-000000000000', '0', 'nobody', '%00', "'--"]) {
      const { status, body } = await server.call('GET', `/Users/${id}`);
      expect([status, body.schemas]).toEqual([404, [message('Error')]]);
    }
  });

  it('RFC-R051 lists in a ListResponse with integers', async () => {
    expect((await users({ filter: mine })).body).toMatchObject({
      schemas: [message('ListResponse')],
      totalResults: 3,
      startIndex: 1,
      itemsPerPage: 3,
      Resources: expect.any(Array),
    });
  });

  it('RFC-R052 lists nobody where nobody is', async () => {
    expect((await users({ filter: 'userName eq "7d420df3-nobody"' })).body).toMatchObject({
      totalResults: 0,
      Resources: [],
    });
  });

  it('RFC-R053 RFC-R073 RFC-R074 shows a part of many, and counts all', async () => {
    expect((await users({ filter: mine, count: 2 })).body).toMatchObject({ totalResults: 3, itemsPerPage: 2 });
    expect((await users({ filter: mine, startIndex: 3, count: 2 })).body).toMatchObject({
      totalResults: 3,
      itemsPerPage: 1,
    });
    expect((await users({ filter: mine, startIndex: 1000 })).body).toMatchObject({
      totalResults: 3,
      itemsPerPage: 0,
      Resources: [],
    });
  });

  it('RFC-R054 RFC-R055 finds users and groups at once; what a type has not does not match', async () => {
    const group = await server.group({ displayName: 'cat' });
    const list = await server.call('GET', query('/', { filter: 'displayName eq "cat"', sortBy: 'displayName' }));
    expect(list.body).toMatchObject({ totalResults: 2, itemsPerPage: 2 });
    expect(list.body.Resources.map(({ id }: { id: string }) => id).sort()).toEqual(
      [ids.get('cat'), group.body.id].sort(),
    );
    const types = list.body.Resources.map(({ meta }: { meta: { resourceType: string } }) => meta.resourceType).sort();
    expect(types).toEqual(['Group', 'User']);
    const one = await server.call('GET', query('/', { filter: 'displayName eq "cat" and userName pr' }));
    expect(one.body.Resources.map(({ id }: { id: string }) => id)).toEqual([ids.get('cat')]);
    const second = await server.call('GET', query('/', { filter: 'displayName eq "cat"', startIndex: 2, count: 1 }));
    expect(second.body).toMatchObject({ totalResults: 2, itemsPerPage: 1, Resources: [{ id: group.body.id }] });
    expect((await server.call('GET', query('/', { filter: 'shoeSize eq 1' }))).body.scimType).toBe('invalidFilter');
  });

  it('RFC-R056 refuses a filter that it does not understand', async () => {
    expect(await refusal({ filter: 'userName regex ".*"' })).toEqual([400, 'invalidFilter']);
    expect(await refusal({ filter: 'shoeSize eq 1' })).toEqual([400, 'invalidFilter']);
  });

  it('RFC-R057 RFC-R058 knows every operator, in any case of letters', async () => {
    const answers: Readonly<Record<string, readonly string[]>> = {
      'title EQ "a"': ['bob'],
      'title ne "a"': ['ada', 'cat'],
      'displayName co "a"': ['ada', 'cat'],
      'DISPLAYNAME Sw "b"': ['bob'],
      'userName ew "ob@example.com"': ['bob'],
      'title Pr': ['ada', 'bob'],
      'title gt "a"': ['ada'],
      'title ge "a"': ['ada', 'bob'],
      'title lt "b"': ['bob'],
      'title le "b"': ['ada', 'bob'],
      'not (title pr)': ['cat'],
      'active eq false': ['bob'],
    };
    for (const [filter, expected] of Object.entries(answers)) {
      expect([filter, await found(`${filter} and ${mine}`)]).toEqual([filter, expected]);
    }
  });

  it('RFC-R059 binds not before and, and before or', async () => {
    expect(await found(`title eq "a" or title eq "b" and displayName eq "nobody" and ${mine}`)).toEqual(['bob']);
    expect(await found(`(title eq "a" or title eq "b") and ${mine}`)).toEqual(['ada', 'bob']);
    expect(await found(`not (title eq "a") and title pr and ${mine}`)).toEqual(['ada']);
  });

  it('RFC-R061 refuses to order booleans', async () => {
    expect(await refusal({ filter: 'active gt true' })).toEqual([400, 'invalidFilter']);
  });

  it('RFC-R062 takes a complex attribute for present when a part of it is', async () => {
    expect(await found(`name pr and ${mine}`)).toEqual(['ada', 'bob', 'cat']);
    expect(await found(`addresses pr and ${mine}`)).toEqual([]);
  });

  it('RFC-R063 RFC-R064 looks at each value of several, and at one value in brackets', async () => {
    expect(await found(`emails co "list-b" and ${mine}`)).toEqual(['bob']);
    expect(await found(`emails[type eq "work" and value sw "list-c"] and ${mine}`)).toEqual(['cat']);
    expect(await found(`emails[type eq "home" and value sw "list-c"] and ${mine}`)).toEqual([]);
  });

  it('RFC-R065 takes no brackets within brackets, and not without a blank', async () => {
    expect(await refusal({ filter: 'emails[type[value eq "x"] eq "y"]' })).toEqual([400, 'invalidFilter']);
    expect(await found(`not(title pr) and ${mine}`)).toEqual(['cat']);
  });

  it('RFC-R066 reads values as JSON', async () => {
    expect(await found(`displayName eq "\\u0042ob" and ${mine}`)).toEqual(['bob']);
    for (const filter of ["userName eq 'x'", 'userName eq x', 'userName eq "a']) {
      expect(await refusal({ filter })).toEqual([400, 'invalidFilter']);
    }
  });

  it('RFC-R067 takes names with their URN, in any case of letters', async () => {
    expect(await found(`${core.toUpperCase()}:TITLE eq "a" and ${mine}`)).toEqual(['bob']);
    expect(await found(`${enterprise}:department eq "law" and ${mine}`)).toEqual(['cat']);
    const shown = await users({ filter: mine, attributes: `${enterprise}:department`, sortBy: `${core}:userName` });
    expect(shown.body.Resources[2]).toMatchObject({ [enterprise]: { department: 'Law' } });
  });

  it('RFC-R068 SEC-R4 refuses monstrous filters', async () => {
    const deep = `${'('.repeat(5_000)}title pr${')'.repeat(5_000)}`;
    const wide = Array.from({ length: 5_000 }, () => 'title pr').join(' or ');
    for (const filter of [deep, wide]) {
      const search = { schemas: [message('SearchRequest')], filter };
      const refused = await server.call('POST', '/Users/.search', search);
      expect([refused.status, refused.body.scimType]).toEqual([400, 'invalidFilter']);
    }
  });

  it('RFC-R069 RFC-R070 orders by what is asked for, those without it last, or first when descending', async () => {
    const order = async (parameters: Readonly<Record<string, string>>) =>
      (await users({ filter: mine, ...parameters })).body.Resources.map(({ userName }: { userName: string }) =>
        userName.slice(5, 8),
      );
    expect(await order({ sortBy: 'title' })).toEqual(['bob', 'ada', 'cat']);
    expect(await order({ sortBy: 'title', sortOrder: 'descending' })).toEqual(['cat', 'ada', 'bob']);
    expect(await order({ sortBy: 'displayName' })).toEqual(['ada', 'bob', 'cat']);
    expect(await order({ sortBy: 'emails', sortOrder: 'descending' })).toEqual(['cat', 'bob', 'ada']);
    expect(await refusal({ sortBy: 'shoeSize' })).toEqual([400, 'invalidValue']);
  });

  it('RFC-R071 RFC-R072 takes a start below one for one, a negative count for none', async () => {
    for (const startIndex of [0, -5]) {
      expect((await users({ filter: mine, startIndex })).body).toMatchObject({ startIndex: 1, itemsPerPage: 3 });
    }
    for (const count of [0, -1]) {
      expect((await users({ filter: mine, count })).body).toMatchObject({
        totalResults: 3,
        itemsPerPage: 0,
        Resources: [],
      });
    }
  });

  it('RFC-R075 keeps one order from page to page, while others come', async () => {
    const names: string[] = [];
    for (let startIndex = 1; ; startIndex += 2) {
      const { body } = await users({ startIndex, count: 2 });
      names.push(...body.Resources.map(({ userName }: { userName: string }) => userName));
      if (startIndex + 2 > body.totalResults) break;
      if (startIndex < 4) await server.user({ userName: `aaa${startIndex}@example.com` });
    }
    expect(new Set(names).size).toBe(names.length);
    for (const name of ['ada', 'bob', 'cat']) expect(names).toContain(`list-${name}@example.com`);
  });

  it('RFC-R076 refuses a count that is no integer', async () => {
    expect(await refusal({ count: 'abc' })).toEqual([400, 'invalidValue']);
    expect(await refusal({ startIndex: '1.5' })).toEqual([400, 'invalidValue']);
  });

  it('RFC-R077 RFC-R078 shows what is asked for, or all but what is not wanted; id and schemas always', async () => {
    const names = async (parameters: Readonly<Record<string, string>>) => {
      const { body } = await server.call('GET', query(`/Users/${ids.get('ada')}`, parameters));
      return Object.keys(body).sort();
    };
    expect(await names({ attributes: 'userName' })).toEqual(['id', 'schemas', 'userName']);
    expect(await names({ attributes: 'nobody' })).toEqual(['id', 'schemas']);
    const rest = await names({ excludedAttributes: 'id,schemas,emails,name.givenName' });
    expect(rest).toContain('id');
    expect(rest).not.toContain('emails');
    const { body } = await users({ filter: mine, excludedAttributes: 'name.givenName' });
    expect(body.Resources[0].name).not.toHaveProperty('givenName');
    expect(body.Resources[0].name).toHaveProperty('familyName');
  });

  it('RFC-R081 RFC-R082 answers a search in a body as one in the URL', async () => {
    const search = {
      schemas: [message('SearchRequest')],
      filter: mine,
      count: 2,
      sortBy: 'title',
      attributes: ['title'],
    };
    const inUrl = await users({ filter: mine, count: 2, sortBy: 'title', attributes: 'title' });
    expect((await server.call('POST', '/Users/.search', search)).body).toEqual(inUrl.body);
    const root = { ...search, filter: `${mine} and userName pr` };
    expect((await server.call('POST', '/.search', root)).body).toMatchObject({ totalResults: 3, itemsPerPage: 2 });
    for (const path of ['/Users/.search', '/Groups/.search', '/.search']) {
      expect((await server.call('POST', path, { filter: mine })).body.scimType).toBe('invalidSyntax');
    }
  });

  it('RFC-R083 answers no question about a password', async () => {
    expect(await refusal({ filter: 'password eq "x"' })).toEqual([400, 'invalidFilter']);
    expect((await server.call('GET', query('/', { filter: 'password pr' }))).body.scimType).toBe('invalidFilter');
  });

  it('RFC-R084 SEC-R17 writes no filter into its log', async () => {
    await users({ filter: 'userName eq "very-private@example.com"' });
    await users({ filter: 'userName eq "very-private' });
    expect(server.log()).not.toContain('very-private');
  });
});

describe('L. paging by cursor', () => {
  const page = (cursor: string, more = {}, headers = {}) => users({ filter: mine, count: 2, cursor, ...more }, headers);

  it('RFC-R133 goes to the end, and names a next page only where there is one', async () => {
    const first = await page('');
    expect(first.body).toMatchObject({ itemsPerPage: 2, nextCursor: expect.any(String) });
    expect(first.body).not.toHaveProperty('previousCursor');
    expect(first.body).not.toHaveProperty('startIndex');
    const second = await page(first.body.nextCursor);
    expect(second.body.itemsPerPage).toBe(1);
    expect(second.body).not.toHaveProperty('nextCursor');
    const seen = [...first.body.Resources, ...second.body.Resources].map(({ id }: { id: string }) => id);
    expect(seen.sort()).toEqual([...ids.values()].sort());
    const groups = await server.call('GET', query('/Groups', { cursor: '', count: 1 }));
    expect(groups.body.Resources[0].schemas).toEqual([coreGroup]);
  });

  it('RFC-R134 refuses a cursor that it did not give, and a count that is none', async () => {
    expect(await refusal({ cursor: 'nonsense' })).toEqual([400, 'invalidCursor']);
    expect(await refusal({ cursor: '', count: 'x' })).toEqual([400, 'invalidCount']);
    expect((await server.call('GET', '/?cursor=')).body.scimType).toBe('invalidCursor');
  });

  it('RFC-R136 takes a cursor only from whom it gave it to, for the query it gave it for', async () => {
    const { nextCursor } = (await page('')).body;
    expect((await page(nextCursor, {}, as(strict))).body.scimType).toBe('invalidCursor');
    expect((await page(nextCursor, { filter: 'title pr' })).body.scimType).toBe('invalidCursor');
    expect((await page(nextCursor, {}, { authorization: undefined })).status).toBe(401);
  });
});
