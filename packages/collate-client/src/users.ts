import type { EntityQuery, Page, RemoveOptions, UserField, UserListQuery, UsersApi } from './api.ts';
import type { Caller } from './call.ts';
import { firstVersionNumber, orAbsent, toEntityQuery, toPageQuery } from './entities.ts';
import { assertSendable } from './json-patch.ts';
import type { CreateUser, JsonPatch, User, UserId } from './model/index.ts';
import type { InputOf } from './operation.ts';
import { usersOperations as rows } from './operations.ts';
import { followCursors, toPage } from './paging.ts';
import { isAddressable } from './path.ts';
import { toUser } from './to-entity.ts';

/** The rows that answer one user. */
type UserRow = (typeof rows)['find' | 'findById' | 'create' | 'patch' | 'restore' | 'version'];

/** The calls on users, bound to one context. A class, because one is made per request. */
export class BoundUsers implements UsersApi {
  readonly #call: Caller;

  constructor(call: Caller) {
    this.#call = call;
  }

  async find(name: string, query: EntityQuery<UserField> = {}): Promise<User | undefined> {
    if (!isAddressable(name)) return undefined;
    return orAbsent(this.#one(rows.find, { path: { name }, query: toEntityQuery(query) }));
  }

  findById(id: UserId, query: EntityQuery<UserField> = {}): Promise<User | undefined> {
    return orAbsent(this.#one(rows.findById, { path: { id }, query: toEntityQuery(query) }));
  }

  pages(query: UserListQuery = {}): AsyncIterable<Page<User>> {
    return followCursors(rows.list.name, query.after, (after) => this.#page(query, after));
  }

  async count(query: Omit<UserListQuery, 'fields' | 'limit' | 'after'> = {}): Promise<number> {
    return (await this.#page({ ...query, limit: 0 })).total;
  }

  create(body: CreateUser): Promise<User> {
    return this.#one(rows.create, { body });
  }

  async patch(id: UserId, patch: JsonPatch): Promise<User> {
    assertSendable(patch);
    return this.#one(rows.patch, { path: { id }, body: [...patch] });
  }

  async remove(id: UserId, { hardDelete = false }: RemoveOptions = {}): Promise<void> {
    await this.#call(rows.remove, { path: { id }, query: { hardDelete } });
  }

  restore(id: UserId): Promise<User> {
    return this.#one(rows.restore, { body: { id } });
  }

  firstVersion(id: UserId): Promise<User | undefined> {
    return orAbsent(this.#one(rows.version, { path: { id, version: firstVersionNumber } }));
  }

  async #one<Row extends UserRow>(row: Row, input: InputOf<Row>): Promise<User> {
    return toUser(await this.#call(row, input), row);
  }

  async #page(query: UserListQuery, after?: string): Promise<Page<User>> {
    const answer = await this.#call(rows.list, { query: toPageQuery(query, after) });
    return toPage(answer, (user) => toUser(user, rows.list));
  }
}
