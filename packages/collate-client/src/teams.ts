import type { CallContext, TeamListQuery, TeamsApi } from './api.ts';
import type { Caller } from './call.ts';
import { CollateError, type UserId } from './model/index.ts';
import { toTeam } from './normalize.ts';
import { undefinedWhenNotFound } from './not-found.ts';
import { teamsOperations as rows } from './operations.ts';
import { defaultPageSize, followCursors } from './paging.ts';
import { cursor, toBody, toPatched, toQuery } from './users.ts';

/** The methods on teams over one caller. */
export function createTeamsApi(call: Caller): TeamsApi {
  return { ...readingTeams(call), ...writingTeams(call), ...writingMembers(call) };
}

function readingTeams(call: Caller): Pick<TeamsApi, 'find' | 'findById' | 'pages' | 'count' | 'firstVersion'> {
  const list = async (query: TeamListQuery, after: string | undefined, context: CallContext) => {
    const { fields: _fields, ...filters } = query;
    const { value } = await call(
      rows.list,
      { query: { ...filters, ...toQuery(query), limit: query.limit ?? defaultPageSize, ...cursor(after) } },
      context,
    );
    return { items: value.data.map(toTeam), total: value.paging.total, ...cursor(value.paging.after ?? undefined) };
  };
  return {
    find: async (name, query, context) => {
      const answer = await undefinedWhenNotFound(call(rows.find, { path: { name }, query: toQuery(query) }, context));
      return answer === undefined ? undefined : toTeam(answer.value);
    },
    findById: async (id, query, context) => {
      const answer = await undefinedWhenNotFound(call(rows.findById, { path: { id }, query: toQuery(query) }, context));
      return answer === undefined ? undefined : toTeam(answer.value);
    },
    pages: (query, context) => followCursors(rows.list.name, query.after, (after) => list(query, after, context)),
    count: async (query, context) => (await list({ ...query, limit: 0 }, undefined, context)).total,
    firstVersion: async (id, context) => {
      const answer = await undefinedWhenNotFound(call(rows.version, { path: { id, version: '0.1' } }, context));
      return answer === undefined ? undefined : toTeam(answer.value);
    },
  };
}

function writingTeams(call: Caller): Pick<TeamsApi, 'create' | 'patch' | 'remove' | 'restore'> {
  return {
    create: async (input, context) => {
      const { parents, ...rest } = input;
      const body = { ...rest, ...(parents === undefined ? {} : { parents: [...parents] }) };
      return toTeam((await call(rows.create, { body }, context)).value);
    },
    patch: async (id, patch, context) => {
      const answer = await call(rows.patch, { path: { id }, body: toBody(patch) }, context);
      return toPatched(toTeam(answer.value), answer);
    },
    remove: async (id, options, context) => {
      await call(rows.remove, { path: { id }, query: { hardDelete: options.hardDelete === true } }, context);
    },
    restore: async (id, context) => toTeam((await call(rows.restore, { body: { id } }, context)).value),
  };
}

function writingMembers(call: Caller): Pick<TeamsApi, 'addUsers' | 'removeUsers' | 'removeUser'> {
  const change = async (
    row: typeof rows.addUsers | typeof rows.removeUsers,
    name: string,
    users: readonly UserId[],
    context: CallContext,
  ): Promise<void> => {
    const assets = users.map((id) => ({ id, type: 'user' as const }));
    const { value } = await call(row, { path: { name }, body: { assets } }, context);
    const failed = value.numberOfRowsFailed ?? 0;
    if (failed === 0) return;
    // 200 says only that the rows were looked at.
    throw new CollateError('unavailable', { operation: row.name, status: 200, explanation: `${failed} rows failed` });
  };
  return {
    addUsers: (team, users, context) => change(rows.addUsers, team.fullyQualifiedName, users, context),
    removeUsers: (team, users, context) => change(rows.removeUsers, team.fullyQualifiedName, users, context),
    removeUser: async (id, userId, context) => {
      await call(rows.removeUser, { path: { id, userId } }, context);
    },
  };
}
