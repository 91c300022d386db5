import { describe, expect, it } from 'vitest';
import { teamsOperations, usersOperations } from './operations.ts';
import { isAddressable, toPath } from './path.ts';

describe('toPath', () => {
  it('encodes each value, so that it stays one segment', () => {
    const path = (name: string) => toPath(usersOperations.find, { name }, undefined);
    expect(path('john.doe')).toBe('/v1/users/name/john.doe');
    expect(path('a/b?c#d;e%f "g"')).toBe('/v1/users/name/a%2Fb%3Fc%23d%3Be%25f%20%22g%22');
    expect(path('jürgen')).toBe('/v1/users/name/j%C3%BCrgen');
    expect(path('$&')).toBe('/v1/users/name/%24%26');
  });

  it('inserts several values', () => {
    expect(toPath(teamsOperations.removeUser, { id: '1', userId: '2' }, undefined)).toBe('/v1/teams/1/users/2');
  });

  it('omits undefined values from the query', () => {
    const query = { fields: 'users,parents', limit: 0, isBot: false, after: undefined };
    expect(toPath(usersOperations.list, undefined, query)).toBe('/v1/users?fields=users%2Cparents&limit=0&isBot=false');
    expect(toPath(usersOperations.list, undefined, {})).toBe('/v1/users');
  });

  it.each(['', '.', '..', '\ud800', '\0', 'a\0b'])('refuses the value %j', (name) => {
    expect(isAddressable(name)).toBe(false);
    expect(() => toPath(usersOperations.find, { name }, undefined)).toThrow(TypeError);
  });

  it.each(['...', '.a', '😀'])('accepts the value %j', (name) => {
    expect(isAddressable(name)).toBe(true);
    expect(toPath(usersOperations.find, { name }, undefined)).toMatch(/name\/.+/);
  });
});
