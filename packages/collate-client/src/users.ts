import type { CallContext, Page, UserListQuery, UsersApi } from './api.ts';
import type { Caller } from './call.ts';
import { firstVersionNumber, orAbsent, saysChanged, toEntityQuery, toPageQuery } from './entities.ts';
import { assertSendable } from './json-patch.ts';
import type { User } from './model/index.ts';
import type { InputOf } from './operation.ts';
import { usersOperations as rows } from './operations.ts';
import { followCursors, toPage } from './paging.ts';
import { isAddressable } from './path.ts';
import { toUser } from './to-entity.ts';

/** The rows that answer one user. */
type UserRow = (typeof rows)['find' | 'findById' | 'create' | 'restore' | 'version'];

/** The calls on users. */
export function createUsersApi(call: Caller): UsersApi {
  const one = async <Row extends UserRow>(row: Row, input: InputOf<Row>, context: CallContext): Promise<User> =>
    toUser((await call(row, input, context)).value, row);

  const page = async (query: UserListQuery, after: string | undefined, context: CallContext): Promise<Page<User>> => {
    const { value } = await call(rows.list, { query: toPageQuery(query, after) }, context);
    return toPage(value, (user) => toUser(user, rows.list));
  };

  return {
    find: async (name, query, context) =>
      isAddressable(name)
        ? orAbsent(one(rows.find, { path: { name }, query: toEntityQuery(query) }, context))
        : undefined,
    findById: (id, query, context) =>
      orAbsent(one(rows.findById, { path: { id }, query: toEntityQuery(query) }, context)),
    pages: (query, context) => followCursors(rows.list.name, query.after, (after) => page(query, after, context)),
    count: async (query, context) => (await page({ ...query, limit: 0 }, undefined, context)).total,
    create: (body, context) => one(rows.create, { body }, context),
    patch: async (id, patch, context) => {
      assertSendable(patch);
      const { value, headers } = await call(rows.patch, { path: { id }, body: [...patch] }, context);
      return { entity: toUser(value, rows.patch), changed: saysChanged(headers) };
    },
    remove: async (id, { hardDelete = false }, context) => {
      await call(rows.remove, { path: { id }, query: { hardDelete } }, context);
    },
    restore: (id, context) => one(rows.restore, { body: { id } }, context),
    firstVersion: (id, context) => orAbsent(one(rows.version, { path: { id, version: firstVersionNumber } }, context)),
  };
}
