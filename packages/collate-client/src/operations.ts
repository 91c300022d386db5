import type { Permission, RightsResource } from './model/index.ts';
import type { Operation } from './operation.ts';
import {
  anyAnswer,
  assetsBody,
  authConfigAnswer,
  bulkAnswer,
  createTeamBody,
  createUserBody,
  documentAnswer,
  documentBody,
  documentListQuery,
  entityQuery,
  jsonPatchBody,
  jwksAnswer,
  pageAnswer,
  permissionsAnswer,
  removeQuery,
  restoreBody,
  teamAnswer,
  teamListQuery,
  userAnswer,
  userListQuery,
  versionAnswer,
} from './schemas.ts';

const reading = { method: 'GET', idempotent: true, authenticated: true } as const;
const creating = { method: 'POST', idempotent: false, authenticated: true } as const;
/** Not idempotent: a patch may contain list positions, and a repetition could change other elements. */
const patching = { method: 'PATCH', idempotent: false, authenticated: true } as const;
const putting = { method: 'PUT', idempotent: true, authenticated: true } as const;
const deleting = { method: 'DELETE', idempotent: true, authenticated: true } as const;
const publicReading = { method: 'GET', idempotent: true, authenticated: false } as const;

function needs(resource: RightsResource, ...names: readonly string[]): readonly Permission[] {
  return names.map((operation) => ({ resource, operation }));
}

/** The endpoints for users. PUT of a user or a team is not among the rows: it erases every member that it omits. */
export const usersOperations = {
  find: {
    ...reading,
    name: 'users.find',
    needs: needs('user', 'ViewBasic'),
    path: '/v1/users/name/{name}',
    summary: 'Finds a user by name',
    query: entityQuery,
    answer: userAnswer,
  },
  findById: {
    ...reading,
    name: 'users.findById',
    needs: needs('user', 'ViewBasic'),
    path: '/v1/users/{id}',
    summary: 'Finds a user by id',
    query: entityQuery,
    answer: userAnswer,
  },
  list: {
    ...reading,
    name: 'users.list',
    needs: needs('user', 'ViewBasic'),
    path: '/v1/users',
    summary: 'Lists one page of users, ordered by name',
    query: userListQuery,
    answer: pageAnswer(userAnswer),
  },
  create: {
    ...creating,
    name: 'users.create',
    needs: needs('user', 'Create'),
    path: '/v1/users',
    summary: 'Creates a user',
    body: createUserBody,
    answer: userAnswer,
  },
  patch: {
    ...patching,
    name: 'users.patch',
    needs: needs('user', 'EditTeams', 'EditDisplayName'),
    path: '/v1/users/{id}',
    summary: 'Changes a user, and rewrites the memberships that the server read a moment before',
    body: jsonPatchBody,
    answer: userAnswer,
  },
  remove: {
    ...deleting,
    name: 'users.remove',
    needs: needs('user', 'Delete'),
    path: '/v1/users/{id}',
    summary: 'Deletes a user, softly or for good',
    query: removeQuery,
    answer: anyAnswer,
  },
  restore: {
    ...putting,
    name: 'users.restore',
    needs: needs('user', 'EditAll'),
    path: '/v1/users/restore',
    summary: 'Restores a softly deleted user',
    body: restoreBody,
    answer: userAnswer,
  },
  version: {
    ...reading,
    name: 'users.version',
    needs: needs('user', 'ViewBasic'),
    path: '/v1/users/{id}/versions/{version}',
    summary: 'Reads one version of a user',
    answer: userAnswer,
  },
} as const satisfies Record<string, Operation>;

/** The endpoints for teams. */
export const teamsOperations = {
  find: {
    ...reading,
    name: 'teams.find',
    needs: needs('team', 'ViewAll'),
    path: '/v1/teams/name/{name}',
    summary: 'Finds a team by name',
    query: entityQuery,
    answer: teamAnswer,
  },
  findById: {
    ...reading,
    name: 'teams.findById',
    needs: needs('team', 'ViewAll'),
    path: '/v1/teams/{id}',
    summary: 'Finds a team by id',
    query: entityQuery,
    answer: teamAnswer,
  },
  list: {
    ...reading,
    name: 'teams.list',
    needs: needs('team', 'ViewAll'),
    path: '/v1/teams',
    summary: 'Lists one page of teams, ordered by name',
    query: teamListQuery,
    answer: pageAnswer(teamAnswer),
  },
  create: {
    ...creating,
    name: 'teams.create',
    needs: needs('team', 'Create'),
    path: '/v1/teams',
    summary: 'Creates a team',
    body: createTeamBody,
    answer: teamAnswer,
  },
  patch: {
    ...patching,
    name: 'teams.patch',
    needs: needs('team', 'EditDisplayName'),
    path: '/v1/teams/{id}',
    summary: 'Changes a team',
    body: jsonPatchBody,
    answer: teamAnswer,
  },
  remove: {
    ...deleting,
    name: 'teams.remove',
    needs: needs('team', 'Delete'),
    path: '/v1/teams/{id}',
    summary: 'Deletes a team, softly or for good',
    query: removeQuery,
    answer: anyAnswer,
  },
  restore: {
    ...putting,
    name: 'teams.restore',
    needs: needs('team', 'EditAll'),
    path: '/v1/teams/restore',
    summary: 'Restores a softly deleted team',
    body: restoreBody,
    answer: teamAnswer,
  },
  version: {
    ...reading,
    name: 'teams.version',
    needs: needs('team', 'ViewAll'),
    path: '/v1/teams/{id}/versions/{version}',
    summary: 'Reads one version of a team',
    answer: teamAnswer,
  },
  addUsers: {
    ...putting,
    name: 'teams.addUsers',
    needs: needs('team', 'EditAll'),
    path: '/v1/teams/{name}/assets/add',
    summary: 'Adds users to a team and keeps its other members',
    body: assetsBody,
    answer: bulkAnswer,
  },
  removeUsers: {
    ...putting,
    name: 'teams.removeUsers',
    needs: needs('team', 'EditAll'),
    path: '/v1/teams/{name}/assets/remove',
    summary: 'Removes users from a team and keeps its other members',
    body: assetsBody,
    answer: bulkAnswer,
  },
  removeUser: {
    ...deleting,
    name: 'teams.removeUser',
    needs: needs('team', 'EditUsers'),
    path: '/v1/teams/{id}/users/{userId}',
    summary: 'Removes one user from a team',
    answer: anyAnswer,
  },
} as const satisfies Record<string, Operation>;

/** The endpoints of the document store. */
export const documentsOperations = {
  find: {
    ...reading,
    name: 'documents.find',
    needs: needs('document', 'ViewBasic'),
    path: '/v1/docStore/name/{name}',
    summary: 'Finds a document by name',
    answer: documentAnswer,
  },
  list: {
    ...reading,
    name: 'documents.list',
    needs: needs('document', 'ViewBasic'),
    path: '/v1/docStore',
    summary: 'Lists one page of the documents of one type, with their data',
    query: documentListQuery,
    answer: pageAnswer(documentAnswer),
  },
  put: {
    ...putting,
    name: 'documents.put',
    needs: needs('document', 'Create', 'EditAll'),
    path: '/v1/docStore',
    summary: 'Creates or replaces a document',
    body: documentBody,
    answer: documentAnswer,
  },
  remove: {
    ...deleting,
    name: 'documents.remove',
    needs: needs('document', 'Delete'),
    path: '/v1/docStore/name/{name}',
    summary: 'Deletes a document for good',
    answer: anyAnswer,
  },
} as const satisfies Record<string, Operation>;

/** The endpoints for the server itself. */
export const systemOperations = {
  version: {
    ...publicReading,
    name: 'system.version',
    path: '/v1/system/version',
    summary: 'Reads the version of the server',
    answer: versionAnswer,
  },
  authConfig: {
    ...publicReading,
    name: 'system.authConfig',
    path: '/v1/system/config/auth',
    summary: 'Reads how users log in',
    answer: authConfigAnswer,
  },
  jwks: {
    ...publicReading,
    name: 'system.jwks',
    path: '/v1/system/config/jwks',
    summary: 'Reads the keys that verify bot tokens',
    answer: jwksAnswer,
  },
  loggedInUser: {
    ...reading,
    name: 'system.loggedInUser',
    path: '/v1/users/loggedInUser',
    summary: 'Reads the user of the credential',
    answer: userAnswer,
  },
  permissions: {
    ...reading,
    name: 'system.permissions',
    path: '/v1/permissions/{resource}',
    summary: 'Reads what the credential may do with one kind of entity, and which rules decide',
    answer: permissionsAnswer,
  },
} as const satisfies Record<string, Operation>;

/** Every endpoint of Collate that the client uses. */
export const operations: readonly Operation[] = [
  ...Object.values(usersOperations),
  ...Object.values(teamsOperations),
  ...Object.values(documentsOperations),
  ...Object.values(systemOperations),
];

const needsByName: ReadonlyMap<string, readonly Permission[]> = new Map(
  operations.map(({ name, needs: permissions = [] }) => [name, permissions]),
);

/** The permissions that a call of the operation with this name may need. */
export function permissionsOf(operation: string): readonly Permission[] {
  return needsByName.get(operation) ?? [];
}
