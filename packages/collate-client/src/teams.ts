import type { CallContext, Page, TeamListQuery, TeamsApi } from './api.ts';
import type { Caller } from './call.ts';
import { firstVersionNumber, orAbsent, saysChanged, toEntityQuery, toPageQuery } from './entities.ts';
import { assertSendable } from './json-patch.ts';
import { CollateError, type CollateErrorKind, type Team, type UserId } from './model/index.ts';
import type { InputOf, Operation } from './operation.ts';
import { teamsOperations as rows } from './operations.ts';
import { followCursors, toPage } from './paging.ts';
import { isAddressable } from './path.ts';
import type { BulkAnswer } from './schemas.ts';
import { toTeam } from './to-entity.ts';

/** The rows that answer one team. */
type TeamRow = (typeof rows)['find' | 'findById' | 'create' | 'restore' | 'version'];

/** The calls on teams. */
export function createTeamsApi(call: Caller): TeamsApi {
  return { ...createEntityCalls(call), ...createMembershipCalls(call) };
}

type MembershipCalls = Pick<TeamsApi, 'addUsers' | 'removeUsers' | 'removeUser'>;

function createEntityCalls(call: Caller): Omit<TeamsApi, keyof MembershipCalls> {
  const one = async <Row extends TeamRow>(row: Row, input: InputOf<Row>, context: CallContext): Promise<Team> =>
    toTeam((await call(row, input, context)).value, row);

  const page = async (query: TeamListQuery, after: string | undefined, context: CallContext): Promise<Page<Team>> => {
    const { value } = await call(rows.list, { query: toPageQuery(query, after) }, context);
    return toPage(value, (team) => toTeam(team, rows.list));
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
    create: ({ parents, ...rest }, context) =>
      one(rows.create, { body: parents === undefined ? rest : { ...rest, parents: [...parents] } }, context),
    patch: async (id, patch, context) => {
      assertSendable(patch);
      const { value, headers } = await call(rows.patch, { path: { id }, body: [...patch] }, context);
      return { entity: toTeam(value, rows.patch), changed: saysChanged(headers) };
    },
    remove: async (id, { hardDelete = false }, context) => {
      await call(rows.remove, { path: { id }, query: { hardDelete } }, context);
    },
    restore: (id, context) => one(rows.restore, { body: { id } }, context),
    firstVersion: (id, context) => orAbsent(one(rows.version, { path: { id, version: firstVersionNumber } }, context)),
  };
}

function createMembershipCalls(call: Caller): MembershipCalls {
  const change = async (
    row: (typeof rows)['addUsers' | 'removeUsers'],
    name: string,
    users: readonly UserId[],
    context: CallContext,
  ) => {
    if (users.length === 0) return;
    const assets = users.map((id) => ({ id, type: 'user' as const }));
    const { value } = await call(row, { path: { name }, body: { assets } }, context);
    assertEveryRowPassed(value, row);
  };
  return {
    addUsers: (team, users, context) => change(rows.addUsers, team.fullyQualifiedName, users, context),
    removeUsers: (team, users, context) => change(rows.removeUsers, team.fullyQualifiedName, users, context),
    removeUser: async (id, userId, context) => {
      await call(rows.removeUser, { path: { id, userId } }, context);
    },
  };
}

const kindOfRowStatus: Readonly<Record<number, CollateErrorKind>> = {
  403: 'forbidden',
  404: 'not-found',
  409: 'conflict',
  429: 'rate-limited',
};

/** Servers answer 200 even when they refused every row. */
function assertEveryRowPassed(answer: BulkAnswer, { name }: Operation): void {
  const failed = answer.numberOfRowsFailed ?? 0;
  if (failed === 0 && answer.status === 'success') return;
  const status = answer.failedRequest?.[0]?.status ?? undefined;
  const kind = kindOfRowStatus[status ?? 0] ?? (status !== undefined && status >= 500 ? 'unavailable' : 'rejected');
  const explanation = `${failed} of ${answer.numberOfRowsProcessed ?? 'the'} rows failed`;
  throw new CollateError(kind, { operation: name, status: 200, explanation });
}
