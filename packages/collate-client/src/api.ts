import type { StopSignal } from '@scim-gateway/cancellation';
import type {
  Bot,
  CreateBotUser,
  CreateTeam,
  CreateUser,
  JsonPatch,
  Policy,
  PolicyRule,
  Right,
  RightsResource,
  Role,
  StoredDocument,
  Team,
  TeamId,
  TokenLifetime,
  User,
  UserId,
} from './model/index.ts';

/** What belongs to one caller and not to the client: how long it waits, and with which priority. */
export interface CallContext {
  /** Ends a call, its waits and its retries. */
  readonly signal?: StopSignal;
  /** When the caller stops waiting, in milliseconds since 1970. No retry is planned beyond it. */
  readonly deadline?: number;
  /** Watches writes. */
  readonly guard?: WriteGuard;
  /** Default: `normal`. */
  readonly priority?: Priority;
}

/** The order of calls that wait for a place. */
export const priorities = ['urgent', 'normal'] as const;

/**
 * Which calls go first when not all can run at once. Urgent calls pass all others and have reserved places, so that
 * removing access never waits for granting it.
 */
export type Priority = (typeof priorities)[number];

/** Protects the lock under which writes are sent. */
export interface WriteGuard {
  /** Awaited before each attempt of a write. A rejection prevents the attempt. */
  confirm(): Promise<void>;
  /** Reports a write that was sent and not answered: it may still take effect. */
  onUnanswered(): void;
}

/** Whether soft-deleted entities are included. */
export type Include = 'non-deleted' | 'deleted' | 'all';

/** Relations of a user that cost extra and are returned only on request. */
export type UserField = 'teams' | 'roles' | 'owns';

/** Relations of a team that cost extra and are returned only on request. */
export type TeamField = 'users' | 'parents' | 'defaultRoles' | 'policies';

/** What to return of an entity. */
export interface EntityQuery<Field extends string = string> {
  readonly fields?: readonly Field[];
  /** Default: `non-deleted`. */
  readonly include?: Include;
}

/** Which users to list, and what to return of each. */
export interface UserListQuery extends EntityQuery<UserField> {
  /** Only direct members of the team with this name. */
  readonly team?: string;
  readonly isBot?: boolean;
  readonly isAdmin?: boolean;
  /** Entities per page. Default: 1000. */
  readonly limit?: number;
  /** Begin after this cursor of an earlier page. */
  readonly after?: string;
}

/** Which teams to list, and what to return of each. */
export interface TeamListQuery extends EntityQuery<TeamField> {
  /** Only child teams of the team with this name. */
  readonly parentTeam?: string;
  readonly isJoinable?: boolean;
  /** Entities per page. Default: 1000. */
  readonly limit?: number;
  /** Begin after this cursor of an earlier page. */
  readonly after?: string;
}

/** One page of a list. */
export interface Page<T> {
  readonly items: readonly T[];
  /** Entities in the whole list. */
  readonly total: number;
  /** The cursor of the next page; absent on the last one. */
  readonly after?: string;
}

/** How to delete an entity. */
export interface RemoveOptions {
  /** Deletes for good. Default: false, a deletion that `restore` undoes. */
  readonly hardDelete?: boolean;
}

/**
 * Collate's users. A `find…` returns `undefined` for a user that does not exist. All other failures throw
 * `CollateError`.
 */
export interface UsersApi {
  find(name: string, query?: EntityQuery<UserField>): Promise<User | undefined>;
  findById(id: UserId, query?: EntityQuery<UserField>): Promise<User | undefined>;
  pages(query?: UserListQuery): AsyncIterable<Page<User>>;
  count(query?: Omit<UserListQuery, 'fields' | 'limit' | 'after'>): Promise<number>;
  /** Returns the created user. Its name may differ from the requested one: some servers choose their own. */
  create(input: CreateUser): Promise<User>;
  /**
   * Returns the user as the server echoes it, which is no proof: servers echo changes that they did not store.
   *
   * @throws TypeError for a patch without a change: every PATCH, even an empty one, makes the server rewrite the user's
   * teams.
   */
  patch(id: UserId, patch: JsonPatch): Promise<User>;
  remove(id: UserId, options?: RemoveOptions): Promise<void>;
  /** Some servers answer not-found for a user that is not deleted: read the user again then. */
  restore(id: UserId): Promise<User>;
  /** The user as it was created. Its `updatedBy` is the name of the creator. */
  firstVersion(id: UserId): Promise<User | undefined>;
}

/** What a server answers about the members that it stored. */
export interface AddedUsers {
  /**
   * Ids that the server stored without showing a user's name: perhaps no user has them. While a team has such a member,
   * lists of teams with their users answer 404.
   */
  readonly unnamed: readonly UserId[];
  /** Soft-deleted users: members again once they are restored. */
  readonly inactive: readonly UserId[];
}

/** Collate's teams, with the conventions of {@link UsersApi}. */
export interface TeamsApi {
  find(name: string, query?: EntityQuery<TeamField>): Promise<Team | undefined>;
  findById(id: TeamId, query?: EntityQuery<TeamField>): Promise<Team | undefined>;
  pages(query?: TeamListQuery): AsyncIterable<Page<Team>>;
  count(query?: Omit<TeamListQuery, 'fields' | 'limit' | 'after'>): Promise<number>;
  create(input: CreateTeam): Promise<Team>;
  /** As {@link UsersApi.patch}. */
  patch(id: TeamId, patch: JsonPatch): Promise<Team>;
  remove(id: TeamId, options?: RemoveOptions): Promise<void>;
  restore(id: TeamId): Promise<Team>;
  firstVersion(id: TeamId): Promise<Team | undefined>;
  /**
   * Adds members; existing members are no error. Some servers also store ids that no user has: see `AddedUsers`.
   *
   * @throws CollateError if the server refused any of them.
   */
  addUsers(team: Pick<Team, 'fullyQualifiedName'>, users: readonly UserId[]): Promise<AddedUsers>;
  /**
   * Removes members; users who are not members are no error.
   *
   * @throws CollateError if the server refused any of them.
   */
  removeUsers(team: Pick<Team, 'fullyQualifiedName'>, users: readonly UserId[]): Promise<void>;
  removeUser(id: TeamId, user: UserId): Promise<void>;
}

/** The content of a document. Its name is also its fully qualified name. */
export interface DocumentInput {
  readonly name: string;
  readonly entityType: string;
  readonly data: unknown;
}

/** Collate's document store. */
export interface DocumentsApi {
  find(fullyQualifiedName: string): Promise<StoredDocument | undefined>;
  pages(entityType: string, options?: { readonly limit?: number }): AsyncIterable<Page<StoredDocument>>;
  /** Creates or replaces the document. */
  put(input: DocumentInput): Promise<StoredDocument>;
  /** Deletes for good; a document that does not exist is no error. */
  remove(fullyQualifiedName: string): Promise<void>;
}

/** How users log in to this server. */
export interface AuthConfig {
  readonly provider?: string;
  /** Token claims in order of preference: the first present one identifies the user. */
  readonly jwtPrincipalClaims: readonly string[];
  /** `username:claim` and `email:claim`; empty where not configured. */
  readonly jwtPrincipalClaimsMapping: readonly string[];
  /** Present where accounts are looked up by e-mail instead of by name. */
  readonly emailClaim?: string;
  readonly authority?: string;
}

/**
 * Public keys that verify token signatures.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7517#section-5
 */
export interface JsonWebKeySet {
  readonly keys: readonly Readonly<Record<string, unknown>>[];
}

/** The server itself, and the account of the principal. */
export interface SystemApi {
  version(): Promise<{ readonly version: string }>;
  authConfig(): Promise<AuthConfig>;
  /** The keys that verify bot tokens of this server. */
  jwks(): Promise<JsonWebKeySet>;
  loggedInUser(): Promise<User>;
  /** What the principal may do with one kind of entity. */
  rights(resource: RightsResource): Promise<readonly Right[]>;
}

/** A bot's token. */
export interface BotToken {
  readonly token: string;
  /** How long it was to be valid, in the server's words. */
  readonly lifetime: string | undefined;
}

/** What makes a bot and its token. Every call needs an administrator's credential. */
export interface AdministrationApi {
  findPolicy(name: string): Promise<Policy | undefined>;
  createPolicy(input: { readonly name: string; readonly rules: readonly PolicyRule[] }): Promise<Policy>;
  patchPolicy(id: string, patch: JsonPatch): Promise<void>;
  findRole(name: string): Promise<Role | undefined>;
  /** Policies by name. */
  createRole(input: { readonly name: string; readonly policies: readonly string[] }): Promise<Role>;
  patchRole(id: string, patch: JsonPatch): Promise<void>;
  findBot(name: string): Promise<Bot | undefined>;
  /** `botUser` is the name of the user. */
  createBot(input: { readonly name: string; readonly botUser: string }): Promise<Bot>;
  createBotUser(input: CreateBotUser): Promise<User>;
  /** The bot's token; undefined for a bot without one. */
  readToken(id: UserId): Promise<BotToken | undefined>;
  /** Replaces the token; read it afterwards. Servers cache the old one: for up to two minutes only that one is valid. */
  generateToken(id: UserId, lifetime: TokenLifetime): Promise<void>;
  /** Ends the token at once. A token that is generated afterwards is valid at once. */
  revokeToken(id: UserId): Promise<void>;
}

/** The API of one Collate server, bound to one principal and one context. */
export interface Collate {
  readonly users: UsersApi;
  readonly teams: TeamsApi;
  readonly documents: DocumentsApi;
  readonly system: SystemApi;
  readonly administration: AdministrationApi;
}

/** A client of one Collate server that acts as one principal. */
export interface CollateClient extends AsyncDisposable {
  /**
   * The API bound to one context, usually that of one request. Binding is cheap: bind once per request and pass the
   * result on.
   *
   * @example
   * ```ts
   * const collate = client.bind({ signal: AbortSignal.timeout(10_000) });
   * const ada = await collate.users.find('ada', { fields: ['teams'] });
   * ```
   */
  bind(context?: CallContext): Collate;
  /**
   * A client of the same server over the same connections that acts as another principal. It has its own circuit
   * breaker, so that failures of one credential do not affect another. Disposing of it has no effect: its parent owns
   * the connections.
   */
  as(token: () => string): CollateClient;
}
