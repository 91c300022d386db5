import {
  CollateError,
  type EntityReference,
  parseTeamId,
  parseUserId,
  type StoredDocument,
  type Team,
  type User,
} from './model/index.ts';
import type { Operation } from './operation.ts';
import type { DocumentAnswer, TeamAnswer, UserAnswer } from './schemas.ts';

/** What stands in the place of every e-mail when the caller is neither a bot nor an administrator. */
const maskedEmail = '********@masked.com';

/** A user from what came over the wire. Masked e-mails are refused: they are no data, they mean a wrong credential. */
export function toUser(answer: UserAnswer, { name: operation }: Operation): User {
  const id = parseUserId(answer.id);
  if (id === undefined) throw malformedId(operation);
  if (answer.email === maskedEmail) {
    const explanation = 'Collate masks e-mail addresses: the credential has to be that of a bot or an administrator';
    throw new CollateError('forbidden', { operation, explanation });
  }
  return {
    id,
    name: answer.name,
    email: answer.email,
    isBot: answer.isBot ?? false,
    isAdmin: answer.isAdmin ?? false,
    ...toCommon(answer),
    ...present('fullyQualifiedName', answer.fullyQualifiedName),
    ...present('scimUserName', answer.scimUserName),
    ...present('teams', toReferences(answer.teams)),
    ...present('roles', toReferences(answer.roles)),
    ...present('owns', toReferences(answer.owns)),
  };
}

/** A team from what came over the wire. */
export function toTeam(answer: TeamAnswer, { name: operation }: Operation): Team {
  const id = parseTeamId(answer.id);
  if (id === undefined) throw malformedId(operation);
  return {
    id,
    name: answer.name,
    fullyQualifiedName: answer.fullyQualifiedName ?? answer.name,
    teamType: answer.teamType,
    isJoinable: answer.isJoinable ?? true,
    ...toCommon(answer),
    ...present('users', toReferences(answer.users)),
    ...present('parents', toReferences(answer.parents)),
    ...present('defaultRoles', toReferences(answer.defaultRoles)),
    ...present('policies', toReferences(answer.policies)),
  };
}

/** A document from what came over the wire; one without an author counts as nobody's. */
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

type Common = Pick<
  UserAnswer & TeamAnswer,
  'deleted' | 'version' | 'updatedAt' | 'updatedBy' | 'displayName' | 'description' | 'externalId'
>;

function toCommon(answer: Common) {
  return {
    deleted: answer.deleted ?? false,
    version: answer.version ?? 0.1,
    updatedAt: answer.updatedAt ?? 0,
    updatedBy: answer.updatedBy ?? '',
    ...present('displayName', answer.displayName),
    ...present('description', answer.description),
    ...present('externalId', answer.externalId),
  };
}

type Reference = NonNullable<UserAnswer['teams']>[number];

function toReferences(references: readonly Reference[] | null | undefined): readonly EntityReference[] | undefined {
  return references?.map((reference) => ({
    id: reference.id.toLowerCase(),
    type: reference.type,
    ...present('name', reference.name),
    ...present('fullyQualifiedName', reference.fullyQualifiedName),
    ...present('displayName', reference.displayName),
    ...present('deleted', reference.deleted),
  }));
}

type Present<Name extends string, Value> = { readonly [name in Name]?: NonNullable<Value> };

function present<Name extends string, Value>(name: Name, value: Value | null | undefined): Present<Name, Value> {
  return (value === null || value === undefined ? {} : { [name]: value }) as Present<Name, Value>;
}

function malformedId(operation: string): CollateError {
  return new CollateError('malformed', { operation, explanation: 'the id is no UUID' });
}
