import type { Rights } from './rights.ts';

/** Which names a server accepts. */
export interface NameRule {
  /** In characters. */
  readonly maxLength: number;
  /** `word-dot-dash`: letters and digits of any script, `_`, `-` and `.`; `no-double-colon`: any text without `::`. */
  readonly allowed: 'word-dot-dash' | 'no-double-colon';
}

/** What one Collate server can do for one principal. */
export interface Capabilities {
  /** As the server reports it. */
  readonly version: string;
  /** Members can be added to and removed from a team one by one (`addUsers`, `removeUsers`, `removeUser`). */
  readonly membershipEndpoints: boolean;
  /** Users have `externalId` and `scimUserName`. Without this capability, sending either fails the call. */
  readonly userExternalId: boolean;
  /**
   * Whether the server has a document store: `refused` means that it has one, but this principal may not read it, or
   * not write it.
   */
  readonly documentStore: 'available' | 'absent' | 'refused';
  /** The principal may change display names; also true where the server does not report rights. */
  readonly displayNames: { readonly users: boolean; readonly teams: boolean };
  readonly rights: Rights;
  /** The server stores user names and e-mails in lower case and finds them in any case. */
  readonly foldsCase: boolean;
  readonly userNames: NameRule;
}
