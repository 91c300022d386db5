import { messageUrn, schemaUrn } from '@scim-gateway/scim';

/** An OpenAPI example of a body. */
export interface Example {
  readonly summary: string;
  readonly value: object;
}

/** Examples by name. */
export type Examples = Readonly<Record<string, Example>>;

const userId = '7f4bc1a3-285e-48ae-8202-5accb43efb0e';
const groupId = 'acbf3ae7-8463-4692-b4fd-9b4da3f908ce';
const at = 'https://scim.example.com/scim/v2';
const patch = (...operations: readonly object[]) => ({ schemas: [messageUrn.patchOp], Operations: operations });

const entraUser = {
  schemas: [schemaUrn.user, schemaUrn.enterpriseUser],
  externalId: 'jyoung',
  userName: 'jyoung@example.com',
  active: true,
  displayName: 'Joy Young',
  emails: [{ primary: true, type: 'work', value: 'jyoung@example.com' }],
  name: { formatted: 'Joy Young', familyName: 'Young', givenName: 'Joy' },
};

const oktaUser = {
  schemas: [schemaUrn.user],
  userName: 'test.user@example.com',
  name: { givenName: 'Test', familyName: 'User' },
  emails: [{ primary: true, value: 'test.user@example.com', type: 'work' }],
  displayName: 'Test User',
  externalId: '00ujl29u0le5T6Aj10h7',
  active: true,
};

const storedUser = {
  schemas: [schemaUrn.user],
  id: userId,
  externalId: 'jyoung',
  userName: 'jyoung@example.com',
  displayName: 'Joy Young',
  name: { formatted: 'Joy Young', familyName: 'Young', givenName: 'Joy' },
  active: true,
  emails: [{ value: 'jyoung@example.com', type: 'work', primary: true }],
  meta: {
    resourceType: 'User',
    created: '2026-01-31T12:00:00.000Z',
    lastModified: '2026-01-31T12:00:00.000Z',
    location: `${at}/Users/${userId}`,
    version: 'W/"b1Yb3QxY1Yk0cVgk5pEsNQ"',
  },
};

const storedGroup = {
  schemas: [schemaUrn.group],
  id: groupId,
  displayName: 'Data Stewards',
  members: [{ value: userId, $ref: `${at}/Users/${userId}`, type: 'User' }],
  meta: {
    resourceType: 'Group',
    lastModified: '2026-01-31T12:00:00.000Z',
    location: `${at}/Groups/${groupId}`,
    version: 'W/"9s3pQ1mQkq2qkK0sM1fVtA"',
  },
};

const list = (resource: object) => ({
  schemas: [messageUrn.listResponse],
  totalResults: 1,
  startIndex: 1,
  itemsPerPage: 1,
  Resources: [resource],
});
const emptyList = { ...list({}), totalResults: 0, itemsPerPage: 0, Resources: [] };

const search = (filter: string) => ({ schemas: [messageUrn.searchRequest], filter, startIndex: 1, count: 100 });

const oktaGroup = { schemas: [schemaUrn.group], displayName: 'Data Stewards', members: [] };
const wholeGroup = { ...oktaGroup, members: [{ value: userId }] };

/** Request bodies that providers send, by operation id. */
export const requestExamples: Readonly<Record<string, Examples>> = {
  createUser: {
    entra: { summary: 'Entra provisions a user', value: entraUser },
    okta: { summary: 'Okta assigns a user', value: oktaUser },
  },
  replaceUser: { okta: { summary: 'Okta updates a profile', value: { ...oktaUser, displayName: 'Test U. User' } } },
  patchUser: {
    entra: {
      summary: 'Entra, one operation for each attribute',
      value: patch(
        { op: 'Replace', path: 'name.familyName', value: 'Yang' },
        { op: 'Add', path: 'emails[type eq "work"].value', value: 'jyang@example.com' },
      ),
    },
    entraFlagged: {
      summary: 'Entra with aadOptscim062020, attributes in one operation',
      value: patch({ op: 'replace', value: { displayName: 'Joy Yang', 'name.familyName': 'Yang' } }),
    },
    entraDisable: { summary: 'Entra disables a user', value: patch({ op: 'Replace', path: 'active', value: 'False' }) },
    okta: { summary: 'Okta deactivates a user', value: patch({ op: 'replace', value: { active: false } }) },
  },
  searchUser: { byName: { summary: 'By userName', value: search('userName eq "jyoung@example.com"') } },
  createGroup: {
    entra: {
      summary: 'Entra creates a group',
      value: { ...oktaGroup, externalId: '8aa1a0c0-c4c3-4bc0-b4a5-2ef676900159' },
    },
    okta: { summary: 'Okta pushes a group', value: oktaGroup },
  },
  replaceGroup: { okta: { summary: 'Okta pushes a group with its members', value: wholeGroup } },
  patchGroup: {
    add: { summary: 'Add members', value: patch({ op: 'add', path: 'members', value: [{ value: userId }] }) },
    entraRemove: {
      summary: 'Entra removes members',
      value: patch({ op: 'Remove', path: 'members', value: [{ $ref: null, value: userId }] }),
    },
    remove: { summary: 'Remove a member', value: patch({ op: 'remove', path: `members[value eq "${userId}"]` }) },
    rename: {
      summary: 'Okta renames a group',
      value: patch({ op: 'replace', value: { id: groupId, displayName: 'Stewards' } }),
    },
  },
  searchGroup: { byName: { summary: 'By displayName', value: search('displayName eq "Data Stewards"') } },
  searchAll: { byName: { summary: 'Users and groups by displayName', value: search('displayName sw "Data"') } },
  bulk: {
    onboarding: {
      summary: 'A user, and a group with that user as member',
      value: {
        schemas: [messageUrn.bulkRequest],
        failOnErrors: 1,
        Operations: [
          { method: 'POST', path: '/Users', bulkId: 'joy', data: entraUser },
          {
            method: 'POST',
            path: '/Groups',
            bulkId: 'stewards',
            data: { ...oktaGroup, members: [{ value: 'bulkId:joy' }] },
          },
        ],
      },
    },
  },
};

const oneUser = { user: { summary: 'The user', value: storedUser } };
const oneGroup = { group: { summary: 'The group', value: storedGroup } };
const users = {
  found: { summary: 'A match', value: list(storedUser) },
  none: { summary: 'No match', value: emptyList },
};
const groups = {
  found: { summary: 'A match', value: list(storedGroup) },
  none: { summary: 'No match', value: emptyList },
};

/** Bodies of successful answers, by operation id. */
export const answerExamples: Readonly<Record<string, Examples>> = {
  createUser: oneUser,
  getUser: oneUser,
  replaceUser: oneUser,
  patchUser: oneUser,
  listUser: users,
  searchUser: users,
  createGroup: oneGroup,
  getGroup: oneGroup,
  replaceGroup: oneGroup,
  patchGroup: oneGroup,
  listGroup: groups,
  searchGroup: groups,
  listAll: users,
  searchAll: users,
  bulk: {
    done: {
      summary: 'Both created',
      value: {
        schemas: [messageUrn.bulkResponse],
        Operations: [
          {
            method: 'POST',
            bulkId: 'joy',
            location: `${at}/Users/${userId}`,
            version: 'W/"b1Yb3QxY1Yk0cVgk5pEsNQ"',
            status: '201',
          },
          { method: 'POST', bulkId: 'stewards', location: `${at}/Groups/${groupId}`, status: '201' },
        ],
      },
    },
  },
};

const failure = (status: number, detail: string, scimType?: string): Example => ({
  summary: detail,
  value: {
    schemas: [messageUrn.error],
    status: String(status),
    ...(scimType === undefined ? {} : { scimType }),
    detail,
  },
});

/** Bodies of error answers, by status. */
export const refusalExamples: Readonly<Record<number, Examples>> = {
  400: { filter: failure(400, 'The filter names "shoeSize", which is not an attribute of User.', 'invalidFilter') },
  401: {
    token: failure(401, 'The token is unknown to this gateway; check the token entered in the identity provider.'),
  },
  404: { unknown: failure(404, `No user has the id ${userId}.`) },
  409: { taken: failure(409, 'A user with the userName jyoung@example.com already exists.', 'uniqueness') },
};
