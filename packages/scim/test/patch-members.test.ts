import { describe, expect, it } from 'vitest';
import type { JsonValue, Resource } from '../src/index.ts';
import { groupOf, memberIds, patchGroup } from './support/examples.ts';

const refused = (scimType: string, detail = '') =>
  expect.objectContaining({ status: 400, scimType, detail: expect.stringContaining(detail) });

describe('PATCH of members', () => {
  it('adds and removes members in the order of the operations', () => {
    const operations = [
      { op: 'add', path: 'members', value: [{ value: 'c' }, { value: 'd' }, { value: 'c' }] },
      { op: 'remove', path: 'members[value eq "a" or value eq "d"]' },
      { op: 'remove', path: 'members', value: [{ value: 'b' }] },
      { op: 'add', path: 'members', value: [{ value: 'c' }] },
      { op: 'add', path: 'members', value: [{ value: 'b' }] },
    ];
    expect(memberIds(patchGroup(operations, groupOf('a', 'b')))).toEqual(['b', 'c']);
  });

  it('keeps the sub-attributes of a member that is added again', () => {
    const group = groupOf('a', 'b');
    const again = [{ value: 'b', display: 'Bob' }, { value: 'a' }];
    expect(patchGroup([{ op: 'add', path: 'members', value: again }], group)).toBe(group);
    expect(patchGroup([{ op: 'replace', path: 'members', value: again }], group)).toBe(group);
    const twice = [{ value: 'c', type: 'User' }, { value: 'c' }].map((value) => ({
      op: 'add',
      path: 'members',
      value,
    }));
    expect(patchGroup(twice, groupOf())['members']).toEqual([{ value: 'c', type: 'User' }]);
  });

  it('replaces all members', () => {
    const replace = (...ids: string[]) => ({ op: 'replace', path: 'members', value: ids.map((value) => ({ value })) });
    expect(memberIds(patchGroup([replace('b', 'c')], groupOf('a', 'b')))).toEqual(['b', 'c']);
    expect(patchGroup([replace()], groupOf('a', 'b'))).not.toHaveProperty('members');
    expect(patchGroup([{ op: 'remove', path: 'members' }], groupOf('a'))).not.toHaveProperty('members');
    expect(memberIds(patchGroup([replace(), replace('x')], groupOf('a')))).toEqual(['x']);
    expect(memberIds(patchGroup([replace('x')], groupOf()))).toEqual(['x']);
    const group = groupOf();
    expect(patchGroup([{ op: 'remove', path: 'members', value: [] }], group)).toBe(group);
  });

  it('selects members by a filter on other attributes than value', () => {
    const group: Resource = {
      ...groupOf(),
      members: [{ value: 'a', type: 'User' }, { value: 'b', type: 'Group' }, { value: 'c' }],
    };
    const after = (...paths: string[]) =>
      memberIds(
        patchGroup(
          paths.map((path) => ({ op: 'remove', path })),
          group,
        ),
      );
    expect(after('members[type eq "Group"]')).toEqual(['a', 'c']);
    expect(after('members[value eq "a"]', 'members[not (type pr)]', 'members[value eq "b"]')).toEqual([]);
    expect(after('members[value eq "a" or type eq "Group"]')).toEqual(['c']);
    expect(after('members[value ne "a"]')).toEqual(['a']);
    expect(after('members[value eq 5]')).toEqual(['a', 'b', 'c']);
  });

  it('throws mutability when the value or type of a member would change', () => {
    const replace = (value: JsonValue) => () =>
      patchGroup([{ op: 'replace', path: 'members[value eq "a"]', value }], groupOf('a'));
    expect(replace({ value: 'b' })).toThrow(refused('mutability', 'members.value is immutable'));
    expect(replace({ value: 'a', type: 'Group' })).toThrow(refused('mutability', 'members.type is immutable'));
    expect(replace({ value: 'a', $ref: '/Users/a', display: 'the user’s own' })()['members']).toEqual([
      { value: 'a', type: 'User', $ref: '/Users/a' },
    ]);
    const added = { op: 'add', path: 'members[value eq "b"]', value: { value: 'b' } };
    expect(memberIds(patchGroup([added], groupOf('a')))).toEqual(['a', 'b']);
  });

  it('throws tooMany after 100 operations that search the members', () => {
    const operations = Array.from({ length: 101 }, (_, index) => ({
      op: 'remove',
      path: `members[display eq "${index}"]`,
    }));
    expect(() => patchGroup(operations, groupOf('a'))).toThrow(refused('tooMany', 'by another attribute than value'));
    const group = groupOf('a');
    expect(patchGroup(operations.slice(1), group)).toBe(group);
  });
});
