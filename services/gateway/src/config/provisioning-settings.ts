import type { Values } from './variables.ts';

/**
 * The settings of provisioning. Their type is inferred: config imports no other room, and composition hands the value
 * to provisioning, whose `ProvisioningSettings` it must satisfy.
 */
export function toProvisioningSettings(values: Values) {
  const [maxLength = 0, maxDepth = 0, maxNodes = 0] = values.FILTER_LIMITS.split(',').map(Number);
  return {
    rememberedAttributes: values.REMEMBERED_ATTRIBUTES,
    userDelete: values.USER_DELETE,
    emailChange: values.EMAIL_CHANGE,
    nameRule: values.NAME_RULE,
    adoptOnPost: values.ADOPT_ON_POST,
    recycledAccount: values.RECYCLED_ACCOUNT,
    reviveForeign: values.REVIVE_FOREIGN,
    trustedBots: values.TRUSTED_BOTS,
    protectedUsers: values.PROTECTED_USERS,
    groupAdoption: toGroupAdoption(values.GROUP_ADOPTION),
    typeConflict: values.TYPE_CONFLICT,
    cacheTtlMs: values.CACHE_TTL_MS,
    cacheNegativeTtlMs: values.CACHE_NEGATIVE_TTL_MS,
    filterLimits: { maxLength, maxDepth, maxNodes },
    scanLimit: values.SCAN_LIMIT,
  };
}

function toGroupAdoption(text: string) {
  if (text === 'unprivileged' || text === 'never') return { kind: text } as const;
  return text.startsWith('subtree:')
    ? ({ kind: 'subtree', team: text.slice('subtree:'.length) } as const)
    : ({ kind: 'everywhere' } as const);
}
