import { Table } from './table.ts';

/** The kinds of entities that decide what a caller may do. */
export type AccessKind = 'policy' | 'role' | 'bot';

/** The policies, roles and bots of a server. */
export class Access {
  readonly policies = new Table((name) => name);
  readonly roles = new Table((name) => name);
  readonly bots = new Table((name) => name);

  table(kind: AccessKind): Table {
    return kind === 'policy' ? this.policies : kind === 'role' ? this.roles : this.bots;
  }
}
