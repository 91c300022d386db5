import { Crash } from '../http/api-error.ts';
import type { Context } from '../http/context.ts';
import { isDeleted, type Row } from '../state/row.ts';

/**
 * Deletes all memberships of a user and inserts those in the given teams, one by one and outside any transaction.
 *
 * @throws Crash when an armed fault ends the server in between: the remaining memberships are lost.
 */
export function rewriteMemberships(context: Context, user: Row, teams: readonly string[]): void {
  const fault = context.strikeInside();
  const inserted = fault === undefined ? teams : teams.slice(0, fault.reinserted ?? 0);
  context.state.memberships.rewriteUser(user.id, inserted);
  if (fault !== undefined) throw new Crash('An armed fault crashed the server while it rewrote memberships.');
}

/** The ids of a user's teams that are not deleted: the teams that a write reads and inserts again. */
export function liveTeamsOf({ state }: Context, user: Row): readonly string[] {
  return [...state.memberships.teamsOf(user.id)].filter((id) => {
    const team = state.teams.byId(id);
    return team !== undefined && !isDeleted(team);
  });
}
