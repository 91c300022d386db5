/**
 * What decisions.md says that Collate and SCIM hold of a person. Which of several ways Collate got there is not the model's business:
 * a change of membership of somebody inactive counts at once here, whether it was applied or waits.
 */
export interface Person {
  readonly id: string;
  /** Collate's, which never changes. */
  readonly email: string;
  userName: string;
  externalId: string | undefined;
  displayName: string;
  givenName: string;
  familyName: string;
  /** Known to have come through SCIM. */
  bound: boolean;
  /** `deleted` by the provider: absent from SCIM, soft deleted in Collate; `locked` by an administrator in Collate. */
  state: 'active' | 'inactive' | 'locked' | 'deleted';
  /** Was changed in Collate by hand, and SCIM has written nothing since: look-ups may say what was before. */
  unseen: boolean;
  /** Was inactive while memberships changed, or was deleted so: in Collate that waits until the provider lets the person return. */
  waits: boolean;
  /** Was inactive when a group was deleted: Collate keeps that membership, and shows it again when both are back. */
  keepsRow?: boolean;
  /** Has lost its document, and SCIM has written nothing since: an account like that is what an interrupted creation leaves. */
  lacksDocument?: boolean;
  /** Has logged in with a new address, which made this account: unbound, of this person's. */
  readonly twinOf: string | undefined;
}

/** What decisions.md says that Collate and SCIM hold of a team of type Group. */
export interface Team {
  readonly id: string;
  /** What SCIM calls it. */
  displayName: string;
  /** What Collate calls it. */
  collateName: string;
  /** Made by SCIM; else by somebody in Collate's own interface. */
  readonly made: boolean;
  bound: boolean;
  /** `released`: an adopted one that SCIM deleted, live in Collate alone. */
  state: 'live' | 'released' | 'deleted';
  /** Who was in an adopted one before. */
  baseline: ReadonlySet<string>;
  /** By id, active or not; nobody deleted. */
  readonly members: Set<string>;
}

/** Everything there is, as it should be. */
export interface Reference {
  readonly people: Map<string, Person>;
  readonly teams: Map<string, Team>;
}

/** Collate when a gateway was set up in front of it and nothing was provisioned. */
export function emptyReference(): Reference {
  return { people: new Map(), teams: new Map() };
}

/** Those whom SCIM shows. */
export function visiblePeople({ people }: Reference): readonly Person[] {
  return [...people.values()].filter(({ state }) => state !== 'deleted');
}

/** Those that SCIM shows. */
export function visibleTeams({ teams }: Reference): readonly Team[] {
  return [...teams.values()].filter(({ state }) => state === 'live');
}

/** Takes a person out of every group. */
export function leaveAll(id: string, { teams }: Reference): void {
  for (const team of teams.values()) team.members.delete(id);
}

/** Makes a person join or leave a group. */
export function move(id: string, team: Team, joins: boolean, { people }: Reference): void {
  const person = people.get(id);
  if (team.members.has(id) === joins) return;
  if (person !== undefined && person.state !== 'active') {
    // What waits is kept in a document, and whoever has one is bound.
    person.waits = true;
    person.bound = true;
    person.lacksDocument = false;
  }
  if (joins) team.members.add(id);
  else team.members.delete(id);
}

/** What the first write to a team that somebody else made notes. */
export function adopt(team: Team): void {
  if (team.bound) return;
  team.bound = true;
  team.baseline = team.made ? new Set() : new Set(team.members);
}

/** Ends the access of a person, and of the accounts that logins with the person's new address made. */
export function deactivateTwins(person: Person, { people }: Reference): void {
  for (const twin of people.values()) {
    if (twin.twinOf === person.id && twin.email === person.userName && twin.state === 'active') twin.state = 'inactive';
  }
}
