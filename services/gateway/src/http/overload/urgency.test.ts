import { describe, expect, it } from 'vitest';
import { takesAccessAway } from './urgency.ts';

const patchUser = { resource: 'user', operation: 'patch' } as const;
const patchGroup = { resource: 'group', operation: 'patch' } as const;
const putUser = { resource: 'user', operation: 'replace' } as const;
const operations = (...Operations: unknown[]) => ({ Operations });
const urn = 'urn:ietf:params:scim:schemas:core:2.0:User';

describe('access is taken away', () => {
  it.each([
    ['by DELETE of a user', { resource: 'user', operation: 'delete' }, undefined],
    ['by PATCH with a path', patchUser, operations({ op: 'replace', path: 'active', value: false })],
    ['by Entra’s unflagged dialect', patchUser, operations({ op: 'Replace', path: 'active', value: 'False' })],
    ['by Entra’s flagged dialect', patchUser, operations({ op: 'replace', value: { active: false } })],
    ['by Okta', patchUser, operations({ op: 'replace', value: { id: 'x', active: false } })],
    ['by a list of one value', patchUser, operations({ op: 'Add', path: 'active', value: [{ value: 'False' }] })],
    ['by a name with its schema', patchUser, operations({ op: 'replace', path: `${urn}:active`, value: false })],
    ['by a member with its schema', patchUser, operations({ op: 'replace', value: { [`${urn}:Active`]: 'false' } })],
    [
      'beside other changes',
      patchUser,
      operations({ op: 'add', path: 'title', value: 'x' }, { op: 'replace', path: 'Active', value: false }),
    ],
    ['by lower-case operations', patchUser, { operations: [{ op: 'replace', path: 'active', value: false }] }],
    ['by PUT', putUser, { userName: 'a', active: false }],
    ['by PUT of a text', putUser, { userName: 'a', Active: 'False' }],
    ['from one member', patchGroup, operations({ op: 'remove', path: 'members[value eq "x"]' })],
    ['from members as value', patchGroup, operations({ op: 'Remove', path: 'members', value: [{ value: 'x' }] })],
  ] as const)('%s', (_name, kind, body) => {
    expect(takesAccessAway(kind, body)).toBe(true);
  });
});

describe('access is not taken away', () => {
  it.each([
    ['by activation', patchUser, operations({ op: 'replace', path: 'active', value: true })],
    ['by a removal of the attribute', patchUser, operations({ op: 'remove', path: 'active', value: false })],
    ['by another attribute', patchUser, operations({ op: 'replace', path: 'displayName', value: 'False' })],
    [
      'by an attribute of an e-mail',
      patchUser,
      operations({ op: 'replace', path: 'emails[active eq false]', value: false }),
    ],
    ['by PUT of an active user', putUser, { active: true }],
    ['by creation of an inactive user', { resource: 'user', operation: 'create' }, { active: false }],
    [
      'by a mixture of additions and removals',
      patchGroup,
      operations(
        { op: 'remove', path: 'members[value eq "x"]' },
        { op: 'add', path: 'members', value: [{ value: 'y' }] },
      ),
    ],
    ['by a group’s attribute', patchGroup, operations({ op: 'remove', path: 'externalId' })],
    ['by no operation', patchGroup, operations()],
    ['by a group that says it is inactive', patchGroup, operations({ op: 'replace', path: 'active', value: false })],
    ['by what is no object', patchUser, 'active'],
    ['by operations that are none', patchUser, { Operations: [null, 7, { op: 1, path: 2 }] }],
    ['by reading', { resource: 'user', operation: 'get' }, undefined],
  ] as const)('%s', (_name, kind, body) => {
    expect(takesAccessAway(kind, body)).toBe(false);
  });
});
