import type { TeamId, UserId } from './ids.ts';

/** How one entity points at another. */
export interface EntityReference {
  readonly id: string;
  readonly type: string;
  readonly name?: string;
  readonly fullyQualifiedName?: string;
  readonly displayName?: string;
  readonly deleted?: boolean;
}

/** A user as Collate holds it; what Collate leaves out because it is false is spelled out. */
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
  /** Soft-deleted: kept, invisible to most, and unable to log in. */
  readonly deleted: boolean;
  readonly version: number;
  /** Milliseconds since 1970. */
  readonly updatedAt: number;
  readonly updatedBy: string;
  /** Present when the field was asked for. A user without any team shows the virtual team `Organization`. */
  readonly teams?: readonly EntityReference[];
  /** Present when the field was asked for. */
  readonly roles?: readonly EntityReference[];
  /** Present when the field was asked for; what hard deletion would orphan. */
  readonly owns?: readonly EntityReference[];
}

/** A team as Collate holds it; what Collate leaves out because it is false is spelled out. */
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
  /** Milliseconds since 1970. Membership does not move it. */
  readonly updatedAt: number;
  readonly updatedBy: string;
  /** Present when the field was asked for: every direct member. */
  readonly users?: readonly EntityReference[];
  /** Present when the field was asked for. */
  readonly parents?: readonly EntityReference[];
  /** Present when the field was asked for: roles that every member inherits. */
  readonly defaultRoles?: readonly EntityReference[];
  /** Present when the field was asked for. */
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

/** What a new user is made of. `externalId` and `scimUserName` only where the server has these fields. */
export interface CreateUser {
  readonly name: string;
  readonly email: string;
  readonly displayName?: string;
  readonly externalId?: string;
  readonly scimUserName?: string;
}

/** What a new team is made of; `parents` are ids, none meaning the organization. */
export interface CreateTeam {
  readonly name: string;
  readonly teamType: 'Group';
  readonly displayName?: string;
  readonly description?: string;
  readonly isJoinable?: boolean;
  readonly parents?: readonly string[];
}
