import { describe, expect, it } from 'vitest';
import { evaluateFilter, groupResourceType, parseFilter, userResourceType, widenResourceType } from '../src/index.ts';

const users = widenResourceType(userResourceType, [groupResourceType, userResourceType]);
const groups = widenResourceType(groupResourceType, [userResourceType]);
const tolerance = { profile: 'tolerant' } as const;

describe('widenResourceType', () => {
  it.each([
    ['userName eq "ada"', true, false],
    ['members.value eq "1" or userName eq "ada"', true, true],
    ['displayName eq "x" and members pr', false, true],
    ['urn:ietf:params:scim:schemas:core:2.0:Group:members pr', false, true],
    ['urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department eq "d"', false, false],
    ['not (userName pr)', false, true],
  ])('%s treats attributes of the other type as absent', (text, matchesUser, matchesGroup) => {
    const user = { userName: 'ada', displayName: 'x' };
    const group = { displayName: 'x', members: [{ value: '1' }] };
    expect(evaluateFilter(parseFilter(text, users, { tolerance }), user)).toBe(matchesUser);
    expect(evaluateFilter(parseFilter(text, groups, { tolerance }), group)).toBe(matchesGroup);
  });

  it('rejects an attribute that no type defines', () => {
    expect(() => parseFilter('shoeSize eq 1', users, { tolerance })).toThrow(
      expect.objectContaining({ scimType: 'invalidFilter' }),
    );
  });

  it('does not modify the type', () => {
    expect(users).toMatchObject({ id: 'User', endpoint: '/Users' });
    expect(userResourceType.schema.attributes.some(({ name }) => name === 'members')).toBe(false);
  });
});
