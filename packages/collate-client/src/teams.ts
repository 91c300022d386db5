import type { AddedUsers, EntityQuery, Page, RemoveOptions, TeamField, TeamListQuery, TeamsApi } from './api.ts';
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

/** A team as the membership endpoints address it. */
type NamedTeam = Pick<Team, 'fullyQualifiedName'>;

/** One row of the answer of a membership endpoint. */
type StoredRow = NonNullable<NonNullable<NonNullable<BulkAnswer['successRequest']>[number]>['request']>;

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

  create({ parents, users, ...rest }: CreateTeam): Promise<Team> {
    const lists = {
      ...(parents === undefined ? {} : { parents: [...parents] }),
      ...(users === undefined ? {} : { users: [...users] }),
    };
    return this.#one(rows.create, { body: { ...rest, ...lists } });
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

  async addUsers({ fullyQualifiedName }: NamedTeam, users: readonly UserId[]): Promise<AddedUsers> {
    const stored = await this.#changeMembers(rows.addUsers, fullyQualifiedName, users);
    const unnamed = new Set(stored.flatMap(({ id, name }) => (typeof name === 'string' ? [] : [id])));
    const inactive = new Set(stored.flatMap(({ id, deleted }) => (deleted === true ? [id] : [])));
    return { unnamed: users.filter((id) => unnamed.has(id)), inactive: users.filter((id) => inactive.has(id)) };
  }

  async removeUsers({ fullyQualifiedName }: NamedTeam, users: readonly UserId[]): Promise<void> {
    await this.#changeMembers(rows.removeUsers, fullyQualifiedName, users);
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

  /** @returns the rows that the server stored or removed, where it shows them. */
  async #changeMembers(row: MembershipRow, name: string, users: readonly UserId[]): Promise<readonly StoredRow[]> {
    if (users.length === 0) return [];
    const assets = users.map((id) => ({ id, type: 'user' as const }));
    const answer = await this.#call(row, { path: { name }, body: { assets } });
    assertEveryRowPassed(answer, row);
    return answer.successRequest?.flatMap(({ request }) => request ?? []) ?? [];
  }
}

const kindOfRowStatus: Readonly<Record<number, CollateErrorKind>> = {
  403: 'forbidden',
  404: 'not-found',
  409: 'conflict',
  429: 'rate-limited',
};

/** Throws if any row failed: servers answer 200 even when they refused every row. */
function assertEveryRowPassed(answer: BulkAnswer, { name }: Operation): void {
  const failed = answer.numberOfRowsFailed ?? 0;
  if (failed === 0 && answer.status === 'success') return;
  const status = answer.failedRequest?.[0]?.status ?? undefined;
  const kind = kindOfRowStatus[status ?? 0] ?? (status !== undefined && status >= 500 ? 'unavailable' : 'rejected');
  const explanation = `${failed} of ${answer.numberOfRowsProcessed ?? 'the'} rows failed`;
  throw new CollateError(kind, { operation: name, status: 200, explanation });
}
