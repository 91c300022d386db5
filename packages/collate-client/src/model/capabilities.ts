/** Which names a server takes. */
export interface NameRule {
  readonly maxLength: number;
  /** `word-dot-dash`: letters and digits of any script, `_`, `-` and `.`; `no-double-colon`: anything without `::`. */
  readonly allowed: 'word-dot-dash' | 'no-double-colon';
}

/** What one Collate server can do for one principal. */
export interface Capabilities {
  /** As the server tells it. */
  readonly version: string;
  /** For people to read; decide on the other members. */
  readonly era: '1.1' | 'released' | 'main';
  /** Members can be added to and removed from a team one by one (`addUsers`, `removeUsers`, `removeUser`). */
  readonly membershipEndpoints: boolean;
  /** Users have `externalId` and `scimUserName`; where they have not, sending them fails the call. */
  readonly userExternalId: boolean;
  /** Whether documents can be kept: there is a store, there is none, or it refuses this principal. */
  readonly documentStore: 'available' | 'absent' | 'refused';
  /** User names and e-mails are stored in lower case and found in any. */
  readonly foldsCase: boolean;
  readonly userNames: NameRule;
  readonly teamNames: NameRule;
}
