import { describe, expect, it } from 'vitest';
import { compareSortKeys, parseSort, type Resource, toSortKey, userResourceType } from '../src/index.ts';

function order(users: readonly Resource[], sortBy: string, sortOrder?: string): readonly unknown[] {
  const sort = parseSort({ sortBy, sortOrder }, userResourceType);
  if (sort === undefined) throw new Error('no order');
  return [...users]
    .sort((left, right) => compareSortKeys(toSortKey(left, sort), toSortKey(right, sort), sort))
    .map(({ id }) => id);
}

describe('sorting', () => {
  const users: readonly Resource[] = [
    { id: '1', userName: 'Bob', title: 'b', externalId: 'b' },
    { id: '2', userName: 'alice', externalId: 'B' },
    { id: '3', userName: 'carol', title: 'A' },
  ];

  it('ignores case unless the attribute is caseExact', () => {
    expect(order(users, 'userName')).toEqual(['2', '1', '3']);
    expect(order(users, 'USERNAME', 'Descending')).toEqual(['3', '1', '2']);
    expect(order(users, 'externalId')).toEqual(['2', '1', '3']);
  });

  it('puts resources without a value last, or first when descending', () => {
    expect(order(users, 'title')).toEqual(['3', '1', '2']);
    expect(order(users, 'title', 'descending')).toEqual(['2', '1', '3']);
  });

  it('compares the primary of several values, else the first', () => {
    const people: readonly Resource[] = [
      { id: '1', emails: [{ value: 'a@x' }, { value: 'z@x', primary: true }] },
      { id: '2', emails: [{ value: 'b@x' }, { value: 'y@x' }] },
      { id: '3', emails: ['c@x'] },
    ];
    expect(order(people, 'emails')).toEqual(['2', '3', '1']);
    expect(order(people, 'emails.value', 'descending')).toEqual(['1', '3', '2']);
  });

  it('compares dates as instants, and false before true', () => {
    const changed = (id: string, lastModified: string, active: boolean): Resource => ({
      id,
      active,
      meta: { lastModified },
    });
    const people = [changed('1', '2026-01-01T12:00:00+02:00', true), changed('2', '2026-01-01T11:00:00Z', false)];
    expect(order(people, 'meta.lastModified')).toEqual(['1', '2']);
    expect(order(people, 'active')).toEqual(['2', '1']);
  });

  it('treats a value of a wrong shape as absent, and equal values as equal', () => {
    const odd: readonly Resource[] = [
      { id: '1', title: { a: 'x' } },
      { id: '2' },
      { id: '3', title: 'a' },
      { id: '4', title: 'A' },
    ];
    expect(order(odd, 'title')).toEqual(['3', '4', '1', '2']);
    expect(order([...odd].reverse(), 'title')).toEqual(['4', '3', '2', '1']);
  });

  it('accepts attributes with their URN', () => {
    expect(order(users, 'urn:ietf:params:scim:schemas:core:2.0:User:userName')).toEqual(['2', '1', '3']);
  });

  it('is undefined without sortBy', () => {
    expect(parseSort({}, userResourceType)).toBeUndefined();
    expect(parseSort({ sortBy: ' ', sortOrder: 'descending' }, userResourceType)).toBeUndefined();
  });

  it.each([
    { sortBy: 'shoeSize' },
    { sortBy: 'password' },
    { sortBy: 'name' },
    { sortBy: 'userName', sortOrder: 'sideways' },
  ])('throws invalidValue for %j', (query) => {
    expect(() => parseSort(query, userResourceType)).toThrow(
      expect.objectContaining({ status: 400, scimType: 'invalidValue' }),
    );
  });
});
