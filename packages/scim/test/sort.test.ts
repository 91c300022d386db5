import { describe, expect, it } from 'vitest';
import { compareSortKeys, parseSort, type Resource, toSortKey, userResourceType } from '../src/index.ts';

function order(users: readonly Resource[], sortBy: string, sortOrder?: string): readonly unknown[] {
  const sort = parseSort({ sortBy, sortOrder }, userResourceType);
  if (sort === undefined) throw new Error('no order');
  return [...users]
    .sort((left, right) => compareSortKeys(toSortKey(left, sort), toSortKey(right, sort), sort))
    .map(({ id }) => id);
}

describe('the order of a list', () => {
  const users: readonly Resource[] = [
    { id: '1', userName: 'Bob', title: 'b', externalId: 'b' },
    { id: '2', userName: 'alice', externalId: 'B' },
    { id: '3', userName: 'carol', title: 'A' },
  ];

  it('ignores the case of letters unless the attribute is exact', () => {
    expect(order(users, 'userName')).toEqual(['2', '1', '3']);
    expect(order(users, 'USERNAME', 'Descending')).toEqual(['3', '1', '2']);
    expect(order(users, 'externalId')).toEqual(['2', '1', '3']);
  });

  it('has those without a value last, and first when descending', () => {
    expect(order(users, 'title')).toEqual(['3', '1', '2']);
    expect(order(users, 'title', 'descending')).toEqual(['2', '1', '3']);
  });

  it('takes the primary value of several, else the first', () => {
    const people: readonly Resource[] = [
      { id: '1', emails: [{ value: 'a@x' }, { value: 'z@x', primary: true }] },
      { id: '2', emails: [{ value: 'b@x' }, { value: 'y@x' }] },
      { id: '3', emails: ['c@x'] },
    ];
    expect(order(people, 'emails')).toEqual(['2', '3', '1']);
    expect(order(people, 'emails.value', 'descending')).toEqual(['1', '3', '2']);
  });

  it('is that of instants for dates, of false before true', () => {
    const changed = (id: string, lastModified: string, active: boolean): Resource => ({
      id,
      active,
      meta: { lastModified },
    });
    const people = [changed('1', '2026-01-01T12:00:00+02:00', true), changed('2', '2026-01-01T11:00:00Z', false)];
    expect(order(people, 'meta.lastModified')).toEqual(['1', '2']);
    expect(order(people, 'active')).toEqual(['2', '1']);
  });

  it('takes a value of the wrong shape for none, and equal ones for equal', () => {
    const odd: readonly Resource[] = [
      { id: '1', title: { a: 'x' } },
      { id: '2' },
      { id: '3', title: 'a' },
      { id: '4', title: 'A' },
    ];
    expect(order(odd, 'title')).toEqual(['3', '4', '1', '2']);
    expect(order([...odd].reverse(), 'title')).toEqual(['4', '3', '2', '1']);
  });

  it('names attributes by their URN, too', () => {
    expect(order(users, 'urn:ietf:params:scim:schemas:core:2.0:User:userName')).toEqual(['2', '1', '3']);
  });

  it('is none where none is asked for', () => {
    expect(parseSort({}, userResourceType)).toBeUndefined();
    expect(parseSort({ sortBy: ' ', sortOrder: 'descending' }, userResourceType)).toBeUndefined();
  });

  it.each([
    { sortBy: 'shoeSize' },
    { sortBy: 'password' },
    { sortBy: 'name' },
    { sortBy: 'userName', sortOrder: 'sideways' },
  ])('%j is refused', (query) => {
    expect(() => parseSort(query, userResourceType)).toThrow(
      expect.objectContaining({ status: 400, scimType: 'invalidValue' }),
    );
  });
});
