import type { Page } from '@scim-gateway/collate-client';
import type { Team } from '@scim-gateway/collate-client/model';
import { parseTeamId } from '@scim-gateway/collate-client/model';
import type { GroupState } from '../../translation/group.ts';
import { firstPage } from './first-page.ts';
import { type DirectoryScope, largestPage } from './scope.ts';

/** A field of a team that Collate answers only when asked for it. */
export type TeamField = 'parents' | 'defaultRoles' | 'policies';

/** The present state of one team of any type in Collate. */
export async function readGroup(
  text: string,
  fields: readonly TeamField[],
  { collate, annotations }: DirectoryScope,
): Promise<GroupState | undefined> {
  const id = parseTeamId(text);
  if (id === undefined) return undefined;
  const [team, annotation] = await Promise.all([
    collate.teams.findById(id, { include: 'all', fields }),
    annotations?.ofGroup(id),
  ]);
  return team === undefined ? undefined : { team, annotation };
}

/** One page of active teams in Collate's order; undefined in the place of a team of another type. */
export async function readGroupPage(
  query: { readonly after?: string; readonly limit: number },
  scope: DirectoryScope,
): Promise<Page<GroupState | undefined>> {
  const page = await firstPage(scope.collate.teams.pages(query));
  return { ...page, items: await toCandidates(page.items, scope) };
}

/** Every active team of type Group, page by page, in Collate's order. */
export async function* scanGroups(scope: DirectoryScope): AsyncGenerator<readonly GroupState[]> {
  for await (const { items } of scope.collate.teams.pages({ limit: largestPage })) {
    yield (await toCandidates(items, scope)).filter((state) => state !== undefined);
  }
}

async function toCandidates(teams: readonly Team[], scope: DirectoryScope) {
  const groups = teams.filter((team) => team.teamType === 'Group');
  const found = await scope.annotations?.ofGroups(groups.map(({ id }) => id));
  return teams.map((team): GroupState | undefined =>
    team.teamType === 'Group' ? { team, annotation: found?.get(team.id) } : undefined,
  );
}
