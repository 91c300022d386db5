/**
 * The expected state of a user in Collate and SCIM, according to decisions.md. A membership change of an inactive user
 * is applied at once.
 */
export interface ModelUser {
  readonly id: string;
  /** The address in Collate, which never changes. */
  readonly email: string;
  userName: string;
  externalId: string | undefined;
  displayName: string;
  givenName: string;
  familyName: string;
  /** Whether the account is known to come from SCIM. */
  bound: boolean;
  /** `deleted` by the provider: absent from SCIM, soft deleted in Collate; `locked` by an administrator in Collate. */
  state: 'active' | 'inactive' | 'locked' | 'deleted';
  /** Changed in Collate and not written by SCIM since, so that look-ups may return the earlier state. */
  unseen: boolean;
  /** Lost its document and was not written by SCIM since: such an account looks like an interrupted creation. */
  lacksDocument?: boolean;
  /** Renamed while inactive: Collate gets the display name when the provider reactivates the user. */
  pendingName?: boolean;
  /** The id of the user whose login under a new address created this twin account. */
  readonly twinOf: string | undefined;
}

/** The expected state of a team of type Group in Collate and SCIM, according to decisions.md. */
export interface Team {
  readonly id: string;
  /** Its name in SCIM. */
  displayName: string;
  /** Its name in Collate. */
  collateName: string;
  /** Whether SCIM created it; else it was created in Collate. */
  readonly made: boolean;
  bound: boolean;
  /** `released`: an adopted team that SCIM deleted; it remains in Collate. */
  state: 'live' | 'released' | 'deleted';
  /** The members that an adopted team had before. */
  baseline: ReadonlySet<string>;
  /** The ids of the members, active or inactive, but not deleted. */
  readonly members: Set<string>;
}

/** The expected state of all users and teams. */
export interface Reference {
  readonly people: Map<string, ModelUser>;
  readonly teams: Map<string, Team>;
  /** Whether Collate lets the gateway change display names. Otherwise they stay there as they were at the creation. */
  readonly renames: boolean;
}

/** The state before anything is provisioned. */
export function emptyReference(rights: Pick<Reference, 'renames'>): Reference {
  return { people: new Map(), teams: new Map(), ...rights };
}

/** The users that SCIM shows. */
export function visibleUsers({ people }: Reference): readonly ModelUser[] {
  return [...people.values()].filter(({ state }) => state !== 'deleted');
}

/** The teams that SCIM shows. */
export function visibleTeams({ teams }: Reference): readonly Team[] {
  return [...teams.values()].filter(({ state }) => state === 'live');
}

/** Removes a user from every group. */
export function leaveAll(id: string, { teams }: Reference): void {
  for (const team of teams.values()) team.members.delete(id);
}

/** Adds a user to a group, or removes it. */
export function move(id: string, team: Team, joins: boolean): void {
  if (joins) team.members.add(id);
  else team.members.delete(id);
}

/** Records the first write to a team that was created in Collate. */
export function adopt(team: Team): void {
  if (team.bound) return;
  team.bound = true;
  team.baseline = team.made ? new Set() : new Set(team.members);
}

/** Deactivates the twin accounts of a user, created by logins under the user's new address. */
export function deactivateTwins(person: ModelUser, { people }: Reference): void {
  for (const twin of people.values()) {
    if (twin.twinOf === person.id && twin.email === person.userName && twin.state === 'active') twin.state = 'inactive';
  }
}
