import type { CreateTeam, CreateUser, JsonPatch, StoredDocument, Team, TeamId, User, UserId } from './model/index.ts';
import type { UnboundCollate } from './unbound.ts';

/** Tells when somebody stops waiting. An `AbortSignal` does; so may something that costs less. */
export interface StopSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: 'abort', listener: () => void, options?: { readonly once?: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** What belongs to one call and not to the client. */
export interface CallContext {
  /** Ends the call, its waiting and its retries. */
  readonly signal?: StopSignal;
  /** When the caller stops listening, in milliseconds since 1970: nothing is waited for that cannot be over by then. */
  readonly deadline?: number;
  /** Watches the writes among the calls. */
  readonly guard?: WriteGuard;
  /** Who waits when not everybody can be served at once; `normal` where it is left out. */
  readonly priority?: Priority;
}

/** `urgent` calls pass all others that wait, and have places of their own: what takes access away must not wait for what gives it. */
export type Priority = 'urgent' | 'normal';

/** Whoever has to know when writes are sent, since nobody else may write beside them. */
export interface WriteGuard {
  /** Asked before each attempt of a write; what it rejects with keeps the attempt from being sent. */
  confirm(): Promise<void>;
  /** A write was sent and has not been answered: whether, and when, it takes effect is not known. */
  onUnanswered(): void;
}

/** Whether soft-deleted entities are among those looked at. */
export type Include = 'non-deleted' | 'deleted' | 'all';

/** Relations of a user that cost extra and come only when asked for. */
export type UserField = 'teams' | 'roles' | 'owns';

/** Relations of a team that cost extra and come only when asked for. */
export type TeamField = 'users' | 'parents' | 'defaultRoles' | 'policies';

/** How one entity is to be shown. */
export interface EntityQuery<Field extends string = string> {
  readonly fields?: readonly Field[];
  readonly include?: Include;
}

/** Which users, and how to show them. */
export interface UserListQuery extends EntityQuery<UserField> {
  /** The name of a team whose direct members are meant. */
  readonly team?: string;
  readonly isBot?: boolean;
  readonly isAdmin?: boolean;
  /** Entities per page. */
  readonly limit?: number;
  /** The cursor of an earlier page after which to begin. */
  readonly after?: string;
}

/** Which teams, and how to show them. */
export interface TeamListQuery extends EntityQuery<TeamField> {
  /** The name of the team whose child teams are meant. */
  readonly parentTeam?: string;
  readonly isJoinable?: boolean;
  /** Entities per page. */
  readonly limit?: number;
  /** The cursor of an earlier page after which to begin. */
  readonly after?: string;
}

/** One page of a list; `after` is the cursor behind it, absent on the last page. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly total: number;
  readonly after?: string;
}

/** What a PATCH answered. It is no proof: servers echo changes that they did not store. */
export interface Patched<T> {
  readonly entity: T;
  /** Whether the server says that something changed. */
  readonly changed: boolean;
}

/** Whether a deletion can be undone: it can, unless said otherwise. */
export interface RemoveOptions {
  readonly hardDelete?: boolean;
}

/** Collate's users. `find…` answers `undefined` for one that does not exist; everything else throws `CollateError`. */
export interface UsersApi {
  find(name: string, query?: EntityQuery<UserField>): Promise<User | undefined>;
  findById(id: UserId, query?: EntityQuery<UserField>): Promise<User | undefined>;
  pages(query?: UserListQuery): AsyncIterable<Page<User>>;
  count(query?: Omit<UserListQuery, 'fields' | 'limit' | 'after'>): Promise<number>;
  /** The answer tells the name that the server chose: some choose another one than asked for. */
  create(input: CreateUser): Promise<User>;
  /** Refuses an empty patch with a TypeError: any PATCH, even an empty one, makes the server rewrite the user's teams. */
  patch(id: UserId, patch: JsonPatch): Promise<Patched<User>>;
  remove(id: UserId, options?: RemoveOptions): Promise<void>;
  /** Some servers answer not-found for a user that is not deleted: read again. */
  restore(id: UserId): Promise<User>;
  /** The user as it was made; `updatedBy` tells by whom. */
  firstVersion(id: UserId): Promise<User | undefined>;
}

/** Collate's teams, as {@link UsersApi}. */
export interface TeamsApi {
  find(name: string, query?: EntityQuery<TeamField>): Promise<Team | undefined>;
  findById(id: TeamId, query?: EntityQuery<TeamField>): Promise<Team | undefined>;
  pages(query?: TeamListQuery): AsyncIterable<Page<Team>>;
  count(query?: Omit<TeamListQuery, 'fields' | 'limit' | 'after'>): Promise<number>;
  create(input: CreateTeam): Promise<Team>;
  patch(id: TeamId, patch: JsonPatch): Promise<Patched<Team>>;
  remove(id: TeamId, options?: RemoveOptions): Promise<void>;
  restore(id: TeamId): Promise<Team>;
  firstVersion(id: TeamId): Promise<Team | undefined>;
  /** Makes them members; those who are already are fine. Throws if any one was refused. */
  addUsers(team: Pick<Team, 'fullyQualifiedName'>, users: readonly UserId[]): Promise<void>;
  /** Ends their membership; those who have none are fine. Throws if any one was refused. */
  removeUsers(team: Pick<Team, 'fullyQualifiedName'>, users: readonly UserId[]): Promise<void>;
  removeUser(id: TeamId, user: UserId): Promise<void>;
}

/** What a document is made of; its name is its fully qualified name. */
export interface DocumentInput {
  readonly name: string;
  readonly entityType: string;
  readonly data: unknown;
}

/** Collate's document store. */
export interface DocumentsApi {
  find(fullyQualifiedName: string): Promise<StoredDocument | undefined>;
  pages(entityType: string, options?: { readonly limit?: number }): AsyncIterable<Page<StoredDocument>>;
  /** Creates or replaces. */
  put(input: DocumentInput): Promise<StoredDocument>;
  /** Creates; `conflict` when the name is taken, which makes it usable as a claim. */
  create(input: DocumentInput): Promise<StoredDocument>;
  /** Deletes for good; one that does not exist is fine. */
  remove(fullyQualifiedName: string): Promise<void>;
}

/** How people log in to this server. */
export interface AuthConfig {
  readonly provider?: string;
  /** Token claims, in order, whose first present one tells who somebody is. */
  readonly jwtPrincipalClaims: readonly string[];
  /** `username:claim` and `email:claim`, where set. */
  readonly jwtPrincipalClaimsMapping: readonly string[];
  /** Set where accounts are looked up by e-mail instead of by name. */
  readonly emailClaim?: string;
  readonly authority?: string;
}

/** A set of public keys that tokens are signed with. @see https://www.rfc-editor.org/rfc/rfc7517#section-5 */
export interface JsonWebKeySet {
  readonly keys: readonly Readonly<Record<string, unknown>>[];
}

/** The server itself, and who we are to it. */
export interface SystemApi {
  version(): Promise<{ readonly version: string }>;
  authConfig(): Promise<AuthConfig>;
  /** The keys that the server signs bots' tokens with. */
  jwks(): Promise<JsonWebKeySet>;
  loggedInUser(): Promise<User>;
}

/** The API of one Collate server as one principal sees it, bound to one context: every call runs within it. */
export interface Collate {
  readonly users: UsersApi;
  readonly teams: TeamsApi;
  readonly documents: DocumentsApi;
  readonly system: SystemApi;
}

/** A client of one Collate server that acts as one principal. */
export interface CollateClient extends AsyncDisposable, UnboundCollate {
  /**
   * The API bound to one context, usually that of one request. Binding is cheap: bind once per request and pass the
   * result on.
   *
   * @example
   * ```ts
   * const collate = client.bind({ signal: request.signal });
   * const user = await collate.users.find('ada');
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
