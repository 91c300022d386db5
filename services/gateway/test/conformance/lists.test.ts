import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { as, core, coreGroup, enterprise, type Harness, message, query, startHarness, strict } from './harness.ts';

let harness: Harness;
/** Ids of the users under test, by the last part of their names. */
const ids = new Map<string, string>();

beforeAll(async () => {
  harness = await startHarness();
  const inputs = [
    { userName: 'list-ada@example.com', displayName: 'Ada B', title: 'b', nickName: 'list', externalId: 'L1' },
    { userName: 'list-bob@example.com', displayName: 'Bob', title: 'a', nickName: 'list', active: false },
    { userName: 'list-cat@example.com', displayName: 'cat', nickName: 'list', [enterprise]: { department: 'Law' } },
  ];
  for (const input of inputs) {
    const { body } = await harness.user({ schemas: [core, enterprise], ...input });
    ids.set(input.userName.slice(5, 8), body.id);
  }
});
afterAll(() => harness[Symbol.asyncDispose]());

const users = (parameters: Readonly<Record<string, string | number>>, headers = {}) =>
  harness.call('GET', query('/Users', parameters), undefined, headers);
const find = async (filter: string) =>
  (await users({ filter })).body.Resources.map(({ userName }: { userName: string }) => userName.slice(5, 8)).sort();
const ofThisTest = 'nickName eq "list"';
const refusal = async (parameters: Readonly<Record<string, string | number>>) => {
  const { status, body } = await users(parameters);
  return [status, body.scimType];
};

describe('E. read, list, filter', () => {
  it('RFC-R050 returns a resource by its id, and 404 for ids of any other form', async () => {
    expect((await harness.call('GET', `/Users/${ids.get('ada')}`)).status).toBe(200);
    for (const id of ['00000000-0000-4000-8000-000000000000', '0', 'unknown', '%00', "'--"]) {
      const { status, body } = await harness.call('GET', `/Users/${id}`);
      expect([status, body.schemas]).toEqual([404, [message('Error')]]);
    }
  });

  it('RFC-R051 lists in a ListResponse with integers for its counts', async () => {
    expect((await users({ filter: ofThisTest })).body).toMatchObject({
      schemas: [message('ListResponse')],
      totalResults: 3,
      startIndex: 1,
      itemsPerPage: 3,
      Resources: expect.any(Array),
    });
  });

  it('RFC-R052 answers a filter without a match with an empty list', async () => {
    expect((await users({ filter: 'userName eq "7d420df3-unknown"' })).body).toMatchObject({
      totalResults: 0,
      Resources: [],
    });
  });

  it('RFC-R053 RFC-R073 RFC-R074 returns one page, and counts all matches in totalResults', async () => {
    expect((await users({ filter: ofThisTest, count: 2 })).body).toMatchObject({ totalResults: 3, itemsPerPage: 2 });
    expect((await users({ filter: ofThisTest, startIndex: 3, count: 2 })).body).toMatchObject({
      totalResults: 3,
      itemsPerPage: 1,
    });
    expect((await users({ filter: ofThisTest, startIndex: 1000 })).body).toMatchObject({
      totalResults: 3,
      itemsPerPage: 0,
      Resources: [],
    });
  });

  it('RFC-R054 RFC-R055 finds users and groups at once; a type without the filtered attribute does not match', async () => {
    const group = await harness.group({ displayName: 'cat' });
    const list = await harness.call('GET', query('/', { filter: 'displayName eq "cat"', sortBy: 'displayName' }));
    expect(list.body).toMatchObject({ totalResults: 2, itemsPerPage: 2 });
    expect(list.body.Resources.map(({ id }: { id: string }) => id).sort()).toEqual(
      [ids.get('cat'), group.body.id].sort(),
    );
    const types = list.body.Resources.map(({ meta }: { meta: { resourceType: string } }) => meta.resourceType).sort();
    expect(types).toEqual(['Group', 'User']);
    const one = await harness.call('GET', query('/', { filter: 'displayName eq "cat" and userName pr' }));
    expect(one.body.Resources.map(({ id }: { id: string }) => id)).toEqual([ids.get('cat')]);
    const second = await harness.call('GET', query('/', { filter: 'displayName eq "cat"', startIndex: 2, count: 1 }));
    expect(second.body).toMatchObject({ totalResults: 2, itemsPerPage: 1, Resources: [{ id: group.body.id }] });
    expect((await harness.call('GET', query('/', { filter: 'shoeSize eq 1' }))).body.scimType).toBe('invalidFilter');
  });

  it('RFC-R056 refuses an unknown operator or attribute with invalidFilter', async () => {
    expect(await refusal({ filter: 'userName regex ".*"' })).toEqual([400, 'invalidFilter']);
    expect(await refusal({ filter: 'shoeSize eq 1' })).toEqual([400, 'invalidFilter']);
  });

  it('RFC-R057 RFC-R058 supports every operator, in any letter case', async () => {
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
      expect([filter, await find(`${filter} and ${ofThisTest}`)]).toEqual([filter, expected]);
    }
  });

  it('RFC-R059 gives not precedence over and, and and over or', async () => {
    expect(await find(`title eq "a" or title eq "b" and displayName eq "unknown" and ${ofThisTest}`)).toEqual(['bob']);
    expect(await find(`(title eq "a" or title eq "b") and ${ofThisTest}`)).toEqual(['ada', 'bob']);
    expect(await find(`not (title eq "a") and title pr and ${ofThisTest}`)).toEqual(['ada']);
  });

  it('RFC-R061 refuses gt on a boolean with invalidFilter', async () => {
    expect(await refusal({ filter: 'active gt true' })).toEqual([400, 'invalidFilter']);
  });

  it('RFC-R062 matches pr on a complex attribute that has one assigned sub-attribute', async () => {
    expect(await find(`name pr and ${ofThisTest}`)).toEqual(['ada', 'bob', 'cat']);
    expect(await find(`addresses pr and ${ofThisTest}`)).toEqual([]);
  });

  it('RFC-R063 RFC-R064 compares each value of a list, and within brackets one value at a time', async () => {
    expect(await find(`emails co "list-b" and ${ofThisTest}`)).toEqual(['bob']);
    expect(await find(`emails[type eq "work" and value sw "list-c"] and ${ofThisTest}`)).toEqual(['cat']);
    expect(await find(`emails[type eq "home" and value sw "list-c"] and ${ofThisTest}`)).toEqual([]);
  });

  it('RFC-R065 refuses nested brackets, and accepts not without a space before its parenthesis', async () => {
    expect(await refusal({ filter: 'emails[type[value eq "x"] eq "y"]' })).toEqual([400, 'invalidFilter']);
    expect(await find(`not(title pr) and ${ofThisTest}`)).toEqual(['cat']);
  });

  it('RFC-R066 reads the values of a filter as JSON', async () => {
    expect(await find(`displayName eq "\\u0042ob" and ${ofThisTest}`)).toEqual(['bob']);
    for (const filter of ["userName eq 'x'", 'userName eq x', 'userName eq "a']) {
      expect(await refusal({ filter })).toEqual([400, 'invalidFilter']);
    }
  });

  it('RFC-R067 accepts attribute names with their URN, in any letter case', async () => {
    expect(await find(`${core.toUpperCase()}:TITLE eq "a" and ${ofThisTest}`)).toEqual(['bob']);
    expect(await find(`${enterprise}:department eq "law" and ${ofThisTest}`)).toEqual(['cat']);
    const shown = await users({
      filter: ofThisTest,
      attributes: `${enterprise}:department`,
      sortBy: `${core}:userName`,
    });
    expect(shown.body.Resources[2]).toMatchObject({ [enterprise]: { department: 'Law' } });
  });

  it('RFC-R068 SEC-R4 refuses filters with thousands of terms or parentheses', async () => {
    const deep = `${'('.repeat(5_000)}title pr${')'.repeat(5_000)}`;
    const wide = Array.from({ length: 5_000 }, () => 'title pr').join(' or ');
    for (const filter of [deep, wide]) {
      const search = { schemas: [message('SearchRequest')], filter };
      const refused = await harness.call('POST', '/Users/.search', search);
      expect([refused.status, refused.body.scimType]).toEqual([400, 'invalidFilter']);
    }
  });

  it('RFC-R069 RFC-R070 sorts by sortBy; resources without that attribute come last, or first when descending', async () => {
    const order = async (parameters: Readonly<Record<string, string>>) =>
      (await users({ filter: ofThisTest, ...parameters })).body.Resources.map(({ userName }: { userName: string }) =>
        userName.slice(5, 8),
      );
    expect(await order({ sortBy: 'title' })).toEqual(['bob', 'ada', 'cat']);
    expect(await order({ sortBy: 'title', sortOrder: 'descending' })).toEqual(['cat', 'ada', 'bob']);
    expect(await order({ sortBy: 'displayName' })).toEqual(['ada', 'bob', 'cat']);
    expect(await order({ sortBy: 'emails', sortOrder: 'descending' })).toEqual(['cat', 'bob', 'ada']);
    expect(await refusal({ sortBy: 'shoeSize' })).toEqual([400, 'invalidValue']);
  });

  it('RFC-R071 RFC-R072 reads a startIndex below 1 as 1, and a negative count as 0', async () => {
    for (const startIndex of [0, -5]) {
      expect((await users({ filter: ofThisTest, startIndex })).body).toMatchObject({ startIndex: 1, itemsPerPage: 3 });
    }
    for (const count of [0, -1]) {
      expect((await users({ filter: ofThisTest, count })).body).toMatchObject({
        totalResults: 3,
        itemsPerPage: 0,
        Resources: [],
      });
    }
  });

  it('RFC-R075 keeps one order from page to page while users are created', async () => {
    const names: string[] = [];
    for (let startIndex = 1; ; startIndex += 2) {
      const { body } = await users({ startIndex, count: 2 });
      names.push(...body.Resources.map(({ userName }: { userName: string }) => userName));
      if (startIndex + 2 > body.totalResults) break;
      if (startIndex < 4) await harness.user({ userName: `aaa${startIndex}@example.com` });
    }
    expect(new Set(names).size).toBe(names.length);
    for (const name of ['ada', 'bob', 'cat']) expect(names).toContain(`list-${name}@example.com`);
  });

  it('RFC-R076 refuses a count or startIndex that is not an integer', async () => {
    expect(await refusal({ count: 'abc' })).toEqual([400, 'invalidValue']);
    expect(await refusal({ startIndex: '1.5' })).toEqual([400, 'invalidValue']);
  });

  it('RFC-R077 RFC-R078 returns the requested attributes, or all but the excluded ones; id and schemas always', async () => {
    const names = async (parameters: Readonly<Record<string, string>>) => {
      const { body } = await harness.call('GET', query(`/Users/${ids.get('ada')}`, parameters));
      return Object.keys(body).sort();
    };
    expect(await names({ attributes: 'userName' })).toEqual(['id', 'schemas', 'userName']);
    expect(await names({ attributes: 'unknown' })).toEqual(['id', 'schemas']);
    const rest = await names({ excludedAttributes: 'id,schemas,emails,name.givenName' });
    expect(rest).toContain('id');
    expect(rest).not.toContain('emails');
    const { body } = await users({ filter: ofThisTest, excludedAttributes: 'name.givenName' });
    expect(body.Resources[0].name).not.toHaveProperty('givenName');
    expect(body.Resources[0].name).toHaveProperty('familyName');
  });

  it('RFC-R081 RFC-R082 answers a search in a body like one in the URL', async () => {
    const search = {
      schemas: [message('SearchRequest')],
      filter: ofThisTest,
      count: 2,
      sortBy: 'title',
      attributes: ['title'],
    };
    const inUrl = await users({ filter: ofThisTest, count: 2, sortBy: 'title', attributes: 'title' });
    expect((await harness.call('POST', '/Users/.search', search)).body).toEqual(inUrl.body);
    const root = { ...search, filter: `${ofThisTest} and userName pr` };
    expect((await harness.call('POST', '/.search', root)).body).toMatchObject({ totalResults: 3, itemsPerPage: 2 });
    for (const path of ['/Users/.search', '/Groups/.search', '/.search']) {
      expect((await harness.call('POST', path, { filter: ofThisTest })).body.scimType).toBe('invalidSyntax');
    }
  });

  it('RFC-R083 refuses a filter on password', async () => {
    expect(await refusal({ filter: 'password eq "x"' })).toEqual([400, 'invalidFilter']);
    expect((await harness.call('GET', query('/', { filter: 'password pr' }))).body.scimType).toBe('invalidFilter');
  });

  it('RFC-R084 SEC-R17 writes no filter to its log', async () => {
    await users({ filter: 'userName eq "very-private@example.com"' });
    await users({ filter: 'userName eq "very-private' });
    expect(harness.log()).not.toContain('very-private');
  });
});

describe('L. paging by cursor', () => {
  const page = (cursor: string, more = {}, headers = {}) =>
    users({ filter: ofThisTest, count: 2, cursor, ...more }, headers);

  it('RFC-R133 pages to the end, and returns nextCursor only if another page exists', async () => {
    const first = await page('');
    expect(first.body).toMatchObject({ itemsPerPage: 2, nextCursor: expect.any(String) });
    expect(first.body).not.toHaveProperty('previousCursor');
    expect(first.body).not.toHaveProperty('startIndex');
    const second = await page(first.body.nextCursor);
    expect(second.body.itemsPerPage).toBe(1);
    expect(second.body).not.toHaveProperty('nextCursor');
    const seen = [...first.body.Resources, ...second.body.Resources].map(({ id }: { id: string }) => id);
    expect(seen.sort()).toEqual([...ids.values()].sort());
    const groups = await harness.call('GET', query('/Groups', { cursor: '', count: 1 }));
    expect(groups.body.Resources[0].schemas).toEqual([coreGroup]);
  });

  it('RFC-R134 refuses a cursor that it did not issue, and a count that is not a number', async () => {
    expect(await refusal({ cursor: 'nonsense' })).toEqual([400, 'invalidCursor']);
    expect(await refusal({ cursor: '', count: 'x' })).toEqual([400, 'invalidCount']);
    expect((await harness.call('GET', '/?cursor=')).body.scimType).toBe('invalidCursor');
  });

  it('RFC-R136 accepts a cursor only from the credential and for the query that it was issued for', async () => {
    const { nextCursor } = (await page('')).body;
    expect((await page(nextCursor, {}, as(strict))).body.scimType).toBe('invalidCursor');
    expect((await page(nextCursor, { filter: 'title pr' })).body.scimType).toBe('invalidCursor');
    expect((await page(nextCursor, {}, { authorization: undefined })).status).toBe(401);
  });
});
