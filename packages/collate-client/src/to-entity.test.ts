import { describe, expect, it } from 'vitest';
import { teamsOperations, usersOperations } from './operations.ts';
import { toStoredDocument, toTeam, toUser } from './to-entity.ts';

const id = '6F1C0000-0000-4000-A000-00000000000A';
const user = { id, name: 'ada', email: 'ada@example.com' };
const team = { id, name: 'a.b', teamType: 'Group' };
const row = usersOperations.findById;

describe('toUser', () => {
  it('fills in what Collate omits', () => {
    expect(toUser(user, row)).toEqual({
      id: id.toLowerCase(),
      name: 'ada',
      email: 'ada@example.com',
      isBot: false,
      isAdmin: false,
      deleted: false,
      version: 0.1,
      updatedAt: 0,
      updatedBy: '',
    });
  });

  it('keeps present values and drops nulls', () => {
    const teams = [{ id, type: 'team', name: 'x', displayName: null, deleted: true }];
    const whole = {
      ...user,
      displayName: '',
      description: 'd',
      externalId: 'e',
      scimUserName: 's',
      fullyQualifiedName: '"ada"',
      isBot: true,
      isAdmin: true,
      deleted: true,
      version: 0.4,
      updatedAt: 5,
      updatedBy: 'admin',
      teams,
      roles: null,
      owns: [],
    };
    const { roles: _roles, ...rest } = whole;
    expect(toUser(whole, row)).toEqual({
      ...rest,
      id: id.toLowerCase(),
      teams: [{ id: id.toLowerCase(), type: 'team', name: 'x', deleted: true }],
    });
  });

  it('fails as forbidden for a masked e-mail: the credential lacks rights', () => {
    const masked = () => toUser({ ...user, email: '********@masked.com' }, row);
    expect(masked).toThrow(expect.objectContaining({ kind: 'forbidden', operation: 'users.findById' }));
    expect(masked).toThrow(/bot or an administrator/);
  });

  it('fails as malformed for an id that is not a UUID', () => {
    expect(() => toUser({ ...user, id: '1-1-1-1-1' }, row)).toThrow(expect.objectContaining({ kind: 'malformed' }));
  });
});

describe('toTeam', () => {
  it('defaults to joinable, and to the name as fully qualified name', () => {
    const entity = toTeam(team, teamsOperations.find);
    expect(entity).toMatchObject({ isJoinable: true, fullyQualifiedName: 'a.b', deleted: false });
    expect(toTeam({ ...team, isJoinable: false, fullyQualifiedName: '"a.b"' }, teamsOperations.find)).toMatchObject({
      isJoinable: false,
      fullyQualifiedName: '"a.b"',
    });
  });

  it('fails as malformed for an id that is not a UUID', () => {
    expect(() => toTeam({ ...team, id: 'x' }, teamsOperations.find)).toThrow(
      expect.objectContaining({ kind: 'malformed' }),
    );
  });
});

it('toStoredDocument sets an empty author for a document without one', () => {
  expect(toStoredDocument({ id, name: 'n', fullyQualifiedName: 'n' })).toEqual({
    id,
    name: 'n',
    fullyQualifiedName: 'n',
    entityType: '',
    data: undefined,
    updatedBy: '',
    updatedAt: 0,
  });
});
