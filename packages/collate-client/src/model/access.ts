import type { EntityReference } from './entity.ts';

/** One rule of a policy: it allows or denies operations on kinds of entities. */
export interface PolicyRule {
  readonly name: string;
  readonly effect: 'allow' | 'deny';
  readonly operations: readonly string[];
  readonly resources: readonly string[];
}

/** A rule as a server has it. */
export interface StoredRule extends Omit<PolicyRule, 'effect'> {
  readonly effect: string;
  /** The rule applies only where this expression holds. */
  readonly condition?: string | null | undefined;
}

/** A policy in Collate. */
export interface Policy {
  readonly id: string;
  readonly name: string;
  readonly rules: readonly StoredRule[];
}

/** A role in Collate, with its policies. */
export interface Role {
  readonly id: string;
  readonly name: string;
  readonly policies: readonly EntityReference[];
}

/** A bot in Collate: the name under which a user of the kind bot is used. */
export interface Bot {
  readonly id: string;
  readonly name: string;
  readonly botUser: EntityReference;
}

/** How long a bot's token is valid: without end, or a number of days. */
export const tokenLifetimes = ['Unlimited', '7', '30', '60', '90'] as const;
export type TokenLifetime = (typeof tokenLifetimes)[number];

/** The input for the user of a new bot. Servers add DefaultBotRole to the roles. */
export interface CreateBotUser {
  readonly name: string;
  readonly email: string;
  /** Ids of roles. */
  readonly roles: readonly string[];
  readonly lifetime: TokenLifetime;
}
