import type { EntityReference, StoredDocument, Team, TeamId, User, UserId } from './model/index.ts';
import type { DocumentAnswer, TeamAnswer, UserAnswer } from './schemas.ts';

type ReferenceAnswer = NonNullable<UserAnswer['teams']>[number];

/** A user as we pass it around: nulls gone, booleans spelled out, the id minted. */
export function toUser(answer: UserAnswer): User {
  const { teams, roles, owns } = answer;
  return {
    ...toEntity(answer),
    id: answer.id.toLowerCase() as UserId,
    name: answer.name,
    email: answer.email,
    ...text('fullyQualifiedName', answer.fullyQualifiedName),
    ...text('scimUserName', answer.scimUserName),
    isBot: answer.isBot === true,
    isAdmin: answer.isAdmin === true,
    ...(teams ? { teams: teams.map(toReference) } : {}),
    ...(roles ? { roles: roles.map(toReference) } : {}),
    ...(owns ? { owns: owns.map(toReference) } : {}),
  };
}

/** A team as we pass it around. */
export function toTeam(answer: TeamAnswer): Team {
  const { users, parents, defaultRoles, policies } = answer;
  return {
    ...toEntity(answer),
    id: answer.id.toLowerCase() as TeamId,
    name: answer.name,
    fullyQualifiedName: answer.fullyQualifiedName ?? answer.name,
    teamType: answer.teamType,
    isJoinable: answer.isJoinable !== false,
    ...(users ? { users: users.map(toReference) } : {}),
    ...(parents ? { parents: parents.map(toReference) } : {}),
    ...(defaultRoles ? { defaultRoles: defaultRoles.map(toReference) } : {}),
    ...(policies ? { policies: policies.map(toReference) } : {}),
  };
}

/** A document as we pass it around. */
export function toStoredDocument(answer: DocumentAnswer): StoredDocument {
  const { id, name, fullyQualifiedName, entityType, data, updatedBy, updatedAt } = answer;
  return {
    id,
    name,
    fullyQualifiedName,
    entityType: entityType ?? '',
    data,
    updatedBy: updatedBy ?? '',
    updatedAt: updatedAt ?? 0,
  };
}

function toEntity(answer: UserAnswer | TeamAnswer) {
  return {
    ...text('displayName', answer.displayName),
    ...text('description', answer.description),
    ...text('externalId', answer.externalId),
    deleted: answer.deleted === true,
    version: answer.version ?? 0.1,
    updatedAt: answer.updatedAt ?? 0,
    updatedBy: answer.updatedBy ?? '',
  };
}

function text<Name extends string>(name: Name, value: string | null | undefined): { readonly [name in Name]?: string } {
  return value === undefined || value === null ? {} : ({ [name]: value } as { readonly [name in Name]: string });
}

function toReference({ id, type, name, fullyQualifiedName, displayName, deleted }: ReferenceAnswer): EntityReference {
  return {
    id: id.toLowerCase(),
    type,
    ...text('name', name),
    ...text('fullyQualifiedName', fullyQualifiedName),
    ...text('displayName', displayName),
    ...(deleted === undefined || deleted === null ? {} : { deleted }),
  };
}
