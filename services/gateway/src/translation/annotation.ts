import type { StoredDocument, Team, TeamId, User, UserId } from '@scim-gateway/collate-client/model';
import { parseTeamId, parseUserId } from '@scim-gateway/collate-client/model';
import { isObject, type JsonObject, type JsonValue } from '@scim-gateway/scim';

/** The `entityType` of our documents in Collate's document store. */
export const annotationType = 'ScimGateway';

/** What SCIM knows of a user and the Collate entity has no field for. */
export interface UserAnnotation {
  readonly kind: 'user';
  readonly id: UserId;
  /** The identity provider that bound the user. */
  readonly provider: string;
  /** When the entity was made, in milliseconds since 1970, if it was seen before its first change: Collate does not keep that. */
  readonly createdAt: number | undefined;
  /** SCIM path → value; `null` says that the provider cleared what the entity still holds. */
  readonly attributes: Readonly<Record<string, JsonValue>>;
  /** The provider deleted the user; counts only while the entity is deleted. */
  readonly tombstone: boolean;
  /** A `POST` that revives the deleted user has not finished yet; its repetition completes it. */
  readonly unfinished: boolean;
  /** When SCIM last changed what the entity knows nothing of, in milliseconds since 1970; Collate's own time does not move then. */
  readonly modifiedAt: number | undefined;
  /** Membership changes asked for while the user was inactive. */
  readonly waiting: { readonly add: readonly TeamId[]; readonly remove: readonly TeamId[] };
}

/** What SCIM knows of a group and the Collate team has no field for. */
export interface GroupAnnotation {
  readonly kind: 'group';
  readonly id: TeamId;
  readonly provider: string;
  /** When the entity was made, in milliseconds since 1970, if it was seen before its first change: Collate does not keep that. */
  readonly createdAt: number | undefined;
  readonly attributes: Readonly<Record<string, JsonValue>>;
  /** Whether the team exists because SCIM asked for it, as opposed to having been adopted. */
  readonly created: boolean;
  /** Who was a member when the team was adopted; deleting the group leaves these. */
  readonly baseline: readonly UserId[];
  /** The provider deleted the group; an adopted team lives on without it. */
  readonly tombstone: boolean;
  /** A `POST` that took the team over has not finished yet; its repetition completes it. */
  readonly unfinished: boolean;
}

export type Annotation = UserAnnotation | GroupAnnotation;

/** The name under which an annotation is stored. */
export function annotationName(kind: Annotation['kind'], id: UserId | TeamId): string {
  return `scim-${kind}-${id}`;
}

/** A user's annotation that says nothing yet but whose it is. */
export function emptyUserAnnotation(
  user: Pick<User, 'id' | 'version' | 'updatedAt'>,
  provider: string,
): UserAnnotation {
  const waiting = { add: [], remove: [] };
  return {
    kind: 'user',
    id: user.id,
    provider,
    createdAt: creationOf(user),
    attributes: {},
    tombstone: false,
    unfinished: false,
    modifiedAt: undefined,
    waiting,
  };
}

/** When an entity was made that has never been changed. */
export function creationOf({ version, updatedAt }: Pick<User | Team, 'version' | 'updatedAt'>): number | undefined {
  return version > 0.1 ? undefined : updatedAt;
}

/** The annotation in its stored form: without its empty parts. */
export function toDocumentData(annotation: Annotation): JsonObject {
  const { kind, id, provider, createdAt, attributes, tombstone, unfinished } = annotation;
  const marks = { ...(tombstone ? { tombstone } : {}), ...(unfinished ? { unfinished } : {}) };
  const common = { kind, id, provider, ...(createdAt === undefined ? {} : { createdAt }), attributes, ...marks };
  if (annotation.kind === 'group') {
    const { created, baseline } = annotation;
    return { ...common, created, baseline };
  }
  const { modifiedAt, waiting } = annotation;
  const { add, remove } = waiting;
  return {
    ...common,
    ...(modifiedAt === undefined ? {} : { modifiedAt }),
    ...(add.length + remove.length === 0 ? {} : { waiting: { add, remove } }),
  };
}

/**
 * What a stored document says, or undefined when it is not one of ours or contradicts itself:
 * its name must agree with its data, else somebody moved it.
 */
export function parseAnnotation(document: Pick<StoredDocument, 'name' | 'data'>): Annotation | undefined {
  const data = document.data;
  if (!isObject(data) || !isObject(data['attributes'])) return undefined;
  const annotation =
    data['kind'] === 'group' ? parseGroup(data) : data['kind'] === 'user' ? parseUser(data) : undefined;
  return annotation !== undefined && annotationName(annotation.kind, annotation.id) === document.name
    ? annotation
    : undefined;
}

function parseUser(data: Readonly<Record<string, unknown>>): UserAnnotation | undefined {
  const id = parseUserId(String(data['id']));
  const waiting = isObject(data['waiting']) ? data['waiting'] : {};
  if (id === undefined) return undefined;
  return {
    kind: 'user',
    id,
    ...parseCommon(data),
    modifiedAt: toMillis(data['modifiedAt']),
    waiting: { add: parseIds(waiting['add'], parseTeamId), remove: parseIds(waiting['remove'], parseTeamId) },
  };
}

function parseGroup(data: Readonly<Record<string, unknown>>): GroupAnnotation | undefined {
  const id = parseTeamId(String(data['id']));
  if (id === undefined) return undefined;
  return {
    kind: 'group',
    id,
    ...parseCommon(data),
    created: data['created'] === true,
    baseline: parseIds(data['baseline'], parseUserId),
  };
}

function parseCommon(
  data: Readonly<Record<string, unknown>>,
): Pick<Annotation, 'provider' | 'createdAt' | 'attributes' | 'tombstone' | 'unfinished'> {
  return {
    provider: typeof data['provider'] === 'string' ? data['provider'] : '',
    createdAt: toMillis(data['createdAt']),
    attributes: isObject(data['attributes']) ? data['attributes'] : {},
    tombstone: data['tombstone'] === true,
    unfinished: data['unfinished'] === true,
  };
}

/** Undefined for what is no moment that a date can stand for. */
function toMillis(value: unknown): number | undefined {
  return typeof value === 'number' && !Number.isNaN(new Date(value).getTime()) ? value : undefined;
}

function parseIds<T>(value: unknown, parse: (text: string) => T | undefined): readonly T[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((item) => {
    const id = typeof item === 'string' ? parse(item) : undefined;
    return id === undefined ? [] : [id];
  });
}
