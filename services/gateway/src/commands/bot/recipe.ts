import type { Capabilities, User } from '@scim-gateway/collate-client';
import type { PolicyRule, StoredRule, TokenLifetime } from '@scim-gateway/collate-client/model';

/** The names of what "bot create" makes. */
export const policyName = 'ScimGatewayPolicy';
export const roleName = 'ScimGatewayRole';

/** The bot that is to exist. */
export interface Recipe {
  /** The name of the bot and of its user. */
  readonly name: string;
  readonly email: string;
  readonly lifetime: TokenLifetime;
  readonly rule: PolicyRule;
}

/**
 * The least that the gateway needs. `EditAll` is needed as such, since restoring and the membership endpoints ask for
 * it; it covers display names and members.
 */
export function toRule({ documentStore }: Pick<Capabilities, 'documentStore'>): PolicyRule {
  const documents = documentStore === 'absent' ? [] : ['document'];
  return {
    name: 'ScimGateway',
    effect: 'allow',
    operations: ['Create', 'Delete', 'EditAll', 'ViewAll'],
    resources: [...documents, 'team', 'user'],
  };
}

/** Whether the rules of a policy together permit all that our rule permits. */
export function permitAll(rules: readonly StoredRule[], { operations, resources, ...rest }: PolicyRule): boolean {
  return resources.every((resource) =>
    operations.every((operation) =>
      rules.some((stored) => covers(stored, { ...rest, operations: [operation], resources: [resource] })),
    ),
  );
}

function covers(stored: StoredRule, { operations, resources }: PolicyRule): boolean {
  const isUnconditional = stored.condition === undefined || stored.condition === null;
  return (
    stored.effect === 'allow' &&
    isUnconditional &&
    includesAll(stored.operations, operations) &&
    includesAll(stored.resources, resources)
  );
}

function includesAll(stored: readonly string[], wanted: readonly string[]): boolean {
  return stored.includes('All') || wanted.every((name) => stored.includes(name));
}

/** An address of the bot, in the domain of the administrator. It receives no mail, but Collate demands one. */
export function defaultEmail(name: string, { email }: User): string {
  return `${name}@${email.slice(email.lastIndexOf('@') + 1)}`;
}
