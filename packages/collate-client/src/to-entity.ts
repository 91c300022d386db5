import {
  type Access,
  accesses,
  type Bot,
  CollateError,
  type EntityReference,
  type Policy,
  parseTeamId,
  parseUserId,
  type Right,
  type RightsResource,
  type Role,
  type StoredDocument,
  type Team,
  type User,
} from './model/index.ts';
import type { Operation } from './operation.ts';
import type {
  BotAnswer,
  DocumentAnswer,
  PermissionsAnswer,
  PolicyAnswer,
  RoleAnswer,
  TeamAnswer,
  UserAnswer,
} from './schemas.ts';

/** The value of every e-mail for a caller who is neither a bot nor an administrator. */
const maskedEmail = '********@masked.com';

/**
 * Converts a user of the wire format.
 *
 * @throws CollateError `malformed` for an id that is not a UUID, `forbidden` for a masked e-mail: it means that the
 * credential lacks rights.
 */
export function toUser(answer: UserAnswer, { name: operation }: Operation): User {
  const id = parseUserId(answer.id);
  if (id === undefined) throw malformedId(operation);
  if (answer.email === maskedEmail) {
    const explanation = 'Collate masks e-mail addresses: the credential must belong to a bot or an administrator';
    throw new CollateError('forbidden', { operation, explanation });
  }
  const user: Mutable<User> = {
    id,
    name: answer.name,
    email: answer.email,
    isBot: answer.isBot ?? false,
    isAdmin: answer.isAdmin ?? false,
    deleted: answer.deleted ?? false,
    version: answer.version ?? 0.1,
    updatedAt: answer.updatedAt ?? 0,
    updatedBy: answer.updatedBy ?? '',
  };
  setTexts(user, answer);
  set(user, 'fullyQualifiedName', answer.fullyQualifiedName);
  set(user, 'scimUserName', answer.scimUserName);
  set(user, 'teams', toReferences(answer.teams));
  set(user, 'roles', toReferences(answer.roles));
  set(user, 'owns', toReferences(answer.owns));
  return user;
}

/**
 * Converts a team of the wire format.
 *
 * @throws CollateError `malformed` for an id that is not a UUID.
 */
export function toTeam(answer: TeamAnswer, { name: operation }: Operation): Team {
  const id = parseTeamId(answer.id);
  if (id === undefined) throw malformedId(operation);
  const team: Mutable<Team> = {
    id,
    name: answer.name,
    fullyQualifiedName: answer.fullyQualifiedName ?? answer.name,
    teamType: answer.teamType,
    isJoinable: answer.isJoinable ?? true,
    deleted: answer.deleted ?? false,
    version: answer.version ?? 0.1,
    updatedAt: answer.updatedAt ?? 0,
    updatedBy: answer.updatedBy ?? '',
  };
  setTexts(team, answer);
  set(team, 'users', toReferences(answer.users));
  set(team, 'parents', toReferences(answer.parents));
  set(team, 'defaultRoles', toReferences(answer.defaultRoles));
  set(team, 'policies', toReferences(answer.policies));
  return team;
}

/** Converts a document of the wire format. A missing author becomes the empty string. */
export function toStoredDocument(answer: DocumentAnswer): StoredDocument {
  return {
    id: answer.id,
    name: answer.name,
    fullyQualifiedName: answer.fullyQualifiedName,
    entityType: answer.entityType ?? '',
    data: answer.data,
    updatedBy: answer.updatedBy ?? '',
    updatedAt: answer.updatedAt ?? 0,
  };
}

/** Converts the rights of the wire format. One with an access that this client does not know is left out. */
export function toRights(resource: RightsResource, { permissions }: PermissionsAnswer): readonly Right[] {
  return permissions.flatMap(({ operation, access, role, policy, rule }) => {
    if (!isAccess(access)) return [];
    const right: Mutable<Right> = { resource, operation, access };
    set(right, 'role', role);
    set(right, 'policy', policy);
    set(right, 'rule', rule?.name);
    return [right];
  });
}

/** Converts a policy of the wire format. */
export function toPolicy({ id, name, rules }: PolicyAnswer): Policy {
  return { id, name, rules: rules ?? [] };
}

/** Converts a role of the wire format. */
export function toRole({ id, name, policies }: RoleAnswer): Role {
  return { id, name, policies: toReferences(policies) ?? [] };
}

/** Converts a bot of the wire format. */
export function toBot({ id, name, botUser }: BotAnswer): Bot {
  return { id, name, botUser: toReference(botUser) };
}

function isAccess(text: string): text is Access {
  return accesses.some((access) => access === text);
}

/** An entity under construction. */
type Mutable<T> = { -readonly [Name in keyof T]: T[Name] };

type Texts = Pick<User & Team, 'displayName' | 'description' | 'externalId'>;

function setTexts(entity: Mutable<Texts>, answer: Pick<UserAnswer & TeamAnswer, keyof Texts>): void {
  set(entity, 'displayName', answer.displayName);
  set(entity, 'description', answer.description);
  set(entity, 'externalId', answer.externalId);
}

type Reference = NonNullable<UserAnswer['teams']>[number];

function toReferences(references: readonly Reference[] | null | undefined): readonly EntityReference[] | undefined {
  return references?.map(toReference);
}

function toReference(reference: Reference): EntityReference {
  const result: Mutable<EntityReference> = { id: reference.id.toLowerCase(), type: reference.type };
  set(result, 'name', reference.name);
  set(result, 'fullyQualifiedName', reference.fullyQualifiedName);
  set(result, 'displayName', reference.displayName);
  set(result, 'deleted', reference.deleted);
  return result;
}

/**
 * Sets a present value; null counts as absent. Spreading optional parts costs more, and lists have thousands of
 * entities.
 */
function set<T extends object, Name extends keyof T>(target: T, name: Name, value: T[Name] | null | undefined): void {
  if (value !== null && value !== undefined) target[name] = value;
}

function malformedId(operation: string): CollateError {
  return new CollateError('malformed', { operation, explanation: 'the id is not a UUID' });
}
