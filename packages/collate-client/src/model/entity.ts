import type { TeamId, UserId } from './ids.ts';

/** A reference from one entity to another. */
export interface EntityReference {
  readonly id: string;
  readonly type: string;
  readonly name?: string;
  readonly fullyQualifiedName?: string;
  readonly displayName?: string;
  readonly deleted?: boolean;
}

/** A user in Collate. Flags that Collate omits when they are false are always present. */
export interface User {
  readonly id: UserId;
  readonly name: string;
  readonly fullyQualifiedName?: string;
  readonly email: string;
  readonly displayName?: string;
  readonly description?: string;
  readonly externalId?: string;
  readonly scimUserName?: string;
  readonly isBot: boolean;
  readonly isAdmin: boolean;
  /** Soft-deleted: kept and restorable, but hidden from most lists and unable to log in. */
  readonly deleted: boolean;
  readonly version: number;
  /** Milliseconds since 1970. */
  readonly updatedAt: number;
  readonly updatedBy: string;
  /** Present on request. For a user without a team it contains the virtual team `Organization`. */
  readonly teams?: readonly EntityReference[];
  /** Present on request. */
  readonly roles?: readonly EntityReference[];
  /** Present on request: the entities that hard deletion would orphan. */
  readonly owns?: readonly EntityReference[];
}

/** A team in Collate. Flags that Collate omits when they are false are always present. */
export interface Team {
  readonly id: TeamId;
  readonly name: string;
  readonly fullyQualifiedName: string;
  readonly displayName?: string;
  readonly description?: string;
  readonly externalId?: string;
  readonly teamType: string;
  readonly isJoinable: boolean;
  readonly deleted: boolean;
  readonly version: number;
  /** Milliseconds since 1970. A change of members does not update it. */
  readonly updatedAt: number;
  readonly updatedBy: string;
  /** Present on request: every direct member. */
  readonly users?: readonly EntityReference[];
  /** Present on request. */
  readonly parents?: readonly EntityReference[];
  /** Present on request: the roles that every member inherits. */
  readonly defaultRoles?: readonly EntityReference[];
  /** Present on request. */
  readonly policies?: readonly EntityReference[];
}

/** A document of Collate's document store. Every user of the platform may be able to read it. */
export interface StoredDocument {
  readonly id: string;
  readonly name: string;
  readonly fullyQualifiedName: string;
  readonly entityType: string;
  readonly data: unknown;
  readonly updatedBy: string;
  /** Milliseconds since 1970. */
  readonly updatedAt: number;
}

/** The input for a new user. `externalId` and `scimUserName` require the capability `userExternalId`. */
export interface CreateUser {
  readonly name: string;
  readonly email: string;
  readonly displayName?: string;
  readonly externalId?: string;
  readonly scimUserName?: string;
}

/** The input for a new team. */
export interface CreateTeam {
  readonly name: string;
  readonly teamType: 'Group';
  readonly displayName?: string;
  readonly description?: string;
  readonly isJoinable?: boolean;
  /** Ids of teams. Default: the organization. */
  readonly parents?: readonly string[];
  /** The first members. An unknown id refuses the creation. */
  readonly users?: readonly UserId[];
}
