import { describe, expect, test } from 'vitest';
import { teamsOperations, usersOperations } from './operations.ts';
import { toStoredDocument, toTeam, toUser } from './to-entity.ts';

const id = '6F1C0000-0000-4000-A000-00000000000A';
const user = { id, name: 'ada', email: 'ada@example.com' };
const team = { id, name: 'a.b', teamType: 'Group' };
const row = usersOperations.findById;

describe('a user', () => {
  test('has everything spelled out that Collate leaves out', () => {
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

  test('keeps what is there and no null', () => {
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

  test('whose e-mail is masked tells that the credential is the wrong one', () => {
    const masked = () => toUser({ ...user, email: '********@masked.com' }, row);
    expect(masked).toThrow(expect.objectContaining({ kind: 'forbidden', operation: 'users.findById' }));
    expect(masked).toThrow(/bot or an administrator/);
  });

  test('without a UUID is malformed', () => {
    expect(() => toUser({ ...user, id: '1-1-1-1-1' }, row)).toThrow(expect.objectContaining({ kind: 'malformed' }));
  });
});

describe('a team', () => {
  test('is joinable unless Collate says otherwise, and has its name for a qualified one', () => {
    const entity = toTeam(team, teamsOperations.find);
    expect(entity).toMatchObject({ isJoinable: true, fullyQualifiedName: 'a.b', deleted: false });
    expect(toTeam({ ...team, isJoinable: false, fullyQualifiedName: '"a.b"' }, teamsOperations.find)).toMatchObject({
      isJoinable: false,
      fullyQualifiedName: '"a.b"',
    });
  });

  test('without a UUID is malformed', () => {
    expect(() => toTeam({ ...team, id: 'x' }, teamsOperations.find)).toThrow(
      expect.objectContaining({ kind: 'malformed' }),
    );
  });
});

test('a document without an author is nobody’s', () => {
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
