import { describe, expect, it } from 'vitest';
import { takesAccessAway } from './urgency.ts';

const patchUser = { resource: 'user', operation: 'patch' } as const;
const patchGroup = { resource: 'group', operation: 'patch' } as const;
const putUser = { resource: 'user', operation: 'replace' } as const;
const operations = (...Operations: unknown[]) => ({ Operations });
const urn = 'urn:ietf:params:scim:schemas:core:2.0:User';

describe('takesAccessAway', () => {
  it.each([
    ['DELETE of a user', { resource: 'user', operation: 'delete' }, undefined],
    ['PATCH of active with a path', patchUser, operations({ op: 'replace', path: 'active', value: false })],
    ['PATCH in Entra’s unflagged dialect', patchUser, operations({ op: 'Replace', path: 'active', value: 'False' })],
    ['PATCH in Entra’s flagged dialect', patchUser, operations({ op: 'replace', value: { active: false } })],
    ['PATCH in Okta’s dialect', patchUser, operations({ op: 'replace', value: { id: 'x', active: false } })],
    [
      'PATCH whose value is a list of one',
      patchUser,
      operations({ op: 'Add', path: 'active', value: [{ value: 'False' }] }),
    ],
    [
      'PATCH whose path has its schema’s URN',
      patchUser,
      operations({ op: 'replace', path: `${urn}:active`, value: false }),
    ],
    [
      'PATCH without path whose attribute has its schema’s URN',
      patchUser,
      operations({ op: 'replace', value: { [`${urn}:Active`]: 'false' } }),
    ],
    [
      'PATCH of active beside other attributes',
      patchUser,
      operations({ op: 'add', path: 'title', value: 'x' }, { op: 'replace', path: 'Active', value: false }),
    ],
    [
      'PATCH with the member "operations" in lower case',
      patchUser,
      { operations: [{ op: 'replace', path: 'active', value: false }] },
    ],
    [
      'PATCH with every member in upper case',
      patchUser,
      { OPERATIONS: [{ OP: 'replace', PATH: 'active', VALUE: false }] },
    ],
    ['PUT with active false', putUser, { userName: 'a', active: false }],
    ['PUT with active as the string "False"', putUser, { userName: 'a', Active: 'False' }],
    ['removal of a member by a filter', patchGroup, operations({ op: 'remove', path: 'members[value eq "x"]' })],
    [
      'removal of members by a list of values',
      patchGroup,
      operations({ op: 'Remove', path: 'members', value: [{ value: 'x' }] }),
    ],
  ] as const)('is true for %s', (_name, kind, body) => {
    expect(takesAccessAway(kind, body)).toBe(true);
  });

  it.each([
    ['an activation', patchUser, operations({ op: 'replace', path: 'active', value: true })],
    ['removal of the attribute active', patchUser, operations({ op: 'remove', path: 'active', value: false })],
    ['PATCH of another attribute', patchUser, operations({ op: 'replace', path: 'displayName', value: 'False' })],
    [
      'PATCH of an e-mail address whose filter names active',
      patchUser,
      operations({ op: 'replace', path: 'emails[active eq false]', value: false }),
    ],
    ['PUT with active true', putUser, { active: true }],
    ['creation of an inactive user', { resource: 'user', operation: 'create' }, { active: false }],
    [
      'a PATCH that removes and adds members',
      patchGroup,
      operations(
        { op: 'remove', path: 'members[value eq "x"]' },
        { op: 'add', path: 'members', value: [{ value: 'y' }] },
      ),
    ],
    ['removal of another attribute of a group', patchGroup, operations({ op: 'remove', path: 'externalId' })],
    ['PATCH of a group without operations', patchGroup, operations()],
    ['PATCH of active on a group', patchGroup, operations({ op: 'replace', path: 'active', value: false })],
    ['a body that is not an object', patchUser, 'active'],
    ['operations that are not objects', patchUser, { Operations: [null, 7, { op: 1, path: 2 }] }],
    ['a read', { resource: 'user', operation: 'get' }, undefined],
  ] as const)('is false for %s', (_name, kind, body) => {
    expect(takesAccessAway(kind, body)).toBe(false);
  });
});
