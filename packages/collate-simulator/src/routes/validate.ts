import type { Generation, GenerationRules } from '../generation.ts';
import { ApiError, notFound, refuse, unhandled } from '../http/api-error.ts';
import type { Context } from '../http/context.ts';
import { isObject, type Json, type Row } from '../state/row.ts';
import { assertSchema } from './schemas.ts';

const knownUserProperties = [
  'authenticationMechanism',
  'isAdmin',
  'profile',
  'name',
  'displayName',
  'createPasswordType',
  'botName',
  'teams',
  'timezone',
  'password',
  'description',
  'isBot',
  'confirmPassword',
  'email',
  'roles',
];
const knownTeamProperties = [
  'users',
  'profile',
  'name',
  'displayName',
  'isJoinable',
  'policies',
  'owner',
  'teamType',
  'email',
  'children',
  'parents',
  'description',
  'defaultRoles',
];
const laterUserProperties = [
  'externalId',
  'scimUserName',
  'personas',
  'defaultPersona',
  'domains',
  'domain',
  'extension',
];
const laterTeamProperties = ['externalId', 'owners', 'domains', 'domain', 'defaultPersona'];
const teamTypes = new Set(['Organization', 'BusinessUnit', 'Division', 'Department', 'Group']);

/** The body of a creation: an object with known properties only. @throws ApiError in Jackson's words when it is not. */
export function createBody(context: Context, type: 'user' | 'team'): Json {
  const className = type === 'user' ? 'CreateUser' : 'CreateTeam';
  const { body } = context;
  if (body === undefined || body === null) {
    throw unhandled(
      `Cannot invoke "org.openmetadata.schema.api.teams.${className}.getName()" because "create" is null`,
    );
  }
  if (typeof body === 'string')
    throw refuse(
      400,
      `Cannot construct instance of \`org.openmetadata.schema.api.teams.${className}\` (although at least one Creator exists): no String-argument constructor`,
    );
  if (!isObject(body) || Array.isArray(body)) {
    throw refuse(
      400,
      `Cannot deserialize value of type \`org.openmetadata.schema.api.teams.${className}\` from Array value (token \`JsonToken.START_ARRAY\`)`,
    );
  }
  assertKnown(body, className, knownProperties(context, type));
  const coerced = withBooleans(body);
  // `assertConstraints` checks name and e-mail, with messages of their own; the schema checks the rest.
  if (!context.state.rules.hasExternalId) return coerced;
  if (type === 'team' && body['teamType'] != null) assertTeamType(body['teamType']);
  for (const field of ['teams', 'users', 'parents', 'children']) assertIds(body[field], field, className);
  const given = Object.fromEntries(Object.entries(coerced).filter(([, value]) => value !== null));
  assertSchema(`api/teams/create${type === 'user' ? 'User' : 'Team'}.json`, withoutText(given, type), 'query param ');
  return given;
}

/** The body with valid stand-ins for the values that `assertConstraints` checks. */
function withoutText(body: Json, type: 'user' | 'team'): Json {
  return type === 'team'
    ? { teamType: 'Group', ...body, name: 'x', ...('email' in body ? { email: 'team@example.com' } : {}) }
    : { ...body, name: 'x', email: 'user@example.com' };
}

/** The body with booleans instead of their texts, which the server accepts. */
function withBooleans(body: Json): Json {
  const coerced = ['isAdmin', 'isBot', 'isJoinable'].flatMap((name) =>
    body[name] === 'true' || body[name] === 'false' ? [[name, body[name] === 'true'] as const] : [],
  );
  return { ...body, ...Object.fromEntries(coerced) };
}

function knownProperties(context: Context, type: 'user' | 'team'): readonly string[] {
  const known = type === 'user' ? knownUserProperties : knownTeamProperties;
  if (!context.state.rules.hasExternalId) return known;
  return [...known, ...(type === 'user' ? laterUserProperties : laterTeamProperties)];
}

function assertKnown(body: Json, className: string, known: readonly string[]): void {
  const unknown = Object.keys(body).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const names = known.map((name) => `"${name}"`).join(', ');
  throw refuse(
    400,
    `Unrecognized field "${unknown}" (class org.openmetadata.schema.api.teams.${className}), not marked as ignorable (${known.length} known properties: ${names})`,
  );
}

/** @throws ApiError 400 with every violated constraint, in no fixed order. */
export function assertConstraints(context: Context, type: 'user' | 'team', body: Json): void {
  const { rules } = context.state;
  const name = type === 'user' ? rules.userName : rules.teamName;
  const violations = textViolations('name', body['name'], { min: 1, ...name });
  const needsEmail = type === 'user' || body['email'] !== undefined;
  if (needsEmail) violations.push(...emailViolations(body['email'], rules.generation));
  if (violations.length === 0) return;
  const shuffled = context.state.clock() % 2 === 0 ? violations : violations.reverse();
  throw refuse(400, `[${shuffled.map((violation) => `${rules.violationPrefix}${violation}`).join(', ')}]`);
}

/** The violations of an e-mail address. PATCH does not check it, so a row can become unreadable. */
export function emailViolations(email: unknown, generation: Generation): string[] {
  const source = generation === '1.1' ? '^\\S+@\\S+\\.\\S+$' : '^[\\S.!#$%&’*+/=?^_`{|}~-]+@\\S+\\.\\S+$';
  const violations = textViolations('email', email, { pattern: /^\S+@\S+\.\S+$/u, source, min: 6, max: 127 });
  const isWellFormed = generation === '1.1' || email === undefined || email === null || wellFormed.test(String(email));
  return isWellFormed ? violations : [...violations, 'email must be a well-formed email address'];
}

/** Whole labels around each dot, and at most 64 characters before the `@`. */
const wellFormed = /^(?=[^@]{1,64}@)[^\s@.]+(\.[^\s@.]+)*@[^\s@.]+(\.[^\s@.]+)*$/u;

/** The violations of a name. */
export function nameViolations(value: unknown, rule: GenerationRules['teamName']): string[] {
  return textViolations('name', value, { min: 1, ...rule });
}

interface TextConstraint {
  readonly pattern: RegExp;
  /** The pattern as the server's message quotes it. */
  readonly source: string;
  readonly min: number;
  readonly max: number;
}

function textViolations(field: string, value: unknown, { pattern, source, min, max }: TextConstraint): string[] {
  if (value === undefined || value === null) return [`${field} must not be null`];
  const text = String(value);
  const length = text.length;
  return [
    ...(pattern.test(text) ? [] : [`${field} must match "${source}"`]),
    ...(length >= min && length <= max ? [] : [`${field} size must be between ${min} and ${max}`]),
  ];
}

/** @throws ApiError 400 when the value is not a team type. */
export function assertTeamType(value: unknown): void {
  if (typeof value === 'string' && teamTypes.has(value)) return;
  throw refuse(
    400,
    `Cannot construct instance of \`org.openmetadata.schema.api.teams.CreateTeam$TeamType\`, problem: ${String(value)}`,
  );
}

const userProperties = new Set([
  'id',
  'name',
  'fullyQualifiedName',
  'description',
  'displayName',
  'version',
  'updatedAt',
  'updatedBy',
  'email',
  'href',
  'timezone',
  'isBot',
  'isAdmin',
  'isEmailVerified',
  'profile',
  'teams',
  'owns',
  'follows',
  'followers',
  'changeDescription',
  'deleted',
  'roles',
  'inheritedRoles',
  'authenticationMechanism',
]);
const teamProperties = new Set([
  'id',
  'teamType',
  'name',
  'fullyQualifiedName',
  'email',
  'displayName',
  'description',
  'version',
  'updatedAt',
  'updatedBy',
  'href',
  'parents',
  'children',
  'users',
  'childrenCount',
  'userCount',
  'owns',
  'owner',
  'owners',
  'isJoinable',
  'profile',
  'changeDescription',
  'deleted',
  'defaultRoles',
  'inheritedRoles',
  'policies',
]);

/** @throws ApiError 400 when a patched entity has an unknown property. */
export function assertKnownProperties({ state }: Context, type: 'user' | 'team', patched: Json): void {
  const known = type === 'user' ? userProperties : teamProperties;
  const later = state.rules.hasExternalId ? ['externalId', 'scimUserName'] : [];
  const unknown = Object.keys(patched).find((name) => !known.has(name) && !later.includes(name));
  if (unknown === undefined) return;
  const className = type === 'user' ? 'User' : 'Team';
  if (!state.rules.hidesNotFound) throw unconvertible();
  throw refuse(
    400,
    `Unrecognized field "${unknown}" (class org.openmetadata.schema.entity.teams.${className}), not marked as ignorable`,
  );
}

function unconvertible(): ApiError {
  return unhandled('Failed to convert JsonValue to target class');
}

/** As `rowOfReference`, for an item of a patched list. @throws ApiError 500 in later generations when it is malformed. */
export function rowOfPatchedReference(context: Context, type: 'user' | 'team', item: unknown): Row {
  const isReference = isObject(item) && /^[\da-f-]{36}$/i.test(String(item['id']));
  if (!isReference && !context.state.rules.hidesNotFound) throw unconvertible();
  return rowOfReference(context, type, item);
}

/** The entity that an item of a list of references names. @throws ApiError 400 when the item is malformed, else 404. */
export function rowOfReference(context: Context, type: 'user' | 'team', item: unknown): Row {
  if (!isObject(item) || !('id' in item)) {
    throw refuse(
      400,
      'Cannot construct instance of `org.openmetadata.schema.type.EntityReference` (although at least one Creator exists): no String-argument constructor/factory method',
    );
  }
  assertUuid(String(item['id']));
  return rowOf(context, type, String(item['id']));
}

/** @throws ApiError 400 in Jackson's words when the value is not a UUID. */
export function assertUuid(value: string): void {
  if (/^[\da-f-]{36}$/i.test(value)) return;
  throw refuse(
    400,
    `Cannot deserialize value of type \`java.util.UUID\` from String "${value}": UUID has to be represented by standard 36-char representation`,
  );
}

function assertIds(values: unknown, field: string, className: string): void {
  if (Array.isArray(values) && values.some(isObject)) throw objectForUuid(field, className);
}

function objectForUuid(field: string, className: string): ApiError {
  return refuse(
    400,
    `Cannot deserialize value of type \`java.util.UUID\` from Object value (token \`JsonToken.START_OBJECT\`) (through reference chain: org.openmetadata.schema.api.teams.${className}["${field}"])`,
  );
}

/** A field of a creation that contains the ids of entities. */
interface IdField {
  readonly field: string;
  /** The type of the entities. */
  readonly type: 'user' | 'team';
  /** The Java class of the creation, which error messages name. */
  readonly className: 'CreateUser' | 'CreateTeam';
}

/** The rows of a field with an array of UUIDs. @throws ApiError 400 when it is malformed, 404 when an entity is missing. */
export function rowsOfIds(context: Context, body: Json, { field, type, className }: IdField): readonly Row[] {
  const values = body[field];
  if (values === undefined || values === null) return [];
  if (!Array.isArray(values))
    throw refuse(400, `Cannot deserialize value of type \`java.util.ArrayList<java.util.UUID>\``);
  return values.map((value) => {
    if (typeof value !== 'string') {
      throw objectForUuid(field, className);
    }
    assertUuid(value);
    return rowOf(context, type, value);
  });
}

/** The ids in a list of roles or policies, given as references or as ids. @throws ApiError 404 when one does not exist. */
export function accessIdsIn({ state }: Context, kind: 'role' | 'policy', list: unknown): readonly string[] {
  const references: readonly unknown[] = Array.isArray(list) ? list : [];
  return references.map((item) => {
    const id = String(isObject(item) ? item['id'] : item);
    if (state.access.table(kind).byId(id) === undefined) throw notFound(kind, id);
    return id;
  });
}

/** The user or team with an id. @throws ApiError 404 when it does not exist. */
export function rowOf(context: Context, type: 'user' | 'team', id: string): Row {
  const row = (type === 'user' ? context.state.users : context.state.teams).byId(id.toLowerCase());
  if (row === undefined) throw notFound(type, id);
  return row;
}

/** @throws ApiError 500 when a string contains NUL, which PostgreSQL cannot store, or a name a quote, which later servers cannot parse. */
export function assertStorable({ state }: Context, json: Json): void {
  if (state.rules.quotesDottedNames && /^[^"]*"|"[^"]+$/.test(String(json['name']).replace(/^"([^"]*)"$/, '$1')))
    throw unhandled('null');
  // After an escaped backslash, `u0000` is plain text.
  if (/(?<!\\)(?:\\\\)*\\u0000/.test(JSON.stringify(json)))
    throw unhandled('org.postgresql.util.PSQLException: ERROR: unsupported Unicode escape sequence');
}

/** @throws ApiError 429, without Retry-After, when the plan's limit is reached. */
export function assertQuota(context: Context, count: number): void {
  if (count < context.settings.quota) return;
  throw new ApiError(429, { code: 429, message: 'You have reached the limit of your plan' });
}
