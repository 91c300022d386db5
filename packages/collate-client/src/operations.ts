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
/** A patch may hold positions in a list, so that repeating it could hit others. */
const patching = { method: 'PATCH', idempotent: false, authenticated: true } as const;
const putting = { method: 'PUT', idempotent: true, authenticated: true } as const;
const deleting = { method: 'DELETE', idempotent: true, authenticated: true } as const;
const publicReading = { method: 'GET', idempotent: true, authenticated: false } as const;

/** The rows by their use in this package. PUT of a user or a team is none of them: it erases whatever it does not mention. */
export const usersOperations = {
  find: {
    ...reading,
    name: 'users.find',
    path: '/v1/users/name/{name}',
    summary: 'The user of a name',
    query: entityQuery,
    answer: userAnswer,
  },
  findById: {
    ...reading,
    name: 'users.findById',
    path: '/v1/users/{id}',
    summary: 'The user of an id',
    query: entityQuery,
    answer: userAnswer,
  },
  list: {
    ...reading,
    name: 'users.list',
    path: '/v1/users',
    summary: 'One page of users, ordered by name',
    query: userListQuery,
    answer: pageAnswer(userAnswer),
  },
  create: {
    ...creating,
    name: 'users.create',
    path: '/v1/users',
    summary: 'Makes a user',
    body: createUserBody,
    answer: userAnswer,
  },
  patch: {
    ...patching,
    name: 'users.patch',
    path: '/v1/users/{id}',
    summary: 'Changes a user, and rewrites the memberships as read a moment before',
    body: jsonPatchBody,
    answer: userAnswer,
  },
  remove: {
    ...deleting,
    name: 'users.remove',
    path: '/v1/users/{id}',
    summary: 'Deactivates a user, or deletes it for good',
    query: removeQuery,
    answer: anyAnswer,
  },
  restore: {
    ...putting,
    name: 'users.restore',
    path: '/v1/users/restore',
    summary: 'Reactivates a user',
    body: restoreBody,
    answer: userAnswer,
  },
  version: {
    ...reading,
    name: 'users.version',
    path: '/v1/users/{id}/versions/{version}',
    summary: 'A user as it was in one version',
    answer: userAnswer,
  },
} as const satisfies Record<string, Operation>;

export const teamsOperations = {
  find: {
    ...reading,
    name: 'teams.find',
    path: '/v1/teams/name/{name}',
    summary: 'The team of a name',
    query: entityQuery,
    answer: teamAnswer,
  },
  findById: {
    ...reading,
    name: 'teams.findById',
    path: '/v1/teams/{id}',
    summary: 'The team of an id',
    query: entityQuery,
    answer: teamAnswer,
  },
  list: {
    ...reading,
    name: 'teams.list',
    path: '/v1/teams',
    summary: 'One page of teams, ordered by name',
    query: teamListQuery,
    answer: pageAnswer(teamAnswer),
  },
  create: {
    ...creating,
    name: 'teams.create',
    path: '/v1/teams',
    summary: 'Makes a team',
    body: createTeamBody,
    answer: teamAnswer,
  },
  patch: {
    ...patching,
    name: 'teams.patch',
    path: '/v1/teams/{id}',
    summary: 'Changes a team',
    body: jsonPatchBody,
    answer: teamAnswer,
  },
  remove: {
    ...deleting,
    name: 'teams.remove',
    path: '/v1/teams/{id}',
    summary: 'Deletes a team, softly or for good',
    query: removeQuery,
    answer: anyAnswer,
  },
  restore: {
    ...putting,
    name: 'teams.restore',
    path: '/v1/teams/restore',
    summary: 'Brings a softly deleted team back',
    body: restoreBody,
    answer: teamAnswer,
  },
  version: {
    ...reading,
    name: 'teams.version',
    path: '/v1/teams/{id}/versions/{version}',
    summary: 'A team as it was in one version',
    answer: teamAnswer,
  },
  addUsers: {
    ...putting,
    name: 'teams.addUsers',
    path: '/v1/teams/{name}/assets/add',
    summary: 'Makes users members of a team and leaves the others alone',
    body: assetsBody,
    answer: bulkAnswer,
  },
  removeUsers: {
    ...putting,
    name: 'teams.removeUsers',
    path: '/v1/teams/{name}/assets/remove',
    summary: 'Ends the membership of users and leaves the others alone',
    body: assetsBody,
    answer: bulkAnswer,
  },
  removeUser: {
    ...deleting,
    name: 'teams.removeUser',
    path: '/v1/teams/{id}/users/{userId}',
    summary: 'Ends the membership of one user',
    answer: anyAnswer,
  },
} as const satisfies Record<string, Operation>;

export const documentsOperations = {
  find: {
    ...reading,
    name: 'documents.find',
    path: '/v1/docStore/name/{name}',
    summary: 'The document of a name',
    answer: documentAnswer,
  },
  list: {
    ...reading,
    name: 'documents.list',
    path: '/v1/docStore',
    summary: 'One page of the documents of one type, whole',
    query: documentListQuery,
    answer: pageAnswer(documentAnswer),
  },
  put: {
    ...putting,
    name: 'documents.put',
    path: '/v1/docStore',
    summary: 'Creates or replaces a document',
    body: documentBody,
    answer: documentAnswer,
  },
  create: {
    ...creating,
    name: 'documents.create',
    path: '/v1/docStore',
    summary: 'Creates a document; a taken name is a conflict',
    body: documentBody,
    answer: documentAnswer,
  },
  remove: {
    ...deleting,
    name: 'documents.remove',
    path: '/v1/docStore/name/{name}',
    summary: 'Deletes a document for good',
    answer: anyAnswer,
  },
} as const satisfies Record<string, Operation>;

export const systemOperations = {
  version: {
    ...publicReading,
    name: 'system.version',
    path: '/v1/system/version',
    summary: "The server's version",
    answer: versionAnswer,
  },
  authConfig: {
    ...publicReading,
    name: 'system.authConfig',
    path: '/v1/system/config/auth',
    summary: 'How people log in',
    answer: authConfigAnswer,
  },
  jwks: {
    ...publicReading,
    name: 'system.jwks',
    path: '/v1/system/config/jwks',
    summary: "The keys that sign bots' tokens",
    answer: jwksAnswer,
  },
  loggedInUser: {
    ...reading,
    name: 'system.loggedInUser',
    path: '/v1/users/loggedInUser',
    summary: 'The user that the credential belongs to',
    answer: userAnswer,
  },
} as const satisfies Record<string, Operation>;

/** Every endpoint of Collate that we rely on. */
export const operations: readonly Operation[] = [
  ...Object.values(usersOperations),
  ...Object.values(teamsOperations),
  ...Object.values(documentsOperations),
  ...Object.values(systemOperations),
];
