import type { StoredDocument, Team, TeamId, User, UserId } from '@scim-gateway/collate-client/model';
import { parseTeamId, parseUserId } from '@scim-gateway/collate-client/model';
import { isObject, type JsonObject, type JsonValue } from '@scim-gateway/scim';

/** The `entityType` of our documents in Collate's document store. */
export const annotationType = 'ScimGateway';

/** What SCIM remembers of a user because the Collate entity has no field for it. */
export interface UserAnnotation {
  readonly kind: 'user';
  readonly id: UserId;
  /** The identity provider that bound the user. */
  readonly provider: string;
  /** The time of creation, in milliseconds since 1970; unknown of an entity that SCIM first saw in a later version. */
  readonly createdAt: number | undefined;
  /** SCIM path → value; `null` for a value that the provider cleared and the entity still contains. */
  readonly attributes: Readonly<Record<string, JsonValue>>;
  /** The provider deleted the user. Valid only while the entity is deleted. */
  readonly tombstone: boolean;
  /**
   * Pending: with a tombstone, a `POST` that revives the deleted user has not finished; without, the adoption of an
   * account. Repeating the request completes it.
   */
  readonly unfinished: boolean;
  /** When SCIM last changed a remembered value, in milliseconds since 1970: the entity's own time does not show it. */
  readonly modifiedAt: number | undefined;
  /**
   * Pending membership changes: asked for while the user was inactive, applied on reactivation. During a write of the
   * user, `add` also has the memberships that a crash of Collate could lose.
   */
  readonly waiting: { readonly add: readonly TeamId[]; readonly remove: readonly TeamId[] };
}

/** What SCIM remembers of a group because the Collate team has no field for it. */
export interface GroupAnnotation {
  readonly kind: 'group';
  readonly id: TeamId;
  readonly provider: string;
  /** The time of creation, in milliseconds since 1970; unknown of an entity that SCIM first saw in a later version. */
  readonly createdAt: number | undefined;
  readonly attributes: Readonly<Record<string, JsonValue>>;
  /** Whether SCIM created the team; otherwise it was adopted. */
  readonly created: boolean;
  /** The members that an adopted team had before; deleting the group keeps them. */
  readonly baseline: readonly UserId[];
  /** The provider deleted the group; an adopted team itself stays. */
  readonly tombstone: boolean;
  /** Pending: the `POST` that adopts the team has not finished; repeating it completes the adoption. */
  readonly unfinished: boolean;
}

/** What SCIM remembers of a user or group, kept as a document in Collate's document store. */
export type Annotation = UserAnnotation | GroupAnnotation;

/** The name under which an annotation is stored. */
export function annotationName(kind: Annotation['kind'], id: UserId | TeamId): string {
  return `scim-${kind}-${id}`;
}

/** A user's annotation that records nothing but the provider that binds it. */
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

/** When the entity was created, in milliseconds since 1970; undefined once it has been changed. */
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
 * The annotation in a stored document; undefined when the document is not one of ours, or its name contradicts its
 * data, as after a copy under another name.
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

/** Undefined for a number outside the range of dates. */
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
