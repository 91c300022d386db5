declare const userId: unique symbol;
declare const teamId: unique symbol;

/** The UUID of a Collate user, in lower case. */
export type UserId = string & { readonly [userId]: true };

/** The UUID of a Collate team, in lower case. */
export type TeamId = string & { readonly [teamId]: true };

const uuid = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/;

/** The user id that a text spells, or `undefined` when it is no UUID. */
export function parseUserId(text: string): UserId | undefined {
  const id = text.toLowerCase();
  return uuid.test(id) ? (id as UserId) : undefined;
}

/** The team id that a text spells, or `undefined` when it is no UUID. */
export function parseTeamId(text: string): TeamId | undefined {
  const id = text.toLowerCase();
  return uuid.test(id) ? (id as TeamId) : undefined;
}
