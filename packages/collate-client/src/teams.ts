import type { EntityQuery, Page, RemoveOptions, TeamField, TeamListQuery, TeamsApi } from './api.ts';
import type { Caller } from './call.ts';
import { firstVersionNumber, orAbsent, toEntityQuery, toPageQuery } from './entities.ts';
import { assertSendable } from './json-patch.ts';
import {
  CollateError,
  type CollateErrorKind,
  type CreateTeam,
  type JsonPatch,
  type Team,
  type TeamId,
  type UserId,
} from './model/index.ts';
import type { InputOf, Operation } from './operation.ts';
import { teamsOperations as rows } from './operations.ts';
import { followCursors, toPage } from './paging.ts';
import { isAddressable } from './path.ts';
import type { BulkAnswer } from './schemas.ts';
import { toTeam } from './to-entity.ts';

/** The rows that answer one team. */
type TeamRow = (typeof rows)['find' | 'findById' | 'create' | 'patch' | 'restore' | 'version'];

/** The rows that change many memberships of one team. */
type MembershipRow = (typeof rows)['addUsers' | 'removeUsers'];

/** The calls on teams, bound to one context. A class, because one is made per request. */
export class BoundTeams implements TeamsApi {
  readonly #call: Caller;

  constructor(call: Caller) {
    this.#call = call;
  }

  async find(name: string, query: EntityQuery<TeamField> = {}): Promise<Team | undefined> {
    if (!isAddressable(name)) return undefined;
    return orAbsent(this.#one(rows.find, { path: { name }, query: toEntityQuery(query) }));
  }

  findById(id: TeamId, query: EntityQuery<TeamField> = {}): Promise<Team | undefined> {
    return orAbsent(this.#one(rows.findById, { path: { id }, query: toEntityQuery(query) }));
  }

  pages(query: TeamListQuery = {}): AsyncIterable<Page<Team>> {
    return followCursors(rows.list.name, query.after, (after) => this.#page(query, after));
  }

  async count(query: Omit<TeamListQuery, 'fields' | 'limit' | 'after'> = {}): Promise<number> {
    return (await this.#page({ ...query, limit: 0 })).total;
  }

  create({ parents, ...rest }: CreateTeam): Promise<Team> {
    return this.#one(rows.create, { body: parents === undefined ? rest : { ...rest, parents: [...parents] } });
  }

  async patch(id: TeamId, patch: JsonPatch): Promise<Team> {
    assertSendable(patch);
    return this.#one(rows.patch, { path: { id }, body: [...patch] });
  }

  async remove(id: TeamId, { hardDelete = false }: RemoveOptions = {}): Promise<void> {
    await this.#call(rows.remove, { path: { id }, query: { hardDelete } });
  }

  restore(id: TeamId): Promise<Team> {
    return this.#one(rows.restore, { body: { id } });
  }

  firstVersion(id: TeamId): Promise<Team | undefined> {
    return orAbsent(this.#one(rows.version, { path: { id, version: firstVersionNumber } }));
  }

  async addUsers(team: Pick<Team, 'fullyQualifiedName'>, users: readonly UserId[]): Promise<void> {
    const ghosts = ghostsOf(await this.#changeMembers(rows.addUsers, team, users), users);
    if (ghosts.length === 0) return;
    await this.#changeMembers(rows.removeUsers, team, ghosts);
    const explanation = `no user has ${ghosts.length} of the ${users.length} ids; these were removed again`;
    throw new CollateError('not-found', { operation: rows.addUsers.name, status: 200, explanation });
  }

  async removeUsers(team: Pick<Team, 'fullyQualifiedName'>, users: readonly UserId[]): Promise<void> {
    await this.#changeMembers(rows.removeUsers, team, users);
  }

  async removeUser(id: TeamId, userId: UserId): Promise<void> {
    await this.#call(rows.removeUser, { path: { id, userId } });
  }

  async #one<Row extends TeamRow>(row: Row, input: InputOf<Row>): Promise<Team> {
    return toTeam(await this.#call(row, input), row);
  }

  async #page(query: TeamListQuery, after?: string): Promise<Page<Team>> {
    const answer = await this.#call(rows.list, { query: toPageQuery(query, after) });
    return toPage(answer, (team) => toTeam(team, rows.list));
  }

  async #changeMembers(
    row: MembershipRow,
    { fullyQualifiedName: name }: Pick<Team, 'fullyQualifiedName'>,
    users: readonly UserId[],
  ): Promise<BulkAnswer | undefined> {
    if (users.length === 0) return undefined;
    const assets = users.map((id) => ({ id, type: 'user' as const }));
    const answer = await this.#call(row, { path: { name }, body: { assets } });
    assertEveryRowPassed(answer, row);
    return answer;
  }
}

const kindOfRowStatus: Readonly<Record<number, CollateErrorKind>> = {
  403: 'forbidden',
  404: 'not-found',
  409: 'conflict',
  429: 'rate-limited',
};

/**
 * The ids that the server stored as members although no user has them: their rows have no name. The list of teams is
 * then 404 for every caller until they are removed.
 */
function ghostsOf(answer: BulkAnswer | undefined, users: readonly UserId[]): readonly UserId[] {
  const rowsOfGhosts = (answer?.successRequest ?? []).flatMap(({ request }) =>
    request === undefined || request === null || typeof request.name === 'string' ? [] : [request.id],
  );
  const ids = new Set(rowsOfGhosts);
  return users.filter((id) => ids.has(id));
}

/** Throws if any row failed: servers answer 200 even when they refused every row. */
function assertEveryRowPassed(answer: BulkAnswer, { name }: Operation): void {
  const failed = answer.numberOfRowsFailed ?? 0;
  if (failed === 0 && answer.status === 'success') return;
  const status = answer.failedRequest?.[0]?.status ?? undefined;
  const kind = kindOfRowStatus[status ?? 0] ?? (status !== undefined && status >= 500 ? 'unavailable' : 'rejected');
  const explanation = `${failed} of ${answer.numberOfRowsProcessed ?? 'the'} rows failed`;
  throw new CollateError(kind, { operation: name, status: 200, explanation });
}
