import { describe, expect, test } from 'vitest';
import { teamsOperations, usersOperations } from './operations.ts';
import { isAddressable, toPath } from './path.ts';

describe('a path', () => {
  test('holds its values encoded, so that none reaches beyond its place', () => {
    const path = (name: string) => toPath(usersOperations.find, { name }, undefined);
    expect(path('john.doe')).toBe('/v1/users/name/john.doe');
    expect(path('a/b?c#d;e%f "g"')).toBe('/v1/users/name/a%2Fb%3Fc%23d%3Be%25f%20%22g%22');
    expect(path('jürgen')).toBe('/v1/users/name/j%C3%BCrgen');
    expect(path('$&')).toBe('/v1/users/name/%24%26');
  });

  test('holds several values', () => {
    expect(toPath(teamsOperations.removeUser, { id: '1', userId: '2' }, undefined)).toBe('/v1/teams/1/users/2');
  });

  test('holds a query without what is absent', () => {
    const query = { fields: 'users,parents', limit: 0, isBot: false, after: undefined };
    expect(toPath(usersOperations.list, undefined, query)).toBe('/v1/users?fields=users%2Cparents&limit=0&isBot=false');
    expect(toPath(usersOperations.list, undefined, {})).toBe('/v1/users');
  });

  test.each(['', '.', '..', '\ud800'])('is refused for the value %j', (name) => {
    expect(isAddressable(name)).toBe(false);
    expect(() => toPath(usersOperations.find, { name }, undefined)).toThrow(TypeError);
  });

  test.each(['...', '.a', '😀'])('is made for the value %j', (name) => {
    expect(isAddressable(name)).toBe(true);
    expect(toPath(usersOperations.find, { name }, undefined)).toMatch(/name\/.+/);
  });
});
