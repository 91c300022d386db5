import { randomUUID } from 'node:crypto';
import type { Generation, GenerationRules } from '../generation.ts';
import { Access, type AccessKind } from './access.ts';
import { EventLog } from './events.ts';
import { Memberships } from './memberships.ts';
import { RecentCallers } from './recent-callers.ts';
import type { Json, Row } from './row.ts';
import { Table } from './table.ts';

/** The data of the simulated server. */
export class SimulatorState {
  readonly rules: GenerationRules;
  readonly clock: () => number;
  readonly users: Table;
  readonly teams: Table;
  readonly memberships = new Memberships();
  /** The ids of the parents by team id; the Organization is not listed. */
  readonly parents = new Map<string, readonly string[]>();
  /** The documents by fully qualified name. */
  readonly documents = new Map<string, Row>();
  readonly access = new Access();
  readonly events = new EventLog();
  readonly recentCallers: RecentCallers;
  /** Users by e-mail, in lower case where the server generation folds case. */
  readonly #emails = new Map<string, Row>();

  /** Inserts the Organization and the administrator of every new server, with the given ids. */
  constructor(
    rules: GenerationRules,
    clock: () => number,
    ids: { readonly organization: string; readonly admin: string },
  ) {
    this.rules = rules;
    this.clock = clock;
    this.recentCallers = new RecentCallers(clock);
    this.users = new Table(rules.foldsCase ? (name) => name.toLowerCase() : (name) => name);
    this.teams = new Table((name) => name);
    this.insertTeam(
      {
        name: 'Organization',
        teamType: 'Organization',
        displayName: 'Organization',
        description: organizationDescription,
      },
      'admin',
      ids.organization,
    );
    this.insertUser(
      { name: 'admin', email: 'admin@example.com', isAdmin: true, isBot: false, ...bootstrapChange(rules.generation) },
      'admin',
      ids.admin,
    );
  }

  get organization(): Row {
    const row = this.teams.byName('Organization');
    if (row === undefined) throw new Error('The Organization is missing, although every server has it.');
    return row;
  }

  userByEmail(email: string): Row | undefined {
    return this.#emails.get(this.rules.foldsCase ? email.toLowerCase() : email);
  }

  insertUser(fields: Json, actor: string, id: string = randomUUID()): Row {
    const row = this.#newRow(fields, actor, id);
    this.users.insert(row);
    this.indexEmail(row, undefined);
    return row;
  }

  insertTeam(fields: Json, actor: string, id: string = randomUUID()): Row {
    const row = this.#newRow({ isJoinable: true, ...fields }, actor, id);
    this.teams.insert(row);
    return row;
  }

  insertAccess(kind: AccessKind, fields: Json, actor: string, id: string = randomUUID()): Row {
    const row = this.#newRow(fields, actor, id);
    this.access.table(kind).insert(row);
    return row;
  }

  removeUser(row: Row): void {
    this.users.remove(row);
    this.#emails.delete(this.#emailKey(row.json['email']));
    this.memberships.rewriteUser(row.id, []);
  }

  removeTeam(row: Row): void {
    this.teams.remove(row);
    this.parents.delete(row.id);
    this.memberships.rewriteTeam(row.id, []);
  }

  /** Updates the e-mail index after a row's e-mail changed from `before`. */
  indexEmail(row: Row, before: unknown): void {
    if (before !== undefined) this.#emails.delete(this.#emailKey(before));
    this.#emails.set(this.#emailKey(row.json['email']), row);
  }

  childrenOf(team: string): readonly Row[] {
    const children: Row[] = [];
    for (const row of this.teams.rows()) {
      if (row.json['teamType'] === 'Organization') continue;
      const parents = this.parents.get(row.id) ?? [];
      if (parents.includes(team) || (parents.length === 0 && team === this.organization.id)) children.push(row);
    }
    return children;
  }

  #newRow(fields: Json, actor: string, id: string): Row {
    const name = String(fields['name']);
    const { name: _name, ...others } = fields;
    const json = {
      id,
      name,
      fullyQualifiedName: this.qualify(name),
      ...others,
      version: 0.1,
      updatedAt: this.clock(),
      updatedBy: actor,
      deleted: false,
    };
    return { id, name, json, history: [] };
  }

  /** The fully qualified name of an entity. */
  qualify(name: string): string {
    return this.rules.quotesDottedNames && name.includes('.') && !name.includes('"') ? `"${name}"` : name;
  }

  #emailKey(email: unknown): string {
    return this.rules.foldsCase ? String(email).toLowerCase() : String(email);
  }
}

/** The change description of the accounts that every new server has; only generation 1.1 gives them one. */
export function bootstrapChange(generation: Generation): Json {
  if (generation !== '1.1') return {};
  return { changeDescription: { fieldsAdded: [], fieldsUpdated: [], fieldsDeleted: [], previousVersion: 0.1 } };
}

const organizationDescription = 'Organization under which all the other team hierarchy is created';
