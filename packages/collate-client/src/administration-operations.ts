import type { Operation } from './operation.ts';
import {
  anyAnswer,
  botAnswer,
  createBotBody,
  createBotUserBody,
  createPolicyBody,
  createRoleBody,
  entityQuery,
  jsonPatchBody,
  policyAnswer,
  restoreBody,
  roleAnswer,
  tokenAnswer,
  tokenBody,
  userAnswer,
} from './schemas.ts';

const reading = { method: 'GET', idempotent: true, authenticated: true } as const;
const creating = { method: 'POST', idempotent: false, authenticated: true } as const;
const patching = { method: 'PATCH', idempotent: false, authenticated: true } as const;
/** Not idempotent: each call replaces the token of the call before. */
const replacing = { method: 'PUT', idempotent: false, authenticated: true } as const;

/** The endpoints that make a bot. All need an administrator's credential; serving requests uses none of them. */
export const administrationOperations = {
  findPolicy: {
    ...reading,
    name: 'policies.find',
    path: '/v1/policies/name/{name}',
    summary: 'Finds a policy by name',
    answer: policyAnswer,
  },
  createPolicy: {
    ...creating,
    name: 'policies.create',
    path: '/v1/policies',
    summary: 'Creates a policy',
    body: createPolicyBody,
    answer: policyAnswer,
  },
  patchPolicy: {
    ...patching,
    name: 'policies.patch',
    path: '/v1/policies/{id}',
    summary: 'Changes a policy',
    body: jsonPatchBody,
    answer: anyAnswer,
  },
  findRole: {
    ...reading,
    name: 'roles.find',
    path: '/v1/roles/name/{name}',
    summary: 'Finds a role by name',
    query: entityQuery,
    answer: roleAnswer,
  },
  createRole: {
    ...creating,
    name: 'roles.create',
    path: '/v1/roles',
    summary: 'Creates a role',
    body: createRoleBody,
    answer: roleAnswer,
  },
  patchRole: {
    ...patching,
    name: 'roles.patch',
    path: '/v1/roles/{id}',
    summary: 'Changes a role',
    body: jsonPatchBody,
    answer: anyAnswer,
  },
  findBot: {
    ...reading,
    name: 'bots.find',
    path: '/v1/bots/name/{name}',
    summary: 'Finds a bot by name',
    answer: botAnswer,
  },
  createBot: {
    ...creating,
    name: 'bots.create',
    path: '/v1/bots',
    summary: 'Makes a bot of a user',
    body: createBotBody,
    answer: botAnswer,
  },
  createBotUser: {
    ...creating,
    name: 'users.createBot',
    path: '/v1/users',
    summary: 'Creates the user of a bot',
    body: createBotUserBody,
    answer: userAnswer,
  },
  readToken: {
    ...reading,
    name: 'users.readToken',
    path: '/v1/users/token/{id}',
    summary: "Reads a bot's token",
    answer: tokenAnswer,
  },
  generateToken: {
    ...replacing,
    name: 'users.generateToken',
    path: '/v1/users/generateToken/{id}',
    summary: "Replaces a bot's token; the answer may contain it encrypted",
    body: tokenBody,
    answer: anyAnswer,
  },
  revokeToken: {
    ...replacing,
    name: 'users.revokeToken',
    path: '/v1/users/revokeToken',
    summary: "Revokes a bot's token at once",
    body: restoreBody,
    answer: anyAnswer,
  },
} as const satisfies Record<string, Operation>;
