import type { CallContext, EntityQuery, Patched, UserListQuery, UsersApi } from './api.ts';
import type { Answer, Caller } from './call.ts';
import { assertPatch } from './json-patch.ts';
import type { JsonPatch } from './model/index.ts';
import { toUser } from './normalize.ts';
import { undefinedWhenNotFound } from './not-found.ts';
import type { Operation } from './operation.ts';
import { usersOperations as rows } from './operations.ts';
import { defaultPageSize, followCursors } from './paging.ts';

/** The methods on users over one caller. */
export function createUsersApi(call: Caller): UsersApi {
  const list = async (query: UserListQuery, after: string | undefined, context: CallContext) => {
    const { fields: _fields, ...filters } = query;
    const { value } = await call(
      rows.list,
      { query: { ...filters, ...toQuery(query), limit: query.limit ?? defaultPageSize, ...cursor(after) } },
      context,
    );
    return { items: value.data.map(toUser), total: value.paging.total, ...cursor(value.paging.after ?? undefined) };
  };
  return {
    find: async (name, query, context) => {
      const answer = await undefinedWhenNotFound(call(rows.find, { path: { name }, query: toQuery(query) }, context));
      return answer === undefined ? undefined : toUser(answer.value);
    },
    findById: async (id, query, context) => {
      const answer = await undefinedWhenNotFound(call(rows.findById, { path: { id }, query: toQuery(query) }, context));
      return answer === undefined ? undefined : toUser(answer.value);
    },
    pages: (query, context) => followCursors(rows.list.name, query.after, (after) => list(query, after, context)),
    count: async (query, context) => (await list({ ...query, limit: 0 }, undefined, context)).total,
    create: async (body, context) => toUser((await call(rows.create, { body }, context)).value),
    patch: async (id, patch, context) => {
      const answer = await call(rows.patch, { path: { id }, body: toBody(patch) }, context);
      return toPatched(toUser(answer.value), answer);
    },
    remove: async (id, options, context) => {
      await call(rows.remove, { path: { id }, query: { hardDelete: options.hardDelete === true } }, context);
    },
    restore: async (id, context) => toUser((await call(rows.restore, { body: { id } }, context)).value),
    firstVersion: async (id, context) => {
      const answer = await undefinedWhenNotFound(call(rows.version, { path: { id, version: '0.1' } }, context));
      return answer === undefined ? undefined : toUser(answer.value);
    },
  };
}

/** The query parameters that say how an entity is shown. */
export function toQuery({ fields, include }: EntityQuery): {
  fields?: string;
  include?: 'non-deleted' | 'deleted' | 'all';
} {
  return {
    ...(fields === undefined || fields.length === 0 ? {} : { fields: fields.join(',') }),
    ...(include === undefined ? {} : { include }),
  };
}

/** A copy that the body schema takes, after the rules that keep a patch safe. */
export function toBody(patch: JsonPatch) {
  assertPatch(patch);
  return patch.map((operation) => ({ ...operation }));
}

/** A patched entity, and whether the server says that anything changed. */
export function toPatched<T>(entity: T, { headers }: Pick<Answer<Operation>, 'headers'>): Patched<T> {
  return { entity, changed: headers['x-openmetadata-change'] !== 'entityNoChange' };
}

/** The cursor as a member, if there is one. */
export function cursor(after: string | undefined): { after?: string } {
  return after === undefined ? {} : { after };
}
