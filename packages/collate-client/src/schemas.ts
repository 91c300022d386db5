import { type Static, Type } from 'typebox';

/*
 * The parts of Collate's requests and answers that the client uses. Further properties of an answer are allowed,
 * because newer servers add them. An optional property of an answer may also be null.
 */

/** A property that a server may omit. */
function maybe<T extends Type.TSchema>(schema: T) {
  return Type.Optional(Type.Union([schema, Type.Null()]));
}

const reference = Type.Object({
  id: Type.String(),
  type: Type.String(),
  name: maybe(Type.String()),
  fullyQualifiedName: maybe(Type.String()),
  displayName: maybe(Type.String()),
  deleted: maybe(Type.Boolean()),
});

const references = maybe(Type.Array(reference));

const entity = {
  id: Type.String({ format: 'uuid' }),
  name: Type.String(),
  displayName: maybe(Type.String()),
  description: maybe(Type.String()),
  externalId: maybe(Type.String()),
  deleted: maybe(Type.Boolean()),
  version: maybe(Type.Number()),
  updatedAt: maybe(Type.Number()),
  updatedBy: maybe(Type.String()),
};

/** A user in the wire format. */
export const userAnswer = Type.Object({
  ...entity,
  fullyQualifiedName: maybe(Type.String()),
  email: Type.String(),
  scimUserName: maybe(Type.String()),
  isBot: maybe(Type.Boolean()),
  isAdmin: maybe(Type.Boolean()),
  teams: references,
  roles: references,
  owns: references,
});

/** A team in the wire format. */
export const teamAnswer = Type.Object({
  ...entity,
  fullyQualifiedName: maybe(Type.String()),
  teamType: Type.String(),
  isJoinable: maybe(Type.Boolean()),
  users: references,
  parents: references,
  defaultRoles: references,
  policies: references,
});

/** A stored document in the wire format. */
export const documentAnswer = Type.Object({
  id: Type.String(),
  name: Type.String(),
  fullyQualifiedName: Type.String(),
  entityType: maybe(Type.String()),
  data: Type.Optional(Type.Unknown()),
  updatedBy: maybe(Type.String()),
  updatedAt: maybe(Type.Number()),
});

/** One page of entities in the wire format. */
export function pageAnswer<T extends Type.TSchema>(item: T) {
  return Type.Object({
    data: Type.Array(item),
    paging: Type.Object({ total: Type.Integer(), after: maybe(Type.String()) }),
  });
}

/** A row as a server stored it. */
const storedRow = Type.Object({ id: Type.String(), name: maybe(Type.String()), deleted: maybe(Type.Boolean()) });

/** The result of a call on many rows. A 200 does not mean that every row succeeded. */
export const bulkAnswer = Type.Object({
  status: Type.String(),
  numberOfRowsProcessed: maybe(Type.Integer()),
  numberOfRowsFailed: maybe(Type.Integer()),
  failedRequest: maybe(Type.Array(Type.Object({ status: maybe(Type.Integer()) }))),
  successRequest: maybe(Type.Array(Type.Object({ request: maybe(storedRow) }))),
});

/** An answer whose content is not used. */
export const anyAnswer = Type.Object({});

export const versionAnswer = Type.Object({ version: Type.String() });

export const authConfigAnswer = Type.Object({
  provider: maybe(Type.String()),
  jwtPrincipalClaims: maybe(Type.Array(Type.String())),
  jwtPrincipalClaimsMapping: maybe(Type.Array(Type.String())),
  emailClaim: maybe(Type.String()),
  authority: maybe(Type.String()),
});

export const jwksAnswer = Type.Object({ keys: Type.Array(Type.Record(Type.String(), Type.Unknown())) });

const rule = Type.Object({
  name: Type.String(),
  effect: Type.String(),
  operations: Type.Array(Type.String()),
  resources: Type.Array(Type.String()),
  condition: maybe(Type.String()),
});

/** A policy in the wire format. */
export const policyAnswer = Type.Object({
  id: Type.String({ format: 'uuid' }),
  name: Type.String(),
  rules: maybe(Type.Array(rule)),
});

/** A role in the wire format. */
export const roleAnswer = Type.Object({
  id: Type.String({ format: 'uuid' }),
  name: Type.String(),
  policies: references,
});

/** A bot in the wire format. */
export const botAnswer = Type.Object({ id: Type.String({ format: 'uuid' }), name: Type.String(), botUser: reference });

/** A bot's token in the wire format. */
export const tokenAnswer = Type.Object({ JWTToken: maybe(Type.String()), JWTTokenExpiry: maybe(Type.String()) });

/** How long a bot's token is valid. */
export const tokenBody = Type.Object({ JWTTokenExpiry: Type.String() }, { additionalProperties: false });

/** The input for a new policy. Servers refuse unknown properties. */
export const createPolicyBody = Type.Object(
  {
    name: Type.String(),
    rules: Type.Array(
      Type.Object({
        name: Type.String(),
        effect: Type.Union([Type.Literal('allow'), Type.Literal('deny')]),
        operations: Type.Array(Type.String()),
        resources: Type.Array(Type.String()),
      }),
    ),
  },
  { additionalProperties: false },
);

/** The input for a new role; policies by name. Servers refuse unknown properties. */
export const createRoleBody = Type.Object(
  { name: Type.String(), policies: Type.Array(Type.String()) },
  { additionalProperties: false },
);

/** The input for a new bot; its user by name. */
export const createBotBody = Type.Object(
  { name: Type.String(), botUser: Type.String() },
  { additionalProperties: false },
);

/** The input for the user of a new bot; roles by id. */
export const createBotUserBody = Type.Object(
  {
    name: Type.String(),
    email: Type.String(),
    isBot: Type.Literal(true),
    roles: Type.Array(Type.String({ format: 'uuid' })),
    authenticationMechanism: Type.Object({ authType: Type.Literal('JWT'), config: tokenBody }),
  },
  { additionalProperties: false },
);

/** What the credential may do with one kind of entity, in the wire format. */
export const permissionsAnswer = Type.Object({
  permissions: Type.Array(
    Type.Object({
      operation: Type.String(),
      access: Type.String(),
      role: maybe(Type.String()),
      policy: maybe(Type.String()),
      rule: maybe(Type.Object({ name: maybe(Type.String()) })),
    }),
  ),
});

/** The input for a new user. Servers refuse unknown properties. */
export const createUserBody = Type.Object(
  {
    name: Type.String(),
    email: Type.String(),
    displayName: Type.Optional(Type.String()),
    externalId: Type.Optional(Type.String()),
    scimUserName: Type.Optional(Type.String()),
  },
  { additionalProperties: false },
);

/** The input for a new team. Servers refuse unknown properties. */
export const createTeamBody = Type.Object(
  {
    name: Type.String(),
    teamType: Type.Literal('Group'),
    displayName: Type.Optional(Type.String()),
    description: Type.Optional(Type.String()),
    isJoinable: Type.Optional(Type.Boolean()),
    parents: Type.Optional(Type.Array(Type.String())),
    users: Type.Optional(Type.Array(Type.String())),
  },
  { additionalProperties: false },
);

/** The content of a new or replaced document. */
export const documentBody = Type.Object(
  {
    name: Type.String(),
    fullyQualifiedName: Type.String(),
    entityType: Type.String(),
    data: Type.Unknown(),
  },
  { additionalProperties: false },
);

/**
 * A JSON Patch document.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6902#section-3
 */
export const jsonPatchBody = Type.Array(
  Type.Object({
    op: Type.Union([Type.Literal('add'), Type.Literal('remove'), Type.Literal('replace'), Type.Literal('test')]),
    path: Type.String(),
    value: Type.Optional(Type.Unknown()),
  }),
  { minItems: 1 },
);

export const restoreBody = Type.Object({ id: Type.String({ format: 'uuid' }) }, { additionalProperties: false });

export const assetsBody = Type.Object(
  { assets: Type.Array(Type.Object({ id: Type.String({ format: 'uuid' }), type: Type.Literal('user') })) },
  { additionalProperties: false },
);

const include = Type.Optional(Type.Union([Type.Literal('non-deleted'), Type.Literal('deleted'), Type.Literal('all')]));
const fields = Type.Optional(Type.String({ description: 'Comma-separated names of relations' }));

export const entityQuery = Type.Object({ fields, include });

const listQuery = {
  fields,
  include,
  limit: Type.Integer({ minimum: 0, maximum: 1_000_000 }),
  after: Type.Optional(Type.String()),
};

export const userListQuery = Type.Object({
  ...listQuery,
  team: Type.Optional(Type.String()),
  isBot: Type.Optional(Type.Boolean()),
  isAdmin: Type.Optional(Type.Boolean()),
});

export const teamListQuery = Type.Object({
  ...listQuery,
  parentTeam: Type.Optional(Type.String()),
  isJoinable: Type.Optional(Type.Boolean()),
});

export const documentListQuery = Type.Object({
  entityType: Type.String(),
  limit: listQuery.limit,
  after: listQuery.after,
});

export const removeQuery = Type.Object({ hardDelete: Type.Boolean() });

export type UserAnswer = Static<typeof userAnswer>;
export type TeamAnswer = Static<typeof teamAnswer>;
export type DocumentAnswer = Static<typeof documentAnswer>;
export type BulkAnswer = Static<typeof bulkAnswer>;
export type PolicyAnswer = Static<typeof policyAnswer>;
export type RoleAnswer = Static<typeof roleAnswer>;
export type BotAnswer = Static<typeof botAnswer>;
export type PermissionsAnswer = Static<typeof permissionsAnswer>;
