/** The kinds of entities that rights are asked about, as Collate's policies name them. */
export const rightsResources = ['user', 'team', 'document'] as const;
export type RightsResource = (typeof rightsResources)[number];

/**
 * Whether an operation is permitted. The conditional ones depend on the entity, such as on its owner; `notAllow` means
 * that no rule permits the operation, `deny` that a rule forbids it, which overrides every permission.
 */
export const accesses = ['allow', 'deny', 'conditionalAllow', 'conditionalDeny', 'notAllow'] as const;
export type Access = (typeof accesses)[number];

/** One operation on one kind of entity, as Collate's policies name it. */
export interface Permission {
  readonly resource: RightsResource;
  readonly operation: string;
}

/** Whether a principal has a permission, and which rule decides. */
export interface Right extends Permission {
  readonly access: Access;
  /** The role, policy and rule that decide; absent where none does. */
  readonly role?: string;
  readonly policy?: string;
  readonly rule?: string;
}

/** What one principal may do: the rights that the server has named. One that it did not name is unknown. */
export class Rights {
  readonly #rights: ReadonlyMap<string, Right>;

  constructor(rights: readonly Right[]) {
    this.#rights = new Map(rights.map((right) => [keyOf(right), right]));
  }

  /** Whether the server has named any right; old servers cannot. */
  get areKnown(): boolean {
    return this.#rights.size > 0;
  }

  /** The right that certainly withholds the permission; undefined where the principal has it, or may have it. */
  refusalOf(permission: Permission): Right | undefined {
    const right = this.#rights.get(keyOf(permission));
    return right?.access === 'deny' || right?.access === 'notAllow' ? right : undefined;
  }

  /** The first refusal among several permissions, all of which are needed. */
  firstRefusalOf(permissions: readonly Permission[]): Right | undefined {
    for (const permission of permissions) {
      const refusal = this.refusalOf(permission);
      if (refusal !== undefined) return refusal;
    }
    return undefined;
  }
}

function keyOf({ resource, operation }: Permission): string {
  return `${resource}/${operation}`;
}

/** The role that servers since 1.8 give every bot. Its rule denies changes of display names, and a denial overrides every permission. */
export const defaultBotRole = 'DefaultBotRole';

/** What is refused, and which role, policy and rule refuse it: the beginning of a sentence. */
export function describeRefusal({ resource, operation, access, role, policy, rule }: Right): string {
  if (access === 'notAllow') return `no rule allows the operation ${operation} on ${resource}`;
  const origin = [role && `role ${role}`, policy && `policy ${policy}`, rule && `rule ${rule}`].filter(Boolean);
  return `the operation ${operation} on ${resource} is denied by ${origin.join(', ')}`;
}

/** What an administrator of Collate has to do about a refusal, as sentences. Granting does not help against a denial. */
export function wayOutOf({ resource, operation, access, role, policy, rule }: Right): string {
  if (access === 'notAllow') return `Allow ${operation} on ${resource} in a policy of the bot's role.`;
  const remedy =
    role === defaultBotRole
      ? `take ${defaultBotRole} off the bot`
      : `remove the rule ${rule ?? 'that denies'} from the policy ${policy ?? 'that has it'}`;
  return `Granting does not help, because a denial overrides it: an administrator must ${remedy}.`;
}
