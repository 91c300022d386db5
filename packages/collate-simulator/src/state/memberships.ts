/** The memberships of users in teams, indexed from both sides. */
export class Memberships {
  readonly #teams = new Map<string, Set<string>>();
  readonly #users = new Map<string, Set<string>>();

  teamsOf(user: string): ReadonlySet<string> {
    return this.#users.get(user) ?? new Set();
  }

  usersOf(team: string): ReadonlySet<string> {
    return this.#teams.get(team) ?? new Set();
  }

  add(team: string, user: string): void {
    entry(this.#teams, team).add(user);
    entry(this.#users, user).add(team);
  }

  delete(team: string, user: string): void {
    this.#teams.get(team)?.delete(user);
    this.#users.get(user)?.delete(team);
  }

  /** Deletes all memberships of a user and inserts the list again, as the real server does. */
  rewriteUser(user: string, teams: Iterable<string>): void {
    for (const team of [...this.teamsOf(user)]) this.delete(team, user);
    for (const team of teams) this.add(team, user);
  }

  /** Writes the difference of two lists of a team's users; other users of the team stay. */
  changeTeam(team: string, before: readonly string[], after: readonly string[]): void {
    for (const user of before) if (!after.includes(user)) this.delete(team, user);
    for (const user of after) if (!before.includes(user)) this.add(team, user);
  }

  rewriteTeam(team: string, users: Iterable<string>): void {
    for (const user of [...this.usersOf(team)]) this.delete(team, user);
    for (const user of users) this.add(team, user);
  }
}

function entry(map: Map<string, Set<string>>, key: string): Set<string> {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = new Set<string>();
  map.set(key, made);
  return made;
}
