declare const userId: unique symbol;
declare const teamId: unique symbol;

/** The UUID of a Collate user, in lower case. */
export type UserId = string & { readonly [userId]: true };

/** The UUID of a Collate team, in lower case. */
export type TeamId = string & { readonly [teamId]: true };

const uuid = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/;

/** Parses a user id, in any case; `undefined` for a text that is not a UUID. */
export function parseUserId(text: string): UserId | undefined {
  const id = text.toLowerCase();
  return isUuid<UserId>(id) ? id : undefined;
}

/** Parses a team id, in any case; `undefined` for a text that is not a UUID. */
export function parseTeamId(text: string): TeamId | undefined {
  const id = text.toLowerCase();
  return isUuid<TeamId>(id) ? id : undefined;
}

function isUuid<Id extends UserId | TeamId>(text: string): text is Id {
  return uuid.test(text);
}
